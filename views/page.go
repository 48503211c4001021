package views

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/a-h/templ"
)

// Page is what the frame of every page needs.
type Page struct {
	Title   string // of this page alone; the casino's name follows it in the tab
	Casino  Casino
	Reader  *Reader // who is signed in; nil on pages for anyone
	Here    string  // the rail's entry this page belongs to: "inbox", "settings"…
	Rail    []RailItem
	Flashes []Flash
	Visit   *VisitBar // somebody from above is looking; nil for members
	Bar     *Bar      // what is amiss with the whole desk; nil while nothing is
	Scripts []string  // built scripts beyond desk.js, such as "inbox.js"
	Fixed   bool      // the page has the window's height and scrolls inside, as the inbox does
	Scheme  string    // light or dark whatever the reader chose; empty follows them
	Wide    bool      // of a Card: room for a code or a list beside the form
}

// Casino is whose pages these are. No other name may stand on them.
type Casino struct {
	Name string
	Logo string // address on the casino's own host; empty shows its first letter

	LogoDark string // the logo for dark grounds; empty means that Logo does for both
	Icon     string // a square picture for tabs and home screens
	Theme    string // address of the casino's colours and corners
}

func (c Casino) theme() string {
	if c.Theme != "" {
		return c.Theme
	}
	return "/theme.css"
}

// Reader is the person at the screen.
type Reader struct {
	Name  string
	Email string
	Role  string // in the reader's language
	Guest bool   // a visitor, who has no account here and leaves by ending the visit
}

// RailItem is one entry of the rail. Show only what the reader may open.
type RailItem struct {
	Key  string // compared with Page.Here
	Icon string
	Name string
	Href string
}

// Flash is a short message about what just happened.
type Flash struct {
	Tone Tone
	Text string
}

// Tone says how grave a message is. It is shown by icon and colour, beside the words.
type Tone string

// The tones of notices, flashes and pills.
const (
	Plain Tone = ""
	Good  Tone = "good"
	Calm  Tone = "calm"
	Warn  Tone = "warn"
	Bad   Tone = "bad"
)

func (t Tone) icon() string {
	switch t {
	case Good:
		return "circle-check"
	case Warn:
		return "triangle-alert"
	case Bad:
		return "circle-alert"
	}
	return "info"
}

func (t Tone) class(part string) string {
	if t == Plain {
		return part
	}
	return part + " " + part + "-" + string(t)
}

func (p Page) tab() string {
	switch {
	case p.Title == "":
		return p.Casino.Name
	case p.Casino.Name == "":
		return p.Title
	}
	return p.Title + " · " + p.Casino.Name
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render answers with c and status. Nothing is sent before the whole of it is rendered, so that a component that fails
// leaves room for an error page.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	b := buffers.Get().(*bytes.Buffer)
	defer func() {
		if b.Reset(); b.Cap() < 1<<20 {
			buffers.Put(b)
		}
	}()
	if err := c.Render(r.Context(), b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	return err
}

// Initials are the one or two letters that stand for a name: "Mara Petrauskienė" is MP.
func Initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	switch len(words) {
	case 0:
		return "?"
	case 1:
		return first(words[0])
	}
	return first(words[0]) + first(words[len(words)-1])
}

func first(word string) string {
	for _, r := range word {
		return string(unicode.ToUpper(r))
	}
	return ""
}

// machine writes t for a datetime attribute.
func machine(t time.Time) string { return t.UTC().Format(time.RFC3339) }
