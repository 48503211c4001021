package views

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
)

// looks are colours that casinos choose, and thousands that they might.
func looks() []Look {
	all := []Look{{}, {Accent: "red"}, {Accent: "#ff6600", Ink: "#ffffff"}, {Accent: "#ffd400", Ink: "#fff7cc", AccentDark: "#000000"}}
	edges := []string{"#ffffff", "#000000", "#808080", "#777777", "#767676", "#ffd400", "#00ff00", "#0000ff", "#d9480f", DefaultAccent, "#17181b", "#f7f7f8"}
	for _, a := range edges {
		all = append(all, Look{Accent: a})
		for _, b := range edges {
			all = append(all, Look{Accent: a, Ink: b}, Look{Accent: a, AccentDark: b, Ink: a})
		}
	}
	dice := rand.New(rand.NewPCG(7, 7))
	colour := func() string { return fmt.Sprintf("#%06x", dice.IntN(1<<24)) }
	for range 3000 {
		all = append(all, Look{Accent: colour()}, Look{Accent: colour(), AccentDark: colour(), Ink: colour()})
	}
	return all
}

// TestEveryThemeIsReadable takes the colours from the stylesheet, as a browser does.
func TestEveryThemeIsReadable(t *testing.T) {
	t.Parallel()
	variable := regexp.MustCompile(`--([a-z-]+):(#[0-9a-f]{6})`)
	for _, look := range looks() {
		lines := strings.Split(strings.TrimSpace(Theme(look)), "\n")
		if len(lines) != 3 {
			t.Fatalf("%+v: %d rules", look, len(lines))
		}
		for i, s := range []scheme{light, dark, dark} {
			v := map[string]colour{}
			for _, m := range variable.FindAllStringSubmatch(lines[i], -1) {
				v[m[1]] = rgb(m[2])
			}
			accent, soft := []colour{v["color-primary"], v["accent-hover"]}, []colour{v["accent-soft"]}
			for _, pair := range []struct {
				what  string
				text  colour
				on    []colour
				least float64
			}{
				{"text on the accent", v["color-primary-content"], accent, minContrast},
				{"the accent as text", v["accent-text"], append(soft, s.grounds...), minContrast},
				{"text on a selected row", s.text, soft, minContrast},
				{"muted text on a selected row", s.muted, soft, minContrast},
				{"edge", v["accent-edge"], s.grounds, minEdge},
				{"focus ring", v["accent-ring"], s.grounds, minEdge},
			} {
				if got := worst(pair.text, pair.on); got < pair.least {
					t.Errorf("%s %+v: %s has a contrast of %.2f, want %.1f", s.name, look, pair.what, got, pair.least)
				}
			}
			if look.Accent != "" && look.AccentDark == "" && len(look.Accent) == 7 && v["color-primary"].String() != look.Accent {
				t.Errorf("%+v: the buttons of a casino are %s", look, v["color-primary"])
			}
		}
	}
}

// TestWhatIsMendedIsTold compares every colour of a theme with what was chosen: where they differ somebody is told, where they
// don't nobody is.
func TestWhatIsMendedIsTold(t *testing.T) {
	t.Parallel()
	for _, look := range looks() {
		told := map[string]Mend{}
		for _, m := range Mends(look) {
			told[m.Scheme+" "+m.What] = m
			if m.Before >= m.Least || m.After < m.Least || m.From == m.To {
				t.Errorf("%+v: %+v", look, m)
			}
		}
		for _, s := range []scheme{light, dark} {
			a := look.accents(s)
			chosen := map[string][2]colour{"text": {look.accent(s), a.Text}, "edge": {look.accent(s), a.Edge}}
			if ink, ok := parseColour(look.Ink); ok {
				chosen["ink"] = [2]colour{ink, a.Content}
			}
			for what, c := range chosen {
				if _, ok := told[s.name+" "+what]; ok != (c[0] != c[1]) {
					t.Errorf("%+v: %s %s became %s, told: %v", look, s.name, c[0], c[1], ok)
				}
			}
		}
	}
	if m := Mends(Look{Accent: "#ff6600", Ink: "#ffffff"}); len(m) < 2 || m[0].What != "ink" || m[0].To == "#ffffff" || m[0].Ground != "#ff6600" {
		t.Errorf("white on orange: %+v", m)
	}
	if m := Mends(Look{Accent: "#3657d6", AccentDark: "#9db0f5"}); len(m) != 0 {
		t.Errorf("readable colours are mended: %+v", m)
	}
}

func TestThemeSpeaksOfBothSchemes(t *testing.T) {
	t.Parallel()
	css := Theme(Look{Accent: "#d9480f", AccentDark: "#ff9d6b", Corners: "square"})
	for _, want := range []string{":root{--color-primary:#d9480f", "prefers-color-scheme:dark", ":root[data-scheme=dark]{--color-primary:#ff9d6b", "--radius-box:0;"} {
		if !strings.Contains(css, want) {
			t.Errorf("%q is missing in\n%s", want, css)
		}
	}
	for _, bad := range []string{"", "red", "#fff", "#12345g", "#123456;}body{display:none"} {
		if Theme(Look{bad, bad, bad, bad}) != Theme(Look{Accent: DefaultAccent, Corners: "soft"}) {
			t.Errorf("accent %q isn't answered with the default", bad)
		}
	}
	if a, b := ThemePath(Look{Accent: "#d9480f"}), ThemePath(Look{Accent: "#d9480e"}); a == b || a != ThemePath(Look{Accent: "#d9480f", Corners: "soft"}) {
		t.Errorf("addresses %s and %s", a, b)
	}
}

// The corners of a casino that has chosen none are the tokens'.
func TestCornersAgreeWithTokens(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("styles/parts/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range strings.Split(radii["soft"].css(), ";") {
		if name, value, _ := strings.Cut(each, ":"); !strings.Contains(string(raw), name+": "+value+";") {
			t.Errorf("tokens.css has another %s than %s", name, value)
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
