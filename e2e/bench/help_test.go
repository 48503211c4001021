package main

import (
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"pitdesk/desk/staff"
	"pitdesk/internal/blob"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/web"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// BenchmarkHelpCentre reads the help centres of 200 casinos with 10,000 articles, one page after another, through everything
// a request passes but the socket. p99-ms is the slowest of a hundred.
//
//	go test ./e2e/bench -run xxx -bench HelpCentre -benchtime 3000x
func BenchmarkHelpCentre(b *testing.B) {
	d, ctx := sample.New(b)
	super := d.DB.Super(b)
	if _, err := super.ExecContext(ctx, `
		insert into control.tenants (id, slug, name) select gen_random_uuid(), 'bench-' || lpad(n::text, 3, '0'), 'Casino ' || n from generate_series(1, 200) n;
		insert into control.hosts (host, tenant_id, main) select slug || '.localhost', id, true from control.tenants;
		insert into brands (tenant_id, name) select id, name from control.tenants`); err != nil {
		b.Fatal(err)
	}
	if _, err := super.ExecContext(ctx, helpSQL); err != nil {
		b.Fatal(err)
	}
	files, err := blob.NewFolder(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	s := &web.Server{Config: web.Config{Scheme: "http"}, Pools: d.Pools, Hub: d.Hub, Sessions: staff.NewSessions(), Files: files,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	h := s.Handler()
	go func() { d.Pools.Doors.Watch(ctx, slog.New(slog.DiscardHandler)) }()
	ask := func(p path) int {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.Host+p.Path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		r.RemoteAddr = p.From + ":80" // one address may search so often only
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	for _, page := range helpPages() {
		b.Run(page.Name, func(b *testing.B) {
			for n := range helpCasinos { // the guides are in memory, as in a process that has run for a minute
				_ = ask(path{Host: helpHost(n + 1), Path: "/help/en", From: "192.0.2.1"})
			}
			for _, p := range page.Among[:1] {
				if code := ask(p); code != http.StatusOK {
					b.Fatalf("%s%s answers %d", p.Host, p.Path, code)
				}
			}
			random := rand.New(rand.NewPCG(1, 2))
			var took []time.Duration
			for b.Loop() {
				p := page.Among[random.IntN(len(page.Among))]
				began := time.Now()
				code := ask(p)
				took = append(took, time.Since(began))
				if code != http.StatusOK {
					b.Fatalf("%s%s answers %d", p.Host, p.Path, code)
				}
			}
			slices.Sort(took)
			for _, share := range []float64{0.5, 0.99} {
				b.ReportMetric(millis(took[min(len(took)-1, int(share*float64(len(took))))]), fmt.Sprintf("p%.0f-ms", share*100))
			}
		})
	}
}
