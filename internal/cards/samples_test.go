package cards_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// plans are what the generator makes card numbers of: a prefix and a length each.
var plans = []struct {
	prefix string
	n      int
}{
	{"4", 16}, {"4", 16}, {"4", 16}, {"4", 13}, {"4", 19}, {"51", 16}, {"55", 16}, {"2221", 16}, {"2720", 16},
	{"34", 15}, {"37", 15}, {"6011", 16}, {"644", 16}, {"65", 19}, {"300", 14}, {"36", 14}, {"38", 14}, {"3528", 16},
	{"3589", 16}, {"62", 16}, {"62", 19}, {"5018", 16}, {"6759", 18}, {"6304", 19}, {"2200", 16}, {"2204", 16},
	{"9792", 16}, {"60", 16}, {"8600", 16}, {"9860", 16}, {"636368", 16}, {"606282", 16},
}

func newCard(r *rand.Rand) string {
	p := plans[r.IntN(len(plans))]
	return complete(p.prefix + digits(r, p.n-1-len(p.prefix))) // a right check digit is put behind
}

func digits(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + r.IntN(10))
	}
	return string(b)
}

// complete appends the check digit.
func complete(body string) string {
	sum := 0
	for i := range len(body) {
		v := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return body + string(rune('0'+(10-sum%10)%10))
}

func grouped(card, separator string) string {
	sizes := []int{4, 4, 4, 4, 4}
	switch len(card) {
	case 15:
		sizes = []int{4, 6, 5}
	case 14:
		sizes = []int{4, 6, 4}
	}
	var parts []string
	for _, n := range sizes {
		n = min(n, len(card))
		if n > 0 {
			parts = append(parts, card[:n])
			card = card[n:]
		}
	}
	return strings.Join(parts, separator)
}

func inScript(card string, zero rune) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return r
		}
		return zero + r - '0'
	}, card)
}

func every(card, separator string) string { return strings.Join(strings.Split(card, ""), separator) }

// spellings are the ways people write a card number.
var spellings = []struct {
	name  string
	write func(card string) string
}{
	{"plain", func(c string) string { return c }},
	{"spaces", func(c string) string { return grouped(c, " ") }},
	{"dashes", func(c string) string { return grouped(c, "-") }},
	{"dots", func(c string) string { return grouped(c, ".") }},
	{"mixed", func(c string) string {
		out := grouped(c, " ")
		out = strings.Replace(out, " ", "-", 1)
		return strings.Replace(out, " ", ".", 1)
	}},
	{"no-break and narrow spaces", func(c string) string {
		return strings.Replace(grouped(c, "\u00a0"), "\u00a0", "\u202f", 1)
	}},
	{"full width", func(c string) string { return inScript(grouped(c, " "), '０') }},
	{"Arabic-Indic", func(c string) string { return inScript(c, '٠') }},
	{"zero width between digits", func(c string) string { return every(c, "\u200b") }},
	{"slashes", func(c string) string { return grouped(c, "/") }},
	{"underscores", func(c string) string { return grouped(c, "_") }},
	{"one digit at a time", func(c string) string { return every(c, " ") }},
}

var sentences = []string{
	"Please pay it to %s today, thanks.", "My card is %s, why is it declined?", "%s", "Card: %s 12/27 123",
	"Моя карта %s, когда придут деньги?", "Вывод на %s не пришёл.", "перевёл с%s вчера", "номер:%s!",
	"Mano kortelė %s, kodėl ji atmesta?", "Prašau grąžinti į %s.", "Pinigai iš %s neatėjo (nuo vakar).",
}

