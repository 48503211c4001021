package views

// ButtonColours are the ground and the text of a button in a casino's colour, for mails, which know no CSS variables.
func ButtonColours(accent string) (ground, ink string) {
	c, ok := parseColour(accent)
	if !ok {
		c = rgb(DefaultAccent)
	}
	a := accentOn(c, lightGrounds, lightText, lightMuted, rgb("#000000"))
	return a.Ground.String(), a.Content.String()
}
