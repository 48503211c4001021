package api

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"pitdesk/authz"
)

// TestAnOperationThatForgetsToAskFails holds the wrapper to its word: neither a handler that asks nobody nor one that asks for
// something else than its declaration gets its answer out.
func TestAnOperationThatForgetsToAskFails(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	a := New(Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	type out struct{ Body Named }
	for id, ask := range map[string]func(context.Context){
		"asks-nobody":    func(context.Context) {},
		"asks-something": func(ctx context.Context) { _ = authz.Ask(ctx, nil, authz.SettingsRead, authz.Facts{}) },
		"asks-both": func(ctx context.Context) {
			_ = authz.Ask(ctx, nil, authz.DeskRead, authz.Facts{})
			_ = authz.Ask(ctx, nil, authz.AuditRead, authz.Facts{})
		},
		"asks-as-it-is-told": func(ctx context.Context) { _ = authz.Ask(ctx, nil, authz.DeskRead, authz.Facts{}) },
	} {
		add(a, operation{Operation: Operation{id, "GET", "/" + id, authz.DeskRead}, tag: deskTag, summary: id, answer: Named{}},
			func(ctx context.Context, _ *nothing) (*out, error) {
				ask(ctx)
				return &out{Named{Name: "secret"}}, nil
			})
		rec := httptest.NewRecorder()
		a.mux.ServeHTTP(rec, httptest.NewRequest("GET", "/v1/"+id, nil))
		if told := strings.Contains(rec.Body.String(), "secret"); told != (id == "asks-as-it-is-told") || !told && rec.Code != 500 {
			t.Errorf("%s answers %d %s", id, rec.Code, rec.Body)
		}
	}
	if n := strings.Count(log.String(), "operation asked other permissions"); n != 3 {
		t.Errorf("the log tells of %d: %s", n, log.String())
	}
}
