package answers

import (
	"bytes"
	"context"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"pitdesk/internal/i18n"
)

// RendererVersion says which writer of HTML a text was written by. Raise it with every change of what WriteIn returns: pages
// then write their text anew when they are next read.
const RendererVersion = 1

// Heading is a heading of a text, for a list of contents. Level is 2 to 4.
type Heading struct {
	Level int    `json:"level"`
	ID    string `json:"id"`
	Text  string `json:"text"`
}

// Written is a text as HTML.
type Written struct {
	HTML     string // safe to put into a page: ours alone decide which elements and addresses it has
	Headings []Heading
	Plain    string // its words without any markup, for the search
}

// Render writes Markdown as HTML that is safe to put into a page, in English and without the sizes of pictures. It is for
// previews; WriteIn is what pages show.
func Render(source string) (html string, headings []Heading) {
	w := WriteIn("en", source, nil)
	return w.HTML, w.Headings
}

// WriteIn writes Markdown of a language as HTML. Raw HTML in it is left out, so are links to anything but web pages and mail
// addresses, and pictures that aren't the casino's own; known are those whose size is known.
func WriteIn(language, body string, known []Picture) Written {
	source := []byte(strings.ToValidUTF8(strings.ReplaceAll(body, "\x00", ""), ""))
	ctx := parser.NewContext(parser.WithIDs(&ids{taken: map[string]bool{}}))
	doc := markdown.Parser().Parse(text.NewReader(source), parser.WithContext(ctx))
	said := i18n.With(context.Background(), language)
	sizes := map[string]Picture{}
	for _, p := range known {
		sizes[p.Name] = p
	}
	w := Written{}
	var plain strings.Builder
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock {
				plain.WriteByte('\n')
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			id, _ := n.AttributeString("id")
			name, _ := id.([]byte)
			n.Level = min(max(n.Level, 2), 4)
			if words := strings.TrimSpace(plainOf(n, source)); words != "" {
				w.Headings = append(w.Headings, Heading{n.Level, string(name), words})
			}
		case *callout:
			n.label = i18n.T(said, "help.callout_"+n.kind)
		case *ast.Image:
			if p, ok := sizes[strings.TrimPrefix(string(n.Destination), picturePath)]; ok {
				n.SetAttributeString("size", p)
			}
		case *ast.Text:
			plain.Write(n.Segment.Value(source))
			if n.SoftLineBreak() || n.HardLineBreak() {
				plain.WriteByte('\n')
			}
		case *ast.String:
			plain.Write(n.Value)
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				plain.Write(line.Value(source))
			}
		case *east.TableCell:
			plain.WriteByte(' ')
		}
		return ast.WalkContinue, nil
	})
	var out bytes.Buffer
	if err := markdown.Renderer().Render(&out, source, doc); err != nil {
		return Written{} // a buffer doesn't fail
	}
	w.HTML = policy.Sanitize(out.String())
	w.Plain = plain.String()
	return w
}

func plainOf(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(n.Segment.Value(source))
				if n.SoftLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				b.Write(n.Value)
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// markdown reads and writes GitHub's dialect without its raw HTML (GFM 0.29, less task lists).
var markdown = goldmark.New(
	goldmark.WithParserOptions(parser.WithAutoHeadingID(), parser.WithASTTransformers(util.Prioritized(callouts{}, 500))),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(&writer{}, 100))),
	goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), extension.Strikethrough,
		extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"https:", "http:"}))))

// policy lets through what writer and goldmark write, and nothing else: whatever one of them should miss ends here.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "ul", "ol", "li", "blockquote", "em", "strong", "del", "code", "pre", "br", "hr", "table", "thead", "tbody", "tr", "th", "td",
		"figure", "figcaption", "h2", "h3", "h4", "aside", "div", "a")
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^s-[\p{L}\p{N}\p{M}-]+$`)).OnElements("h2", "h3", "h4")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^callout callout-(note|tip|important|warning|caution)$`)).OnElements("aside")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^callout-name$`)).OnElements("p")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^wide$`)).OnElements("div")
	p.AllowAttrs("tabindex").Matching(regexp.MustCompile(`^0$`)).OnElements("div")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,6}$`)).OnElements("ol")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(left|right|center)$`)).OnElements("th", "td")
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^(auto|ltr)$`)).OnElements("pre", "code", "blockquote", "aside")
	p.AllowAttrs("href").Matching(goodHref).OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^noopener$`)).OnElements("a")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^away$`)).OnElements("a")
	p.AllowURLSchemes("https", "http", "mailto")
	p.AllowRelativeURLs(true)
	p.AllowAttrs("src").Matching(regexp.MustCompile(`^/pictures/[0-9a-f]{32}\.(png|jpg)$`)).OnElements("img")
	p.AllowAttrs("alt", "title").OnElements("img")
	p.AllowAttrs("width", "height").Matching(regexp.MustCompile(`^[1-9][0-9]{0,4}$`)).OnElements("img")
	p.AllowAttrs("loading").Matching(regexp.MustCompile(`^lazy$`)).OnElements("img")
	p.AllowAttrs("decoding").Matching(regexp.MustCompile(`^async$`)).OnElements("img")
	return p
}()
