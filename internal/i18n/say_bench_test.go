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
