package views

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
