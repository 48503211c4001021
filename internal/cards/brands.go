package cards

// brand is a range of issuer prefixes with the lengths its numbers have.
type brand struct {
	from, to int  // first six digits, inclusive
	lengths  uint // bit n is set when numbers of n digits exist
	weak     uint // lengths so rare, or so like an id, that a word must say it is a card
}

func lengths(all ...int) uint {
	var bits uint
	for _, n := range all {
		bits |= 1 << n
	}
	return bits
}

// shortest and longest are the lengths a card number may have (ISO/IEC 7812-1).
const shortest, longest = 12, 19

var (
	only16  = lengths(16)
	long    = lengths(16, 17, 18, 19)
	maestro = lengths(12, 13, 14, 15, 16, 17, 18, 19)
	feeble  = lengths(12, 13, 14, 15)
)

// brands come from the networks' own publications of their ranges and from what is seen in the wild; they overlap.
var brands = []brand{
	{400000, 499999, lengths(13, 16, 18, 19), 0}, // Visa; some of Elo, Dankort
	{510000, 559999, only16, 0},                  // Mastercard
	{222100, 272099, only16, 0},                  // Mastercard, series 2
	{340000, 349999, lengths(15), 0},             // American Express
	{370000, 379999, lengths(15), 0},             // American Express
	{300000, 305999, lengths(14) | long, 0},      // Diners Club
	{309500, 309599, lengths(14) | long, 0},      // Diners Club
	{360000, 369999, lengths(14) | long, 0},      // Diners Club
	{380000, 399999, lengths(14) | long, 0},      // Diners Club; some of Hipercard
	{601100, 601199, long, 0},                    // Discover
	{622126, 622925, long, 0},                    // Discover with UnionPay
	{644000, 659999, long, 0},                    // Discover; Troy, RuPay, Elo, Verve in 65
	{352800, 358999, long, 0},                    // JCB
	{213100, 213199, lengths(15), 0},             // JCB, old
	{180000, 180099, lengths(15), 0},             // JCB, old
	{620000, 629999, long, 0},                    // UnionPay
	{810000, 819999, long, 0},                    // UnionPay, RuPay
	{220000, 220499, long, 0},                    // Mir
	{979200, 979299, only16, 0},                  // Troy
	{600000, 609999, only16, 0},                  // RuPay, Hipercard
	{820000, 829999, only16, 0},                  // RuPay
	{353000, 353999, only16, 0},                  // RuPay with JCB
	{500000, 509999, maestro, feeble},            // Maestro, Elo, Verve, RuPay, Dankort
	{560000, 589999, maestro, feeble},            // Maestro, UzCard
	{630000, 639999, maestro, feeble},            // Maestro, Hipercard, Elo
	{670000, 679999, maestro, feeble},            // Maestro
	{860000, 860099, only16, 0},                  // UzCard
	{986000, 986099, only16, 0},                  // Humo
	{911200, 911299, only16, 0},                  // Belkart
	{905100, 905199, only16, 0},                  // ArCa
}

// strength says how surely digits are a card number by brand and check digit alone.
type strength int

const (
	none   strength = iota
	weak            // only if a word says so
	strong          // unless the writing speaks against it
)

func judge(digits []digit) strength {
	n := len(digits)
	if n < shortest || n > longest || !luhn(digits) {
		return none
	}
	prefix := 0
	for _, d := range digits[:6] {
		prefix = prefix*10 + int(d.value)
	}
	found := none
	for _, b := range brands {
		if prefix < b.from || prefix > b.to || b.lengths&(1<<n) == 0 {
			continue
		}
		if b.weak&(1<<n) == 0 {
			return strong
		}
		found = weak
	}
	return found
}

// luhn is the check of ISO/IEC 7812-1, Annex B.
func luhn(digits []digit) bool {
	sum := 0
	for i := range digits {
		v := int(digits[len(digits)-1-i].value)
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}
