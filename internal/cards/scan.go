package cards

import (
	"unicode"
	"unicode/utf8"
)

// digit is one decimal digit of any script and where it stands.
type digit struct {
	at    int // byte offset
	size  int // bytes
	value byte
}

// group is a run of digits with nothing visible between them: digits[from:to].
type group struct {
	from, to int
	gap      gap // what stands before it, after the group before
}

func (g group) len() int { return g.to - g.from }

// gap is what stands between two groups.
type gap rune

const (
	apart   gap = 0   // too much, or a letter: the groups have nothing to do with each other
	mixed   gap = '?' // several kinds of separators
	line    gap = '\n'
	space   gap = ' '
	dash    gap = '-'
	dot     gap = '.'
	slash   gap = '/'
	lowbar  gap = '_'
	unusual gap = ',' // separators only a grouping by fours makes credible
)

// usual says whether people write card numbers with this one.
func (g gap) usual() bool {
	return g == space || g == dash || g == dot || g == slash || g == lowbar
}

// enough says whether text has as many digits as the shortest card number. It is what nearly every text fails.
func enough(text string) bool {
	n := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if c-'0' < 10 {
				if n++; n >= shortest {
					return true
				}
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if _, ok := valueOf(r); ok {
			if n++; n >= shortest {
				return true
			}
		}
		i += size
	}
	return false
}

// valueOf reads a decimal digit of any script: every block of them begins with its zero (Unicode, category Nd).
func valueOf(r rune) (byte, bool) {
	if r-'0' < 10 && r >= '0' {
		return byte(r - '0'), true
	}
	if r < 0x660 {
		return 0, false
	}
	for _, block := range unicode.Nd.R16 {
		if rune(block.Lo) <= r && r <= rune(block.Hi) {
			return byte((r - rune(block.Lo)) % 10), true
		}
		if r < rune(block.Lo) {
			return 0, false
		}
	}
	for _, block := range unicode.Nd.R32 {
		if rune(block.Lo) <= r && r <= rune(block.Hi) {
			return byte((r - rune(block.Lo)) % 10), true
		}
	}
	return 0, false
}

// invisible runes may stand anywhere in a number: zero-width spaces, soft hyphens, marks of direction, the frame of a
// keycap emoji.
func invisible(r rune) bool {
	return r > 0x7f && (unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me) || r == 0x115f || r == 0x3164)
}

// scan reads the digits of text in their groups.
func scan(text string) ([]digit, []group) {
	var digits []digit
	var groups []group
	open := false // the last group goes on
	between, visible := apart, 0
	for at, r := range text {
		if v, ok := valueOf(r); ok {
			if !open {
				if visible > 5 || len(groups) == 0 {
					between = apart
				}
				groups = append(groups, group{from: len(digits), gap: between})
			}
			digits = append(digits, digit{at: at, size: utf8.RuneLen(r), value: v})
			groups[len(groups)-1].to = len(digits)
			open, between, visible = true, apart, 0
			continue
		}
		if invisible(r) {
			continue
		}
		kind := separator(r)
		switch {
		case open:
			between = kind
		case kind == apart || between == apart:
			between = apart
		case between == space && kind != line:
			between = kind // " - " is a dash
		case kind == space, kind == between:
		case between == line || kind == line:
			between = line
		default:
			between = mixed
		}
		if kind == apart {
			visible = 6
		}
		open = false
		visible++
	}
	return digits, groups
}

func separator(r rune) gap {
	switch r {
	case '\n', '\r', '\v', '\f', 0x85, 0x2028, 0x2029:
		return line
	case '.', '·', '․', '。', '．', '∙', '・':
		return dot
	case '/', '\\', '⁄', '∕', '／':
		return slash
	case '_', '＿', '‿':
		return lowbar
	case '-', '−', '－', '﹣', '⁃', '~':
		return dash
	case ',', ';', ':', '|', '\'', '’', '`', '"', '(', ')', '[', ']', '=', '，', '；', '：', '、', '،', '>', '<', '^', '&':
		return unusual
	}
	switch {
	case r == '\t' || unicode.Is(unicode.Zs, r):
		return space
	case unicode.Is(unicode.Pd, r):
		return dash
	}
	return apart
}
