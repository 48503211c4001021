package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// launcher is the chat's button in the casino's page, which lies in a shadow tree.
const launcher = `[...document.body.children].map(e => e.shadowRoot?.querySelector(".launcher")).find(Boolean)`

// openChat presses the launcher and returns the chat's frame once its script listens.
func (w *window) openChat() *window {
	w.t.Helper()
	w.holds("the launcher is there", launcher)
	w.run(launcher + ".click()")
	frame := w.chat()
	frame.holds("the chat listens", `document.querySelector("#log").childElementCount > 0`)
	return frame
}

// write sends words as a player does.
func (w *window) write(text string) {
	w.t.Helper()
	w.fill("#text", text)
	w.press("#send")
}

// shown is how often a text stands in the timeline.
func (w *window) shown(text string) int {
	w.t.Helper()
	n, err := value[int](w, fmt.Sprintf(`document.querySelector("#log").innerText.split(%q).length - 1`, text))
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// api does something as a program of the first casino's.
func (p *program) api(t *testing.T, method, path, body string, into any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:"+p.port+"/v1"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = p.Casinos[0].Host
	r.Header.Set("Authorization", "Bearer "+p.Casinos[0].APIKey)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		t.Fatalf("%s %s: %s", method, path, answer.Status)
	}
	if into != nil {
		if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
			t.Fatal(err)
		}
	}
}

// newest is the conversation in which somebody spoke last.
func (p *program) newest(t *testing.T) string {
	t.Helper()
	var list struct{ Data []struct{ ID string } }
	p.api(t, "GET", "/conversations?limit=1", "", &list)
	if len(list.Data) != 1 {
		t.Fatal("no conversation")
	}
	return list.Data[0].ID
}

func (p *program) reply(t *testing.T, conversation, text string) {
	t.Helper()
	body, _ := json.Marshal(map[string]string{"text": text})
	p.api(t, "POST", "/conversations/"+conversation+"/replies", string(body), nil)
}

func TestAChatGoesOnEverywhere(t *testing.T) {
	t.Parallel()
	p, b := start(t), browser(t)
	fox := p.Casinos[0]
	page := open(t, b, fox.Site+"/?lang=ru")
	chat := page.openChat()
	if cookie, _ := value[string](chat, `document.cookie = "probe=1; SameSite=None; Secure", document.cookie`); cookie != "" {
		t.Errorf("the frame has cookies (%q): this journey proves nothing about blocked ones", cookie)
	}
	chat.sees("Вы вошли как Mara")
	chat.write("Почему вывод задерживается?")
	chat.sees("Доставлено")
	id := p.newest(t)
	p.reply(t, id, "Секунду, смотрю.")
	chat.sees("Секунду, смотрю.")

	// Closed, the page counts what came; opened again, it has been read.
	page.run(launcher + ".click()")
	p.reply(t, id, "Вывод ушёл, деньги придут сегодня.")
	page.holds("one is unread", `document.title.startsWith("(1)")`)
	page.run(launcher + ".click()")
	page.holds("none is unread", `!document.title.startsWith("(")`)
	chat.sees("деньги придут сегодня")

	// A second tab shows the same, live too.
	second := page.tab(fox.Site + "/?lang=en").openChat()
	second.sees("деньги придут сегодня")
	p.reply(t, id, "Что-нибудь ещё?")
	second.sees("Что-нибудь ещё?")
	chat.sees("Что-нибудь ещё?")

	// Another device of hers finds it all as well.
	open(t, b, fox.Site+"/?lang=ru").openChat().sees("деньги придут сегодня")

	// After a reload it is still there.
	page.run("location.reload()")
	page.holds("the page is there again", `document.readyState === "complete"`)
	chat = page.openChat()
	chat.sees("деньги придут сегодня")
	// Away and back again, the page lives on, from the browser's cache of pages or anew.
	page.do(chromedp.Navigate(p.Casinos[1].Site))
	page.do(chromedp.NavigateBack())
	page.holds("the launcher is there again", launcher)
	page.run(`if (` + launcher + `.getAttribute("aria-expanded") === "false") ` + launcher + `.click()`)
	chat = page.chat()
	p.reply(t, id, "Снова с вами.")
	chat.sees("Снова с вами.")

	// A session that has ended is opened anew by the page's identity, and nothing is missed.
	chat.run(`fetch("/chat/api/session", { method: "DELETE", headers: { Authorization: "Bearer " + JSON.parse(localStorage["desk.session"]).token } })`)
	p.reply(t, id, "И после паузы тоже.")
	chat.sees("И после паузы тоже.")
	chat.write("Спасибо!")
	chat.holds("thanks are delivered", `!document.querySelector("[data-parcel]") && document.body.innerText.includes("Спасибо!")`)

	p.api(t, "POST", "/conversations/"+id+"/resolve", "", nil)
	chat.sees("Этот разговор закрыт")

	// Signed out, nothing of it is left in this browser.
	page.press("#sign-out")
	page.holds("nobody is signed in", `document.querySelector("#sign-in")`)
	chat = page.openChat()
	chat.holds("nothing of Mara's is kept", `localStorage["desk.session"] && !JSON.stringify(localStorage).includes("Mara") && !document.querySelector(".message")`)
}

func TestWordsSurviveARestart(t *testing.T) {
	t.Parallel()
	p, b := start(t), browser(t)
	chat := open(t, b, p.Casinos[0].Site+"/?lang=en").openChat()
	chat.write("Before the restart")
	chat.sees("Delivered")
	id := p.newest(t)

	p.stop(t)
	chat.sees("No connection")
	chat.write("While nobody was there")
	chat.sees("Not sent yet")
	chat.write("And one more")

	p.run(t)
	chat.holds("all is delivered", `!document.querySelector("[data-parcel]") && document.querySelectorAll(".message").length === 3`)
	p.reply(t, id, "We are back")
	chat.sees("We are back")
	for _, text := range []string{"Before the restart", "While nobody was there", "And one more", "We are back"} {
		if n := chat.shown(text); n != 1 {
			t.Errorf("%q stands there %d times", text, n)
		}
	}
}

func TestFirstWordsAndAVisitorWhoSignsIn(t *testing.T) {
	t.Parallel()
	p, b := start(t), browser(t)
	page := open(t, b, p.Casinos[0].Site+"/?lang=en")
	page.press("#sign-out")
	page.holds("nobody is signed in", `document.querySelector("#sign-in")`)
	page.holds("the launcher is there", launcher)

	// What is typed while the frame is on its way is in the frame afterwards.
	page.run(`const l = ` + launcher + `; l.click(); l.getRootNode().querySelector("textarea").value = "I cannot get in"`)
	chat := page.chat()
	chat.holds("the words are there", `document.querySelector("#text").value === "I cannot get in" && !document.querySelector("#send").disabled`)
	chat.press("#send")
	chat.sees("Delivered")

	page.press("#sign-in")
	page.holds("she is signed in", `document.querySelector("#sign-out")`)
	chat = page.openChat()
	chat.sees("Signed in as Mara")
	chat.sees("I cannot get in")

	// Escape closes the panel and gives the page its focus back.
	chat.run(`document.querySelector("#text").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }))`)
	page.holds("the panel is closed", launcher+`.getAttribute("aria-expanded") === "false"`)
	page.holds("the launcher has the focus", launcher+`.getRootNode().activeElement === `+launcher)
}
