package domains

import (
	"strings"
	"unicode"
)

// together are scripts that one word may be written in (UTS #39, "highly restrictive"); any other mixture is refused.
var together = [][]string{
	{"Latin", "Han", "Hiragana", "Katakana"},
	{"Latin", "Han", "Bopomofo"},
	{"Latin", "Han", "Hangul"},
}

// imitating are letters of other scripts that look like Latin ones. A label of nothing else reads as a Latin word that it isn't.
const imitating = "асеһіјӏорԛѕԝхуԁгпӓӧёїүӱѵ" + "αικνορτυχω" + "օոսցհ"

// lookAlike says whether a label could be taken for another: its letters come from scripts that aren't written together, or
// all of them imitate Latin under an ending that is Latin.
func lookAlike(label, ending string) bool {
	text := spoken(label)
	scripts := map[string]bool{}
	imitates := true
	for _, r := range text {
		if r < unicode.MaxASCII && !unicode.IsLetter(r) {
			continue
		}
		s := scriptOf(r)
		if s != "" {
			scripts[s] = true
		}
		imitates = imitates && strings.ContainsRune(imitating, r)
	}
	if len(scripts) > 1 {
		mixed := true
		for _, set := range together {
			if within(scripts, set) {
				mixed = false
			}
		}
		if mixed {
			return true
		}
	}
	return imitates && len(scripts) > 0 && !scripts["Latin"] && !strings.HasPrefix(ending, "xn--")
}

func within(scripts map[string]bool, set []string) bool {
	found := 0
	for _, s := range set {
		if scripts[s] {
			found++
		}
	}
	return found == len(scripts)
}

// scriptOf is the script that a letter belongs to; "" for what all share.
func scriptOf(r rune) string {
	for name, table := range unicode.Scripts {
		if name != "Common" && name != "Inherited" && unicode.Is(table, r) {
			return name
		}
	}
	return ""
}
