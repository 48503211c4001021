package desk

import (
	"regexp"
	"slices"
	"strings"

	"pitdesk/internal/fault"
)

// MacroBlanks are the blanks a macro's text can have, in the order they are offered: {{player.name}}, or with what is said where
// it isn't known, {{player.name|there}}.
var MacroBlanks = []string{"player.name", "player.first_name", "agent.name", "agent.first_name", "casino.name", "topic"}

// Filling is what the blanks of a macro are filled with.
type Filling struct {
	Player, Agent, Casino, Topic string
}

var blank = regexp.MustCompile(`\{\{\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}`)

// checkBlanks refuses a text with a blank that nothing fills.
func checkBlanks(text string) *fault.Error {
	for _, found := range blank.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(MacroBlanks, found[1]) {
			return fault.New(fault.Invalid, "Nothing fills the blank %q.", found[1])
		}
	}
	if rest := blank.ReplaceAllString(text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
		return fault.New(fault.Invalid, "A blank is opened by two braces and closed by two.")
	}
	return nil
}

// Fill fills a macro's blanks. What isn't known is left out with the space before it, so that "Hello {{player.name}}," greets a
// stranger with "Hello,". What is filled in is never looked at for blanks itself.
func (f Filling) Fill(text string) string {
	known := map[string]string{"player.name": f.Player, "player.first_name": firstName(f.Player), "agent.name": f.Agent,
		"agent.first_name": firstName(f.Agent), "casino.name": f.Casino, "topic": f.Topic}
	var b strings.Builder
	at := 0
	for _, m := range blank.FindAllStringSubmatchIndex(text, -1) {
		before, value := text[at:m[0]], strings.Join(strings.Fields(known[text[m[2]:m[3]]]), " ")
		if value == "" && m[4] >= 0 {
			value = strings.TrimSpace(text[m[4]:m[5]])
		}
		if value == "" {
			before = strings.TrimSuffix(before, " ")
		}
		b.WriteString(before)
		b.WriteString(value)
		at = m[1]
	}
	b.WriteString(text[at:])
	return strings.TrimSpace(b.String())
}

// firstName is the first word of a name.
func firstName(name string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	return first
}

// TextIn is m's text in the first of the languages that it has one in, else in any, with the language. Empty: m has no text.
func (m *Macro) TextIn(languages ...string) (text, language string) {
	for _, lang := range languages {
		if t := m.Texts[lang]; t != "" {
			return t, lang
		}
	}
	for lang, t := range m.Texts {
		if language == "" || lang < language {
			text, language = t, lang
		}
	}
	return text, language
}
