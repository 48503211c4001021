package licences

import (
	"bytes"
	"crypto/sha256"
	"io"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/unicode/norm"
)

// unseen are elements whose text nobody sees.
var unseen = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Iframe: true, atom.Svg: true,
	atom.Head: true, atom.Object: true, atom.Select: true, atom.Textarea: true}

// visible is what a person sees of a page, on one line.
func visible(page []byte, kind string) string {
	var in io.Reader = bytes.NewReader(page)
	if decoded, err := charset.NewReader(in, kind); err == nil {
		in = decoded
	}
	if strings.HasPrefix(kind, "text/plain") {
		text, _ := io.ReadAll(in)
		return string(text)
	}
	root, err := html.Parse(in)
	if err != nil {
		return ""
	}
	var b strings.Builder
	collect(&b, root)
	return b.String()
}

func collect(b *strings.Builder, n *html.Node) {
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
		return
	}
	if n.Type == html.ElementNode && (unseen[n.DataAtom] || hidden(n)) {
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		collect(b, c)
	}
	if n.Type == html.ElementNode && !inline[n.DataAtom] {
		b.WriteByte(' ')
	}
}

// inline are elements that break no word.
var inline = map[atom.Atom]bool{atom.A: true, atom.B: true, atom.I: true, atom.Em: true, atom.Strong: true, atom.Span: true, atom.Small: true,
	atom.U: true, atom.Font: true, atom.Wbr: true, atom.Abbr: true, atom.Bdi: true, atom.Mark: true}

func hidden(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key == "hidden" || a.Key == "style" && strings.Contains(strings.ReplaceAll(strings.ToLower(a.Val), " ", ""), "display:none") {
			return true
		}
	}
	return false
}

// clock is a time of day: pages that tell it change with every look.
var clock = regexp.MustCompile(`\b[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?: ?[ap]m)?\b`)

// digest is the SHA-256 of a text made plain: one space between words, small letters, no times of day.
func digest(text string) []byte {
	text = strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(text))), " ")
	sum := sha256.Sum256([]byte(clock.ReplaceAllString(text, "")))
	return sum[:]
}

// words is a text for comparing names: letters and digits in small letters without marks, one space for everything between.
func words(text string) string {
	var b strings.Builder
	b.WriteByte(' ')
	gap := false
	for _, r := range norm.NFKD.String(strings.ToLower(text)) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 1 {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
			gap = false
		case !unicode.Is(unicode.Mn, r):
			gap = true
		}
	}
	return strings.ReplaceAll(b.String()+" ", " limited ", " ltd ")
}

// mentions says that a text has a name or a number in it, whole and however it is set.
func mentions(text, name string) bool { return strings.Contains(words(text), words(name)) }
