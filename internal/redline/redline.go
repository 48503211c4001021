package redline

import (
	"strings"
	"unicode"
)

// Kind says whether a piece stayed, came or went.
type Kind string

// The kinds.
const (
	Same Kind = "same"
	New  Kind = "new"
	Gone Kind = "gone"
)

// Piece is a stretch of text of one kind. The pieces that aren't New make up the text before, those that aren't Gone the one
// after.
type Piece struct {
	Kind Kind
	Text string
}

// mostSteps bounds the search for the shortest list of changes; texts further apart than this are shown as replaced. Memory
// grows with its square: 800 steps take 5 MB.
const mostSteps = 800

// Compare tells before from after. Lines are matched first, words inside what is left, so that a changed word in a long text
// stands alone and a rewritten paragraph doesn't become confetti.
func Compare(before, after string) []Piece {
	var all []Piece
	for _, change := range match(lines(before), lines(after)) {
		if change.Kind == Same {
			all = add(all, change)
			continue
		}
		// A Gone stretch stands before the New one that takes its place: collect both, then look at their words.
		if n := len(all); change.Kind == New && n > 0 && all[n-1].Kind == Gone {
			gone := all[n-1].Text
			all = all[:n-1]
			for _, word := range match(words(gone), words(change.Text)) {
				all = add(all, word)
			}
			continue
		}
		all = add(all, change)
	}
	return all
}

// Changed says whether any piece isn't Same.
func Changed(all []Piece) bool {
	for _, p := range all {
		if p.Kind != Same {
			return true
		}
	}
	return false
}

// Near leaves out what stayed further than so many octets from any change, for texts that are long and changed little. What
// is left out is an ellipsis on a line of its own; words aren't cut.
func Near(all []Piece, octets int) []Piece {
	var near []Piece
	for i, p := range all {
		if p.Kind != Same || len(p.Text) <= 3*octets {
			near = append(near, p)
			continue
		}
		text := "\n…\n"
		if i > 0 {
			text = p.Text[:after(p.Text, octets)] + text
		}
		if i < len(all)-1 {
			text += p.Text[after(p.Text, len(p.Text)-octets):]
		}
		near = append(near, Piece{Same, text})
	}
	return near
}

// after is where the first space at or after an octet is, or the end.
func after(text string, from int) int {
	if i := strings.IndexFunc(text[from:], unicode.IsSpace); i >= 0 {
		return from + i
	}
	return len(text)
}

func add(all []Piece, p Piece) []Piece {
	if p.Text == "" {
		return all
	}
	if n := len(all); n > 0 && all[n-1].Kind == p.Kind {
		all[n-1].Text += p.Text
		return all
	}
	return append(all, p)
}

func lines(text string) []string { return strings.SplitAfter(text, "\n") }

// words splits a text into words, the spaces between them, and single marks: all of the text, in order.
func words(text string) []string {
	var all []string
	begin, was := 0, 0
	for i, r := range text {
		now := sort(r)
		if i > begin && (now != was || now == 0) {
			all = append(all, text[begin:i])
			begin = i
		}
		was = now
	}
	return append(all, text[begin:])
}

// sort is 1 for what makes words, 2 for spaces and 0 for marks, which stand alone.
func sort(r rune) int {
	switch {
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
		return 1
	case unicode.IsSpace(r):
		return 2
	}
	return 0
}

// match finds the shortest list of changes from a to b (E. W. Myers, "An O(ND) Difference Algorithm", 1986), what goes before
// what comes.
func match(a, b []string) []Piece {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	head, tail := a[:start], a[len(a)-end:]
	a, b = a[start:len(a)-end], b[start:len(b)-end]

	all := add(nil, Piece{Same, strings.Join(head, "")})
	var gone, came strings.Builder
	flush := func() {
		all = add(add(all, Piece{Gone, gone.String()}), Piece{New, came.String()})
		gone.Reset()
		came.Reset()
	}
	for _, s := range script(a, b) {
		switch s.Kind {
		case Gone:
			gone.WriteString(s.Text)
		case New:
			came.WriteString(s.Text)
		default:
			flush()
			all = add(all, s)
		}
	}
	flush()
	return add(all, Piece{Same, strings.Join(tail, "")})
}

func script(a, b []string) []Piece {
	n, m := len(a), len(b)
	if n == 0 || m == 0 {
		return []Piece{{Gone, strings.Join(a, "")}, {New, strings.Join(b, "")}}
	}
	most := min(n+m, mostSteps)
	furthest := make([]int, 2*most+2) // by diagonal k at [most+k]
	var trace [][]int
	for d := 0; d <= most; d++ {
		for k := -d; k <= d; k += 2 {
			var x int
			if k == -d || k != d && furthest[most+k-1] < furthest[most+k+1] {
				x = furthest[most+k+1]
			} else {
				x = furthest[most+k-1] + 1
			}
			for x < n && x-k < m && x-k >= 0 && a[x] == b[x-k] {
				x++
			}
			furthest[most+k] = x
			if x >= n && x-k >= m {
				return walk(a, b, trace, d)
			}
		}
		trace = append(trace, append([]int(nil), furthest[most-d:most+d+1]...))
	}
	return []Piece{{Gone, strings.Join(a, "")}, {New, strings.Join(b, "")}}
}

// walk goes back from the end of both texts along the furthest points that each step had reached.
func walk(a, b []string, trace [][]int, d int) []Piece {
	x, y := len(a), len(b)
	var back []Piece
	for ; d > 0; d-- {
		row := trace[d-1]
		at := func(k int) int { // the furthest point on diagonal k after d-1 steps
			if i := k + d - 1; i >= 0 && i < len(row) {
				return row[i]
			}
			return -1
		}
		k := x - y
		from := k - 1
		if k == -d || k != d && at(k-1) < at(k+1) {
			from = k + 1
		}
		px := at(from)
		py := px - from
		for x > px && y > py {
			x, y = x-1, y-1
			back = append(back, Piece{Same, a[x]})
		}
		if x == px {
			y--
			back = append(back, Piece{New, b[y]})
		} else {
			x--
			back = append(back, Piece{Gone, a[x]})
		}
	}
	for x > 0 && y > 0 {
		x, y = x-1, y-1
		back = append(back, Piece{Same, a[x]})
	}
	for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
		back[i], back[j] = back[j], back[i]
	}
	return back
}
