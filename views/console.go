package views

import (
	"context"

	"pitdesk/internal/i18n"
)

// ConsolePage is the frame of a page of the console, for people above casinos. Page.Casino is whose console it is: the reseller's
// name and colour, or the vendor's. Page.Rail are its pages.
type ConsolePage struct {
	Page
	Title string
	Lead  string
	Back  string // where the arrow before the title leads; empty shows none
}

// ConsoleTheme is the address of a house's colour on the console's host.
func ConsoleTheme(accent string) string {
	if len(accent) == 7 && accent[0] == '#' {
		return "/theme.css?accent=" + accent[1:]
	}
	return "/theme.css"
}

// healthFigures are a casino's counts, with a tone where somebody waits too long.
func healthFigures(ctx context.Context, h CasinoHealth) []Figure {
	out := []Figure{{Name: i18n.T(ctx, "console.open"), Value: i18n.Number(ctx, h.Open)}, {Name: i18n.T(ctx, "console.waiting"), Value: i18n.Number(ctx, h.Waiting)},
		{Name: i18n.T(ctx, "console.breached"), Value: i18n.Number(ctx, h.Breached)}}
	if h.Breached > 0 {
		out[2].Tone = Bad
	}
	longest := Figure{Name: i18n.T(ctx, "console.longest"), Value: "–"}
	if h.Since != nil {
		longest.Value = i18n.Ago(ctx, *h.Since)
	}
	return append(out, longest)
}
