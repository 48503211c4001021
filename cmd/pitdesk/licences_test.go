package main

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/mail"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/licences"
)

// TestPagesAreLookedAtAcrossARestart runs the program's own jobs against a server that stands in for a regulator (its
// certificate is for example.com), ends the program and starts it again: looks and alerts are kept, and nobody is asked or told
// twice a day.
func TestPagesAreLookedAtAcrossARestart(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	regulator := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		asked.Add(1)
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<p>Demo Fox Iceland, 000-DEMO"))
	}))
	t.Cleanup(regulator.Close)
	roots := x509.NewCertPool()
	roots.AddCert(regulator.Certificate())
	visitor := licences.NewVisitor(licences.VisitorOptions{Roots: roots, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, regulator.Listener.Addr().String())
	}})
	db := pgtest.New(t)
	start := func() (*app, *mail.Box, context.Context) {
		t.Helper()
		s := &Settings{Addr: "127.0.0.1:0", Data: t.TempDir(), DatabaseURL: db.AppURL, ControlDatabaseURL: db.ControlURL,
			OwnerDatabaseURL: db.OwnerURL, DatabaseConns: 8, DrainFor: 20 * time.Second, LogLevel: "error"}
		if err := s.resolve(os.Getenv); err != nil {
			t.Fatal(err)
		}
		a, err := openApp(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		box := mail.NewBox()
		a.visitor, a.mailer = visitor, box
		return a, box, a.context(t.Context())
	}
	super := db.Super(t)
	count := func(what string) (n int) {
		t.Helper()
		if err := super.QueryRow(what).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	until := func(what string, done func() bool) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); !done(); {
			if time.Now().After(deadline) {
				t.Fatalf("not within a minute: %s", what)
			}
		}
	}

	one, box, ctx := start()
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	sample.Agent(ctx, t, fox, "Ieva", authz.Admin)
	draft := licences.Draft{Regulator: "other", Authority: "Registry of Games", Host: "example.com", Confirm: true, Country: "IS", Number: "000-DEMO",
		Licensee: "Demo Fox Iceland", Domains: []string{fox.Host}, Link: "https://example.com/licence/000", Until: time.Now().UTC().AddDate(0, 0, 9).Format(time.DateOnly)}
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := licences.Add(ctx, tx, draft)
		return err
	})
	if err := one.work(ctx); err != nil {
		t.Fatal(err)
	}
	until("the page is looked at", func() bool {
		return count(`select count(*) from licence_looks where outcome = 'reachable' and number_found and licensee_found`) == 1
	})
	wait, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	letter, err := box.Await(wait, "ieva@lucky-fox.example")
	if err != nil || !strings.Contains(letter.Message.Text, "The licence 000-DEMO of Registry of Games runs out on") {
		t.Fatalf("the mail says %q, %v", letter.Message.Text, err)
	}
	one.close()

	// The next process does its first rounds at once. Each leaves a finished job.
	rounds := func() int {
		return count(`select count(*) from river.river_job where kind in ('watch_licences', 'look_at_licences') and state = 'completed'`)
	}
	before := rounds()
	two, box, ctx := start()
	t.Cleanup(two.close)
	if all, err := licences.Of(tenants.With(ctx, fox)); err != nil || len(all) != 1 || all[0].Last == nil || all[0].Last.Outcome != licences.Reachable {
		t.Fatalf("after the restart: %+v, %v", all, err)
	}
	if err := two.work(ctx); err != nil {
		t.Fatal(err)
	}
	until("both rounds are done again", func() bool { return rounds() >= before+2 })
	if n := asked.Load(); n != 1 || len(box.All()) != 0 || count(`select count(*) from licence_alerts`) != 1 {
		t.Errorf("asked %d times, %d mails after the restart, %d alerts", n, len(box.All()), count(`select count(*) from licence_alerts`))
	}

	// An admin asks for a look.
	if _, err := super.Exec(`update licence_looks set at = at - interval '2 minutes'`); err != nil {
		t.Fatal(err)
	}
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		all, err := licences.All(ctx, tx)
		if err != nil {
			return err
		}
		return licences.Ask(ctx, tx, all[0].ID)
	})
	until("the page is looked at again", func() bool { return count(`select count(*) from licence_looks where outcome = 'reachable'`) == 2 })
}
