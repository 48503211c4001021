package e2e

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

var sixDigits = regexp.MustCompile(`\d{6}`)

// TestACasinoComesByItself is the way in for a casino nobody knows: a name and an address on the vendor's page, the code out of the
// letter, a password; then the list of first steps, and the first conversation on the test page that it is given. What it took is printed,
// and no measure: the page promises less than a minute.
func TestACasinoComesByItself(t *testing.T) {
	t.Parallel()
	p := start(t)
	b := browser(t)
	began := time.Now()

	ieva := open(t, b, p.BaseURL+"/en")
	ieva.pressNamed("Open your desk")
	ieva.sees("Name of the casino")
	ieva.fill("[name=name]", "Lucky Fox") // somebody else's, so that the name it makes is refused while it is typed
	ieva.sees("This short name is taken.")
	ieva.run(`document.querySelector("[name=name]").value = ""`)
	ieva.fill("[name=name]", "Amber Room")
	ieva.sees("amber-room.localhost is free")
	const email = "ieva@amber-room.example"
	ieva.fill("[name=email]", email)
	ieva.pressNamed("Send me the code")
	ieva.sees("Look into your mailbox")

	code := codeFor(t, ieva, p, email)
	ieva.fill("[name=code]", code)
	ieva.fill("[name=person]", "Ieva Demo")
	ieva.fill("[name=password]", "amber stairs nine umbrellas")
	ieva.pressNamed("Open the desk")
	ieva.sees("Welcome to the desk of Amber Room")
	ready := time.Since(began)
	here, err := value[string](ieva, "location.href")
	if err != nil {
		t.Fatal(err)
	}
	if at, err := url.Parse(here); err != nil || at.Hostname() != "amber-room.localhost" || at.Path != "/start" {
		t.Errorf("the desk is at %s", here)
	}
	desk := strings.TrimSuffix(here, "/start")

	// The test page, as a player would come to the casino's own.
	player := ieva.tab(desk + "/start/chat")
	player.sees("A test page")
	player.pressNamed("Open the chat")
	const asks, answers = "Good evening, is my deposit there?", "It is, since this minute."
	player.holds("the chat can be written in", ownChat+`?.querySelector("textarea")?.checkVisibility()`)
	player.run(ownChat + `.querySelector("textarea").focus()`)
	player.typed(asks)
	player.run(ownChat + `.querySelector("textarea").form.requestSubmit()`)
	player.holds("the question stands in the chat", ownChat+`?.body.innerText.includes("`+asks+`")`)

	ieva.do(chromedp.Navigate(desk + "/inbox?view=all"))
	ieva.sees(asks)
	ieva.run(`[...document.querySelectorAll("a")].find(a => /\/inbox\/cnv_/.test(a.href)).click()`)
	ieva.fill("textarea", answers)
	ieva.pressNamed("Send")
	player.holds("the answer stands in the chat", ownChat+`?.body.innerText.includes("`+answers+`")`)
	t.Logf("a desk after %s, the first answer after %s", ready.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))

	// The list knows what was done, and lets the rest be skipped.
	ieva.do(chromedp.Navigate(desk + "/start"))
	ieva.holds("one step is done", `document.querySelectorAll(".start-good").length === 1`)
	for skipped := 1; skipped <= 4; skipped++ {
		ieva.press(`form[action="/start/skip"] button`)
		ieva.holds("another step is skipped", `document.querySelectorAll(".start-behind:not(:has(.start-good))").length === `+string(rune('0'+skipped)))
	}
	ieva.sees("You are set")
	ieva.pressNamed("Put the list away")
	ieva.holds("the inbox", `location.pathname === "/inbox"`)
	if ieva.is(`document.querySelector('.rail a[href="/start"]')`) {
		t.Error("the list still stands in the rail")
	}

	// Nothing of the new casino shows elsewhere, and nothing of the vendor in it.
	if ieva.is(`document.documentElement.outerHTML.toLowerCase().includes("pitdesk")`) {
		t.Error("the desk names the vendor")
	}
	late := open(t, b, p.BaseURL+"/en/sign-up?name=Amber&slug=amber-r00m&email=eve@other.example")
	late.pressNamed("Send me the code")
	late.sees("looks too much like one that is taken")
}

// codeFor reads the code out of the demo's mailbox.
func codeFor(t *testing.T, w *window, p *program, email string) string {
	t.Helper()
	box := w.tab("")
	code := ""
	box.until("a letter to "+email, func() bool {
		box.do(chromedp.Navigate("http://mail.localhost:" + p.port + "/"))
		text, err := value[string](box, `[...document.querySelectorAll(".line")].find(l => l.innerText.includes("`+email+`"))?.innerText ?? ""`)
		code = sixDigits.FindString(text)
		return err == nil && code != ""
	})
	return code
}

// ownChat is the document of the chat's frame on a page of the same host, which runs in the page's own process.
const ownChat = `[...document.querySelectorAll("*")].map(e => e.shadowRoot?.querySelector("iframe")).find(Boolean)?.contentDocument`

// typed brings text to whatever has the focus, as a keyboard would.
func (w *window) typed(text string) {
	w.t.Helper()
	w.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
}
