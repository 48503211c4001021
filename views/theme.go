package views

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Surfaces that text may stand on, as styles/tokens.css has them. The accent's text colour must be readable on the
// worst of each.
var (
	lightGrounds = []colour{rgb("#ffffff"), rgb("#f7f7f8"), rgb("#efeff1")}
	darkGrounds  = []colour{rgb("#17181b"), rgb("#101113"), rgb("#24262b")}
	lightText    = rgb("#18181b")
	darkText     = rgb("#ececee")
	lightMuted   = rgb("#5c5d66")
	darkMuted    = rgb("#a6a8b1")
)

// minContrast is what WCAG 2.2 asks of text (success criterion 1.4.3, level AA).
const minContrast = 4.5

// minEdge is what WCAG 2.2 asks of the outline of a control (1.4.11).
const minEdge = 3

// DefaultAccent stands in for a casino that has chosen no colour.
const DefaultAccent = "#3b5bdb"

// Look is what a casino chose of its colours and shapes. Colours are #rrggbb; anything else counts as not chosen.
type Look struct {
	Accent     string
	AccentDark string // the accent on dark grounds; empty means Accent
	Ink        string // text on the accent; empty means the more readable of white and black
	Corners    string // square, soft or round
}

// scheme is light or dark: its surfaces, its texts, and the direction in which a colour gains contrast there.
type scheme struct {
	name             string
	grounds          []colour
	text, muted, ink colour
}

var (
	light = scheme{"light", lightGrounds, lightText, lightMuted, rgb("#000000")}
	dark  = scheme{"dark", darkGrounds, darkText, darkMuted, rgb("#ffffff")}
)

// Theme returns the stylesheet that makes pages a casino's: CSS variables for light and for dark, computed from its colours so
// that every pair of text and ground has a contrast of 4.5:1 or more, and the radii of its corners. The accent is spent on
// buttons, own messages, the selection and the focus ring; surfaces stay neutral.
func Theme(l Look) string {
	inLight, inDark := l.accents(light).css(), l.accents(dark).css()
	return ":root{" + inLight + ";" + radii[l.corners()].css() + "}\n" +
		"@media (prefers-color-scheme:dark){:root:not([data-scheme=light]){" + inDark + "}}\n" +
		":root[data-scheme=dark]{" + inDark + "}\n"
}

// themes remembers what was computed, with its address. Few casinos change their colours, and many share the default's.
var themes = struct {
	sync.Mutex
	made map[Look]theme
}{made: map[Look]theme{}}

type theme struct{ css, sum string }

const themesKept = 4096

// ThemeOf is Theme with the digest of what it holds, by which it can be kept for good.
func ThemeOf(l Look) (css, sum string) {
	themes.Lock()
	defer themes.Unlock()
	t, ok := themes.made[l]
	if !ok {
		css := Theme(l)
		digest := sha256.Sum256([]byte(css))
		t = theme{css, base64.RawURLEncoding.EncodeToString(digest[:12])}
		if len(themes.made) >= themesKept {
			clear(themes.made)
		}
		themes.made[l] = t
	}
	return t.css, t.sum
}

// ThemePath is the address of a casino's theme. Another look has another address.
func ThemePath(l Look) string {
	_, sum := ThemeOf(l)
	return "/theme.css?v=" + sum
}

// Buttons are the ground and the text of a button in a casino's colour, for what knows no CSS variables: mails, and the chat's
// launcher in the casino's own pages.
func Buttons(l Look) (ground, ink string) {
	a := l.accents(light)
	return a.Ground.String(), a.Content.String()
}

// accents are the colours one scheme draws from a casino's accent.
type accents struct {
	Ground  colour // a button, an own message
	Content colour // text on Ground
	Hover   colour // Ground under the pointer; Content is at least as readable on it
	Edge    colour // outline of Ground, visible on every surface
	Text    colour // the accent as text on a surface
	Soft    colour // a selected row
	Ring    colour // focus
}

// accent is the colour that l has in s.
func (l Look) accent(s scheme) colour {
	if c, ok := parseColour(l.AccentDark); ok && s.name == dark.name {
		return c
	}
	if c, ok := parseColour(l.Accent); ok {
		return c
	}
	return rgb(DefaultAccent)
}

func (l Look) accents(s scheme) accents {
	c := l.accent(s)
	a := accents{Ground: c, Content: inkOn(c, l.Ink)}
	away := rgb("#ffffff")
	if a.Content.luminance() > c.luminance() {
		away = rgb("#000000")
	}
	a.Hover = mix(c, away, .1)
	a.Soft = softest(c, s.grounds[0], s.text, s.muted)
	a.Text = towards(c, s.ink, minContrast, append([]colour{a.Soft}, s.grounds...))
	a.Edge = c
	if worst(c, s.grounds) < minEdge {
		a.Edge = towards(c, s.ink, minEdge, s.grounds)
	}
	a.Ring = a.Edge
	return a
}

// inkOn is the text's colour on c: the wanted one, moved no further than it takes to be read, or else white, the product's
// black or black, the first that can be read.
func inkOn(c colour, wanted string) colour {
	white, black := rgb("#ffffff"), rgb("#000000")
	ink, ok := parseColour(wanted)
	if !ok {
		for _, ink := range []colour{white, rgb("#18181b"), black} {
			if contrast(c, ink) >= minContrast {
				return ink
			}
		}
		return black
	}
	end := black
	if lighter := ink.luminance() > c.luminance(); lighter && contrast(c, white) >= minContrast || contrast(c, black) < minContrast {
		end = white
	}
	return towards(ink, end, minContrast, []colour{c})
}

func (a accents) css() string {
	return fmt.Sprintf("--color-primary:%s;--color-primary-content:%s;--accent-hover:%s;--accent-edge:%s;--accent-text:%s;--accent-soft:%s;--accent-ring:%s",
		a.Ground, a.Content, a.Hover, a.Edge, a.Text, a.Soft, a.Ring)
}

// softest tints ground with as much of c, up to a seventh, as leaves both texts readable.
func softest(c, ground, text, muted colour) colour {
	for share := .14; share > 0; share -= .01 {
		if s := mix(ground, c, share); contrast(s, text) >= minContrast && contrast(s, muted) >= minContrast {
			return s
		}
	}
	return ground
}

// towards moves c to ink in small steps until it stands out by least from every ground.
func towards(c, ink colour, least float64, grounds []colour) colour {
	for share := 0.0; share < 1; share += .02 {
		if m := mix(c, ink, share).rounded(); worst(m, grounds) >= least {
			return m
		}
	}
	return ink
}

func worst(c colour, grounds []colour) float64 {
	least := 21.0
	for _, g := range grounds {
		least = min(least, contrast(c, g))
	}
	return least
}

// parseColour reads #rrggbb, the only spelling that the settings accept.
func parseColour(s string) (colour, bool) {
	if len(s) != 7 || s[0] != '#' {
		return colour{}, false
	}
	n, err := strconv.ParseUint(strings.ToLower(s[1:]), 16, 32)
	if err != nil {
		return colour{}, false
	}
	return colour{float64(n>>16&255) / 255, float64(n>>8&255) / 255, float64(n&255) / 255}, true
}

func rgb(s string) colour {
	c, ok := parseColour(s)
	if !ok {
		panic("views: not a colour: " + s)
	}
	return c
}
