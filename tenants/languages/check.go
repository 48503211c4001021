package languages

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
)

// Bounds of a file with texts.
const (
	MaxFile     = 1 << 20 // octets
	MaxProblems = 200     // that are told; the rest is counted
)

// Problem is what is wrong with one place of a file.
type Problem struct {
	Line int // from 1
	ID   string
	Why  *fault.Error
}

// Check reads a file of texts in lang: an object of texts by id, as Download writes it. It returns the texts, or everything that
// is wrong with them in the order of lines; more counts the problems beyond MaxProblems. It trusts nothing in the file.
func Check(lang string, raw []byte) (texts map[string]i18n.Text, problems []Problem, more int) {
	read, problems := readFile(raw)
	for _, t := range read {
		original, ok := i18n.Original(lang, t.id)
		if !ok {
			problems = append(problems, Problem{t.line, t.id, fault.New(fault.Invalid, "The product has no text %q.", short(t.id))})
			continue
		}
		for _, why := range wrong(lang, original, t.text) {
			line := t.line
			if at := t.lines[why.Field]; at > 0 {
				line = at
			}
			problems = append(problems, Problem{line, t.id, why})
		}
	}
	if len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b Problem) int { return a.Line - b.Line })
		if len(problems) > MaxProblems {
			more = len(problems) - MaxProblems
			problems = problems[:MaxProblems]
		}
		return nil, problems, more
	}
	texts = make(map[string]i18n.Text, len(read))
	for _, t := range read {
		texts[t.id] = t.text
	}
	return texts, nil, 0
}

// wrong is everything that is wrong with a text that is to stand for original; each names the form it is about as its field.
func wrong(lang string, original i18n.Source, text i18n.Text) []*fault.Error {
	var out []*fault.Error
	say := func(why *fault.Error) { out = append(out, why) }
	must, may := i18n.Plurals(lang)
	counts := len(text) > 1 || text["other"] == ""
	switch {
	case original.Counted && !counts && !original.IsFault() && len(must) > 1:
		say(bad("other", "This text counts something: give it the forms %s.", strings.Join(must, ", ")))
	case !original.Counted && !original.IsFault() && counts:
		say(bad("other", "This text counts nothing: write it as one text, without plural forms."))
	case counts:
		for _, form := range must {
			if _, ok := text[form]; !ok {
				say(bad("other", "The form %q is missing: this language has %s.", form, strings.Join(must, ", ")))
			}
		}
		for _, form := range slices.Sorted(maps.Keys(text)) {
			if !slices.Contains(must, form) && !slices.Contains(may, form) {
				say(bad(form, "This language has no form %q, only %s.", short(form), strings.Join(must, ", ")))
			}
		}
	}
	longest, lines := 0, false
	for _, form := range original.Text {
		longest = max(longest, utf8.RuneCountInString(form))
		lines = lines || strings.Contains(form, "\n")
	}
	for _, form := range slices.Sorted(maps.Keys(text)) {
		one := text[form]
		most := 3*longest + 40
		switch hidden := strings.IndexFunc(one, func(r rune) bool { return hides(r) && !(r == '\n' && lines) }); {
		case strings.TrimSpace(one) == "":
			say(bad(form, "This text is empty."))
		case hidden >= 0:
			r, _ := utf8.DecodeRuneInString(one[hidden:])
			say(bad(form, "This text holds a character that can't be seen or that turns others around: %U.", r))
		case markup(one):
			say(bad(form, "This text holds markup. Texts are plain: write no < and no &…;."))
		case utf8.RuneCountInString(one) > most:
			say(bad(form, "This text is too long: %d characters, and %d have room.", utf8.RuneCountInString(one), most))
		}
		out = append(out, blanksOf(lang, original, form, one)...)
	}
	return out
}

// bad is what is wrong with one form of a text.
func bad(form, format string, args ...any) *fault.Error {
	return fault.New(fault.Invalid, format, args...).On(form)
}

// blanksOf is what a form fills in wrongly.
func blanksOf(lang string, original i18n.Source, form, one string) (out []*fault.Error) {
	say := func(why *fault.Error) { out = append(out, why) }
	if original.IsFault() {
		if i18n.StrayPercent(one) {
			say(bad(form, "Write a percent sign as %s in this text.", "%%"))
		}
	} else if !i18n.OnlyBlanks(one) {
		say(bad(form, "In this text {{ }} may only hold a blank of the original: %s.", named(original, original.Blanks)))
		return out
	}
	if i18n.Fills(lang, original.Surface, form, one, original.Blanks) {
		return out
	}
	got := i18n.BlanksOf(original.Surface, one)
	lost, new := minus(original.Blanks, got), minus(got, original.Blanks)
	if slices.Contains(i18n.Lone(lang), form) && !original.IsFault() {
		lost = minus(lost, []string{"Count"})
	}
	if len(lost) > 0 {
		say(bad(form, "This text has lost %s.", named(original, lost)))
	}
	if len(new) > 0 {
		say(bad(form, "The original doesn't fill in %s.", named(original, new)))
	}
	return out
}

// named writes blanks as they stand in a text.
func named(original i18n.Source, blanks []string) string {
	if len(blanks) == 0 {
		return "–"
	}
	out := make([]string, len(blanks))
	for i, b := range blanks {
		if b = short(b); original.IsFault() {
			number, verb, _ := strings.Cut(b, "%")
			out[i] = "%[" + number + "]" + verb
			continue
		}
		out[i] = "{{." + b + "}}"
	}
	return strings.Join(out, ", ")
}

// Written are the blanks of a text as they stand in it.
func Written(s i18n.Source) []string {
	if len(s.Blanks) == 0 {
		return nil
	}
	return strings.Split(named(s, s.Blanks), ", ")
}

func minus(some, others []string) []string {
	return slices.DeleteFunc(slices.Clone(some), func(s string) bool { return slices.Contains(others, s) })
}

// markup says whether a browser could take part of a text for HTML: "<b", "</", "<!" or an entity such as "&lt;". "2 < 3" is none.
func markup(text string) bool {
	for rest := text; ; {
		at := strings.IndexAny(rest, "<&")
		if at < 0 || at+1 >= len(rest) {
			return false
		}
		sign, after := rest[at], rest[at+1:]
		if sign == '<' && (after[0] < utf8.RuneSelf && unicode.IsLetter(rune(after[0])) || strings.IndexByte("/!?", after[0]) >= 0) {
			return true
		}
		if sign == '&' {
			name, _, ended := strings.Cut(after, ";")
			if ended && len(name) <= 32 && name != "" && !strings.ContainsFunc(name, func(r rune) bool {
				return r != '#' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
			}) {
				return true
			}
		}
		rest = after
	}
}

// short is a key as it can be shown in a sentence.
func short(s string) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if hides(r) {
			return '\ufffd'
		}
		return r
	}, s))
	if len(runes) > 80 {
		return string(runes[:79]) + "…"
	}
	return string(runes)
}
