package cards_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pitdesk/internal/cards"
)

func TestNumbersInSeveralMessages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		recent []string
		next   string
		want   string
		erase  []int
	}{
		{[]string{"my card is 4111 1111"}, "1111 1111", "•••• 1111", []int{0}},
		{[]string{"41111111"}, "11111111 thanks", "••••1111 thanks", []int{0}},
		{[]string{"4111 1111 11"}, "11 1111", "•• ••••", []int{0}},
		{[]string{"411111111111111"}, "1", "•", []int{0}},
		{[]string{"4"}, "111111111111111", "•••••••••••1111", []int{0}},
		{[]string{"hello", "4111", "1111", "1111"}, "1111", "••••", []int{1, 2, 3}},
		{[]string{"4111", "1111"}, "11111111", "••••1111", []int{0, 1}},
		{[]string{"4111 1111 wait"}, "and 1111 1111", "and •••• 1111", []int{0}},
		{[]string{"карта 4111 1111"}, "дальше: 1111 1111", "дальше: •••• 1111", []int{0}},
		{[]string{"4111-1111-"}, "-1111-1111", "-••••-1111", []int{0}},
		{[]string{"4111 1111", "wait please"}, "1111 1111", "1111 1111", nil},
		{[]string{"41111111"}, "11111112", "11111112", nil},
		{[]string{"my player id is 41111111"}, "11111111", "11111111", nil},
		{[]string{"+370 612 34567"}, "50 EUR", "50 EUR", nil},
		{[]string{"4111 11•• •••• 1111"}, "1111 1111 1111", "1111 1111 1111", nil},
		{[]string{strings.Repeat("ž ", 900) + "4111 1111"}, "1111 1111" + strings.Repeat(" ž", 900),
			"•••• 1111" + strings.Repeat(" ž", 900), []int{0}},
		{[]string{"hello"}, "how are you", "how are you", nil},
		{nil, "1111", "1111", nil},
		{[]string{""}, "", "", nil},
	} {
		got, erase := cards.Across(c.recent, c.next)
		if got != c.want || !slices.Equal(erase, c.erase) {
			t.Errorf("%q + %q → %q, erase %v; want %q, %v", c.recent, c.next, got, erase, c.want, c.erase)
		}
	}
}

func TestEveryCutIsFound(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 8))
	for range 300 {
		card := newCard(r)
		for cut := 1; cut < len(card); cut++ {
			next, erase := cards.Pair("it is "+card[:cut], card[cut:]+" ok?")
			if !erase || !strings.ContainsRune(next, cards.Dot) {
				t.Errorf("%s | %s → %q, erase %v", card[:cut], card[cut:], next, erase)
			}
		}
		var recent []string
		for _, d := range card[:len(card)-1] {
			recent = append(recent, string(d))
		}
		if _, erase := cards.Across(recent, card[len(card)-1:]); len(erase) != len(recent) {
			t.Errorf("%s digit by digit: erase %v", card, erase)
		}
	}
}

func TestNeighbouringMessagesOfHarmlessIDsSurvive(t *testing.T) {
	t.Parallel()
	const many = 100_000
	r := rand.New(rand.NewPCG(9, 4))
	hits := 0
	previous := harmless(r)
	for range many {
		next := harmless(r)
		if masked, erase := cards.Pair(previous, next); erase {
			if hits++; hits < 20 {
				t.Logf("%q + %q → %q", previous, next, masked)
			}
		}
		previous = next
	}
	t.Logf("false hits: %d of %d pairs (%.3f %%)", hits, many, 100*float64(hits)/many)
	if hits > many*3/1000 {
		t.Errorf("more than 0.3 %%")
	}
}

func FuzzAcross(f *testing.F) {
	f.Add("4111 1111", "1111", "1111")
	f.Add("a\xff", "", "4")
	f.Fuzz(func(t *testing.T, a, b, next string) {
		_, erase := cards.Across([]string{a, b}, next)
		for _, i := range erase {
			if i < 0 || i > 1 {
				t.Fatalf("erase %v", erase)
			}
		}
	})
}
