package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// row is an expression for the list's row of a conversation in which somebody is named.
func row(name string) string {
	return `[...document.querySelectorAll(".row")].find(r => r.innerText.includes("` + name + `"))`
}

// openRow opens a conversation from the list, without a reload.
func (w *window) openRow(name string) {
	w.t.Helper()
	w.holds(name+" is in the list", row(name))
	w.run(row(name) + ".click()")
	w.holds(name+"'s conversation is open", `document.querySelector("#talk .talk-name")?.innerText.includes("`+name+`")`)
}

// TestTwoAgentsInOneConversation lets Rūta and Tomas look at the same conversation: each sees the other, a note of his leaves
// her half-written answer and its caret alone, one of them gets the conversation and the other is told.
func TestTwoAgentsInOneConversation(t *testing.T) {
	p := start(t)
	b := browser(t)
	fox := p.Casinos[0]
	ruta, tomas := open(t, b, ""), open(t, b, "")
	ruta.signIn(fox.URL, fox.Staff[0].Email, fox.Staff[0].Password)
	tomas.signIn(fox.URL, fox.Staff[1].Email, fox.Staff[1].Password)
	ruta.openRow("Oleg")
	tomas.openRow("Oleg")
	ruta.holds("she sees that he looks", `document.querySelector("#lookers").innerText.includes("Tomas")`)
	tomas.holds("he sees that she looks", `document.querySelector("#lookers").innerText.includes("Rūta")`)

	ruta.fill("#composer-text", "Half an answer")
	ruta.run(`document.querySelector("#composer-text").setSelectionRange(4, 4)`)
	tomas.holds("he sees that she writes", `document.querySelector("#lookers").innerText.includes("is writing")`)
	tomas.pressNamed("Note")
	tomas.fill("#composer-text", "The bank confirmed it")
	tomas.pressNamed("Add the note")
	ruta.holds("his note is there", `document.querySelector(".entry-note").innerText.includes("The bank confirmed it")`)
	if !ruta.is(`(e => e.id === "composer-text" && e.value === "Half an answer" && e.selectionStart === 4)(document.activeElement)`) {
		t.Errorf("his note moved her caret or her words: %s", ruta.look())
	}
	ruta.do(chromedp.Reload())
	ruta.holds("her draft outlives the page", `document.querySelector("#composer-text")?.value === "Half an answer"`)

	take := `document.querySelector("form[action$='/assign'] [value=me]").form`
	ruta.holds("she can take it", take)
	// His page is kept from hearing that she took it, as a slow line would.
	tomas.run(`window.held = ` + take + `.cloneNode(true); held.hidden = true; document.querySelector("#talk-head").append(held); htmx.process(held)`)
	ruta.run(take + `.requestSubmit()`)
	ruta.sees("Yours")
	tomas.run(`held.isConnected || document.querySelector("#timeline").append(held); held.requestSubmit()`)
	tomas.sees("has just taken this conversation.")
	tomas.sees("Rūta (demo)")
}

// TestNewsMovesNoOnesPage reads further up while messages come: the page stays where it is and says that there is more.
func TestNewsMovesNoOnesPage(t *testing.T) {
	p := start(t)
	b := browser(t)
	fox := p.Casinos[0]
	mara := open(t, b, fox.Site)
	mara.run(`window.Desk("show")`)
	chat := mara.chat()
	chat.fill("textarea", strings.Repeat("A long story about a payout. ", 200))
	chat.pressNamed("Send")
	ruta := open(t, b, "")
	ruta.signIn(fox.URL, fox.Staff[0].Email, fox.Staff[0].Password)
	ruta.openRow("Mara")
	ruta.holds("the story is longer than the page", `(e => e.scrollHeight > e.clientHeight + 200)(document.querySelector("#timeline"))`)
	ruta.run(`document.querySelector("#timeline").scrollTop = 40`)
	ruta.holds("she reads further up", `document.querySelector("#timeline").scrollTop === 40`)
	chat.fill("textarea", "And one thing more")
	chat.pressNamed("Send")
	ruta.holds("it came", `document.querySelector("#entries").innerText.includes("And one thing more")`)
	ruta.sees("New messages")
	if !ruta.is(`document.querySelector("#timeline").scrollTop === 40`) {
		t.Errorf("the news moved her page")
	}
	ruta.pressNamed("New messages")
	ruta.holds("she is at the end", `(e => e.scrollHeight - e.scrollTop - e.clientHeight < 2)(document.querySelector("#timeline"))`)
	ruta.holds("it is read", `!document.querySelector(".row[aria-current] .row-dot")`)
}
