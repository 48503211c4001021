package brands

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"pitdesk/internal/fault"
)

// How much each part of a brand holds, in characters, and how far the launcher may stand from the edges, in pixels.
const (
	MaxName      = 60
	MaxLegalName = 200
	MaxSite      = 200
	MaxGreeting  = 300
	MaxSignature = 300
	MaxFooter    = 600
	MaxDistance  = 200
	maxLanguages = 40
)

var (
	colourForm   = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	pictureForm  = regexp.MustCompile(`^[0-9a-f]{32}\.(png|jpg)$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)
)

// Clean returns b as it may be shown, or says which field can't be: spaces are tidied, empty texts left out. The fault's field
// is the JSON's name, for texts by language followed by the tag: greeting_en.
func (b Brand) Clean() (Brand, error) {
	for _, line := range []struct {
		field string
		text  *string
	}{{"name", &b.Name}, {"legal_name", &b.LegalName}, {"sender", &b.Sender}, {"site", &b.Site}} {
		*line.text = strings.TrimSpace(*line.text)
		if !oneLine(*line.text) {
			return b, fault.New(fault.Invalid, "This is one line of text, without control signs.").On(line.field)
		}
	}
	n := utf8.RuneCountInString(b.Name)
	switch {
	case n == 0 || n > MaxName:
		return b, fault.New(fault.Invalid, "A casino's name has 1 to %d characters.", MaxName).On("name")
	case utf8.RuneCountInString(b.LegalName) > MaxLegalName:
		return b, fault.New(fault.Invalid, "A legal name has at most %d characters.", MaxLegalName).On("legal_name")
	case utf8.RuneCountInString(b.Sender) > MaxName:
		return b, fault.New(fault.Invalid, "A sender's name has at most %d characters.", MaxName).On("sender")
	case strings.ContainsAny(b.Sender, "@<>"):
		return b, fault.New(fault.Invalid, "A sender's name holds no address: mail programs take that for a forgery.").On("sender")
	}
	if err := b.checkLooks(); err != nil {
		return b, err
	}
	var err error
	if b.Site, err = site(b.Site); err != nil {
		return b, err
	}
	if b.Greeting, err = texts("greeting", b.Greeting, MaxGreeting); err != nil {
		return b, err
	}
	if b.Signature, err = texts("signature", b.Signature, MaxSignature); err != nil {
		return b, err
	}
	b.Footer, err = texts("footer", b.Footer, MaxFooter)
	return b, err
}

// checkLooks sees to pictures, colours, corners and place. It writes colours in small letters.
func (b *Brand) checkLooks() error {
	for _, p := range []struct{ field, name string }{{"logo", b.Logo}, {"logo_dark", b.LogoDark}, {"icon", b.Icon}} {
		if p.name != "" && !pictureForm.MatchString(p.name) {
			return fault.New(fault.Invalid, "There is no such picture. Upload it again.").On(p.field)
		}
	}
	for _, c := range []struct {
		field  string
		colour *string
		needed bool
	}{{"accent", &b.Accent, true}, {"accent_dark", &b.AccentDark, false}, {"ink", &b.Ink, false}} {
		*c.colour = strings.ToLower(strings.TrimSpace(*c.colour))
		if (*c.colour != "" || c.needed) && !colourForm.MatchString(*c.colour) {
			return fault.New(fault.Invalid, "A colour looks like #3657d6.").On(c.field)
		}
	}
	switch b.Corners {
	case Square, Soft, Round:
	default:
		return fault.New(fault.Invalid, "Corners are square, soft or round.").On("corners")
	}
	if b.Side != End && b.Side != Start {
		return fault.New(fault.Invalid, "The chat stands at the end or at the start of the page.").On("side")
	}
	for _, d := range []struct {
		field  string
		pixels int
	}{{"bottom", b.Bottom}, {"inset", b.Inset}} {
		if d.pixels < 0 || d.pixels > MaxDistance {
			return fault.New(fault.Invalid, "A distance is 0 to %d pixels.", MaxDistance).On(d.field)
		}
	}
	return nil
}

// site is an address of a website, as https.
func site(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Scheme != "https", u.User != nil, u.Opaque != "", utf8.RuneCountInString(text) > MaxSite, !named(u.Hostname()):
		return "", fault.New(fault.Invalid, "The casino's address begins with https:// and names a website, like https://www.casino.example.").On("site")
	}
	u.Host = strings.ToLower(u.Host)
	return u.String(), nil
}

var labelForm = regexp.MustCompile(`^[\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$`)

// named tells a host's name from an address in numbers and from half a name.
func named(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil || !strings.Contains(host, ".") {
		return false
	}
	for _, label := range strings.Split(host, ".") {
		if !labelForm.MatchString(label) {
			return false
		}
	}
	return true
}

func texts(field string, all Texts, most int) (Texts, error) {
	out := Texts{}
	for language, text := range all {
		text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
		if text == "" {
			continue
		}
		if !languageForm.MatchString(language) || len(out) == maxLanguages {
			return nil, fault.New(fault.Invalid, "This isn't a language.").On(field)
		}
		if utf8.RuneCountInString(text) > most || strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && strange(r) }) {
			return nil, fault.New(fault.Invalid, "This text has at most %d characters, and no control signs.", most).On(field + "_" + language)
		}
		out[language] = text
	}
	return out, nil
}

func oneLine(text string) bool { return utf8.ValidString(text) && !strings.ContainsFunc(text, strange) }

// strange are signs that nobody sees and that make a text look like another: control signs, line ends, the marks that turn the
// direction of what follows (Unicode TR 36, 2.10).
func strange(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == utf8.RuneError
}
