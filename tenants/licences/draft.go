package licences

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"pitdesk/internal/fault"
)

// Draft is a licence as somebody typed it.
type Draft struct {
	Regulator string
	Authority string // for Other
	Host      string // for Other: the host that is confirmed to be the regulator's
	Confirm   bool   // for Other
	Number    string
	Licensee  string
	Country   string
	Domains   []string
	Link      string
	From      string // yyyy-mm-dd, or empty
	Until     string // yyyy-mm-dd, or empty
	Status    Status
}

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

// Check turns what was typed into a licence, or says what is wrong with which field. by is who confirms the host of a
// regulator we don't know.
func (d Draft) Check(by string) (l Licence, err error) {
	r, ok := RegulatorOf(d.Regulator)
	if !ok {
		return l, fault.New(fault.Invalid, "Choose a regulator.").On("regulator")
	}
	l = Licence{Regulator: r.Key, Status: d.Status, Country: strings.ToUpper(strings.TrimSpace(d.Country))}
	if l.Status == "" {
		l.Status = Active
	}
	if !slices.Contains(Statuses(), l.Status) {
		return l, fault.New(fault.Invalid, "Choose a status.").On("status")
	}
	if r.Key == Other {
		if l.Authority, ok = line(d.Authority, 120); !ok {
			return l, fault.New(fault.Invalid, "A regulator's name has 1 to %d characters.", 120).On("authority")
		}
	}
	if l.Licensee, ok = line(d.Licensee, 160); !ok {
		return l, fault.New(fault.Invalid, "A licensee's name has 1 to %d characters.", 160).On("licensee")
	}
	if l.Number = strings.TrimSpace(d.Number); !r.Number.MatchString(l.Number) {
		return l, fault.New(fault.Invalid, "The licence's number isn't in its form, such as %s.", r.Numbers).On("number")
	}
	if l.Country == "" {
		l.Country = r.Country
	}
	if !countryForm.MatchString(l.Country) {
		return l, fault.New(fault.Invalid, "Choose a country.").On("country")
	}
	if l.Domains, err = domainsOf(d.Domains); err != nil {
		return l, err
	}
	link, err := r.Check(d.Link, l.Number, l.Domains)
	if err != nil {
		return l, err
	}
	l.Link = link.String()
	if r.Key == Other {
		if host, err := Domain(d.Host); err != nil || host != link.Host {
			return l, fault.New(fault.Invalid, "The link stands on %s: write that host here, after you have made sure that it is the regulator's own.", link.Host).On("host")
		}
		if !d.Confirm {
			return l, fault.New(fault.Invalid, "Confirm that %s is the regulator's own host.", link.Host).On("confirm")
		}
		l.Confirmed = by
	}
	if l.From, err = dayOf(d.From, "from"); err != nil {
		return l, err
	}
	if l.Until, err = dayOf(d.Until, "until"); err != nil {
		return l, err
	}
	if l.From != nil && l.Until != nil && l.Until.Before(*l.From) {
		return l, fault.New(fault.Invalid, "The last day is before the first.").On("until")
	}
	return l, nil
}

// domainsOf normalises domains; each stands once, in the order given.
func domainsOf(typed []string) (all []string, err error) {
	for _, text := range typed {
		if strings.TrimSpace(text) == "" {
			continue
		}
		domain, err := Domain(text)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(all, domain) {
			all = append(all, domain)
		}
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Invalid, "Name at least one domain that the licence covers.").On("domains")
	}
	if len(all) > MostDomains {
		return nil, fault.New(fault.Invalid, "A licence covers %d domains at most.", MostDomains).On("domains")
	}
	return all, nil
}

// dayOf reads a date as forms send it (HTML, valid date string).
func dayOf(text, field string) (*time.Time, error) {
	if text = strings.TrimSpace(text); text == "" {
		return nil, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		return nil, fault.New(fault.Invalid, "A day looks like %s.", "2026-12-31").On(field)
	}
	return &t, nil
}

// line is a name of one line: trimmed, something in it, nothing that can't be seen.
func line(text string, most int) (string, bool) {
	text = strings.Join(strings.Fields(text), " ")
	n := utf8.RuneCountInString(text)
	return text, n >= 1 && n <= most && utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	})
}
