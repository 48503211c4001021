package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers/faq"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// What a process keeps of casinos it has served, with their pages all read once: 10,000 of them must fit into 200 MB, so each
// into 20 kB. BenchmarkTenThousandCasinos measures them all; the test measures fewer, which tells the same.
const (
	mostPerCasino = 20 << 10
	enough        = 100
)

func TestWhatACasinoTakesOfMemory(t *testing.T) {
	// Not in parallel: what other tests keep would be counted.
	each := perCasino(t, enough)
	t.Logf("%d bytes for each of %d casinos", each, enough)
	if each > mostPerCasino {
		t.Errorf("a casino takes %d bytes of memory", each)
	}
}

func BenchmarkTenThousandCasinos(b *testing.B) {
	for b.Loop() {
		const all = 10_000
		each := perCasino(b, all)
		b.ReportMetric(float64(each*all)/(1<<20), "MB")
		b.ReportMetric(float64(each), "B/casino")
	}
}

// perCasino is how much the heap grows for each of n casinos once somebody has been at both of its hosts.
func perCasino(t testing.TB, n int) int {
	t.Helper()
	h, ctx := open(t)
	super := h.DB.Super(t)
	for _, statement := range []string{
		`insert into control.tenants (id, slug, name) select gen_random_uuid(), 'casino-' || n, 'The casino with the number ' || n from generate_series(1, $1) n`,
		`insert into control.hosts (host, tenant_id, main) select 'help.' || slug || '.example', id, true from control.tenants where $1 > 0`,
		`insert into brands (tenant_id, name, legal_name, accent, greeting, footer) select id, name, name || ' Limited', '#c2410c',
			'{"en": "Hello! Ask us anything about your account.", "ru": "Здравствуйте! Спросите о чём угодно.", "lt": "Sveiki! Klauskite, ko tik norite."}',
			'{"en": "18+. Play responsibly. The casino is run by a company with a long name in a far country."}' from control.tenants where $1 > 0`,
	} {
		if _, err := super.ExecContext(ctx, statement, n); err != nil {
			t.Fatal(err)
		}
	}
	stock(ctx, t, h)
	all, err := h.Pools.Doors.All(ctx)
	if err != nil || len(all) != n+1 {
		t.Fatalf("%d casinos, %v", len(all), err)
	}
	handler := h.Server.Handler()
	visit := func(at tenants.Tenant) {
		for _, host := range []string{at.Host, h.Pools.Doors.SlugHost(at)} {
			for _, path := range []string{"/help/ru", "/licences", "/theme.css", "/chat", "/chat/api/config", "/sign-in"} {
				r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+path, nil)
				r.Header.Set("Accept-Language", "ru")
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					t.Fatalf("%s%s: %d", host, path, w.Code)
				}
			}
		}
	}
	visit(all[n]) // the example: what is made once for all is made
	before := heap()
	for _, at := range all[:n] {
		visit(at)
	}
	grown := int(heap()) - int(before)
	runtime.KeepAlive(all)
	runtime.KeepAlive(h)
	return grown / n
}

// stock gives every casino the help centre that a new one begins with, in three languages. One is written as an admin would
// have it written, the others are copies.
func stock(ctx context.Context, t testing.TB, h *house) {
	t.Helper()
	example := sample.Tenant(ctx, t, "Lucky Fox")
	sample.As(ctx, t, example, authz.System(example.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := faq.Seed(ctx, tx, "en", "ru", "lt")
		return err
	})
	super := h.DB.Super(t)
	// Keys stand as they are, so triggers have nothing to check; and nobody searches here.
	copies := "set session_replication_role = replica;"
	rows, err := super.QueryContext(ctx, `select indexname from pg_indexes where tablename = 'article_search' and indexdef not like '%UNIQUE%'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		copies += "drop index " + name + ";"
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"answer_categories", "answer_category_names", "articles", "article_search"} {
		var columns string
		if err := super.QueryRowContext(ctx, `select string_agg(quote_ident(column_name), ', ' order by ordinal_position) from information_schema.columns
			where table_schema = 'public' and table_name = $1 and column_name <> 'tenant_id' and is_generated = 'NEVER'`, table).Scan(&columns); err != nil {
			t.Fatal(err)
		}
		from := "e." + strings.ReplaceAll(columns, ", ", ", e.")
		copies += fmt.Sprintf(`insert into %[1]s (tenant_id, %[2]s) select t.id, %[3]s from %[1]s e, control.tenants t
			where e.tenant_id = '%[4]s' and t.id <> e.tenant_id;`, table, columns, from, example.ID)
	}
	if _, err := super.ExecContext(ctx, copies+"reset session_replication_role; analyze"); err != nil {
		t.Fatal(err)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
