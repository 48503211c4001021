package cards_test

import (
	"testing"

	"pitdesk/internal/cards"
)

const (
	few     = "Здравствуйте! Почему вывод 250 EUR от 21.11 всё ещё в обработке? Мой логин mara77, ждать ли до завтра?"
	amounts = "Deposits: 250.00, 300.00, 125.50 and 90.00 on 21.11.2026 at 21:37, player 48123456, phone +370 612 34567."
	withOne = "My card 4111 1111 1111 1111 was declined twice today, please tell me why, it worked last week."
)

func benchmark(b *testing.B, text string) {
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		cards.Mask(text)
	}
}

func BenchmarkFewDigits(b *testing.B)  { benchmark(b, few) }
func BenchmarkManyDigits(b *testing.B) { benchmark(b, amounts) }
func BenchmarkOneCard(b *testing.B)    { benchmark(b, withOne) }

func TestATextWithFewDigitsCostsNoAllocation(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { cards.Mask(few) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
