package i18n

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"golang.org/x/text/feature/plural"
)

// Text is one text as a file has it: its plural forms by name, "other" alone when it has none.
type Text map[string]string

// UnmarshalJSON takes a string for a text without plural forms.
func (t *Text) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*t = Text{"other": one}
		return nil
	}
	var forms map[string]string
	if err := json.Unmarshal(raw, &forms); err != nil {
		return err
	}
	*t = forms
	return nil
}

// MarshalJSON writes a text as its file has it.
func (t Text) MarshalJSON() ([]byte, error) {
	var v any = map[string]string(t)
	if one, ok := t["other"]; ok && len(t) == 1 {
		v = one
	}
	var out bytes.Buffer
	to := json.NewEncoder(&out)
	to.SetEscapeHTML(false) // people read these files
	err := to.Encode(v)
	return out.Bytes(), err
}

// Source is a text of the product in one language, as whoever rewords it must know it.
type Source struct {
	ID      string
	Surface string
	Lang    string // the language it is in, which is English when the asked one has no such text
	Text    Text
	Blanks  []string // what the code fills in, as Blanks says
	Counted bool     // a number decides on its form
}

// Surfaces are the parts of the product that a casino may reword, in their order.
func Surfaces() []string {
	out := make([]string, 0, len(library[Default].surfaces))
	for surface := range library[Default].surfaces {
		if !slices.Contains(unworded, surface) {
			out = append(out, surface)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(rank(b)-rank(a), cmp.Compare(a, b)) })
	return out
}

// rank puts first what players read.
func rank(surface string) int { return map[string]int{"chat": 3, "mail": 2, "common": 1}[surface] }

// unworded are the surfaces that no casino rewords: the pages that stand around a demo's chat, the deployment's own site, and
// the console of resellers and of its own people.
var unworded = []string{"demo", "site", "console"}

// Originals are all texts of a surface in lang, sorted by id.
func Originals(lang, surface string) []Source {
	ids := slices.Clone(library[Default].surfaces[surface])
	slices.Sort(ids)
	out := make([]Source, 0, len(ids))
	for _, id := range ids {
		if s, ok := Original(lang, id); ok {
			out = append(out, s)
		}
	}
	return out
}

// Original is the product's text with this id in lang, or in English when lang lacks it. ok is false when there is no such
// text, or none that a casino may reword.
func Original(lang, id string) (s Source, ok bool) {
	en := library[Default].any(id)
	if en == nil || slices.Contains(unworded, en.surface) {
		return Source{}, false
	}
	s = Source{ID: id, Surface: en.surface, Lang: Default, Text: en.text(), Counted: len(en.text()) > 1}
	s.Blanks = BlanksOf(en.surface, s.Text["other"])
	if s.IsFault() {
		s.Blanks = Verbs(id)
	}
	if c := library[lang]; c != nil && c.any(id) != nil {
		s.Lang, s.Text = lang, c.any(id).text()
	}
	return s, true
}

// IsFault says whether the text is the sentence of a fault, whose blanks are verbs of package fmt.
func (s Source) IsFault() bool { return s.Surface == errorsSurface }

// fits says whether text can stand for s in lang: it is there, it compiles, and it fills in what the code gives and nothing
// else.
func (s Source) fits(lang string, text Text) bool {
	split := splitBlanks
	if s.IsFault() {
		split = splitVerbs
	}
	if _, err := compile(text.message(s.ID), split, nil); err != nil {
		return false
	}
	for form, one := range text {
		if !Fills(lang, s.Surface, form, one, s.Blanks) {
			return false
		}
	}
	return true
}

// any is the text or the sentence with this id.
func (c *catalog) any(id string) *message {
	if m := c.messages[id]; m != nil {
		return m
	}
	return c.faults[id]
}

// text is m as its file has it.
func (m *message) text() Text {
	forms := Text{}
	for form, t := range m.forms {
		if t != nil {
			forms[formNames[plural.Form(form)]] = t.source
		}
	}
	return forms
}
