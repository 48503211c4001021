package views

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestEveryAccentIsReadable(t *testing.T) {
	t.Parallel()
	samples := []string{"#ffffff", "#000000", "#808080", "#777777", "#ffd400", "#00ff00", "#0000ff", "#d9480f", DefaultAccent, "#17181b", "#f7f7f8"}
	dice := rand.New(rand.NewPCG(7, 7))
	for range 2000 {
		samples = append(samples, fmt.Sprintf("#%06x", dice.IntN(1<<24)))
	}
	for _, accent := range samples {
		c, ok := parseColour(accent)
		if !ok {
			t.Fatalf("%s isn't read", accent)
		}
		for scheme, a := range map[string]struct {
			got         accents
			grounds     []colour
			text, muted colour
		}{
			"light": {accentOn(c, lightGrounds, lightText, lightMuted, rgb("#000000")), lightGrounds, lightText, lightMuted},
			"dark":  {accentOn(c, darkGrounds, darkText, darkMuted, rgb("#ffffff")), darkGrounds, darkText, darkMuted},
		} {
			for _, pair := range []struct {
				what  string
				text  colour
				on    []colour
				least float64
			}{
				{"text on the accent", a.got.Content, []colour{a.got.Ground, a.got.Hover}, minContrast},
				{"the accent as text", a.got.Text, append([]colour{a.got.Soft}, a.grounds...), minContrast},
				{"text on a selected row", a.text, []colour{a.got.Soft}, minContrast},
				{"muted text on a selected row", a.muted, []colour{a.got.Soft}, minContrast},
				{"edge", a.got.Edge, a.grounds, minEdge},
				{"focus ring", a.got.Ring, a.grounds, minEdge},
			} {
				if got := worst(pair.text, pair.on); got < pair.least {
					t.Errorf("%s %s: %s has a contrast of %.2f, want %.1f", scheme, accent, pair.what, got, pair.least)
				}
			}
		}
	}
}

func TestThemeSpeaksOfBothSchemes(t *testing.T) {
	t.Parallel()
	css := Theme("#d9480f")
	for _, want := range []string{":root{--color-primary:#d9480f", "prefers-color-scheme:dark", ":root[data-scheme=dark]{"} {
		if !strings.Contains(css, want) {
			t.Errorf("%q is missing in\n%s", want, css)
		}
	}
	for _, bad := range []string{"", "red", "#fff", "#12345g", "#123456;}body{display:none"} {
		if Theme(bad) != Theme(DefaultAccent) {
			t.Errorf("accent %q isn't answered with the default", bad)
		}
	}
}

// The neutral tokens are fixed, so their pairs are checked where they are written.
func TestTokensAreReadable(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("styles/parts/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`[\s]color-scheme: \w+;`).Split(string(raw), -1)[1:]
	if len(blocks) != 3 {
		t.Fatalf("%d schemes, want light, dark by system, dark by choice", len(blocks))
	}
	if a, b := tokens(blocks[1]), tokens(blocks[2]); fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("dark by system and dark by choice differ:\n%v\n%v", a, b)
	}
	for i, block := range blocks {
		v := tokens(block)
		surfaces := []string{"color-base-100", "color-base-200", "color-base-300"}
		check := func(text string, grounds ...string) {
			for _, g := range grounds {
				if got := contrast(rgb(v[text]), rgb(v[g])); got < minContrast {
					t.Errorf("scheme %d: %s on %s has a contrast of %.2f", i, text, g, got)
				}
			}
		}
		check("color-base-content", append(surfaces, "note", "good-soft", "warn-soft", "bad-soft", "calm-soft", "accent-soft")...)
		check("muted", append(surfaces, "note", "accent-soft")...)
		check("note-text", "note", "color-base-100")
		for _, tone := range []string{"good", "warn", "bad", "calm"} {
			check(tone, tone+"-soft", "color-base-100", "color-base-200", "accent-soft")
		}
		if got := contrast(rgb(v["line-strong"]), rgb(v["color-base-100"])); got < minEdge {
			t.Errorf("scheme %d: a field's outline has a contrast of %.2f", i, got)
		}
	}
	light, dark := tokens(blocks[0]), tokens(blocks[1])
	for i, name := range []string{"color-base-100", "color-base-200", "color-base-300"} {
		if rgb(light[name]) != lightGrounds[i] || rgb(dark[name]) != darkGrounds[i] {
			t.Errorf("theme.go and tokens.css disagree about %s", name)
		}
	}
}

var token = regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{6});`)

func tokens(block string) map[string]string {
	found := map[string]string{}
	for _, m := range token.FindAllStringSubmatch(block, -1) {
		found[m[1]] = m[2]
	}
	return found
}
