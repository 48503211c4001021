package e2e

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// key presses a key that writes nothing, as a keyboard would.
func (w *window) key(name string, code int64) {
	w.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{"rawKeyDown", "keyUp"} {
		w.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: name, Code: name, WindowsVirtualKeyCode: code})
			return err
		}))
	}
}

// deed presses a button of the editor that leads to its page again, and waits until it is there.
func (w *window) deed(button, done string) {
	w.t.Helper()
	w.press(`#editor button[formaction$="/` + button + `"]`)
	w.holds(button+" is done", `location.search === "?done=`+done+`" && document.readyState === "complete"`)
}

// saved waits until the desk has what was typed.
func (w *window) saved() {
	w.t.Helper()
	w.holds("it is saved", `document.querySelector("[data-saved]").innerText.startsWith("Saved")`)
}

// TestAnAnswerFromDraftToTheChat lets an operator write an article in two languages, a lead publish it, a player read it, and the
// operator hand it to a player who asks in the chat.
func TestAnAnswerFromDraftToTheChat(t *testing.T) {
	p := start(t)
	b := browser(t)
	fox := p.Casinos[0]
	const title, russian = "Where is my lucky horseshoe?", "Где моя подкова на счастье?"

	ruta := open(t, b, "")
	ruta.signIn(fox.URL, fox.Staff[0].Email, fox.Staff[0].Password)
	ruta.press(`.rail a[href="/answers"]`)
	ruta.pressNamed("New article")
	ruta.fill("#title", title)
	ruta.fill("#summary", "It hangs over the door.")
	ruta.press(`#new button[type=submit]`)
	ruta.holds("the editor is there", `document.querySelector("#editor #body")`)
	ruta.fill("#body", "Look over the **door**.\n\n> [!NOTE]\n> Not under the mat.")
	ruta.saved()
	ruta.holds("she sees what players will", `document.querySelector("iframe.preview").contentDocument.querySelector(".prose strong")?.innerText === "door"`)
	ruta.deed("ask", "asked")
	ruta.run(`[...document.querySelectorAll(".language-tab")].find(e => e.innerText.includes("Russian")).click()`)
	ruta.holds("the Russian text is there", `location.pathname.endsWith("/ru") && document.querySelector("#panel-source")?.textContent.includes("Look over the")`)
	ruta.fill("#title", russian)
	ruta.fill("#body", "Над дверью.")
	ruta.saved()
	// The page goes before the last words are saved: they are there again afterwards.
	ruta.do(chromedp.Reload())
	ruta.holds("the words are there", `document.querySelector("#body").value === "Над дверью."`)
	ruta.deed("ask", "asked")

	tomas := open(t, b, "")
	tomas.signIn(fox.URL, fox.Staff[1].Email, fox.Staff[1].Password)
	for _, language := range []string{"en", "ru"} {
		tomas.do(chromedp.Navigate(fox.URL + "/answers?state=review&language=" + language))
		tomas.press(".answer-name")
		tomas.holds("the text is there", `location.pathname.endsWith("/`+language+`") && document.querySelector("#editor")`)
		tomas.deed("publish", "published")
	}

	visitor := open(t, b, fox.URL+"/help/en/where-is-my-lucky-horseshoe")
	visitor.holds("a player reads it", `document.querySelector("h1")?.innerText === "`+title+`"`)
	visitor.do(chromedp.Navigate(fox.URL + "/help/ru/search?q=подкова"))
	visitor.sees(russian)

	mara := open(t, b, fox.Site)
	mara.run(`window.Desk("show")`)
	chat := mara.chat()
	chat.fill("textarea", "Hello")
	chat.holds("she can send it", `[...document.querySelectorAll("button")].some(e => e.innerText.includes("Send") || e.getAttribute("aria-label") === "Send")`)
	chat.pressNamed("Send")
	ruta.do(chromedp.Navigate(fox.URL + "/inbox"))
	ruta.openRow("Mara")
	ruta.fill("#composer-text", "Look here: /подков")
	ruta.holds("the answer is offered", `document.querySelector(".insert-item[aria-selected=true]")?.dataset.title === "`+russian+`"`)
	if !ruta.is(`document.activeElement.id === "composer-text" && document.activeElement.getAttribute("aria-activedescendant") === document.querySelector(".insert-item").id`) {
		t.Errorf("the caret or the choice isn't where a screen reader looks: %s", ruta.look())
	}
	ruta.key("Enter", 13)
	ruta.holds("the link is inserted", `document.querySelector("#composer-text").value.startsWith("Look here: `+russian+` — `+fox.URL+`/help/ru/")`)
	ruta.holds("the list is gone", `document.querySelector("[data-insert]").hidden`)
	ruta.pressNamed("Send")
	chat.holds("she sees the link", `[...document.querySelectorAll("a")].some(e => e.href.startsWith("`+strings.TrimSuffix(fox.URL, "/")+`/help/ru/"))`)
}

// TestTwoEditorsAreTold lets an operator and a lead write in the same text: whoever saves second is told, keeps their words, and
// can look at the other's before deciding.
func TestTwoEditorsAreTold(t *testing.T) {
	p := start(t)
	b := browser(t)
	fox := p.Casinos[0]
	ruta, tomas := open(t, b, ""), open(t, b, "")
	ruta.signIn(fox.URL, fox.Staff[0].Email, fox.Staff[0].Password)
	tomas.signIn(fox.URL, fox.Staff[1].Email, fox.Staff[1].Password)
	ruta.do(chromedp.Navigate(fox.URL + "/answers/new"))
	ruta.fill("#title", "A text of two")
	ruta.press(`#new button[type=submit]`)
	ruta.holds("the editor is there", `document.querySelector("#editor #body")`)
	address, err := value[string](ruta, `location.pathname`)
	if err != nil {
		t.Fatal(err)
	}
	tomas.do(chromedp.Navigate(fox.URL + address))
	tomas.fill("#body", "His words.")
	tomas.saved()
	ruta.fill("#body", "Her words.")
	ruta.sees("changed this text while you looked at it")
	// Her page is lost, her words aren't.
	ruta.do(chromedp.Reload())
	ruta.holds("she sees his words", `document.querySelector("#body").value === "His words."`)
	ruta.holds("hers are offered", `!document.querySelector("[data-kept]").hidden`)
	ruta.press("[data-kept-take]")
	ruta.holds("hers are back", `document.querySelector("#body").value === "Her words."`)
	ruta.press("[data-trouble-over]")
	ruta.saved()
	ruta.do(chromedp.Reload())
	ruta.holds("hers are saved", `document.querySelector("#body").value === "Her words."`)
	ruta.holds("his stay among the versions", `document.querySelector("#versions").innerText.includes("Discarded")`)
}
