package i18n

import (
	"testing"
	"time"
)

func BenchmarkPlainText(b *testing.B) {
	ctx := With(b.Context(), "ru")
	b.ReportAllocs()
	for b.Loop() {
		_ = T(ctx, "common.save")
	}
}

func BenchmarkFilledText(b *testing.B) {
	ctx := With(b.Context(), "ru")
	b.ReportAllocs()
	for b.Loop() {
		_ = T(ctx, "common.page_title", "Page", "Входящие", "Casino", "Lucky Fox")
	}
}

func BenchmarkCount(b *testing.B) {
	ctx := With(b.Context(), "lt")
	b.ReportAllocs()
	for b.Loop() {
		_ = N(ctx, "common.unread", 17)
	}
}

func BenchmarkAgo(b *testing.B) {
	ctx := With(b.Context(), "ru")
	t := time.Now().Add(-7 * time.Minute)
	b.ReportAllocs()
	for b.Loop() {
		_ = Ago(ctx, t)
	}
}

// The same with a casino's own words over the product's: a text it has changed, and one of a language it has added that must be
// looked for in all others.
func BenchmarkPlainTextOverlaid(b *testing.B) {
	ctx := With(WithWords(b.Context(), NewWords(Offer{Fallback: "lt"}, Pack{"ru", map[string]Text{"common.cancel": {"other": "Бросить"}}})), "ru")
	b.ReportAllocs()
	for b.Loop() {
		_ = T(ctx, "common.save")
	}
}

func BenchmarkPlainTextFallingBack(b *testing.B) {
	ctx := With(WithWords(b.Context(), NewWords(Offer{Fallback: "lt"}, Pack{"ka", map[string]Text{"common.cancel": {"other": "x"}}})), "ka")
	b.ReportAllocs()
	for b.Loop() {
		_ = T(ctx, "common.save")
	}
}

// BenchmarkWordsOfManyCasinos is what a process remembers of a casino that says everything as the product does.
func BenchmarkWordsOfManyCasinos(b *testing.B) {
	b.ReportAllocs()
	kept := make([]*Words, 0, b.N)
	for b.Loop() {
		kept = append(kept, NewWords(Offer{Fallback: "lt"}))
	}
	_ = kept
}
