package languages

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"unicode/utf8"

	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
)

// fileText is one text as a file has it, with the lines its parts stand on.
type fileText struct {
	id    string
	line  int
	text  i18n.Text
	lines map[string]int // by plural form
}

// Forms are the plural forms of CLDR, from none to many.
func Forms() []string { return slices.Clone(formNames) }

var formNames = []string{"zero", "one", "two", "few", "many", "other"}

// readFile reads {"id": "text", "id": {"one": "…", "other": "…"}} token by token, so that it knows the line of everything and
// sees keys that are there twice. Where the file is no JSON it stops; what is only out of place it names and goes on.
func readFile(raw []byte) ([]fileText, []Problem) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff")) // some editors begin every file with it
	if len(raw) > MaxFile {
		return nil, []Problem{{Line: 1, Why: fault.New(fault.TooLarge, "The file is too large: %d KB is the most.", MaxFile>>10)}}
	}
	f := &file{raw: raw, in: json.NewDecoder(bytes.NewReader(raw)), line: 1}
	f.in.UseNumber() // a number is out of place, however large it is
	if at := badUTF8(raw); at >= 0 {
		f.problem(1+bytes.Count(raw[:at], []byte("\n")), "", bad("", "This isn't UTF-8. Save the file in that encoding."))
		return nil, f.problems
	}
	f.read()
	return f.texts, f.problems
}

type file struct {
	raw      []byte
	in       *json.Decoder
	seen     int64 // how far lines are counted
	line     int
	texts    []fileText
	problems []Problem
}

func (f *file) problem(line int, id string, why *fault.Error) {
	f.problems = append(f.problems, Problem{line, id, why})
}

// next is the next token; nil and false at a place that is no JSON, which it names.
func (f *file) next() (json.Token, bool) {
	t, err := f.in.Token()
	at := f.in.InputOffset()
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		at = max(at, syntax.Offset)
	}
	if err != nil {
		at = f.trouble(at)
	}
	if at = min(at, int64(len(f.raw))); at > f.seen {
		f.line += bytes.Count(f.raw[f.seen:at], []byte("\n"))
		f.seen = at
	}
	if err != nil {
		f.problem(f.line, "", bad("", "The file is no JSON from here on: a comma, a quote or a bracket is missing or too many."))
		return nil, false
	}
	return t, true
}

// trouble is the place that a person would look at for what went wrong at an offset: the next sign there is, else the last.
func (f *file) trouble(at int64) int64 {
	const space = " \t\r\n"
	at = min(at, int64(len(f.raw)))
	if rest := bytes.TrimLeft(f.raw[at:], space); len(rest) > 0 {
		return int64(len(f.raw) - len(rest))
	}
	return int64(len(bytes.TrimRight(f.raw[:at], space)))
}

func (f *file) read() {
	t, ok := f.next()
	if !ok {
		return
	}
	if t != json.Delim('{') {
		f.problem(f.line, "", bad("", "The file must be one object: {\"id\": \"text\", …}."))
		return
	}
	first := map[string]int{}
	for {
		t, ok := f.next()
		if !ok {
			return
		}
		if t == json.Delim('}') {
			break
		}
		id := t.(string) // a key is nothing else
		line := f.line
		if at := first[id]; at > 0 {
			f.problem(line, id, bad("", "This text is here twice: first on line %d.", at))
		} else {
			first[id] = line
		}
		if !f.value(id, line, first[id] == line) {
			return
		}
	}
	if _, err := f.in.Token(); !errors.Is(err, io.EOF) {
		f.problem(f.line, "", bad("", "Something follows behind the end of the object."))
	}
}

// value reads what a key says. It is false at the end of what can be read.
func (f *file) value(id string, line int, keep bool) bool {
	t, ok := f.next()
	if !ok {
		return false
	}
	out := fileText{id: id, line: line, text: i18n.Text{}, lines: map[string]int{}}
	switch t := t.(type) {
	case string:
		out.text["other"] = t
	case json.Delim:
		if t != '{' {
			f.problem(line, id, bad("", "A text is written in quotes, or as an object of plural forms."))
			return f.skip()
		}
		before := len(f.problems)
		if !f.forms(&out) {
			return false
		}
		if keep = keep && len(f.problems) == before; keep && len(out.text) == 0 {
			f.problem(line, id, bad("", "This text is empty."))
			keep = false
		}
	default:
		f.problem(line, id, bad("", "A text is written in quotes, or as an object of plural forms."))
		return true
	}
	if keep {
		f.texts = append(f.texts, out)
	}
	return true
}

func (f *file) forms(out *fileText) bool {
	for {
		t, ok := f.next()
		if !ok {
			return false
		}
		if t == json.Delim('}') {
			return true
		}
		form, line := t.(string), f.line
		value, ok := f.next()
		if !ok {
			return false
		}
		said, isText := value.(string)
		switch _, twice := out.text[form]; {
		case !slices.Contains(formNames, form):
			f.problem(line, out.id, bad("", "%q is no plural form. There are zero, one, two, few, many and other.", short(form)))
		case twice:
			f.problem(line, out.id, bad("", "This text is here twice: first on line %d.", out.lines[form]))
		case !isText:
			f.problem(line, out.id, bad("", "A plural form is written in quotes."))
		default:
			out.text[form], out.lines[form] = said, line
		}
		if d, open := value.(json.Delim); open && (d == '{' || d == '[') && !f.skip() {
			return false
		}
	}
}

// skip reads to the end of the object or array that has just begun.
func (f *file) skip() bool {
	for depth := 1; depth > 0; {
		t, ok := f.next()
		if !ok {
			return false
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return true
}

func badUTF8(raw []byte) int {
	if utf8.Valid(raw) {
		return -1
	}
	for at := 0; at < len(raw); {
		r, size := utf8.DecodeRune(raw[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
	return -1
}
