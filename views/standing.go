package views

// Bar is what every page of the staff says above its content while something is amiss with the whole desk.
type Bar struct {
	Tone Tone
	Text string
	Href string // where more is to be read or done; empty for those who can't
	Link string // the words of Href
}

// ShutProps is what staff see in place of any page while their desk is shut. The links are those that still work for them.
type ShutProps struct {
	Page  Page
	Title string
	Text  string
	Why   string // the reason as whoever shut it wrote it, for admins; empty shows none
	Links []RailItem
}

// AwayProps is what players see in place of the help centre while the desk is shut.
type AwayProps struct {
	House House
	Title string
	Text  string
}
