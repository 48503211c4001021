package licences

import (
	"regexp"
	"slices"
	"strings"
)

// Regulator is how the pages of one regulator are addressed, and how its licences are numbered.
type Regulator struct {
	Key     string
	Name    string         // as it calls itself in English; empty for Other
	Country string         // ISO 3166-1 alpha-2 of where it regulates
	Hosts   []string       // every host its validation pages stand on, and no other
	Path    *regexp.Regexp // the whole path; a group named account must be the licence's number
	PathIs  string         // the path for people: the fixed one, or with its variable part in braces
	Params  []Param        // all of them are needed, and no others may be there
	Number  *regexp.Regexp
	Numbers string // a made-up number in the right form
	Example string // a made-up link in the right form
	Wording string // what the regulator wants said, in English, with {Licensee} and {Number}; empty leaves it to the catalogs
}

// Param is one part of a link's query.
type Param struct {
	Name    string
	Form    *regexp.Regexp // of the value as it stands in the address, nothing decoded
	Looks   string         // a made-up value in the right form, for people
	Covered bool           // the value is a domain, which the licence must cover
}

// Other is the regulator whose host an admin gives and confirms.
const Other = "other"

var (
	guid  = regexp.MustCompile(`^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$`)
	token = regexp.MustCompile(`^(?:[A-Za-z0-9_~=+/-]|%2[BbFf]|%3[Dd]){8,1000}$`) // base64 in either alphabet, its signs escaped or not
	plain = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}./ _-]{0,59}$`)
)

const madeUpGUID = "00000000-0000-4000-8000-00000000d310"

// path is a form of one fixed path, with or without a slash at its end.
func path(fixed string) *regexp.Regexp {
	return regexp.MustCompile("^" + regexp.QuoteMeta(strings.TrimSuffix(fixed, "/")) + "/?$")
}

// regulators is the table. A line changes when its regulator moves its pages; the source is beside it.
var regulators = []Regulator{
	{
		// Malta Gaming Authority, Dynamic Seal of Authorisation: the seal's own link.
		Key: "mga", Name: "Malta Gaming Authority", Country: "MT",
		Hosts: []string{"authorisation.mga.org.mt"}, Path: regexp.MustCompile(`^/verification\.aspx$`), PathIs: "/verification.aspx",
		Params: []Param{{Name: "lang", Form: regexp.MustCompile(`^[A-Za-z]{2}$`), Looks: "EN"}, {Name: "company", Form: guid, Looks: madeUpGUID},
			{Name: "details", Form: regexp.MustCompile(`^1$`), Looks: "1"}},
		Number: regexp.MustCompile(`^MGA/(?:B2[BC]|CRP|CL[1-4])/[0-9]{1,4}/[0-9]{4}(?:/[0-9]{2})?$`), Numbers: "MGA/B2C/000/2025",
		Example: "https://authorisation.mga.org.mt/verification.aspx?lang=EN&company=" + madeUpGUID + "&details=1",
	},
	{
		// Gambling Commission of Great Britain, public register of businesses; the sentence is licence condition 8.1.1 of the LCCP.
		Key: "ukgc", Name: "Gambling Commission", Country: "GB",
		Hosts: []string{"www.gamblingcommission.gov.uk"}, Path: regexp.MustCompile(`^/public-register/business/detail/(?P<account>[0-9]{1,8})/?$`),
		PathIs: "/public-register/business/detail/{account}",
		Number: regexp.MustCompile(`^[0-9]{1,8}$`), Numbers: "99999",
		Example: "https://www.gamblingcommission.gov.uk/public-register/business/detail/99999",
		Wording: "{Licensee} is licensed and regulated in Great Britain by the Gambling Commission under account number {Number}.",
	},
	{
		// Curaçao Gaming Authority, digital seal policy: cert.cga.cw, until 2025 cert.gcb.cw. A certificate names one domain.
		Key: "curacao", Name: "Curaçao Gaming Authority", Country: "CW",
		Hosts: []string{"cert.cga.cw", "cert.gcb.cw"}, Path: regexp.MustCompile(`^/certificate$`), PathIs: "/certificate",
		Params: []Param{{Name: "id", Form: token, Looks: "ZGVtbw-ZGVtbw"}},
		Number: regexp.MustCompile(`^OGL/[0-9]{4}/[0-9]{1,5}/[0-9]{1,5}$`), Numbers: "OGL/2025/000/0000",
		Example: "https://cert.cga.cw/certificate?id=ZGVtbw-ZGVtbw",
	},
	{
		// Anjouan: the seal's own link names the domain, the seal and its stamp.
		Key: "anjouan", Name: "Anjouan Gaming", Country: "KM",
		Hosts: []string{"verification.anjouangaming.org"}, Path: regexp.MustCompile(`^/validate$`), PathIs: "/validate",
		Params: []Param{{Name: "domain", Form: regexp.MustCompile(`^[a-z0-9.-]{3,253}$`), Looks: "play.example", Covered: true},
			{Name: "seal_id", Form: regexp.MustCompile(`^[A-Za-z0-9_-]{4,128}$`), Looks: "demo0000"},
			{Name: "stamp", Form: regexp.MustCompile(`^[A-Za-z0-9_-]{4,256}$`), Looks: "0000demo"}},
		Number: regexp.MustCompile(`^ALSI-[0-9]{5,12}-F[A-Z]{0,2}[0-9]{1,4}$`), Numbers: "ALSI-000000000-FI0",
		Example: "https://verification.anjouangaming.org/validate?domain=play.example&seal_id=demo0000&stamp=0000demo",
	},
	{
		// Kahnawà:ke Gaming Commission, certificates of client provider authorizations.
		Key: "kahnawake", Name: "Kahnawà:ke Gaming Commission", Country: "CA",
		Hosts: []string{"certificates.gamingcommission.ca"}, Path: regexp.MustCompile(`^/KGCCertificates\.aspx$`), PathIs: "/KGCCertificates.aspx",
		Params: []Param{{Name: "id", Form: guid, Looks: madeUpGUID}},
		Number: regexp.MustCompile(`^[0-9]{3,6}$`), Numbers: "00000",
		Example: "https://certificates.gamingcommission.ca/KGCCertificates.aspx?id=" + madeUpGUID,
	},
	{
		// Isle of Man Gambling Supervision Commission, register of online gambling licensees: one page for all.
		Key: "isleofman", Name: "Isle of Man Gambling Supervision Commission", Country: "IM",
		Hosts: []string{"www.isleofmangsc.com"}, Path: path("/gambling/supervision/online-gambling-licensee-register/"),
		PathIs: "/gambling/supervision/online-gambling-licensee-register/",
		Number: plain, Numbers: "OGRA 000",
		Example: "https://www.isleofmangsc.com/gambling/supervision/online-gambling-licensee-register/",
	},
	{
		// Gibraltar, Gambling Division: list of licence holders, one page for all.
		Key: "gibraltar", Name: "Gibraltar Gambling Division", Country: "GI",
		Hosts: []string{"www.gamblingdivision.gov.gi"}, Path: path("/licence-holders"), PathIs: "/licence-holders",
		Number: regexp.MustCompile(`^(?:RGL(?: No\.?)? ?)?[0-9]{1,4}$`), Numbers: "RGL 000",
		Example: "https://www.gamblingdivision.gov.gi/licence-holders",
	},
	{
		// Estonia, register of economic activities (majandustegevuse register): an activity licence's page, or the register itself.
		Key: "estonia", Name: "Estonian Tax and Customs Board", Country: "EE",
		Hosts: []string{"mtr.ttja.ee"}, Path: regexp.MustCompile(`^/(?:(?:tegevusluba|taotluse_tulemus|juriidiline_isik)/[0-9]{1,10}/?)?$`),
		PathIs: "/taotluse_tulemus/{number}",
		Number: regexp.MustCompile(`^HK[A-Z][0-9]{6}$`), Numbers: "HKT000000",
		Example: "https://mtr.ttja.ee/taotluse_tulemus/000000",
	},
	{
		// Lithuania, Lošimų priežiūros tarnyba: journal of permits for remote gaming, one page for all.
		Key: "lithuania", Name: "Lošimų priežiūros tarnyba", Country: "LT",
		Hosts: []string{"lpt.lrv.lt"}, Path: path("/lt/losimu-organizatoriai/leidimu-zurnalas/nuotoliniai-losimai/"),
		PathIs: "/lt/losimu-organizatoriai/leidimu-zurnalas/nuotoliniai-losimai/",
		Number: plain, Numbers: "LPT-00",
		Example: "https://lpt.lrv.lt/lt/losimu-organizatoriai/leidimu-zurnalas/nuotoliniai-losimai/",
	},
	{Key: Other, Number: plain, Numbers: "000-DEMO", Example: "https://register.regulator.example/licence/000"},
}

// Regulators are the regulators we know, in the order a form offers them; Other is the last.
func Regulators() []Regulator { return slices.Clone(regulators) }

// RegulatorOf finds a regulator by its key.
func RegulatorOf(key string) (r Regulator, ok bool) {
	i := slices.IndexFunc(regulators, func(r Regulator) bool { return r.Key == key })
	if i < 0 {
		return r, false
	}
	return regulators[i], true
}
