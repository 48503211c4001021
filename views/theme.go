package views

import (
	"fmt"
	"strconv"
	"strings"
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

// Theme returns the stylesheet that colours a casino's pages: CSS variables for light and for dark, computed from its
// accent so that every pair of text and ground has a contrast of 4.5:1 or more. The accent is spent on buttons, own
// messages, the selection and the focus ring; surfaces stay neutral. Anything but #rrggbb gives the default accent.
func Theme(accent string) string {
	c, ok := parseColour(accent)
	if !ok {
		c = rgb(DefaultAccent)
	}
	light := accentOn(c, lightGrounds, lightText, lightMuted, rgb("#000000"))
	dark := accentOn(c, darkGrounds, darkText, darkMuted, rgb("#ffffff"))
	return ":root{" + light.css() + "}\n" +
		"@media (prefers-color-scheme:dark){:root:not([data-scheme=light]){" + dark.css() + "}}\n" +
		":root[data-scheme=dark]{" + dark.css() + "}\n"
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

// accentOn computes the accents for a scheme whose surfaces are grounds; ink is the direction in which a text colour
// gains contrast there (black in light, white in dark).
func accentOn(c colour, grounds []colour, text, muted, ink colour) accents {
	a := accents{Ground: c}
	white, black := rgb("#ffffff"), rgb("#000000")
	away := black
	a.Content = white
	if contrast(c, white) < minContrast {
		if a.Content = rgb("#18181b"); contrast(c, a.Content) < minContrast {
			a.Content = black
		}
		away = white
	}
	a.Hover = mix(c, away, .1)
	a.Soft = softest(c, grounds[0], text, muted)
	a.Text = towards(c, ink, minContrast, append([]colour{a.Soft}, grounds...))
	a.Edge = c
	if worst(c, grounds) < minEdge {
		a.Edge = towards(c, ink, minEdge, grounds)
	}
	a.Ring = a.Edge
	return a
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
