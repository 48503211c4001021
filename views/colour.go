package views

import (
	"fmt"
	"math"
)

// colour is sRGB with parts from 0 to 1.
type colour struct{ r, g, b float64 }

func (c colour) String() string {
	return fmt.Sprintf("#%02x%02x%02x", eight(c.r), eight(c.g), eight(c.b))
}

// rounded is c as a browser will show it, so that a contrast is measured on what is seen.
func (c colour) rounded() colour {
	return colour{float64(eight(c.r)) / 255, float64(eight(c.g)) / 255, float64(eight(c.b)) / 255}
}

func eight(v float64) int { return int(math.Round(min(max(v, 0), 1) * 255)) }

// mix moves c towards d by share (0 to 1), as color-mix(in srgb) does.
func mix(c, d colour, share float64) colour {
	part := func(a, b float64) float64 { return a*(1-share) + b*share }
	return colour{part(c.r, d.r), part(c.g, d.g), part(c.b, d.b)}.rounded()
}

// contrast is the ratio of WCAG 2.2 (definition "contrast ratio"), from 1 to 21.
func contrast(c, d colour) float64 {
	a, b := c.luminance(), d.luminance()
	if a < b {
		a, b = b, a
	}
	return (a + .05) / (b + .05)
}

func (c colour) luminance() float64 {
	return .2126*linear(c.r) + .7152*linear(c.g) + .0722*linear(c.b)
}

func linear(v float64) float64 {
	if v <= .04045 {
		return v / 12.92
	}
	return math.Pow((v+.055)/1.055, 2.4)
}
