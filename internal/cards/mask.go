package cards

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Dot stands for a digit that was masked.
const Dot = '•'

// Mask hides the card numbers in text and says how many it found. At most the first six and the last four digits of
// each stay, fewer of short ones, so that six are always hidden. All else stays as it was, only broken UTF-8 is mended.
// Masking twice is masking once.
func Mask(text string) (string, int) {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, string(utf8.RuneError))
	}
	found := 0
	// What is masked ends a run of digits, which can make the rest of the run readable as a number of its own.
	for enough(text) {
		digits, groups := scan(text)
		numbers := find(text, digits, groups)
		if len(numbers) == 0 {
			break
		}
		found += len(numbers)
		hidden := make([]bool, len(digits))
		for _, n := range numbers {
			n.hide(hidden)
		}
		text = hide(text, digits, hidden)
	}
	return text, found
}

// kept is how many digits of a number of n may stay at its head and its tail.
func kept(n int) (head, tail int) {
	return max(0, min(6, n-10)), 4
}

func hide(text string, digits []digit, hidden []bool) string {
	var b strings.Builder
	b.Grow(len(text) + 2*len(digits))
	at := 0
	for i, d := range digits {
		if hidden[i] {
			b.WriteString(text[at:d.at])
			b.WriteRune(Dot)
			at = d.at + d.size
		}
	}
	b.WriteString(text[at:])
	return b.String()
}

// number is a card number: digits[from:to].
type number struct {
	from, to int
	how      strength
	printed  bool // in the groups of the card itself
	alone    bool // no other digits belong to the same run
}

// find looks at every stretch of neighbouring groups that has the length of a card number. Of two that share digits
// which masking one would hide, the surer and then the longer counts.
func find(text string, digits []digit, groups []group) []number {
	var all []number
	around := &surroundings{text: text}
	for first := range groups {
		for last := first; last < len(groups); last++ {
			if last > first && groups[last].gap == apart {
				break
			}
			from, to := groups[first].from, groups[last].to
			if to-from > longest {
				break
			}
			s := judge(digits[from:to])
			if s == none {
				continue
			}
			w := window{text: text, groups: groups, first: first, last: last, digits: digits}
			if w.credible() && around.allow(w, s) {
				printed := last > first && asPrinted(w.sizes())
				all = append(all, number{from, to, s, printed, w.alone()})
			}
		}
	}
	if len(all) < 2 {
		return all
	}
	slices.SortStableFunc(all, func(a, b number) int {
		return cmp.Or(cmp.Compare(b.how, a.how), cmp.Compare(b.to-b.from, a.to-a.from))
	})
	hidden := make([]bool, len(digits))
	var out []number
	for _, n := range all {
		if !slices.Contains(hidden[n.from:n.to], true) {
			out = append(out, n)
			n.hide(hidden)
		}
	}
	return out
}

// hide marks the digits of n that may not stay.
func (n number) hide(hidden []bool) {
	head, tail := kept(n.to - n.from)
	for i := n.from + head; i < n.to-tail; i++ {
		hidden[i] = true
	}
}
