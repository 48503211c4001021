package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestTheSiteHoldsLongAndMirroredWords opens the vendor's own pages as TestPagesHoldLongAndMirroredWords does a casino's.
func TestTheSiteHoldsLongAndMirroredWords(t *testing.T) {
	t.Parallel()
	p := start(t)
	b := browser(t)
	w := open(t, b, "")
	for language, direction := range map[string]string{"en-XA": "ltr", "ar-XB": "rtl", "ar": "rtl", "ru": "ltr"} {
		for _, size := range [][2]int64{{1440, 900}, {820, 1100}, {390, 844}} {
			w.size(size[0], size[1])
			for _, path := range []string{"", "/prices", "/questions", "/sign-up", "/sign-in", "/sign-up/nothing"} {
				w.do(chromedp.Navigate(p.BaseURL + "/" + language + path))
				w.holds("the page is drawn", `document.readyState === "complete"`)
				what, err := value[string](w, overflow)
				if err != nil {
					t.Fatal(err)
				}
				if what != "" {
					t.Errorf("%s in %s at %d px: %s", path, language, size[0], what)
				}
				if dir, err := value[string](w, `document.documentElement.dir`); err != nil || dir != direction {
					t.Errorf("%s in %s runs %s", path, language, dir)
				}
			}
		}
	}
}
