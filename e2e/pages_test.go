package e2e

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"pitdesk/web"
)

// unlinked are routes of pages that nobody gets to by links, each with its reason. Every other page is found by walking the
// host, so that a new one is looked at as soon as it is in the route table.
var unlinked = map[string]string{
	"/reset/{token}":      "a letter leads there",
	"/invitation/{token}": "a letter leads there",
	"/sign-in/code":       "only between a password and a code",
}

// walking follows the links of one host and keeps one address for each route that answers with a whole page.
const walking = `window.found = null;
(async (routes) => {
	const found = {}, queue = [], tried = {}
	const match = (path) => routes.find((r) => new RegExp(r.match).test(path))
	const add = (link) => {
		let u
		try { u = new URL(link, location.href) } catch { return }
		const route = u.origin === location.origin && match(u.pathname)
		if (!route || (tried[route.path] ?? 0) >= 3 || found[route.path]) return
		tried[route.path] = (tried[route.path] ?? 0) + 1
		queue.push([route.path, u.pathname + u.search])
	}
	for (const r of routes) if (!r.path.includes("{")) add(r.path)
	while (queue.length) {
		const [path, at] = queue.shift()
		if (found[path]) continue
		const stop = new AbortController()
		const answer = await fetch(at, { signal: stop.signal }).catch(() => null)
		const html = answer?.ok && (answer.headers.get("content-type") ?? "").startsWith("text/html")
		if (!html) { stop.abort(); continue }
		const text = await answer.text()
		const doc = new DOMParser().parseFromString(text, "text/html")
		if (/^\s*<!doctype/i.test(text) && !answer.redirected) found[path] = at
		for (const e of doc.querySelectorAll("a[href], [hx-get]")) add(e.getAttribute("href") ?? e.getAttribute("hx-get"))
	}
	window.found = found
})(%s)`

var placeholder = regexp.MustCompile(`\{[^}]+\}`)

// pages are an address for every page of the route table that the person of w can open, in order.
func (w *window) pages(t testing.TB) []string {
	t.Helper()
	var routes []map[string]string
	var patterns []string
	for _, r := range (&web.Server{}).Routes() {
		method, path, _ := strings.Cut(r.Pattern, " ")
		if method != "GET" {
			continue
		}
		path = strings.TrimSuffix(path, "{$}")
		if strings.HasPrefix(path, "/assets/") || strings.HasPrefix(path, "/pictures/") || strings.HasPrefix(path, "/files/") || strings.HasPrefix(path, "/chat/api/") {
			continue // files and data, nothing to look at
		}
		var match strings.Builder
		match.WriteString("^")
		at := 0
		for _, hit := range placeholder.FindAllStringIndex(path, -1) {
			match.WriteString(regexp.QuoteMeta(path[at:hit[0]]))
			if strings.HasSuffix(path[hit[0]:hit[1]], "...}") {
				match.WriteString(".+")
			} else {
				match.WriteString("[^/]+")
			}
			at = hit[1]
		}
		match.WriteString(regexp.QuoteMeta(path[at:]) + "$")
		patterns = append(patterns, path)
		routes = append(routes, map[string]string{"path": path, "match": match.String()})
	}
	// The most literal pattern wins, as in the program: /inbox/list before /inbox/{conversation}.
	slices.SortStableFunc(routes, func(a, b map[string]string) int {
		return strings.Count(a["path"], "{") - strings.Count(b["path"], "{")
	})
	list, err := json.Marshal(routes)
	if err != nil {
		t.Fatal(err)
	}
	w.run(fmt.Sprintf(walking, list))
	w.holds("the host is walked", "window.found")
	found, err := value[map[string]string](w, "window.found")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, path := range patterns {
		if at := found[path]; at != "" && unlinked[path] == "" {
			out = append(out, at)
		}
	}
	t.Logf("%d pages of %d routes", len(out), len(patterns))
	return out
}

// pictured is where BenchmarkPictures puts what it takes.
var pictured = flag.String("pictures", "", "a folder for pictures of every page")

// BenchmarkPictures takes a picture of every page of a casino in English, Russian, Lithuanian and Arabic, on a desk's screen and on
// a phone, for a person to look at.
//
//	make pictures DIR=pictures
func BenchmarkPictures(b *testing.B) {
	if *pictured == "" {
		b.Fatal("say where to: -pictures DIR")
	}
	if err := os.MkdirAll(*pictured, 0o755); err != nil {
		b.Fatal(err)
	}
	p, chromium := start(b), browser(b)
	fox := p.Casinos[0]
	first := open(b, chromium, "")
	first.signIn(fox.URL, fox.Staff[2].Email, fox.Staff[2].Password)
	paths := first.pages(b)
	b.ResetTimer()
	taken := 0
	for _, language := range []string{"en", "ru", "lt", "ar"} {
		p.speak(b, language)
		ieva := open(b, chromium, "") // a session remembers its language for a while
		ieva.signIn(fox.URL, fox.Staff[2].Email, fox.Staff[2].Password)
		for _, size := range [][2]int64{{1440, 900}, {390, 844}} {
			ieva.size(size[0], size[1])
			for _, path := range paths {
				ieva.do(chromedp.Navigate(fox.URL + speaking(path, language)))
				ieva.holds("the page is drawn", `document.readyState === "complete"`)
				name := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(path, "-"), "-")
				ieva.picture(filepath.Join(*pictured, fmt.Sprintf("%.60s.%s.%d.png", "page-"+name, language, size[0])))
				taken++
			}
		}
	}
	b.ReportMetric(float64(taken), "pictures")
	b.ReportMetric(0, "ns/op")
}

// speaking is path in a language, for pages whose readers haven't chosen one. The help centre's say it in their path; an article has
// another address in each language and stays as it was found.
func speaking(path, language string) string {
	if rest, help := strings.CutPrefix(path, "/help/en"); help && (rest == "" || strings.HasPrefix(rest, "/c/") || strings.HasPrefix(rest, "/search")) {
		return "/help/" + language + rest
	}
	if strings.Contains(path, "?") {
		return path + "&lang=" + language
	}
	return path + "?lang=" + language
}

// picture keeps the whole page as it stands.
func (w *window) picture(file string) {
	w.t.Helper()
	w.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		whole := true
		got, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &whole})
		if err != nil {
			return err
		}
		return os.WriteFile(file, got.Data, 0o644)
	}))
}
