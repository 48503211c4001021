package languages

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pitdesk/internal/i18n"
)

func TestAFileIsToldEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	file := `{
  "common.save": "Записать",
  "common.nobody": "x",
  "common.page_title": "{{.Page}} · {{.Casin}}",
  "common.unread": {
    "one": "{{.Count}} письмо",
    "two": "{{.Count}}",
    "other": "письма"
  },
  "common.results": "{{.Count}}",
  "common.cancel": {"one": "a", "other": "b"},
  "common.delete": "<b>Удалить</b>",
  "common.close": "Закры&amp;ть",
  "common.done": "` + strings.Repeat("я", 200) + `",
  "common.edit": "\u202eтиварП",
  "common.copy": " ",
  "common.save": "Сохранить",
  "common.more": 7,
  "common.next": ["a", {"b": [1]}],
  "common.yes": {"one": "a", "one": "b", "some": "c", "few": {"x": 1}},
  "common.no": "{{if .X}}нет{{end}}",
  "A casino has %d topics at most.": "Заняты все 100% мест.",
  "demo.title": "x"
}
`
	texts, problems, more := Check("ru", []byte(file))
	if texts != nil || more != 0 {
		t.Errorf("%d texts, %d more", len(texts), more)
	}
	var got []string
	for _, p := range problems {
		got = append(got, fmt.Sprintf("%d %s: %s", p.Line, p.ID, p.Why.Sentence()))
	}
	want := []string{
		`3 common.nobody: The product has no text "common.nobody".`,
		`4 common.page_title: This text has lost {{.Casino}}.`,
		`4 common.page_title: The original doesn't fill in {{.Casin}}.`,
		`7 common.unread: This language has no form "two", only few, many, one, other.`,
		`8 common.unread: The form "few" is missing: this language has few, many, one, other.`,
		`8 common.unread: The form "many" is missing: this language has few, many, one, other.`,
		`8 common.unread: This text has lost {{.Count}}.`,
		`10 common.results: This text counts something: give it the forms few, many, one, other.`,
		`11 common.cancel: This text counts nothing: write it as one text, without plural forms.`,
		`12 common.delete: This text holds markup. Texts are plain: write no < and no &…;.`,
		`13 common.close: This text holds markup. Texts are plain: write no < and no &…;.`,
		fmt.Sprintf(`14 common.done: This text is too long: 200 characters, and %d have room.`, 3*longestOf(t, "common.done")+40),
		`15 common.edit: This text holds a character that can't be seen or that turns others around: U+202E.`,
		`16 common.copy: This text is empty.`,
		`17 common.save: This text is here twice: first on line 2.`,
		`18 common.more: A text is written in quotes, or as an object of plural forms.`,
		`19 common.next: A text is written in quotes, or as an object of plural forms.`,
		`20 common.yes: This text is here twice: first on line 20.`,
		`20 common.yes: "some" is no plural form. There are zero, one, two, few, many and other.`,
		`20 common.yes: A plural form is written in quotes.`,
		`21 common.no: In this text {{ }} may only hold a blank of the original: –.`,
		`22 A casino has %d topics at most.: Write a percent sign as %% in this text.`,
		`22 A casino has %d topics at most.: This text has lost %[1]d.`,
		`23 demo.title: The product has no text "demo.title".`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func longestOf(t *testing.T, id string) (n int) {
	t.Helper()
	s, _ := i18n.Original("ru", id)
	for _, form := range s.Text {
		n = max(n, utf8.RuneCountInString(form))
	}
	return n
}

func TestWhatIsNoFileIsSaidWithItsLine(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"":                                     "1 The file is no JSON from here on",
		"\n\n<html>":                           "3 The file is no JSON from here on",
		"{\n\"common.save\": \"a\"\n\"b\": 1}": "3 The file is no JSON from here on",
		"{\n\"common.save\": \"a\",\n\n":       "2 The file is no JSON from here on",
		"{\"common.save\": \"a":                "1 The file is no JSON from here on",
		"[]":                                   "1 The file must be one object",
		"\"text\"":                             "1 The file must be one object",
		"{}\n{}":                               "1 Something follows behind",
		"{\"common.save\":\n \"\xff\"}":        "2 This isn't UTF-8",
		"{" + strings.Repeat(" ", MaxFile):     "1 The file is too large",
	} {
		_, problems, _ := Check("ru", []byte(file))
		if len(problems) != 1 || !strings.HasPrefix(fmt.Sprint(problems[0].Line, " ", problems[0].Why.Sentence()), want) {
			t.Errorf("%.40q: %v, want %s", file, problems, want)
		}
	}
	if texts, problems, _ := Check("ru", []byte("\ufeff{}")); len(texts) != 0 || len(problems) != 0 {
		t.Errorf("an empty file with a mark: %v", problems)
	}
	many := "{" + strings.Repeat(`"x": 1,`, 500) + `"y": 1}`
	if _, problems, more := Check("ru", []byte(many)); len(problems) != MaxProblems || more != 1000-MaxProblems {
		t.Errorf("%d problems and %d more", len(problems), more)
	}
}

