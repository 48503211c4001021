package i18n

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
)

var (
	blank = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)
	taker = regexp.MustCompile(`%(?:\[(\d+)\])?([-+# 0]*\d*(?:\.\d+)?)([a-zA-Z])`)
)

// Blanks lists what a text fills in, sorted and each once: the names of {{.Name}}.
func Blanks(text string) []string {
	out := []string{}
	for _, hit := range blank.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(out, hit[1]) {
			out = append(out, hit[1])
		}
	}
	sort.Strings(out)
	return out
}

// Verbs lists what the sentence of a fault fills in, sorted: its fmt verbs with the argument each takes, "1%s".
func Verbs(sentence string) []string {
	out := []string{}
	next := 1
	for _, hit := range taker.FindAllStringSubmatch(strings.ReplaceAll(sentence, "%%", ""), -1) {
		if hit[1] != "" {
			_, _ = fmt.Sscan(hit[1], &next) // the expression lets digits through only
		}
		out = append(out, fmt.Sprintf("%d%%%s%s", next, hit[2], hit[3]))
		next++
	}
	sort.Strings(out)
	return out
}

// BlanksOf are what a text of a surface fills in.
func BlanksOf(surface, text string) []string {
	if surface == errorsSurface {
		return Verbs(text)
	}
	return Blanks(text)
}

// Fills says whether a form of a text in lang fills in what it must: no more, and no less. A form that is said of one number
// only may leave the number out ("Eine Nachricht"); Russian "one" is also 21.
func Fills(lang, surface, form, text string, must []string) bool {
	got := BlanksOf(surface, text)
	if slices.Equal(got, must) {
		return true
	}
	if surface == errorsSurface {
		// The count of a fault is one verb of several; the form that leaves it out numbers the others.
		return slices.Contains(Lone(lang), form) && subset(got, must)
	}
	without := slices.DeleteFunc(slices.Clone(must), func(name string) bool { return name == "Count" })
	return slices.Contains(Lone(lang), form) && slices.Equal(got, without)
}

func subset(some, all []string) bool {
	for _, s := range some {
		if !slices.Contains(all, s) {
			return false
		}
	}
	return true
}

// OnlyBlanks says whether {{ }} in a text hold nothing but {{.Name}}.
func OnlyBlanks(text string) bool {
	_, err := splitBlanks(text)
	return err == nil
}

// StrayPercent says whether the sentence of a fault has a percent sign that is neither a verb's nor doubled.
func StrayPercent(sentence string) bool {
	return strings.Contains(taker.ReplaceAllString(strings.ReplaceAll(sentence, "%%", ""), ""), "%")
}
