package answers_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pitdesk/desk/answers"
)

func TestRender(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"# Top":                                           `<h2 id="s-top">Top</h2>`,
		"## Комиссия":                                     `<h2 id="s-komissiia">Комиссия</h2>`,
		"##### Deep":                                      `<h4 id="s-deep">Deep</h4>`,
		"## A\n\n## A":                                    `<h2 id="s-a-2">A</h2>`,
		"> [!WARNING]\n> Mind it.":                        "<aside class=\"callout callout-warning\"><p class=\"callout-name\">Warning</p>\n<p>Mind it.</p>\n</aside>",
		"> [!tip]\n>\n> One\n> two":                       "<p class=\"callout-name\">Tip</p>\n<p>One\ntwo</p>",
		"> [!NOTE] not alone":                             `<blockquote dir="auto">`,
		"> [!HUH]\n> x":                                   `<blockquote dir="auto">`,
		"| a | b |\n|---|--:|\n| 1 | 2 |":                 `<div class="wide" tabindex="0"><table>`,
		"~~old~~":                                         "<del>old</del>",
		"[us](/help/en/x#s-y)":                            `<a href="/help/en/x#s-y">us</a>`,
		"[out](https://example.com/a?b=1&c=2)":            `<a href="https://example.com/a?b=1&amp;c=2" class="away" rel="noopener">out</a>`,
		"https://example.com":                             `<a href="https://example.com" class="away" rel="noopener">https://example.com</a>`,
		"[mail](mailto:help@luckyfox.example)":            `<a href="mailto:help@luckyfox.example">mail</a>`,
		"<help@luckyfox.example>":                         `<a href="mailto:help@luckyfox.example">help@luckyfox.example</a>`,
		"[x](javascript:alert(1))":                        "<p>x</p>",
		"[x](JaVaScRiPt:alert(1))":                        "<p>x</p>",
		"[x](java\nscript:alert)":                         "<p>[x](java\nscript:alert)</p>",
		"[x](&#106;avascript:alert(1))":                   "<p>x</p>",
		"[x](data:text/html;base64,PHNjcmlwdD4=)":         "<p>x</p>",
		"[x](vbscript:x)":                                 "<p>x</p>",
		"[x](//evil.example/a)":                           "<p>x</p>",
		"[x](/\\evil.example)":                            "<p>x</p>",
		"[x](https://luckyfox.example@evil.example/)":     "<p>x</p>",
		"<javascript:alert(1)>":                           "<p>javascript:alert(1)</p>",
		"![a](https://evil.example/a.png)":                "<p>a</p>",
		"![a](/pictures/../secret.png)":                   "<p>a</p>",
		"![a](data:image/png;base64,x)":                   "<p>a</p>",
		"a<script>alert(1)</script>b":                     "<p>aalert(1)b</p>",
		"<div onclick=alert(1)>x</div>":                   "",
		"<img src=x onerror=alert(1)>":                    "",
		"x <svg onload=alert(1)> y":                       "<p>x  y</p>",
		"Text **with *both***.":                           "<p>Text <strong>with <em>both</em></strong>.</p>",
		"3. three\n4. four":                               `<ol start="3">`,
		"![A map](/pictures/" + fox + ".png \"The way\")": `<figure><img src="/pictures/` + fox + `.png" alt="A map" loading="lazy" decoding="async" width="640" height="480"><figcaption>The way</figcaption></figure>`,
		"in ![A](/pictures/" + fox + ".png) line":         `<p>in <img src="/pictures/` + fox + `.png" alt="A" loading="lazy" decoding="async" width="640" height="480"> line</p>`,
	} {
		got := answers.WriteIn("en", name, []answers.Picture{{Name: fox + ".png", Width: 640, Height: 480}}).HTML
		if want == "" && strings.TrimSpace(got) != "" || !strings.Contains(got, want) {
			t.Errorf("%q:\ngot  %q\nwant %q", name, got, want)
		}
		sound(t, got)
	}
	w := answers.WriteIn("ru", "## Срок\n\n> [!NOTE]\n> Ждать *день*.\n\n| a |\n|---|\n| b |", nil)
	if !strings.Contains(w.HTML, "Примечание") || len(w.Headings) != 1 || w.Headings[0] != (answers.Heading{Level: 2, ID: "s-srok", Text: "Срок"}) {
		t.Errorf("%+v", w)
	}
	if got := strings.Join(strings.Fields(w.Plain), " "); got != "Срок Ждать день. a b" {
		t.Errorf("its words: %q", got)
	}
}

