package cards

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Pair looks for a card number whose beginning ends previous and whose end begins next. Then previous must be erased
// where it was written, and maskedNext goes there instead of next. Card numbers inside next alone are for Mask.
func Pair(previous, next string) (maskedNext string, erasePrevious bool) {
	maskedNext, erase := Across([]string{previous}, next)
	return maskedNext, len(erase) > 0
}

// pieces is how many messages before the newest one a number may begin: one digit in each.
const pieces = longest - 1

// Across is Pair for a number in many pieces. recent are one sender's last messages, the oldest first, each masked
// already; erase lists the indexes of those that hold a piece, in ascending order. Messages between the first piece and
// next must hold nothing but digits, or the pieces aren't next to each other.
func Across(recent []string, next string) (maskedNext string, erase []int) {
	if !utf8.ValidString(next) {
		next = strings.ToValidUTF8(next, string(utf8.RuneError))
	}
	if !anyDigit(next) {
		return next, nil
	}
	// hidden are the digits of next that belong to a number found with some first piece.
	hidden := map[int]bool{}
	oldest := len(recent)
	inner := 0 // digits of the messages between
	for at := len(recent) - 1; at >= 0 && len(recent)-at <= pieces && inner < longest; at-- {
		if !anyDigit(recent[at]) {
			break
		}
		for _, joint := range []string{"", " "} {
			if straddle(recent[at:], next, joint, hidden) {
				oldest = at
			}
		}
		if !onlyDigits(recent[at]) {
			break
		}
		inner += countDigits(recent[at])
	}
	if oldest == len(recent) {
		return next, nil
	}
	for i := oldest; i < len(recent); i++ {
		erase = append(erase, i)
	}
	return hideAt(next, hidden), erase
}

// straddle looks for a number that begins in the first of parts and ends in next, and notes which digits of next it
// covers.
func straddle(parts []string, next, joint string, hidden map[int]bool) bool {
	begin := ending(parts[0])
	next = opening(next)
	if endsInAccount(begin) {
		return false
	}
	// Words on both sides of the cut hide nothing when the pieces are whole groups: "4111 1111 and" "then 1111 1111".
	words := joint == " "
	head, body := trimTail(begin, words), trimHead(next, words)
	chatty := wordsCut(begin, head) || wordsCut(next, body)
	firstEnds := len(head)
	var joined strings.Builder
	joined.WriteString(head)
	for _, p := range parts[1:] {
		joined.WriteString(joint)
		joined.WriteString(strings.TrimFunc(p, notDigit))
	}
	joined.WriteString(joint)
	skipped := len(next) - len(body)
	nextBegins := joined.Len()
	joined.WriteString(body)
	text := joined.String()

	digits, groups := scan(text)
	found := false
	for _, n := range find(text, digits, groups) {
		if digits[n.from].at >= firstEnds || digits[n.to-1].at < nextBegins {
			continue
		}
		if !n.printed && (chatty || !n.alone) || unlikely(text[:digits[n.from].at]) {
			continue
		}
		found = true
		var mine []int
		for _, d := range digits[n.from:n.to] {
			if d.at >= nextBegins {
				mine = append(mine, d.at-nextBegins+skipped)
			}
		}
		// The last four stay when they are the smaller part of what next holds.
		if len(mine) >= 8 {
			mine = mine[:len(mine)-4]
		}
		for _, at := range mine {
			hidden[at] = true
		}
	}
	return found
}

// near is how many bytes around the cut are looked at; a number with its separators takes no more.
const near = 400

func ending(s string) string {
	if len(s) <= near {
		return s
	}
	at := len(s) - near
	for at < len(s) && !utf8.RuneStart(s[at]) {
		at++
	}
	return s[at:]
}

func opening(s string) string {
	if len(s) <= near {
		return s
	}
	at := near
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return s[:at]
}

// endsInAccount says whether the last digits of s are those of an IBAN or a UUID.
func endsInAccount(s string) bool {
	end := strings.LastIndexFunc(s, isDigit)
	for _, e := range append(ibans(s), uuid.spans(s)...) {
		if e[0] <= end && end < e[1] {
			return true
		}
	}
	return false
}

// chatter is how many bytes of words may stand between two pieces on either side of the cut.
const chatter = 40

// trimTail cuts what follows the last digit of a message, if it is little; with words only when they may go.
func trimTail(s string, words bool) string {
	end := strings.LastIndexFunc(s, isDigit)
	if end < 0 {
		return s
	}
	_, size := utf8.DecodeRuneInString(s[end:])
	end += size
	rest := s[end:]
	if len(rest) > chatter || lettersAtStart(rest) != "" || !words && wordsCut(rest, "") {
		return s
	}
	return s[:end]
}

// trimHead cuts what precedes the first digit of a message, if it is little and no part of an id.
func trimHead(s string, words bool) string {
	start := strings.IndexFunc(s, isDigit)
	if start <= 0 {
		return s
	}
	before := s[:start]
	if len(before) > chatter || lettersAtEnd(before) != "" || strings.HasSuffix(before, "+") ||
		tagged(before) || calledID(before) || !words && wordsCut(before, "") {
		return s
	}
	return s[start:]
}

// wordsCut says whether the trimmed text lost letters.
func wordsCut(whole, trimmed string) bool {
	return countLetters(whole) > countLetters(trimmed)
}

func countLetters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// unlikely says whether a number that would go on in the next message rather is a phone number or the cents of an
// amount.
func unlikely(before string) bool {
	if dialled(before, 0) {
		return true
	}
	return len(before) > 1 && strings.ContainsRune(".,:", rune(before[len(before)-1])) && digitAtEnd(before[:len(before)-1])
}

func isDigit(r rune) bool {
	_, ok := valueOf(r)
	return ok
}

func notDigit(r rune) bool { return !isDigit(r) }

func anyDigit(s string) bool { return strings.ContainsFunc(s, isDigit) }

func countDigits(s string) int {
	n := 0
	for _, r := range s {
		if isDigit(r) {
			n++
		}
	}
	return n
}

// onlyDigits says whether a message holds digits and nothing one could read besides.
func onlyDigits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !isDigit(r) && (unicode.IsLetter(r) || r == Dot)
	})
}

// hideAt replaces the digits of s at these byte offsets.
func hideAt(s string, hidden map[int]bool) string {
	var b strings.Builder
	b.Grow(len(s) + 2*len(hidden))
	for at, r := range s {
		if hidden[at] {
			b.WriteRune(Dot)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
