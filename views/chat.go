package views

import (
	"strings"
	"unicode/utf8"
)

// firstLetter stands where a casino has no logo.
func firstLetter(name string) string {
	name = strings.TrimSpace(name)
	_, size := utf8.DecodeRuneInString(name)
	return strings.ToUpper(name[:size])
}

// LauncherColours are what the chat's launcher is drawn in on a casino's pages: the accent and the text that is
// readable on it.
func LauncherColours(accent string) (ground, content string) {
	c, ok := parseColour(accent)
	if !ok {
		c = rgb(DefaultAccent)
	}
	a := accentOn(c, lightGrounds, lightText, lightMuted, rgb("#000000"))
	return a.Ground.String(), a.Content.String()
}
