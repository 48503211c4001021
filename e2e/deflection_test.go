package e2e

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
)

// offers waits until the chat offers an answer by its title above the field, and the words typed still stand in it.
func (w *window) offers(title, typed string) {
	w.t.Helper()
	w.holds("the chat offers "+title, fmt.Sprintf(`[...document.querySelectorAll(".answer")].some(e => e.checkVisibility() && e.innerText.includes(%q))`, title))
	w.holds("what was typed is as it was", fmt.Sprintf(`(e => e.value === %q && e === document.activeElement && e.selectionStart === e.value.length)(document.querySelector("#text"))`, typed))
}

// figure is a number of the page of what answers did, by its name.
func (w *window) figure(name string) int {
	w.t.Helper()
	text, err := value[string](w, fmt.Sprintf(`[...document.querySelectorAll(".figure")].find(e => e.querySelector("span").innerText === %q)?.querySelector("strong").innerText ?? ""`, name))
	if err != nil {
		w.t.Fatal(err)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		w.t.Fatalf("%s is %q\n%s", name, text, w.look())
	}
	return n
}

// TestAnswersBeforeAConversation: one player is offered an answer while typing, reads it and asks all the same; another is
// answered. The lead finds both in the numbers, and the agent what was read.
func TestAnswersBeforeAConversation(t *testing.T) {
	t.Parallel()
	p, b := start(t), browser(t)
	fox := p.Casinos[0]
	lead := open(t, b, "")
	lead.signIn(fox.URL, fox.Staff[1].Email, fox.Staff[1].Password)
	names := []string{"Shown an answer", "Read one", "Said it answered", "Asked anyway"}
	count := func() (all [4]int) {
		lead.do(chromedp.Navigate(fox.URL + "/answers/numbers?days=7"))
		lead.sees("What answers did")
		for i, name := range names {
			all[i] = lead.figure(name)
		}
		return all
	}
	before := count()

	const asks = "Почему так долго идёт вывод?"
	mara := open(t, b, fox.Site+"/?lang=ru").openChat()
	mara.sees("Часто спрашивают")
	mara.fill("#text", asks)
	mara.offers("Почему вывод средств идёт долго", asks)
	mara.pressNamed("Почему вывод средств идёт долго")
	mara.sees("Каждая выплата проходит три шага")
	mara.pressNamed("Всё равно спросить")
	mara.offers("Почему вывод средств идёт долго", asks)
	mara.press("#send")
	mara.sees("Доставлено")
	mara.holds("answers are offered no more", `document.querySelector("#answers").hidden`)

	visitor := open(t, b, fox.URL+"/chat?language=en")
	visitor.sees("Often asked")
	visitor.fill("#text", "I forgot my pasword")
	visitor.offers("I forgot my password", "I forgot my pasword")
	visitor.pressNamed("I forgot my password")
	visitor.pressNamed("This answered it")
	visitor.sees("Good to hear")

	want := [4]int{before[0] + 2, before[1] + 2, before[2] + 1, before[3] + 1}
	lead.until(fmt.Sprintf("%q are %d", names, want), func() bool { return count() == want })
	lead.do(chromedp.Navigate(fox.URL + "/inbox/" + p.newest(t)))
	lead.holds("the agent sees what was read", `document.querySelector(".read-before")?.innerText.includes("Почему вывод средств идёт долго")`)
}