func TestMarkupIsToldFromPlainSigns(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"2 < 3": false, "a <- b": false, "<3": false, "R&D; yes": true, "R & D": false, "you & me; them": false, "&": false, "x <": false,
		"<b>": true, "</x": true, "<!--": true, "<?": true, "&lt;b": true, "&#60;": true, "&#x3c;": true, "a<img src": true,
	} {
		if got := markup(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// FuzzCheck: whatever comes in, nothing breaks; every problem names a line of the file and a sentence that can be shown; what goes
// through compiles, fills in what the product's text does, and shows nothing that isn't plain.
func FuzzCheck(f *testing.F) {
	f.Add("ru", []byte(`{"common.save": "Записать", "common.unread": {"one": "{{.Count}}", "few": "{{.Count}}", "many": "{{.Count}}", "other": "{{.Count}}"}}`))
	f.Add("ar", []byte(`{"common.unread": {"zero": "لا", "one": "", "two": "<", "few": "{{", "many": "}}", "other": "%"}}`))
	f.Add("ka", []byte("\ufeff{\"common.save\":\n[[[[{\"\\ud800\": null}]]]], \"A casino has %d topics at most.\": \"%[9]s %!\"}"))
	f.Add("en", []byte(`{"a":1}{`))
	f.Fuzz(func(t *testing.T, lang string, raw []byte) {
		if _, err := clean(lang); err != nil {
			lang = "ru"
		}
		texts, problems, more := Check(lang, raw)
		if (len(problems) > 0) == (texts != nil) || more < 0 {
			t.Fatalf("%d texts, %d problems", len(texts), len(problems))
		}
		for _, p := range problems {
			if s := p.Why.Sentence(); p.Line < 1 || p.Line > 1+strings.Count(string(raw), "\n") || !utf8.ValidString(s) || len(s) > 1000 {
				t.Errorf("line %d: %q", p.Line, s)
			}
		}
		for id, text := range texts {
			s, ok := i18n.Original(lang, id)
			if !ok {
				t.Fatalf("%q went through", id)
			}
			for form, one := range text {
				if markup(one) || strings.ContainsAny(one, "\x00\x1b\u202e\u2066") || !i18n.Fills(lang, s.Surface, form, one, s.Blanks) {
					t.Errorf("%q %s: %q went through", id, form, one)
				}
			}
			w := i18n.NewWords(i18n.Offer{Fallback: "en"}, i18n.Pack{Lang: lang, Texts: map[string]i18n.Text{id: text}})
			ctx := i18n.With(i18n.WithWords(t.Context(), w), lang)
			if s.IsFault() {
				continue
			}
			kv := []any{}
			for _, b := range s.Blanks {
				kv = append(kv, b, "Mara")
			}
			if got := i18n.T(ctx, id, kv...); got == "" {
				t.Errorf("%q says nothing", id)
			}
		}
		if _, err := json.Marshal(texts); err != nil {
			t.Error(err)
		}
	})
}
