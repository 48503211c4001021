package e2e

import "testing"

// TestEightTabsShareOneStream opens more tabs than a browser has connections to one host: the stream is held by one of them,
// and what happens shows in all.
func TestEightTabsShareOneStream(t *testing.T) {
	p := start(t)
	b := browser(t)
	fox := p.Casinos[0]
	ruta := open(t, b, "")
	ruta.signIn(fox.URL, fox.Staff[0].Email, fox.Staff[0].Password)
	tabs := []*window{ruta}
	for len(tabs) < 8 {
		tabs = append(tabs, ruta.tab(fox.URL+"/inbox"))
	}
	mara := open(t, b, fox.Site)
	mara.run(`window.Desk("show")`)
	chat := mara.chat()
	chat.fill("textarea", "Do all tabs see this?")
	chat.pressNamed("Send")
	for _, tab := range tabs {
		tab.sees("Do all tabs see this?")
	}
}

// TestTheChatIsPickedUpAfterAReload leaves the page and comes back, and then comes from another browser, signed in.
func TestTheChatIsPickedUpAfterAReload(t *testing.T) {
	p := start(t)
	b := browser(t)
	fox := p.Casinos[0]
	say := func(w *window, words string) *window {
		w.run(`window.Desk("show")`)
		chat := w.chat()
		chat.fill("textarea", words)
		chat.pressNamed("Send")
		chat.sees(words)
		return chat
	}
	mara := open(t, b, fox.Site)
	say(mara, "My first words")
	again := mara.tab(fox.Site)
	again.run(`window.Desk("show")`)
	again.chat().sees("My first words")
	elsewhere := open(t, b, fox.Site) // a browser context of its own: nothing stored
	elsewhere.run(`window.Desk("show")`)
	elsewhere.chat().sees("My first words")
}
