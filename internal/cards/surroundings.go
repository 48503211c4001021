package cards

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// surroundings is what a text says around a number. It is looked at only when the digits already make a card number.
type surroundings struct {
	text   string
	looked bool
	card   bool     // the text speaks of a card
	exempt [][2]int // IBANs and UUIDs, byte offsets
}

// allow says whether the surroundings let w pass for a card number.
func (s *surroundings) allow(w window, how strength) bool {
	s.look()
	last := w.digits[w.to()-1]
	from, to := w.digits[w.from()].at, last.at+last.size
	for _, e := range s.exempt {
		if e[0] <= from && to <= e[1] {
			return false
		}
	}
	before := s.text[:from]
	switch {
	case gluedBefore(before), gluedAfter(s.text[to:]), dialled(before, w.len()):
		return false
	case how == weak:
		return s.card && !calledID(before)
	case s.card:
		return true
	case tagged(before):
		return false
	case w.first == w.last || !asPrinted(w.sizes()):
		return !calledID(before) && !germanMobile(w.digits[w.from():w.to()])
	}
	return true
}

func (s *surroundings) look() {
	if s.looked {
		return
	}
	s.looked = true
	s.card = aboutCards.MatchString(s.text)
	s.exempt = append(ibans(s.text), uuid.spans(s.text)...)
}

// aboutCards finds words that only somebody with a card in hand writes.
var aboutCards = regexp.MustCompile(`(?i)card|visa|maestro|amex|american express|unionpay|\bcv[vc]\b|карт|виз[аыуе]|` +
	`визой|мастеркард|маэстро|kortel|mokėjimo kort`)

// idWords stand right before a number that is no card: "transaction 4539578763621486".
var idWords = words(`id ids uid uuid guid txid tx txn trx transaction order orders ticket tickets ref refs reference
	invoice receipt operation tracking player user userid playerid login session request round slip coupon bet imei
	serial hash barcode inn
	айди ид заказ заказа заказу заказе транзакция транзакции транзакцию транзакцией тикет тикета тикету заявка
	заявки заявке заявку квитанция квитанции чек чека игрок игрока игроку ставка ставки ставке ставку купон купона
	раунд раунда операция операции операцию сессия сессии инн
	užsakymas užsakymo užsakymą operacija operacijos operaciją transakcija transakcijos transakciją bilietas bilieto
	žaidėjas žaidėjo statymas statymo kuponas kupono kvitas kvito nuoroda sąskaitos-faktūros`)

// fillers may stand between such a word and the number: "order number is: 4539…".
var fillers = words(`no nr num number numbers is № код code номер номера номером под numeris numerio yra`)

// gluedWords may touch a card number where somebody forgot the space.
var gluedWords = []string{
	"card", "visa", "mastercard", "master", "maestro", "amex", "mc", "cc", "pan", "mir", "jcb", "discover", "diners",
	"unionpay", "number", "nr", "no", "num", "kortele", "kortelė", "korteles", "kortelės", "numeris", "credit", "debit",
}

func words(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[w] = true
	}
	return out
}

// gluedBefore says whether Latin letters touch the number from the left and make it part of an id: TX4539…. Letters of
// other scripts are words: nobody makes ids of them.
func gluedBefore(before string) bool {
	run := lettersAtEnd(before)
	if run == "" {
		return false
	}
	low := strings.ToLower(run)
	for _, w := range gluedWords {
		if strings.HasSuffix(low, w) {
			return false
		}
	}
	return !isWord(run) || idWords[low] || digitAtEnd(before[:len(before)-len(run)])
}

// gluedAfter is gluedBefore on the right: 4539…af03. A lower-case word or the expiry is a forgotten space.
func gluedAfter(after string) bool {
	run := lettersAtStart(after)
	if run == "" {
		return false
	}
	low := strings.ToLower(run)
	for _, w := range gluedWords {
		if low == w {
			return false
		}
	}
	if strings.HasPrefix(low, "exp") || strings.HasPrefix(low, "cv") || strings.HasPrefix(low, "valid") {
		return false
	}
	rest := after[len(run):]
	return !isWord(run) || rest != "" && rest[0]-'0' < 10
}

// isWord says whether letters look like a word of a sentence: three or more, lower case, not all hexadecimal.
func isWord(run string) bool {
	return utf8.RuneCountInString(run) >= 3 && run == strings.ToLower(run) && strings.Trim(run, "abcdef") != ""
}

func lettersAtEnd(s string) string {
	at := len(s)
	for at > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:at])
		if !unicode.Is(unicode.Latin, r) || len(s)-at > 40 {
			break
		}
		at -= size
	}
	return s[at:]
}

func lettersAtStart(s string) string {
	for at, r := range s {
		if !unicode.Is(unicode.Latin, r) || at > 40 {
			return s[:at]
		}
	}
	return s
}

func digitAtEnd(s string) bool { return s != "" && s[len(s)-1]-'0' < 10 }

// dialled says whether a plus stands before a number that is short enough for a telephone (E.164: 15 digits).
func dialled(before string, n int) bool {
	return n <= 15 && strings.HasSuffix(strings.TrimRight(before, " (\u00a0"), "+")
}

// germanMobile knows the only phone numbers of 13 digits that begin like a Visa card, written without their plus.
func germanMobile(digits []digit) bool {
	return len(digits) == 13 && digits[0].value == 4 && digits[1].value == 9 && digits[2].value == 1 &&
		digits[3].value >= 5 && digits[3].value <= 7
}

// tagged says whether a sign ties the number to an id: #4539…, TX-2026-4539…, PAY_4539….
func tagged(before string) bool {
	if strings.HasSuffix(before, "#") {
		return true
	}
	if before == "" || !strings.ContainsRune("-_/.", rune(before[len(before)-1])) {
		return false
	}
	for range 4 { // TX-2026-11-…
		before = strings.TrimRight(before, "-_/.")
		if !digitAtEnd(before) {
			break
		}
		before = strings.TrimRight(before, "0123456789")
	}
	run := lettersAtEnd(before)
	low := strings.ToLower(run)
	if idWords[low] {
		return true
	}
	switch low {
	case "", "img", "dsc", "scan", "foto", "photo", "card", "visa", "mc", "mir":
		return false
	}
	return len(run) <= 5 && run == strings.ToUpper(run)
}

// calledID says whether the word before the number says that it is an id.
func calledID(before string) bool {
	for range 3 {
		before = strings.TrimRight(before, " \t\u00a0:#№.=\"'“„«(-–—")
		at := strings.LastIndexFunc(before, func(r rune) bool { return !unicode.IsLetter(r) })
		word := before
		if at >= 0 {
			_, size := utf8.DecodeRuneInString(before[at:])
			word = before[at+size:]
		}
		low := strings.ToLower(word)
		if idWords[low] {
			return true
		}
		if !fillers[low] {
			return false
		}
		before = before[:len(before)-len(word)]
	}
	return false
}
