package answers

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// ids gives headings addresses that no other element of a page has, and that survive a change of the words after them.
type ids struct{ taken map[string]bool }

func (s *ids) Generate(value []byte, _ ast.NodeKind) []byte {
	base := Slug(string(value))
	if base == "" {
		base = "part"
	}
	id := "s-" + base
	for n := 2; s.taken[id]; n++ {
		id = "s-" + base + "-" + strconv.Itoa(n)
	}
	s.taken[id] = true
	return []byte(id)
}

func (s *ids) Put(value []byte) { s.taken[string(value)] = true }

// callout is a quote that begins with [!NOTE] or another of kinds: a remark set apart from the text.
type callout struct {
	ast.BaseBlock
	kind  string
	label string
}

var calloutKind = ast.NewNodeKind("Callout")

func (c *callout) Kind() ast.NodeKind        { return calloutKind }
func (c *callout) Dump(source []byte, l int) { ast.DumpHelper(c, source, l, nil, nil) }

var calloutKinds = map[string]string{"[!NOTE]": "note", "[!TIP]": "tip", "[!IMPORTANT]": "important", "[!WARNING]": "warning", "[!CAUTION]": "caution"}

// callouts turns quotes into callouts.
type callouts struct{}

func (callouts) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	source := reader.Source()
	var quotes []*ast.Blockquote
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if q, ok := n.(*ast.Blockquote); ok && entering {
			quotes = append(quotes, q)
		}
		return ast.WalkContinue, nil
	})
	for _, q := range quotes {
		p, ok := q.FirstChild().(*ast.Paragraph)
		if !ok || p.Lines().Len() == 0 {
			continue
		}
		first := p.Lines().At(0)
		kind, ok := calloutKinds[strings.ToUpper(strings.TrimSpace(string(first.Value(source))))]
		if !ok {
			continue
		}
		// The line's text nodes go; what follows them stays.
		for c := p.FirstChild(); c != nil; {
			next := c.NextSibling()
			t, ok := c.(*ast.Text)
			if !ok || t.Segment.Start >= first.Stop {
				break
			}
			p.RemoveChild(p, c)
			c = next
		}
		if p.ChildCount() == 0 {
			q.RemoveChild(q, p)
		}
		c := &callout{kind: kind}
		for n := q.FirstChild(); n != nil; {
			next := n.NextSibling()
			c.AppendChild(c, n)
			n = next
		}
		q.Parent().ReplaceChild(q.Parent(), q, c)
	}
}

// writer writes what differs from plain Markdown: links, pictures, callouts, tables that may scroll, no HTML of the author's.
type writer struct{}

func (w *writer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindRawHTML, nothing)
	r.Register(ast.KindHTMLBlock, nothing)
	r.Register(ast.KindLink, w.link)
	r.Register(ast.KindAutoLink, w.autoLink)
	r.Register(ast.KindImage, w.image)
	r.Register(ast.KindParagraph, w.paragraph)
	r.Register(ast.KindBlockquote, w.quote)
	r.Register(calloutKind, w.callout)
	r.Register(east.KindTable, w.table)
}

func nothing(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
	return ast.WalkSkipChildren, nil
}

func (w *writer) link(out util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	href, away, ok := address(resolve(node.(*ast.Link).Destination))
	if !ok {
		return ast.WalkContinue, nil
	}
	if entering {
		open(out, href, away)
	} else {
		_, _ = out.WriteString("</a>")
	}
	return ast.WalkContinue, nil
}

// resolve is a destination as it is meant: Markdown may write its letters as references ("&amp;", "&#106;") or escape them.
func resolve(destination []byte) string {
	return string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(destination))))
}

func open(out util.BufWriter, href string, away bool) {
	_, _ = out.WriteString(`<a href="`)
	_, _ = out.Write(util.EscapeHTML([]byte(href)))
	if away {
		_, _ = out.WriteString(`" class="away" rel="noopener`)
	}
	_, _ = out.WriteString(`">`)
}

func (w *writer) autoLink(out util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.AutoLink)
	if !entering {
		return ast.WalkContinue, nil
	}
	to := string(n.URL(source))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(to), "mailto:") {
		to = "mailto:" + to
	}
	href, away, ok := address(to)
	if ok {
		open(out, href, away)
	}
	_, _ = out.Write(util.EscapeHTML(n.Label(source)))
	if ok {
		_, _ = out.WriteString("</a>")
	}
	return ast.WalkContinue, nil
}

// image writes a picture of the casino's own, or the words that stand for any other.
func (w *writer) image(out util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.Image)
	alt := util.EscapeHTML([]byte(plainOf(n, source)))
	name, ours := strings.CutPrefix(string(n.Destination), picturePath)
	if !ours || !pictureName(name) {
		_, _ = out.Write(alt)
		return ast.WalkSkipChildren, nil
	}
	_, _ = out.WriteString(`<img src="` + picturePath + name + `" alt="`)
	_, _ = out.Write(alt)
	_, _ = out.WriteString(`" loading="lazy" decoding="async"`)
	if size, ok := n.AttributeString("size"); ok {
		p := size.(Picture)
		_, _ = out.WriteString(` width="` + strconv.Itoa(p.Width) + `" height="` + strconv.Itoa(p.Height) + `"`)
	}
	_, _ = out.WriteString(`>`)
	return ast.WalkSkipChildren, nil
}

// figure returns the picture that is all a paragraph holds.
func figure(p ast.Node) *ast.Image {
	if p.ChildCount() != 1 {
		return nil
	}
	i, ok := p.FirstChild().(*ast.Image)
	if !ok || !pictureName(strings.TrimPrefix(string(i.Destination), picturePath)) {
		return nil
	}
	return i
}

func (w *writer) paragraph(out util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	name := "p"
	i := figure(node)
	if i != nil {
		name = "figure"
	}
	if entering {
		_, _ = out.WriteString("<" + name + ">")
		return ast.WalkContinue, nil
	}
	if i != nil && len(i.Title) > 0 {
		_, _ = out.WriteString("<figcaption>")
		_, _ = out.Write(util.EscapeHTML(i.Title))
		_, _ = out.WriteString("</figcaption>")
	}
	_, _ = out.WriteString("</" + name + ">\n")
	return ast.WalkContinue, nil
}

func (w *writer) quote(out util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = out.WriteString("<blockquote dir=\"auto\">\n")
	} else {
		_, _ = out.WriteString("</blockquote>\n")
	}
	return ast.WalkContinue, nil
}

func (w *writer) callout(out util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	c := node.(*callout)
	if !entering {
		_, _ = out.WriteString("</aside>\n")
		return ast.WalkContinue, nil
	}
	_, _ = out.WriteString(`<aside class="callout callout-` + c.kind + `"><p class="callout-name">`)
	_, _ = out.Write(util.EscapeHTML([]byte(c.label)))
	_, _ = out.WriteString("</p>\n")
	return ast.WalkContinue, nil
}

// table puts a table where it can be scrolled by itself, by keyboard too.
func (w *writer) table(out util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = out.WriteString("<div class=\"wide\" tabindex=\"0\"><table>\n")
	} else {
		_, _ = out.WriteString("</table></div>\n")
	}
	return ast.WalkContinue, nil
}
