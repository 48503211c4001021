package cards_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"pitdesk/internal/cards"
)

func TestEveryNumberIsFoundInEverySpelling(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 21))
	missed := map[string]int{}
	for i := range 1000 {
		card := newCard(r)
		for _, s := range spellings {
			text := fmt.Sprintf(sentences[i%len(sentences)], s.write(card))
			masked, found := cards.Mask(text)
			if found != 1 {
				if missed[s.name]++; missed[s.name] < 4 {
					t.Errorf("%s: %d found in %q → %q", s.name, found, text, masked)
				}
				continue
			}
			if again, n := cards.Mask(masked); n != 0 || again != masked {
				t.Errorf("%s: masking %q again changes it", s.name, masked)
			}
			if hidden := strings.Count(masked, string(cards.Dot)); hidden < len(card)-10 || hidden < 6 {
				t.Errorf("%s: only %d digits of %q are hidden", s.name, hidden, masked)
			}
		}
	}
	for name, n := range missed {
		t.Errorf("%s: %d of 1000 missed", name, n)
	}
}

func TestHarmlessIDsSurvive(t *testing.T) {
	t.Parallel()
	const many = 100_000
	r := rand.New(rand.NewPCG(3, 6))
	frames := []string{"%s", "my id is %s, please check", "Вот: %s, проверьте", "Numeris %s, ačiū"}
	hits := 0
	for i := range many {
		text := fmt.Sprintf(frames[i%len(frames)], harmless(r))
		if masked, n := cards.Mask(text); n > 0 {
			if hits++; hits < 40 {
				t.Logf("%q → %q", text, masked)
			}
		}
	}
	t.Logf("false hits: %d of %d (%.3f %%)", hits, many, 100*float64(hits)/many)
	if hits > many/1000 {
		t.Errorf("more than 0.1 %%")
	}
}

func TestWhatStays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"4111111111111111":                        "411111••••••1111",
		"a 4111-1111-1111-1111 b":                 "a 4111-11••-••••-1111 b",
		"378282246310005":                         "37828••••••0005",
		"30569309025904":                          "3056••••••5904",
		"visa4222222222222":                       "visa422••••••2222",
		"card 501800000009":                       "card 50••••••0009",
		"4111 1111 1111 1111 5500 0000 0000 0004": "4111 11•• •••• 1111 5500 00•• •••• 0004",
		"карта 4️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣": "карта 4️⃣1️⃣1️⃣1️⃣1️⃣1️⃣•️⃣•️⃣•️⃣•️⃣•️⃣•️⃣1️⃣1️⃣1️⃣1️⃣",
		"passport_4111111111111111.jpg": "passport_411111••••••1111.jpg",
		"4111 1111 1111 1111 12/27 123": "4111 11•• •••• 1111 12/27 123",
		"411111 1111111111 12/27":       "411111 ••••••1111 12/27",
		"4111\n1111\n1111\n1111":        "4111\n11••\n••••\n1111",
		"4111 - 1111 - 1111 - 1111":     "4111 - 11•• - •••• - 1111",
	} {
		if got, _ := cards.Mask(text); got != want {
			t.Errorf("%q → %q, want %q", text, got, want)
		}
	}
}

func TestWhatIsNoCardNumber(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "hello", "4111111111111112", "41111111111111111111111", "player 501800000009",
		"+4917612345673", "LT60 4111 1111 1111 1111", "TX4111111111111111", "#4111111111111111",
		"TXN-2026-4111111111111111", "transaction no. 4111111111111111", "order ID: 4111111111111111",
		"0x4111111111111111af", "b4111111111111111f", "1.4111111111111111", "0,4111111111111111",
		"36 11 22 5 14 9 33 2 17", "12345678-1234-4111-1111-111111111111", "заявка № 4111111111111111",
		"4 222 222 222 222 EUR", "411111••••••1111",
	} {
		if got, n := cards.Mask(text); n != 0 || got != text {
			t.Errorf("%q → %q", text, got)
		}
	}
}

func TestACardWordOutweighsAnIDSign(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"card #4111111111111111", "visa_4111111111111111", "card number 4111111111111111, order refused",
		"моя карта4111111111111111", "cardNo4111111111111111exp1227", "карта № 4111111111111111",
	} {
		if got, n := cards.Mask(text); n != 1 {
			t.Errorf("%q → %q", text, got)
		}
	}
}

func TestBrokenTextComesOutWhole(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"\xff\xfe", "4111 1111 \xff1111 1111", "a\xc3"} {
		if got, _ := cards.Mask(text); !utf8.ValidString(got) {
			t.Errorf("%q → %q", text, got)
		}
	}
}

func FuzzMask(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, s := range spellings {
		f.Add(fmt.Sprintf("x %s y", s.write(newCard(r))))
	}
	for range 20 {
		f.Add(harmless(r))
	}
	f.Add("4111 1111 1111 1111 1111 1111 1111 4111 1111 1111 1111 1111\xff4")
	f.Fuzz(func(t *testing.T, text string) {
		masked, n := cards.Mask(text)
		if !utf8.ValidString(masked) {
			t.Fatalf("%q → invalid %q", text, masked)
		}
		if n == 0 && utf8.ValidString(text) && masked != text {
			t.Fatalf("nothing found, yet %q became %q", text, masked)
		}
		if again, more := cards.Mask(masked); more != 0 || again != masked {
			t.Fatalf("%q → %q → %q", text, masked, again)
		}
		if left := plainlyLeft(masked); left != "" {
			t.Fatalf("%q → %q leaves %s", text, masked, left)
		}
	})
}

// plainlyLeft finds a Visa or Mastercard number of 16 digits in fours, by other means than the package's own.
func plainlyLeft(text string) string {
	fields := strings.Split(text, " ")
	for i := 0; i+4 <= len(fields); i++ {
		joined := ""
		for _, f := range fields[i : i+4] {
			if len(f) == 4 && strings.Trim(f, "0123456789") == "" {
				joined += f
			}
		}
		if len(joined) == 16 && (joined[0] == '4' || joined[0] == '5' && joined[1] >= '1' && joined[1] <= '5') &&
			complete(joined[:15]) == joined && !strings.Contains(strings.Join(fields[:i], " "), "+") &&
			strings.ToUpper(text) == strings.ToLower(text) { // no letters: no id, no account
			return joined
		}
	}
	return ""
}
