package views

// Mend is one colour that a casino chose and that could not be read where it would have stood, and what stands there instead.
type Mend struct {
	Scheme string // light or dark
	What   string // ink: text on the accent; text: the accent as text; edge: the outline of the accent
	From   string // #rrggbb
	To     string
	Ground string  // the ground it was worst on
	Before float64 // contrast there, 1 to 21 (WCAG 2.2, "contrast ratio")
	After  float64
	Least  float64 // what is asked for
}

// Mends are the colours of l that its theme doesn't take as they are, the light scheme's first. Buttons always keep the accent
// itself: it is what stands on and around it that gives way.
func Mends(l Look) []Mend {
	var all []Mend
	for _, s := range []scheme{light, dark} {
		c, a := l.accent(s), l.accents(s)
		mended := func(what string, from, to colour, grounds []colour, least float64) {
			if from == to {
				return
			}
			on := grounds[0]
			for _, g := range grounds {
				if contrast(from, g) < contrast(from, on) {
					on = g
				}
			}
			all = append(all, Mend{s.name, what, from.String(), to.String(), on.String(), contrast(from, on), contrast(to, on), least})
		}
		if ink, ok := parseColour(l.Ink); ok {
			mended("ink", ink, a.Content, []colour{c}, minContrast)
		}
		mended("text", c, a.Text, append([]colour{a.Soft}, s.grounds...), minContrast)
		mended("edge", c, a.Edge, s.grounds, minEdge)
	}
	return all
}