const fox = "00112233445566778899aabbccddeeff"

// sound fails t where HTML holds what no article may hold, or isn't well-formed.
func sound(t *testing.T, text string) {
	t.Helper()
	allowed := map[string]string{"p": "class", "ul": "", "ol": "start", "li": "", "blockquote": "dir", "em": "", "strong": "", "del": "", "code": "",
		"pre": "", "br": "", "hr": "", "table": "", "thead": "", "tbody": "", "tr": "", "th": "align", "td": "align", "figure": "", "figcaption": "",
		"h2": "id", "h3": "id", "h4": "id", "aside": "class", "div": "class tabindex", "a": "href class rel", "img": "src alt loading decoding width height"}
	empty := map[string]bool{"br": true, "hr": true, "img": true}
	var open []string
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		token := z.Token()
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			attributes, ok := allowed[token.Data]
			if !ok {
				t.Errorf("element %s in %q", token.Data, text)
			}
			for _, a := range token.Attr {
				if !strings.Contains(" "+attributes+" ", " "+a.Key+" ") {
					t.Errorf("attribute %s of %s in %q", a.Key, token.Data, text)
				}
				value := strings.ToLower(a.Val)
				switch {
				case a.Key == "src" && !strings.HasPrefix(a.Val, "/pictures/"):
					t.Errorf("picture %q", a.Val)
				case a.Key == "href" && strings.Contains(strings.SplitN(strings.SplitN(value, "/", 2)[0], "?", 2)[0], ":") &&
					!strings.HasPrefix(value, "https:") && !strings.HasPrefix(value, "http:") && !strings.HasPrefix(value, "mailto:"):
					t.Errorf("link %q", a.Val)
				case a.Key == "href" && (strings.HasPrefix(value, "//") || strings.ContainsAny(value, "\\\x00\n\t ")):
					t.Errorf("link %q", a.Val)
				}
			}
			if !empty[token.Data] && kind == html.StartTagToken {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Errorf("</%s> closes %v in %q", token.Data, open, text)
				return
			}
			open = open[:len(open)-1]
		case html.CommentToken, html.DoctypeToken:
			t.Errorf("%s in %q", token, text)
		}
	}
	if len(open) > 0 {
		t.Errorf("%v stay open in %q", open, text)
	}
}

// FuzzRender looks for Markdown that gets past the writer: a script, a handler, an address that may not be, an element that
// stays open.
func FuzzRender(f *testing.F) {
	for _, seed := range []string{"# a\n> [!NOTE]\n> b", "[x](javascript:alert(1))", "<a href='x' onclick=y>", "![x](/pictures/" + fox + ".png 'y')",
		"|a|b|\n|-|-|\n|<b>|`c`|", "[a]: javascript:x\n\n[a]", "<http://a:b@c>", "- [ ] x\n  1. y\n\n```js\n</code><script>\n```", "\\<x\\>&lt;script&gt;&#0;",
		"> [!TIP]\n```\nx", "[![a](b)](c)", "www.example.com/\"onmouseover=1", "*a _b* c_", "## <i>\u202e x", "[a](<j avascript:x>)", "\x00\xff",
		"> [!NOTE]\n> - a\n>\n> > [!TIP]\n> > b", "***bold** x*\n\n---\n***"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		w := answers.WriteIn("en", body, []answers.Picture{{Name: fox + ".png", Width: 1, Height: 2}})
		sound(t, w.HTML)
		for _, h := range w.Headings {
			if !strings.Contains(w.HTML, `id="`+h.ID+`"`) {
				t.Errorf("no heading %q in %q", h.ID, w.HTML)
			}
		}
	})
}
