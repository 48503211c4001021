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

// TestPagesHoldLongAndMirroredWords opens every page of the route table in the long pseudo-locale, in the one that runs from right to
// left and in Arabic, on a desk's screen and on a phone: no page is wider than its window.
func TestPagesHoldLongAndMirroredWords(t *testing.T) {
	p := start(t)
	b := browser(t)
	fox := p.Casinos[0]
	first := open(t, b, "")
	first.signIn(fox.URL, fox.Staff[2].Email, fox.Staff[2].Password)
	// Beside every route's page, some in states of their own.
	pages := append(first.pages(t), "/no-such-page", "/settings/licences/new?regulator=mga", "/settings/licences/new?regulator=other",
		"/help/en/search?q=widthdrawal", "/help/en/none", "/settings/languages/ru?show=own")
	if len(pages) < 25 {
		t.Fatalf("only %d pages were found: %q", len(pages), pages)
	}
	for language, direction := range map[string]string{"en-XA": "ltr", "ar-XB": "rtl", "ar": "rtl"} {
		p.speak(t, language)
		ieva := open(t, b, "") // a session remembers its language for a while
		ieva.signIn(fox.URL, fox.Staff[2].Email, fox.Staff[2].Password)
		for _, size := range [][2]int64{{1440, 900}, {390, 844}} {
			ieva.size(size[0], size[1])
			for _, path := range pages {
				ieva.do(chromedp.Navigate(fox.URL + speaking(path, language)))
				ieva.holds("the page is drawn", `document.readyState === "complete"`)
				what, err := value[string](ieva, overflow)
				if err != nil {
					t.Fatal(err)
				}
				if what != "" {
					t.Errorf("%s in %s at %d px: %s", path, language, size[0], what)
				}
				// An article's address says its language itself.
				if dir, err := value[string](ieva, `document.documentElement.dir`); err != nil || dir != direction && !strings.HasPrefix(path, "/help") {
					t.Errorf("%s in %s runs %s", path, language, dir)
				}
			}
		}
	}
}

// speak sets the language of all staff, as the account page would.
func (p *program) speak(t testing.TB, language string) {
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
