package staff

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"pitdesk/internal/fault"
)

// commonest holds passwords by how often they were found in breaches: the 10,000 commonest of any length, then the further
// ones of ten characters or more. Its source and licence stand in commonest.LICENSE.
//
//go:embed commonest.txt.gz
var commonest []byte

var common = sync.OnceValue(func() map[string]bool {
	r, err := gzip.NewReader(bytes.NewReader(commonest))
	if err != nil {
		panic("staff: commonest passwords: " + err.Error())
	}
	all := make(map[string]bool, 16_000)
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		all[lines.Text()] = true
	}
	if err := lines.Err(); err != nil {
		panic("staff: commonest passwords: " + err.Error())
	}
	return all
})

var (
	errPasswordLength = fault.New(fault.Invalid, "A password has 10 to 200 characters.").On("password")
	errPasswordCommon = fault.New(fault.Invalid, "This password is among those that are tried first. Take a few words that don't belong together.").On("password")
	errPasswordOwn    = fault.New(fault.Invalid, "A password must not be the name or the e-mail.").On("password")
)

// checkPassword says what is wrong with a new password (NIST SP 800-63B, section 5.1.1.2: length, no commonest ones, none of the
// member's own names; no rules about signs). about are the member's e-mail and name.
func checkPassword(password string, about ...string) error {
	if n := utf8.RuneCountInString(password); n < 10 || n > 200 || !utf8.ValidString(password) {
		return errPasswordLength
	}
	folded := strings.ToLower(strings.TrimSpace(password))
	// "Butterfly2026!" is "butterfly" to whoever guesses.
	base := strings.TrimRightFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	if common()[folded] || common()[base] || oneSign(folded) {
		return errPasswordCommon
	}
	for _, own := range about {
		own = strings.ToLower(strings.TrimSpace(own))
		name, _, _ := strings.Cut(own, "@")
		for _, each := range []string{own, name, strings.ReplaceAll(own, " ", "")} {
			if each != "" && (folded == each || base == each) {
				return errPasswordOwn
			}
		}
	}
	return nil
}

// oneSign says whether a password repeats one sign: aaaaaaaaaaaa.
func oneSign(password string) bool {
	first, _ := utf8.DecodeRuneInString(password)
	return strings.Trim(password, string(first)) == ""
}
