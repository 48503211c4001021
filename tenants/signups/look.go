package signups

import (
	"slices"
	"strings"
)

// alike makes one of signs that are taken for each other in the fonts of address bars and mail programs. Of the pairs in Unicode's
// confusables.txt (UTS #39) these are what is left where a name has a to z, 0 to 9 and hyphens alone; with them, the digits
// that people write for letters (3 for e, 4 for a, 7 for t). 6 and 8 are read as digits.
var alike = strings.NewReplacer("0", "o", "1", "l", "2", "z", "3", "e", "4", "a", "5", "s", "7", "t", "9", "g", "i", "l", "j", "l", "q", "g")

// joined are two letters that run together into one.
var joined = []struct{ two, one string }{{"rn", "m"}, {"vv", "w"}, {"cl", "d"}}

// look is how a short name looks to somebody in a hurry; control.slug_look is the same in the database.
func look(slug string) string {
	s := strings.ReplaceAll(slug, "-", "")
	for _, j := range joined {
		s = strings.ReplaceAll(s, j.two, j.one)
	}
	return single(alike.Replace(s))
}

// single leaves one of each sign that is repeated: "luckky" reads as "lucky".
func single(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range s {
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// beside are words that stand beside a casino's name without making it another's: lucky-fox-support reads as Lucky Fox.
var beside = []string{"account", "accounts", "agent", "billing", "care", "casino", "chat", "client", "contact", "desk", "help", "helpdesk",
	"home", "kyc", "live", "login", "mail", "my", "official", "online", "page", "pay", "payment", "payments", "player", "players", "real", "safe",
	"secure", "security", "service", "services", "sign-in", "signin", "site", "support", "team", "the", "verify", "vip", "web", "withdraw", "www"}

// looks are what a short name could be taken for: itself, and itself without the words beside.
func looks(slug string) []string {
	all := []string{look(slug)}
	parts := strings.Split(slug, "-")
	for len(parts) > 1 && slices.Contains(beside, parts[len(parts)-1]) {
		parts = parts[:len(parts)-1]
	}
	for len(parts) > 1 && slices.Contains(beside, parts[0]) {
		parts = parts[1:]
	}
	if core := look(strings.Join(parts, "-")); !slices.Contains(all, core) {
		all = append(all, core)
	}
	whole := strings.ReplaceAll(slug, "-", "")
	for _, word := range beside {
		if core, ok := strings.CutSuffix(whole, word); ok && len(word) > 3 && len(core) > 3 {
			if l := look(core); !slices.Contains(all, l) {
				all = append(all, l)
			}
		}
	}
	return all
}

// known are names that a stranger would be believed under: large operators, regulators, and whom players pay through. Their owners
// write to the deployment's people instead.
var known = []string{"1xbet", "22bet", "888", "888casino", "888sport", "anjouan", "bet365", "betano", "betclic", "betfair", "betfred", "betmgm", "betsafe", "betsson",
	"betvictor", "betway", "bitcasino", "bovada", "bwin", "caesars", "casumo", "coral", "curacao", "draftkings", "dukascopy", "entain", "evolution", "fanduel", "flutter", "fonbet",
	"gambling-commission", "gamcare", "ggbet", "ggpoker", "gibraltar", "google", "instagram", "kahnawake", "kindred", "ladbrokes", "leovegas", "mastercard", "melbet",
	"microsoft", "mostbet", "mr-green", "neteller", "olybet", "optibet", "paddy-power", "paf", "parimatch", "party-poker", "paypal", "paysafe", "pin-up", "pinnacle", "playtech",
	"pokerstars", "rizk", "roobet", "skrill", "sky-bet", "snai", "sportingbet", "stake", "stripe", "svenska-spel", "telegram", "tipico", "tonybet", "topsport",
	"trustly", "ukgc", "unibet", "veikkaus", "visa", "vulkan", "whatsapp", "william-hill", "winamax", "wise"}

// famous says whether a short name could be taken for one of known, or of own: alone, with words beside it, or, where the name is
// long enough to be nothing else, as a part.
func famous(slug string, own []string) bool {
	all := looks(slug)
	for _, name := range append(slices.Clone(own), known...) {
		l := look(strings.ToLower(name))
		if l == "" {
			continue
		}
		if slices.Contains(all, l) || len(l) >= 7 && strings.Contains(all[0], l) {
			return true
		}
		for _, part := range strings.Split(slug, "-") {
			if len(l) >= 6 && look(part) == l {
				return true
			}
		}
	}
	return false
}
