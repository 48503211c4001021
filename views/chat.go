package views

import (
	"strings"
	"unicode/utf8"
)

// firstLetter stands where a casino has no logo.
func firstLetter(name string) string {
	name = strings.TrimSpace(name)
	_, size := utf8.DecodeRuneInString(name)
	return strings.ToUpper(name[:size])
}