// harmless makes what players and agents write that is no card number.
func harmless(r *rand.Rand) string {
	hex := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "0123456789abcdef"[r.IntN(16)]
		}
		return string(b)
	}
	date := func() (int, int, int) { return 2015 + r.IntN(15), 1 + r.IntN(12), 1 + r.IntN(28) }
	y, mo, d := date()
	h, mi, s := r.IntN(24), r.IntN(60), r.IntN(60)
	switch n := r.IntN(100); {
	case n < 22:
		return digits(r, 6+r.IntN(7))
	case n < 26:
		return "ID " + digits(r, 6+r.IntN(7))
	case n < 44:
		return phone(r)
	case n < 52:
		return fmt.Sprintf("%s-%s-4%s-a%s-%s", hex(8), hex(4), hex(3), hex(3), hex(12))
	case n < 55:
		return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02d.%sZ", y, mo, d, h, mi, s, digits(r, 6))
	case n < 58:
		return fmt.Sprintf("%02d.%02d.%d %02d:%02d:%02d", d, mo, y, h, mi, s)
	case n < 60:
		return fmt.Sprintf("%d%02d%02d%02d%02d%02d", y, mo, d, h, mi, s)
	case n < 62:
		return fmt.Sprint(1_500_000_000_000 + r.Int64N(400_000_000_000)) // milliseconds
	case n < 68:
		return []string{"TX", "WD-", "DEP", "TXN_", "#", "PAY-2026-", "R", "order-"}[r.IntN(8)] + digits(r, 8+r.IntN(9))
	case n < 73:
		return []string{"transaction ", "ticket no. ", "order ID: ", "заявка № ", "операция ", "užsakymas Nr. "}[r.IntN(6)] +
			digits(r, 8+r.IntN(11))
	case n < 74:
		return digits(r, 13+r.IntN(7)) // a reference nothing speaks for
	case n < 80:
		return fmt.Sprintf("%d.%02d EUR", r.IntN(5_000_000), r.IntN(100))
	case n < 83:
		return fmt.Sprintf("%d %03d %03d,%02d ₽ + %d %03d", 1+r.IntN(999), r.IntN(1000), r.IntN(1000), r.IntN(100),
			1+r.IntN(99), r.IntN(1000))
	case n < 90:
		return iban(r)
	case n < 94:
		return "0x" + hex(40)
	case n < 96:
		return hex(64)
	case n < 98:
		var spins []string
		for range 6 + r.IntN(10) {
			spins = append(spins, fmt.Sprint(r.IntN(37)))
		}
		return strings.Join(spins, " ")
	}
	return fmt.Sprintf("%.2f %.2f %.2f %d-%d %d.%d.%d.%d", 1+r.Float64()*5, 1+r.Float64()*5, 1+r.Float64()*5,
		r.IntN(9), r.IntN(9), r.IntN(256), r.IntN(256), r.IntN(256), r.IntN(256))
}

func phone(r *rand.Rand) string {
	switch r.IntN(10) {
	case 0, 1:
		return "+370 6" + digits(r, 2) + " " + digits(r, 5)
	case 2:
		return "+3706" + digits(r, 7)
	case 3:
		return "+7 (9" + digits(r, 2) + ") " + digits(r, 3) + "-" + digits(r, 2) + "-" + digits(r, 2)
	case 4:
		return "89" + digits(r, 9)
	case 5:
		return "+4917" + digits(r, 9)
	case 6:
		return "4917" + digits(r, 9)
	case 7:
		return "+49 176 " + digits(r, 4) + " " + digits(r, 4)
	case 8:
		return "+" + digits(r, 1) + digits(r, 10+r.IntN(4))
	}
	return "8 6" + digits(r, 2) + " " + digits(r, 2) + " " + digits(r, 3)
}

func iban(r *rand.Rand) string {
	var bare string
	switch r.IntN(5) {
	case 0, 1:
		bare = "LT" + digits(r, 18)
	case 2:
		bare = "DE" + digits(r, 20)
	case 3:
		bare = "EE" + digits(r, 18)
	default:
		bare = "GB" + digits(r, 2) + "NWBK" + digits(r, 14)
	}
	if r.IntN(2) == 0 {
		return bare
	}
	var parts []string
	for len(bare) > 4 {
		parts, bare = append(parts, bare[:4]), bare[4:]
	}
	return strings.Join(append(parts, bare), " ")
}
