package cards

import (
	"regexp"
	"strings"
)

type shape struct{ *regexp.Regexp }

func (s shape) spans(text string) [][2]int {
	var out [][2]int
	for _, hit := range s.FindAllStringIndex(text, -1) {
		out = append(out, [2]int{hit[0], hit[1]})
	}
	return out
}

// uuid is the text form of RFC 9562, section 4.
var uuid = shape{regexp.MustCompile(`\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\b`)}

// ibanLengths are the lengths of account numbers by country (SWIFT IBAN registry).
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
	"CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
	"FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
	"IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20,
	"LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15,
	"PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SE": 24,
	"SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,
	"XK": 20,
}

var ibanStart = regexp.MustCompile(`\b[A-Z]{2}[0-9]{2}`)

// ibans finds account numbers by country, length and the form they are written in: in one piece or in groups. A typing
// error doesn't make an account number a card number, so their own check digits aren't asked.
func ibans(text string) [][2]int {
	var out [][2]int
	for _, hit := range ibanStart.FindAllStringIndex(text, -1) {
		want := ibanLengths[text[hit[0]:hit[0]+2]]
		at, n := hit[0], 0
		for at < len(text) && n < want {
			c := text[at]
			switch {
			case c-'0' < 10, c-'A' < 26:
				n++
			case strings.HasPrefix(text[at:], "\u00a0"):
				at++
			case c != ' ' && c != '-':
				want = 0
			}
			at++
		}
		ends := at == len(text) || !(text[at]-'0' < 10 || text[at]|0x20-'a' < 26)
		if want > 0 && n == want && ends {
			out = append(out, [2]int{hit[0], at})
		}
	}
	return out
}
