package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

const (
	asks    = "Здравствуйте! Почему мой вывод задерживается?"
	answers = "Здравствуйте, Мара! Проверяю, минуту."
)

// TestAPlayerAsksAndAnAgentAnswers is the story the desk is for: Mara asks on the casino's page, an agent of Lucky Fox sees it
// come, reads who she is, answers and resolves; Golden Reel's agent sees nothing of it.
func TestAPlayerAsksAndAnAgentAnswers(t *testing.T) {
	t.Parallel()
	p := start(t)
	b := browser(t)
	fox, reel := p.Casinos[0], p.Casinos[1]

	ruta := open(t, b, "")
	ruta.signIn(fox.URL, fox.Staff[0].Email, fox.Staff[0].Password)
	bea := open(t, b, "")
	bea.signIn(reel.URL, reel.Staff[0].Email, reel.Staff[0].Password)

	mara := open(t, b, fox.Site)
	mara.run(`window.Desk("show")`)
	chat := mara.chat()
	chat.fill("textarea", asks)
	chat.pressNamed("Send")
	chat.sees(asks)

	ruta.sees(asks) // by itself, without a reload
	ruta.pressNamed("Mara")
	ruta.sees("Verified by sign-in")
	ruta.sees("demo-mara")
	here, err := value[string](ruta, `location.pathname`)
	if err != nil {
		t.Fatal(err)
	}
	ruta.fill("textarea", answers)
	ruta.pressNamed("Send")
	chat.sees(answers) // live

	ruta.pressNamed("Resolve")
	ruta.sees("Resolved")

	if bea.is(shows(asks)) || bea.is(shows("Mara")) {
		t.Errorf("Golden Reel's agent sees Lucky Fox's player")
	}
	bea.do(chromedp.Navigate(reel.URL + "/inbox?view=all"))
	if bea.is(shows("Mara")) {
		t.Errorf("Golden Reel's agent finds Lucky Fox's player in the list")
	}
	bea.do(chromedp.Navigate(reel.URL + here))
	if bea.is(shows(asks)) || !bea.is(shows("There is nothing here")) {
		t.Errorf("Golden Reel's agent opens Lucky Fox's conversation: %s", bea.look())
	}
}
