package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pitdesk/authz"
	"pitdesk/internal/fault"
)

func TestAKeyHasItsQuota(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	q := quotas{most: 60, now: func() time.Time { return now }}
	crm, other := uuid.New(), uuid.New()
	for i := range 60 {
		h := http.Header{}
		if err := q.take(h, crm); err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
		if i == 0 && (h.Get("RateLimit-Policy") != `"key";q=60;w=60` || h.Get("RateLimit") != `"key";r=59;t=1`) {
			t.Errorf("after one the headers are %v", h)
		}
	}
	h := http.Header{}
	err := q.take(h, crm)
	if f := fault.Of(err); f == nil || f.Code != fault.TooMany || f.RetryAfter != time.Second || h.Get("RateLimit") != `"key";r=0;t=60` {
		t.Errorf("one too many answers %+v %v", err, h)
	}
	if err := q.take(http.Header{}, other); err != nil {
		t.Errorf("another key is told %v", err)
	}
	now = now.Add(2 * time.Second)
	if err := q.take(http.Header{}, crm); err != nil {
		t.Errorf("two seconds later: %v", err)
	}
	if err := q.take(http.Header{}, crm); err != nil {
		t.Errorf("two seconds later, again: %v", err)
	}
	if err := q.take(http.Header{}, crm); err == nil {
		t.Error("two seconds give three requests")
	}
	now = now.Add(time.Hour)
	for range rememberedKeys + 2 {
		_ = q.take(http.Header{}, uuid.New())
	}
	now = now.Add(time.Hour)
	_ = q.take(http.Header{}, uuid.New())
	if len(q.whole) > 2 {
		t.Errorf("%d keys are remembered that have used nothing for an hour", len(q.whole))
	}
}

func TestAnOperationFadesOut(t *testing.T) {
	t.Parallel()
	a := New(Options{Log: slog.New(slog.DiscardHandler)})
	type out struct{ Body Named }
	ask := func(ctx context.Context, _ *nothing) (*out, error) {
		_ = authz.Ask(ctx, nil, authz.DeskRead, authz.Facts{})
		return &out{Named{Name: speaks(ctx)}}, nil
	}
	day := func(month time.Month) time.Time { return time.Date(2027, month, 1, 0, 0, 0, 0, time.UTC) }
	add(a, operation{Operation: Operation{"fading", "GET", "/fading", authz.DeskRead}, tag: deskTag, summary: "Fading", answer: Named{},
		deprecated: day(1), sunset: day(7), instead: "/topics"}, ask)
	get := func(path string) http.Header {
		rec := httptest.NewRecorder()
		a.answerTo(rec, httptest.NewRequest("GET", path, nil), nil)
		return rec.Header()
	}
	h := get("/v1/fading")
	if h.Get("Deprecation") != "@1798761600" || h.Get("Sunset") != "Thu, 01 Jul 2027 00:00:00 GMT" || h.Get("Link") != `</v1/topics>; rel="successor-version"` {
		t.Errorf("the headers are %v", h)
	}
	if !a.huma.OpenAPI().Paths["/fading"].Get.Deprecated || a.huma.OpenAPI().Paths["/topics"].Get.Deprecated {
		t.Error("the document doesn't tell")
	}
	if h := get("/v1/nothing"); h.Get("Deprecation") != "" {
		t.Errorf("what stays has %v", h)
	}
}

// TestARequestIsAnsweredByItsDay has an interface of three days, which a request may name or lie between.
func TestARequestIsAnsweredByItsDay(t *testing.T) {
	t.Parallel()
	a := New(Options{Log: slog.New(slog.DiscardHandler)})
	a.versions = []string{"2026-01-10", "2026-03-01", "2026-11-01"}
	for day, want := range map[string]string{"": "2026-01-10", "2026-01-10": "2026-01-10", "2026-02-28": "2026-01-10", "2026-03-01": "2026-03-01",
		"2026-10-31": "2026-03-01", "2026-11-02": "2026-11-01", "2026-01-09": "", "2026-13-01": "", strings.Repeat("9", 300): ""} {
		h, r := http.Header{}, httptest.NewRequest("GET", "/v1/key", nil)
		if day != "" {
			r.Header.Set(deskVersion, day)
		}
		ctx, err := a.speak(r.Context(), h, r)
		if got := speaks(ctx); got != want || h.Get(deskVersion) != want || (err != nil) != (want == "") {
			t.Errorf("%.20s is answered by %q, %v", day, got, err)
		}
	}
}
