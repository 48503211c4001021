package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/jackc/pgx/v5"
)

// overflow names the first element that makes the page wider than its window, if there is one.
const overflow = `(() => {
	const root = document.scrollingElement
	if (root.scrollWidth <= innerWidth + 1) return ""
	const wide = [...document.querySelectorAll("body *")].find(e => e.checkVisibility() && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1))
	return root.scrollWidth + " > " + innerWidth + " by " + (wide ? wide.tagName + "." + wide.className + " " + wide.innerText?.slice(0, 60) : "nothing visible")
})()`

// TestPagesHoldLongAndMirroredWords opens the pages of staff and players in the long pseudo-locale and in the one that runs
// from right to left, on a desk's screen and on a phone: no page is wider than its window.
func TestPagesHoldLongAndMirroredWords(t *testing.T) {
	p := start(t)
	b := browser(t)
	fox := p.Casinos[0]
	for _, language := range []string{"en-XA", "ar-XB"} {
		p.speak(t, language)
		ieva := open(t, b, "")
		ieva.signIn(fox.URL, fox.Staff[2].Email, fox.Staff[2].Password)
		for _, size := range [][2]int64{{1440, 900}, {390, 844}} {
			ieva.size(size[0], size[1])
			for _, path := range []string{"/inbox", "/inbox/" + fox.Conversation, "/account", "/settings", "/settings/people", "/settings/domains",
				"/settings/brand", "/settings/teams", "/settings/topics", "/settings/licences", "/settings/licences/new?regulator=mga", "/settings/licences/new?regulator=other",
				"/licences?lang=" + language, "/settings/chat", "/settings/api", "/settings/audit",
				"/answers", "/answers/new", "/answers/categories", "/answers/readers", "/answers/numbers", "/answers/numbers/rows?what=shown", "/chat?lang=" + language, "/no-such-page?lang=" + language,
				"/help/" + language, "/help/" + language + "/c/money", "/help/" + language + "/search?q=widthdrawal", "/help/" + language + "/none"} {
				ieva.do(chromedp.Navigate(fox.URL + path))
				ieva.holds("the page is drawn", `document.readyState === "complete"`)
				what, err := value[string](ieva, overflow)
				if err != nil {
					t.Fatal(err)
				}
				if what != "" {
					t.Errorf("%s in %s at %d px: %s", path, language, size[0], what)
				}
				dir, err := value[string](ieva, `document.documentElement.dir`)
				if want := map[string]string{"en-XA": "ltr", "ar-XB": "rtl"}[language]; err != nil || dir != want {
					t.Errorf("%s in %s runs %s", path, language, dir)
				}
			}
		}
	}
}

// speak sets the language of all staff, as the account page would.
func (p *program) speak(t *testing.T, language string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.data, "pg", "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	socket := strings.Replace(lines[4], "/proc/self/", "/proc/"+lines[0]+"/", 1) // the folder as the server itself names it
	c, err := pgx.Connect(context.Background(), fmt.Sprintf("host=%s port=%s user=postgres dbname=pitdesk", socket, lines[3]))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	if _, err := c.Exec(context.Background(), "update memberships set language = $1", language); err != nil {
		t.Fatal(err)
	}
}
