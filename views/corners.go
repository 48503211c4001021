package views

// corners are the radii of one style of corners, smallest thing first.
type corners struct{ selector, field, box, bubble, tail, pill string }

// radii are the styles a casino chooses from. "soft" is what styles/parts/tokens.css has. The smallest things stay angular in
// "round" too: a round checkbox would look like a radio button.
var radii = map[string]corners{
	"square": {"0", "0", "0", "0.125rem", "0", "0.125rem"},
	"soft":   {"0.375rem", "0.5rem", "0.75rem", "0.875rem", "0.25rem", "999px"},
	"round":  {"0.375rem", "1.25rem", "1.25rem", "1.25rem", "0.25rem", "999px"},
}

func (l Look) corners() string {
	if _, ok := radii[l.Corners]; ok {
		return l.Corners
	}
	return "soft"
}

func (c corners) css() string {
	return "--radius-selector:" + c.selector + ";--radius-field:" + c.field + ";--radius-box:" + c.box +
		";--radius-bubble:" + c.bubble + ";--radius-tail:" + c.tail + ";--radius-pill:" + c.pill
}

// LauncherRadius is how round the chat's launcher is, 56 pixels wide, and the panel that it opens.
func LauncherRadius(l Look) (launcher, panel string) {
	switch l.corners() {
	case "square":
		return "2px", "2px"
	case "round":
		return "50%", "20px"
	}
	return "18px", "14px"
}
