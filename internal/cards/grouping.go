package cards

import "slices"

// window is a stretch of groups that could be a card number by its digits: groups[first:last+1].
type window struct {
	text        string
	groups      []group
	first, last int
	digits      []digit
}

func (w window) sizes() []int {
	out := make([]int, 0, 8)
	for _, g := range w.groups[w.first : w.last+1] {
		out = append(out, g.len())
	}
	return out
}

func (w window) from() int { return w.groups[w.first].from }
func (w window) to() int   { return w.groups[w.last].to }
func (w window) len() int  { return w.to() - w.from() }

// credible says whether somebody would write a card number in these groups.
func (w window) credible() bool {
	if w.first == w.last {
		return !w.decimal()
	}
	sizes := w.sizes()
	if asPrinted(sizes) {
		return true // as on the plastic, so any separator will do, and other numbers around it
	}
	if !w.alone() {
		return false
	}
	kind, same := w.separators()
	if kind == apart {
		return same && slices.Max(sizes) == 1 // 4,1,1,1,…
	}
	if slices.ContainsFunc(common, func(s []int) bool { return slices.Equal(s, sizes) }) {
		return true
	}
	if same {
		return w.steady(sizes)
	}
	return sizes[0] >= 3 && len(sizes) <= 6 && w.len() >= 14 && slices.Min(sizes[:len(sizes)-1]) >= 2
}

// asPrinted are the groups on the cards themselves: fours, with what is left at the end, and American Express and
// Diners with their long middle.
func asPrinted(sizes []int) bool {
	if len(sizes) == 3 && sizes[0] == 4 && sizes[1] == 6 && (sizes[2] == 5 || sizes[2] == 4) {
		return true
	}
	for i, n := range sizes {
		if n != 4 && (i < len(sizes)-1 || n > 4) {
			return false
		}
	}
	return len(sizes) > 2
}

// common are groups people and forms use besides.
var common = [][]int{
	{8, 8}, {6, 10}, {10, 6}, {4, 12}, {12, 4}, {4, 8, 4}, {4, 4, 8}, {8, 4, 4}, {6, 6, 4}, {6, 2, 4, 4}, {4, 2, 6, 4},
	{5, 5, 5}, {5, 5, 5, 1}, {6, 9}, {4, 11}, {5, 10}, {4, 5, 6}, {3, 4, 4, 4}, {6, 4, 5}, {6, 8}, {4, 10}, {4, 5, 5},
	{4, 3, 3, 3}, {1, 4, 4, 4}, {6, 7}, {6, 13}, {8, 11}, {8, 10}, {4, 4, 4, 7}, {6, 12}, {6, 4, 4, 4, 1},
}

// steady says whether groups of an unknown sort are at least regular: one digit at a time, in pairs, in threes, in
// fives, or a few long ones.
func (w window) steady(sizes []int) bool {
	first, last := sizes[0], sizes[len(sizes)-1]
	regular := last <= first
	for _, n := range sizes[:len(sizes)-1] {
		regular = regular && n == first
	}
	switch {
	case regular && first == 1:
		return true
	case regular && first == 2:
		return !w.wheel()
	case regular && first == 3 && last == 3:
		return w.len() > 12 // four threes are an amount or an address
	case regular && first > 2 && len(sizes) > 2:
		return true
	}
	// 30 12 2026 21 37 00 00 is a date, 23 412 000 000 000 an amount.
	return w.len() >= 14 && len(sizes) <= 8 && slices.Max(sizes) > 2 && !(w.len() < 16 && thousands(sizes))
}

// thousands says whether the groups are those of a large amount.
func thousands(sizes []int) bool {
	for _, n := range sizes[1:] {
		if n != 3 {
			return false
		}
	}
	return sizes[0] <= 3
}

// wheel says whether all pairs are numbers of a roulette wheel, which players love to list.
func (w window) wheel() bool {
	for _, g := range w.groups[w.first : w.last+1] {
		n := 0
		for _, d := range w.digits[g.from:g.to] {
			n = n*10 + int(d.value)
		}
		if n > 36 {
			return false
		}
	}
	return true
}

// separators tells what stands between the groups, apart for what is unusual there, and whether it is always the same.
func (w window) separators() (kind gap, same bool) {
	kind, same = w.groups[w.first+1].gap, true
	usual := true
	for _, g := range w.groups[w.first+1 : w.last+1] {
		usual = usual && (g.gap.usual() || g.gap == mixed)
		same = same && g.gap == kind && kind != mixed && kind != line
	}
	if !usual {
		kind = apart
	}
	return kind, same
}

// alone says whether no other digits belong to the same run, but for an expiry date and a security code behind.
func (w window) alone() bool {
	if before := w.groups[w.first].gap; before != apart {
		// "250 4111-111111111111": the separators tell where the number begins.
		if w.first == w.last {
			return false
		}
		if kind, same := w.separators(); !same || kind == before {
			return false
		}
	}
	var rest []group
	for _, g := range w.groups[w.last+1:] {
		if g.gap == apart {
			break
		}
		rest = append(rest, g)
		if len(rest) > 3 {
			return false
		}
	}
	return w.expiry(rest)
}

func (w window) expiry(rest []group) bool {
	if len(rest) == 0 {
		return true
	}
	if len(rest) == 1 && rest[0].len() == 3 {
		return true // the security code alone
	}
	month := 0
	for _, d := range w.digits[rest[0].from:min(rest[0].to, rest[0].from+2)] {
		month = month*10 + int(d.value)
	}
	if month < 1 || month > 12 {
		return false
	}
	var sizes []int
	for _, g := range rest {
		sizes = append(sizes, g.len())
	}
	if sizes[0] == 4 { // MMYY
		sizes = sizes[1:]
	} else if len(sizes) > 1 && sizes[0] <= 2 && (sizes[1] == 2 || sizes[1] == 4) {
		sizes = sizes[2:]
	} else {
		return false
	}
	return len(sizes) == 0 || len(sizes) == 1 && (sizes[0] == 3 || sizes[0] == 4)
}

// decimal says whether a lone group is what stands behind a decimal point: 0.4539578763621486.
func (w window) decimal() bool {
	if w.first == 0 {
		return false
	}
	g, before := w.groups[w.first], w.groups[w.first-1]
	end := w.digits[before.to-1].at + w.digits[before.to-1].size
	between := w.text[end:w.digits[g.from].at]
	return (between == "." || between == ",") && before.len() == 1 && before.gap == apart
}
