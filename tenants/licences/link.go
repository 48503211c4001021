package licences

import (
	"net/netip"
	"slices"
	"strings"

	"pitdesk/internal/fault"
)

// longestLink is how many octets a link may have.
const longestLink = 2000

// Link is a validation page's address taken apart. It exists only where every part passed.
type Link struct {
	Host  string
	Path  string
	Query []Pair
}

// Pair is one part of a query, as it stands in the address.
type Pair struct{ Name, Value string }

// String writes the address anew: nothing of what was typed stands in it but parts that passed.
func (l Link) String() string {
	s := "https://" + l.Host + l.Path
	for i, p := range l.Query {
		sign := "&"
		if i == 0 {
			sign = "?"
		}
		s += sign + p.Name + "=" + p.Value
	}
	return s
}

// Check reads text as a validation page of r for a licence of that number over those domains. What is refused says why, and
// which real host a host imitates.
func (r Regulator) Check(text, number string, domains []string) (Link, error) {
	l, rest, err := takeHost(text)
	if err != nil {
		return l, err
	}
	if err := r.checkHost(l.Host); err != nil {
		return l, err
	}
	path, query, asked := strings.Cut(rest, "?")
	if l.Path = path; path == "" {
		l.Path = "/"
	}
	if l.Query, err = pairs(query, asked); err != nil {
		return l, err
	}
	if leadsOn(l) {
		return l, fault.New(fault.Invalid, "This address sends its reader on to another page. Paste the address of the validation page itself.").On("link")
	}
	if r.Key == Other {
		return l, l.plainPath()
	}
	return r.checkParts(l, number, domains)
}

// takeHost reads the scheme and the host, and returns what stands after them. Every way to make the host look like another one
// than a browser would go to ends here.
func takeHost(text string) (l Link, rest string, err error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return l, "", fault.New(fault.Invalid, "Paste the address of the regulator's page about this licence.").On("link")
	case len(text) > longestLink:
		return l, "", fault.New(fault.Invalid, "The link has more than %d characters.", longestLink).On("link")
	case strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 }):
		return l, "", fault.New(fault.Invalid, "The link has a tab, a line break or another control character in it. Copy it again.").On("link")
	case strings.ContainsFunc(text, invisible):
		return l, "", fault.New(fault.Invalid, "The link has a space or an invisible character in it. Copy it again.").On("link")
	case strings.Contains(text, `\`):
		return l, "", fault.New(fault.Invalid, "The link has a backslash in it, which browsers read as a slash. No regulator's address has one.").On("link")
	}
	const scheme = "https://"
	if len(text) < len(scheme) || !strings.EqualFold(text[:len(scheme)], scheme) {
		if strings.HasPrefix(strings.ToLower(text), "http:") {
			return l, "", fault.New(fault.Invalid, "The link begins with http://. Only https:// proves whose page it is.").On("link")
		}
		return l, "", fault.New(fault.Invalid, "The link must begin with https:// and the regulator's host.").On("link")
	}
	authority := text[len(scheme):]
	if end := strings.IndexAny(authority, "/?#"); end >= 0 {
		authority, rest = authority[:end], authority[end:]
	}
	if strings.Contains(authority, "@") {
		return l, "", fault.New(fault.Invalid, "The link has an @ before its host: what stands in front of it is a user's name, the page would be at %s.", shown(authority[strings.LastIndex(authority, "@")+1:])).On("link")
	}
	if l.Host, err = cleanHost(authority); err != nil {
		return l, "", err
	}
	if strings.Contains(rest, "#") {
		return l, "", fault.New(fault.Invalid, "The link has a part after #, which never reaches the regulator. Leave it out.").On("link")
	}
	return l, rest, nil
}

// cleanHost is the host of an authority without a user, in small letters; everything that isn't a plain name is refused.
func cleanHost(authority string) (string, error) {
	host := strings.ToLower(authority)
	bare := strings.Trim(host, "[]")
	if _, err := netip.ParseAddr(bare); err == nil || numeric(strings.TrimSuffix(withoutPort(host), ".")) || strings.HasPrefix(host, "[") {
		return "", fault.New(fault.Invalid, "The link leads to an IP address. A regulator's page has a name.").On("link")
	}
	if strings.Contains(host, ":") {
		return "", fault.New(fault.Invalid, "The link names a port. A regulator's page is at the usual one: leave out the colon and the number.").On("link")
	}
	if host == "" {
		return "", fault.New(fault.Invalid, "The link has no host.").On("link")
	}
	if strings.Contains(host, "%") {
		return "", fault.New(fault.Invalid, "The link's host is hidden behind percent signs.").On("link")
	}
	if real := imitated(host); real != "" {
		return "", fault.New(fault.Invalid, "%s isn't a regulator's host: it imitates %s. Don't open it.", shown(host), real).On("link")
	}
	if strings.HasSuffix(host, ".") {
		return "", fault.New(fault.Invalid, "The link's host ends with a dot. Leave it out.").On("link")
	}
	if foreign(host) {
		return "", fault.New(fault.Invalid, "The link's host %s has letters beyond a to z. No regulator's host has any.", shown(host)).On("link")
	}
	for label := range strings.SplitSeq(host, ".") {
		if len(label) < 1 || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || label[0] == '-' || label[len(label)-1] == '-' {
			return "", fault.New(fault.Invalid, "%s is no host's name.", shown(host)).On("link")
		}
	}
	if !strings.Contains(host, ".") || len(host) > 253 {
		return "", fault.New(fault.Invalid, "%s is no host's name.", shown(host)).On("link")
	}
	return host, nil
}

// checkHost compares a clean host with the regulator's own, whole.
func (r Regulator) checkHost(host string) error {
	if slices.Contains(r.Hosts, host) {
		return nil
	}
	for _, each := range regulators {
		if slices.Contains(each.Hosts, host) {
			return fault.New(fault.Invalid, "%s is the host of the %s. Choose that regulator.", host, each.Name).On("link")
		}
	}
	if r.Key == Other {
		return nil
	}
	return fault.New(fault.Invalid, "%s isn't the regulator's host. Pages of the %s stand on %s alone.", host, r.Name, strings.Join(r.Hosts, ", ")).On("link")
}

// pairs takes a query apart. asked tells an empty query from none.
func pairs(query string, asked bool) (all []Pair, err error) {
	if !asked {
		return nil, nil
	}
	if query == "" {
		return nil, fault.New(fault.Invalid, "The link ends with a question mark and nothing after it.").On("link")
	}
	for part := range strings.SplitSeq(query, "&") {
		name, value, ok := strings.Cut(part, "=")
		if !ok || name == "" || value == "" || strings.ContainsAny(part, "?;<>\"'`{}|^") || strings.ContainsFunc(part, func(r rune) bool { return r > 0x7e }) {
			return nil, fault.New(fault.Invalid, "The link's part %q can't be read as name=value.", shown(part)).On("link")
		}
		if slices.ContainsFunc(all, func(p Pair) bool { return strings.EqualFold(p.Name, name) }) {
			return nil, fault.New(fault.Invalid, "The link says %s twice.", shown(name)).On("link")
		}
		all = append(all, Pair{name, value})
	}
	return all, nil
}

