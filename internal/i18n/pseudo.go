package i18n

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

var accents = strings.NewReplacer(
	"a", "á", "b", "ƀ", "c", "ç", "d", "đ", "e", "é", "f", "ƒ", "g", "ĝ", "h", "ĥ", "i", "í", "j", "ĵ", "k", "ķ",
	"l", "ľ", "m", "ɱ", "n", "ñ", "o", "ö", "p", "þ", "q", "ǫ", "r", "ŕ", "s", "š", "t", "ţ", "u", "ü", "v", "ṽ",
	"w", "ŵ", "x", "ẋ", "y", "ý", "z", "ž",
	"A", "Å", "B", "Ɓ", "C", "Ç", "D", "Đ", "E", "É", "F", "Ƒ", "G", "Ĝ", "H", "Ĥ", "I", "Î", "J", "Ĵ", "K", "Ķ",
	"L", "Ľ", "M", "Ṁ", "N", "Ñ", "O", "Ö", "P", "Þ", "Q", "Ǫ", "R", "Ŕ", "S", "Š", "T", "Ţ", "U", "Û", "V", "Ṽ",
	"W", "Ŵ", "X", "Ẋ", "Y", "Ý", "Z", "Ž",
)

// filler makes a text longer the way German and Russian do: by words, so that it wraps like real ones.
const filler = " ôñé ţŵö ţĥŕéé ƒöüŕ ƒíṽé šíẋ šéṽéñ éíĝĥţ ñíñé ţéñ"

// accent makes English long and accented: ⟦Šéñđ ôñé⟧. A text without brackets on the page is hard-coded, a missing
// bracket is a text cut off. Translations are about 40 % longer than English; short ones even more.
//
// A text without letters of its own, such as the pattern of a date, stays as it is: its pieces have their brackets.
func accent(parts []part) []part {
	if !anyLetter(parts) {
		return parts
	}
	letters := 0
	out := []part{{literal: "⟦"}}
	for _, p := range parts {
		if p.name == "" {
			letters += utf8.RuneCountInString(p.literal)
			p.literal = accents.Replace(p.literal)
		}
		out = append(out, p)
	}
	return append(out, part{literal: pad(letters*2/5) + "⟧"})
}

func anyLetter(parts []part) bool {
	for _, p := range parts {
		if p.name == "" && strings.ContainsFunc(p.literal, unicode.IsLetter) {
			return true
		}
	}
	return false
}

// pad is n runes of filler.
func pad(n int) string {
	var b strings.Builder
	all := []rune(filler)
	for i := range n {
		b.WriteRune(all[i%len(all)])
	}
	return strings.TrimRight(b.String(), " ")
}

// mirror makes English run from right to left: every word is turned around by an override (Unicode UAX #9), blanks
// stay as they are.
func mirror(parts []part) []part {
	var out []part
	for _, p := range parts {
		if p.name == "" {
			p.literal = mirrorWords(p.literal)
		}
		out = append(out, p)
	}
	return out
}

func mirrorWords(s string) string {
	const mark, override, pop = "\u200f", "\u202e", "\u202c"
	var b strings.Builder
	inside := false
	for _, r := range s {
		word := unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' || r == '’'
		if word && !inside {
			b.WriteString(mark + override)
		}
		if !word && inside {
			b.WriteString(pop + mark)
		}
		inside = word
		b.WriteRune(r)
	}
	if inside {
		b.WriteString(pop + mark)
	}
	return b.String()
}
