package audit_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pitdesk/internal/i18n"
	"pitdesk/internal/i18n/audit"
)

const root = "../../.."

func catalogs(t *testing.T) audit.Catalogs {
	t.Helper()
	all, err := audit.Load(i18n.CatalogFiles())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryTextIsThereInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, problem := range catalogs(t).Problems() {
		t.Error(problem)
	}
}

func TestEveryTextTheSourceAsksForExists(t *testing.T) {
	t.Parallel()
	source, err := audit.Read(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(source.Formats) == 0 || len(source.IDs) == 0 {
		t.Fatal("the source was not read")
	}
	for _, problem := range audit.Disagreements(source, catalogs(t)) {
		t.Error(problem)
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"inbox.en.json": {Data: []byte(`{"inbox.a": "To {{.Name}}", "inbox.b": {"one": "One", "other": "{{.Count}} of them"},
			"inbox.c": "Close", "inbox.d": "Open"}`)},
		"inbox.ru.json": {Data: []byte(`{"inbox.a": "Кому: {{.Nam}}", "inbox.b": {"one": "{{.Count}}", "other": "{{.Count}}"},
			"inbox.c": " ", "inbox.e": "Лишнее"}`)},
		"inbox.lt.json": {Data: []byte(`{"inbox.a": "Kam: {{.Name}}", "inbox.b": "{{.Count}}", "inbox.c": "Uždaryti",
			"inbox.d": "Atverti"}`)},
		"inbox.ar.json": {Data: []byte(`{"inbox.b": {"zero": "لا شيء", "one": "واحد", "two": "اثنان", "few": "بعض",
			"many": "{{.Count}}", "other": "{{.Count}}"}}`)},
		"errors.en.json": {Data: []byte(`{"%s has %d seats": {"one": "%s has one seat", "other": "%s has %d seats"}}`)},
		"errors.ru.json": {Data: []byte(`{"%s has %d seats": "%[2]d мест у %[1]s"}`)},
		"errors.lt.json": {Data: []byte(`{"%s has %d seats": "%d vietų turi %s"}`)},
	}
	all, err := audit.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`errors.lt: "%s has %d seats" fills in [1%d 2%s], the source [1%s 2%d] (other)`,
		`inbox.ru: "inbox.a" fills in [Nam], the source [Name] (other)`,
		`inbox.ru: "inbox.b" has the plural forms [one other], ru needs [few many one other]`,
		`inbox.ru: "inbox.c" is empty (other)`,
		`inbox.ru: "inbox.d" is missing`,
		`inbox.ru: "inbox.e" is not in English`,
		`inbox.lt: "inbox.b" has plural forms in one language and none in the other`,
		`inbox.ar: "inbox.b" fills in [], the source [Count] (few)`,
	}
	// The other languages lack all of these made-up texts.
	got := slices.DeleteFunc(all.Problems(), func(p string) bool {
		return strings.HasSuffix(p, " is missing") && !strings.Contains(p, ".ru: ") && !strings.Contains(p, ".lt: ")
	})
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheSourceIsReadWithItsAliases(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "web/page.go", `package web
import (
	say "pitdesk/internal/i18n"
	"pitdesk/internal/fault"
)
var a = say.T(ctx, "inbox.none")
var b = say.N(ctx, "topic." + name, 3)
var c = fault.New(fault.Conflict, "All %d " + "seats are taken.", 3)
var d = fault.New(fault.Conflict, format)
var e = &fault.Error{Code: fault.Invalid, Format: "Nobody said this."}
var f = other.T(ctx, "not.ours")
func refuse(code int, format string, args ...any) error { return fault.New(code, format, args...) }
var g = refuse(3, "Refused: %s.", "x")
`)
	write(t, dir, "web/page.templ", "{ i18n.T(ctx, \"inbox.templ\") }\n{ i18n.N(ctx,\n\t\"inbox.more\", 2) }")
	write(t, dir, "views/scripts/chat/head.ts", "import { day, t } from './words'\nbox.set('x', t('seen'), t(`topic_${id}`))\n")
	write(t, dir, "views/scripts/chat/other.ts", "const x = t('div')")
	write(t, dir, "web/page_test.go", "package web\nvar x = fault.New(1, \"of a test\")")
	s, err := audit.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	var ids, formats []string
	for _, u := range s.IDs {
		ids = append(ids, u.Text)
	}
	for _, u := range s.Formats {
		formats = append(formats, u.Text)
	}
	if want := []string{"chat.seen", "inbox.more", "inbox.none", "inbox.templ", "topic."}; !slices.Equal(ids, want) {
		t.Errorf("ids %q, want %q", ids, want)
	}
	if want := []string{"All %d seats are taken.", "Nobody said this.", "Refused: %s."}; !slices.Equal(formats, want) {
		t.Errorf("formats %q, want %q", formats, want)
	}
	if len(s.Problems) != 1 || !strings.HasPrefix(s.Problems[0], "web/page.go:9") {
		t.Errorf("problems %q", s.Problems)
	}
	if got := audit.Disagreements(s, audit.Catalogs{}); len(got) != 1+5+3 {
		t.Errorf("disagreements:\n%s", strings.Join(got, "\n"))
	}
}

func TestTemplatesSayNothingThemselves(t *testing.T) {
	t.Parallel()
	found, err := audit.HardCoded(root, "gallery", ".git")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Errorf("%s is not from a catalog", f)
	}
}

func TestHardCodedTextIsFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "page_templ.go", `package views
func Page() {
	templruntime.WriteString(buf, 1, "<p title=\"Close it\" class=\"some class\">")
	buf.WriteString(name)
	templruntime.WriteString(buf, 2, "</p><kbd>Ctrl</kbd><b>· Save</b><script>let x = 1</script> 12 % <i aria-label=\"")
	templruntime.WriteString(buf, 3, "\"></i>")
}`)
	write(t, dir, "gallery/page_templ.go", `package gallery
func Page() { templruntime.WriteString(buf, 1, "<p>Sample</p>") }`)
	got, err := audit.HardCoded(dir, "gallery")
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{`page.templ, Page: "title=Close it"`, `page.templ, Page: "· Save"`}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