// checkParts holds path and query against the regulator's form.
func (r Regulator) checkParts(l Link, number string, domains []string) (Link, error) {
	m := r.Path.FindStringSubmatch(l.Path)
	if m == nil {
		return l, fault.New(fault.Invalid, "The path of the link must be %s.", r.PathIs).On("link")
	}
	if i := r.Path.SubexpIndex("account"); i >= 0 && number != "" && m[i] != number {
		return l, fault.New(fault.Invalid, "The link leads to account %s, but the licence's number is %s.", m[i], shown(number)).On("link")
	}
	given := map[string]string{}
	for _, p := range l.Query {
		if !slices.ContainsFunc(r.Params, func(known Param) bool { return known.Name == p.Name }) {
			return l, fault.New(fault.Invalid, "The link has a part %s that pages of the %s don't have.", shown(p.Name), r.Name).On("link")
		}
		given[p.Name] = p.Value
	}
	l.Query = nil
	for _, p := range r.Params {
		value, ok := given[p.Name]
		switch {
		case !ok:
			return l, fault.New(fault.Invalid, "The link lacks its part %s.", p.Name).On("link")
		case !p.Form.MatchString(value):
			return l, fault.New(fault.Invalid, "The link's part %s isn't in its form, such as %s.", p.Name, p.Looks).On("link")
		case p.Covered && !slices.Contains(domains, value):
			return l, fault.New(fault.Invalid, "The link is about the domain %s, which isn't among those the licence covers.", value).On("link")
		}
		l.Query = append(l.Query, Pair{p.Name, value})
	}
	return l, nil
}

// plainPath is what the path of an unknown regulator may be made of: nothing that is read in two ways.
func (l Link) plainPath() error {
	for part := range strings.SplitSeq(strings.TrimPrefix(l.Path, "/"), "/") {
		if part == "." || part == ".." || strings.Trim(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~-") != "" {
			return fault.New(fault.Invalid, "The link's path has %q in it: letters, digits and . _ ~ - are taken.", shown(part)).On("link")
		}
	}
	if strings.Contains(l.Path, "//") {
		return fault.New(fault.Invalid, "The link has two slashes in a row after its host.").On("link")
	}
	for _, p := range l.Query {
		if strings.Trim(p.Name+p.Value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~%/+-=") != "" {
			return fault.New(fault.Invalid, "The link's part %q can't be read as name=value.", shown(p.Name+"="+p.Value)).On("link")
		}
	}
	return nil
}

// leading are words of addresses whose only purpose is to send a reader elsewhere.
var leading = []string{"redirect", "redir", "redirector", "url", "uri", "next", "goto", "go", "out", "target", "dest", "destination", "return",
	"returnurl", "return_url", "continue", "link", "away", "exit", "jump", "forward", "r", "u"}

// leadsOn tells a redirector by its path's or its query's words, or by an address inside the address.
func leadsOn(l Link) bool {
	last := l.Path[strings.LastIndex(strings.TrimSuffix(l.Path, "/"), "/")+1:]
	last, _, _ = strings.Cut(strings.ToLower(strings.TrimSuffix(last, "/")), ".")
	if slices.Contains(leading, last) || strings.Contains(l.Path, "//") && strings.Contains(l.Path, ":") {
		return true
	}
	for _, p := range l.Query {
		value := strings.ToLower(p.Value)
		if slices.Contains(leading, strings.ToLower(p.Name)) || strings.HasPrefix(value, "//") || strings.Contains(value, "://") ||
			strings.HasPrefix(value, "%2f%2f") || strings.Contains(value, "%3a%2f%2f") || strings.HasPrefix(value, "http") {
			return true
		}
	}
	return false
}

// shown is a stranger's text as it may stand in a sentence: not long, and only what can be seen.
func shown(text string) string {
	var b strings.Builder
	for i, r := range []rune(text) {
		if i == 80 {
			b.WriteRune('…')
			break
		}
		if invisible(r) || r < 0x20 || r == 0x7f {
			r = '\ufffd'
		}
		b.WriteRune(r)
	}
	return b.String()
}
