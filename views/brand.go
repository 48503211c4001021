package views

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"pitdesk/internal/i18n"
)

// BrandProps is the casino's face as it stands in the form, how it would look, and what it has been before.
type BrandProps struct {
	Settings  SettingsProps
	May       bool // the reader may change it
	Form      BrandForm
	Languages []Named // the casino's languages, its own first
	Seen      int     // the newest version when the form was filled
	Live      int     // the version that everybody sees; 0 before there is one
	Draft     *BrandVersion
	Looking   *BrandVersion // an earlier version stands in the form
	Typed     bool          // what stands in the form isn't saved
	Versions  []BrandVersion
	Older     string // address of the versions before these
	Mends     []Mend
	Stills    []Still
	Fault     Fault
	Drawn     map[string]string // pictures' addresses by field
}

// BrandForm is what the fields hold, as typed. Its texts are by field: "greeting_en".
type BrandForm struct {
	Name, LegalName, Site   string
	Logo, LogoDark, Icon    string // names of pictures
	Accent, AccentDark, Ink string
	Corners, Side           string
	Bottom, Inset           string
	Sender                  string
	Greeting, Sign, Foot    map[string]string
}

// Named is something with a short key and a name.
type Named struct{ Key, Name string }

// BrandVersion is one version of the brand.
type BrandVersion struct {
	Number   int
	Who      string // empty: the program
	At       time.Time
	Restores int
	Live     bool
	Draft    bool
	Accent   string
	Name     string
}

// Still is a true rendering of one surface in one scheme, as a page of its own that nobody can press.
type Still struct {
	Surface string // chat, card, page, desk or letter
	Scheme  string // light, dark, or "" where it has but one
	Title   string
	HTML    string
}

// StillTheme is the address of the colours that stills are drawn in.
func StillTheme(l Look) string {
	return "/settings/brand/theme.css?" + url.Values{"accent": {l.Accent}, "accent_dark": {l.AccentDark}, "ink": {l.Ink}, "corners": {l.Corners}}.Encode()
}

func (p BrandProps) version(number int) string {
	return "/settings/brand?version=" + strconv.Itoa(number)
}

// words says what became of a colour.
func (m Mend) words(ctx context.Context) string {
	ratio := func(n float64) string { return i18n.Decimal(ctx, float64(int(n*10))/10, 1) }
	values := []any{"From", m.From, "To", m.To, "Ground", m.Ground, "Before", ratio(m.Before), "After", ratio(m.After), "Least", ratio(m.Least)}
	switch m.What + " " + m.Scheme {
	case "ink light":
		return i18n.T(ctx, "settings.mend_ink_light", values...)
	case "ink dark":
		return i18n.T(ctx, "settings.mend_ink_dark", values...)
	case "text light":
		return i18n.T(ctx, "settings.mend_text_light", values...)
	case "text dark":
		return i18n.T(ctx, "settings.mend_text_dark", values...)
	case "edge light":
		return i18n.T(ctx, "settings.mend_edge_light", values...)
	}
	return i18n.T(ctx, "settings.mend_edge_dark", values...)
}
