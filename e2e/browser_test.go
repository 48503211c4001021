package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to come to what is waited for. It is no measure: a slow machine needs it.
const patience = 60 * time.Second

// window is one person's page in a browser of their own.
type window struct {
	t   testing.TB
	ctx context.Context
}

// browser starts Chromium for t with cookies of third parties blocked, as its users more and more have them.
func browser(t testing.TB) context.Context {
	t.Helper()
	profile, err := os.MkdirTemp(folder, "profile")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(profile, "Default"), 0o700); err != nil {
		t.Fatal(err)
	}
	preferences := `{"profile": {"block_third_party_cookies": true, "cookie_controls_mode": 1}}`
	if err := os.WriteFile(filepath.Join(profile, "Default", "Preferences"), []byte(preferences), 0o600); err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("test-third-party-cookie-phaseout", true), chromedp.WindowSize(1440, 900))
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(func() { end(); cancel() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("Chromium: %v", err)
	}
	return ctx
}

// open gives somebody a window with cookies and storage of their own.
func open(t testing.TB, browser context.Context, url string) *window {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	return begin(t, ctx, url)
}

// tab opens another page of the same person.
func (w *window) tab(url string) *window {
	w.t.Helper()
	ctx, cancel := chromedp.NewContext(w.ctx)
	w.t.Cleanup(cancel)
	return begin(w.t, ctx, url)
}

func begin(t testing.TB, ctx context.Context, url string) *window {
	t.Helper()
	if err := chromedp.Do(ctx); err != nil { // the first Do binds the page's life to its ctx, so it has no limit
		t.Fatal(err)
	}
	w := &window{t, ctx}
	if url != "" {
		w.do(chromedp.Navigate(url))
	}
	return w
}

func (w *window) do(actions ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	if err := w.try(actions...); err != nil {
		w.t.Fatalf("%v\n%s", err, w.look())
	}
}

func (w *window) try(actions ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, actions...)
}

// value is what a JavaScript expression gives on the page.
func value[T any](w *window, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression))
}

// look is what the page shows, for a failure's message.
func (w *window) look() string {
	text, _ := value[string](w, `location.href + "\n" + [...document.querySelectorAll("textarea,input")].map(e => e.name + "=" + e.value).join("; ") + "\nfocus: " + document.hasFocus() + " " + document.activeElement?.tagName + "\n" + (document.body?.innerText ?? "").slice(0, 1500)`)
	return text
}

// run lets a script do something on the page.
func (w *window) run(script string) {
	w.t.Helper()
	if _, err := value[bool](w, "(() => { "+script+"; return true })()"); err != nil {
		w.t.Fatalf("%s: %v\n%s", script, err, w.look())
	}
}

// visible is an expression for the first element of a selector that a person can see.
func visible(selector string) string {
	quoted, _ := json.Marshal(selector)
	return `[...document.querySelectorAll(` + string(quoted) + `)].find(e => e.checkVisibility() && !e.disabled)`
}

// fill types text where selector points, as a keyboard would bring it.
func (w *window) fill(selector, text string) {
	w.t.Helper()
	w.holds(selector+" is there", visible(selector))
	w.run(visible(selector) + ".focus()")
	w.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
}

// press clicks the first visible element of a selector.
func (w *window) press(selector string) {
	w.t.Helper()
	w.holds(selector+" is there", visible(selector))
	w.run(visible(selector) + ".click()")
}

// pressNamed clicks the first visible button or link that says text.
func (w *window) pressNamed(text string) {
	w.t.Helper()
	quoted, _ := json.Marshal(text)
	named := `[...document.querySelectorAll("a, button, summary, [role=button]")].find(e => e.checkVisibility() && !e.disabled &&
		(e.innerText.includes(` + string(quoted) + `) || e.getAttribute("aria-label") === ` + string(quoted) + `))`
	w.holds("a button says "+text, named)
	w.run(named + ".click()")
}

// sees waits until the page shows text.
func (w *window) sees(text string) {
	w.t.Helper()
	w.holds(fmt.Sprintf("the page shows %q", text), shows(text))
}

// until is the package's until with what the page shows when it fails.
func (w *window) until(what string, so func() bool) {
	w.t.Helper()
	deadline := time.Now().Add(patience)
	until(w.t, 2*patience, what, func() bool {
		if so() {
			return true
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("not within %s: %s\n%s", patience, what, w.look())
		}
		return false
	})
}

func shows(text string) string {
	quoted, _ := json.Marshal(text)
	return `(document.body?.innerText ?? "").includes(` + string(quoted) + `)`
}

// holds waits until a JavaScript expression is true on the page.
func (w *window) holds(what, expression string) {
	w.t.Helper()
	w.until(what, func() bool {
		so, err := value[bool](w, `!!(`+expression+`)`)
		return err == nil && so
	})
}

// is asks a JavaScript expression of the page once.
func (w *window) is(expression string) bool {
	w.t.Helper()
	so, err := value[bool](w, `!!(`+expression+`)`)
	if err != nil {
		w.t.Fatalf("%s: %v", expression, err)
	}
	return so
}

// chat is the frame that the casino's page holds, which is a page of another site.
func (w *window) chat() *window {
	w.t.Helper()
	var id target.ID
	until(w.t, patience, "the chat's frame is there", func() bool {
		infos, err := chromedp.Targets(w.ctx)
		if err != nil {
			return false
		}
		mine := chromedp.FromContext(w.ctx).Target.TargetID
		for _, info := range infos {
			if info.Type == "iframe" && strings.Contains(info.URL, "/chat?") && w.belongs(info, mine) {
				id = info.TargetID
				return true
			}
		}
		return false
	})
	ctx, cancel := chromedp.NewContext(w.ctx, chromedp.WithTargetID(id))
	w.t.Cleanup(cancel)
	frame := begin(w.t, ctx, "")
	frame.holds("the chat is there", `document.readyState !== "loading"`)
	return frame
}

func (w *window) belongs(info *target.Info, page target.ID) bool {
	return info.ParentFrameID == "" || string(info.ParentFrameID) == string(page)
}

// size makes the window as large as a phone or a desk's screen.
func (w *window) size(width, height int64) {
	w.t.Helper()
	w.do(chromedp.EmulateViewport(width, height))
}

// signIn goes through a casino's sign-in page.
func (w *window) signIn(url, email, password string) {
	w.t.Helper()
	w.do(chromedp.Navigate(url + "/sign-in"))
	w.fill(`[name=email]`, email)
	w.fill(`[name=password]`, password)
	w.press(`form button`)
	w.holds("the inbox is open", `location.pathname.startsWith("/inbox")`)
}
