package cards_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"pitdesk/internal/cards"
)

func TestOddSpellingsAreFound(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"CARD4111111111111111", "VISA:4111111111111111", "№4111111111111111", "cc=4111111111111111",
		`{"pan":"4111111111111111"}`, "(4111111111111111)", "https://x.com/4111111111111111?a=1",
		"since 21.11 4111 1111 1111 1111", "sum 250 4111111111111111 12 27", "sum 250 411111-1111111111",
		"4111  -  1111  -  1111  -  1111", "4111\t1111\t1111\t1111", "4111 1111 1111 1111 / 12 / 27 / 123",
		"my number is 4111111111111111", "payment 4111111111111111 declined", "41111111 11111111",
		"411 111 111 111 111 1", "41 11 11 11 11 11 11 11", "41111 11111 11111 1", "3782 8224 6310 005",
		"378 282 246 310 005", "3056 9309 0259 04", "5105105105105100MC", "4111111111111111руб",
		"[4111][1111][1111][1111]", "𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏", "४१११११११११११११११", "4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
		"4111–1111–1111–1111", "6759649826438453", "PAN4111111111111111EXP1227CVV123",
		"my card (ending 1111) is 4111111111111111", "*4111111111111111*", "41 1111 1111 1111 11",
		"order 4111 1111 1111 1111", "IMG_4111111111111111.jpg",
	} {
		if masked, n := cards.Mask(text); n != 1 {
			t.Errorf("%d in %q → %q", n, text, masked)
		}
	}
}

// Nobody writes like this but somebody who wants to get past a filter.
func TestMostRandomGroupsAreFound(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 5))
	const many = 2000
	missed := 0
	for range many {
		rest, separator := newCard(r), []string{" ", "-", ".", "/"}[r.IntN(4)]
		var parts []string
		for rest != "" {
			n := min(len(rest), 2+r.IntN(6))
			parts, rest = append(parts, rest[:n]), rest[n:]
		}
		if _, n := cards.Mask("my " + strings.Join(parts, separator) + " thanks"); n != 1 {
			missed++
		}
	}
	t.Logf("missed: %d of %d", missed, many)
	if missed > many/20 {
		t.Errorf("more than 5 %% missed")
	}
}
