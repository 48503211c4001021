package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
)

// TestNoEventIsLostWhenWorkersAreKilled has processes of the program send to a receiver while they are killed (SIGKILL) one
// after the other in the midst of it. In the end the receiver has what the log has.
func TestNoEventIsLostWhenWorkersAreKilled(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	_, ctx := sample.Over(t, db)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Hello")

	var secret string
	var mu sync.Mutex
	got := map[string]bool{}
	requests := 0
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		check, err := standardwebhooks.NewWebhook(secret)
		if err == nil {
			err = check.Verify(body, r.Header)
		}
		if err != nil {
			t.Errorf("%s isn't to be believed: %v", body, err)
		}
		mu.Lock()
		defer mu.Unlock()
		requests++
		got[r.Header.Get("webhook-id")] = true
	}))
	t.Cleanup(server.Close)
	count := func() int { mu.Lock(); defer mu.Unlock(); return len(got) }
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		_, secret, err = webhooks.Make(ctx, tx, webhooks.Owner{Tenant: &fox.ID}, webhooks.Draft{URL: "https://crm.example/"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	// The test's receiver has no name that resolves.
	if _, err := db.Super(t).Exec(`update control.webhooks set url = $1`, server.URL+"/events"); err != nil {
		t.Fatal(err)
	}
	var written []string
	note := func() {
		t.Helper()
		sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
			held, err := desk.Hold(ctx, tx, c.ID)
			if err != nil {
				return err
			}
			e, err := desk.Note(ctx, tx, &held, desk.Words{Text: "A note"})
			written = append(written, tenants.PublicID(tenants.EventPrefix, e.ID))
			return err
		})
	}
	believed := trusting(t, server.Certificate())
	worker := func() *program {
		return start(t, map[string]string{"PITDESK_DATA": t.TempDir(), "PITDESK_SEAL_KEYS": sample.Keys(t), "PITDESK_DATABASE_URL": db.AppURL, "PITDESK_CONTROL_DATABASE_URL": db.ControlURL,
			"PITDESK_WEBHOOK_NETWORKS": "127.0.0.0/8", "SSL_CERT_FILE": believed}, "work")
	}
	kill := func(p *program) {
		if err := p.cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		<-p.exited
	}
	first, second := worker(), worker()
	const rounds, each = 4, 60
	for range rounds {
		before := count()
		for range each {
			note()
		}
		first.await("some of it sent", func() bool { return count() > before+5 })
		kill(first)
		first, second = second, worker()
	}
	for range each {
		note()
	}
	second.await("all of it sent", func() bool { // by name: the conversation's own beginning may have come too
		mu.Lock()
		defer mu.Unlock()
		return !slices.ContainsFunc(written, func(id string) bool { return !got[id] })
	})
	mu.Lock()
	defer mu.Unlock()
	for _, id := range written {
		if !got[id] {
			t.Errorf("%s never came", id)
		}
	}
	t.Logf("%d events by %d requests, through %d killed processes", len(written), requests, rounds)
}

// trusting is a file with the certificate that a process is to believe.
func trusting(t *testing.T, c *x509.Certificate) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestWebhooksNeverLeadInside sends to this machine without the operator's leave.
func TestWebhooksNeverLeadInside(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	_, ctx := sample.Over(t, db)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request came inside") }))
	t.Cleanup(server.Close)
	var w webhooks.Webhook
	owner := webhooks.Owner{Tenant: &fox.ID}
	var d webhooks.Delivery
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if w, _, err = webhooks.Make(ctx, tx, owner, webhooks.Draft{URL: "https://crm.example/"}); err == nil {
			d, err = webhooks.SendTest(ctx, tx, owner, w.ID)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Super(t).Exec(`update control.webhooks set url = $1`, server.URL); err != nil {
		t.Fatal(err)
	}
	p := start(t, map[string]string{"PITDESK_DATA": t.TempDir(), "PITDESK_SEAL_KEYS": sample.Keys(t), "PITDESK_DATABASE_URL": db.AppURL, "PITDESK_CONTROL_DATABASE_URL": db.ControlURL,
		"SSL_CERT_FILE": trusting(t, server.Certificate())}, "work")
	var tries []webhooks.Try
	p.await("a try", func() bool {
		var err error
		_, tries, err = webhooks.GetDelivery(ctx, tenants.AboveNow(ctx), owner, w.ID, d.ID)
		return err == nil && len(tries) > 0
	})
	if tries[0].Why != "inside" || tries[0].Status != nil {
		t.Errorf("the try is noted as %+v", tries[0])
	}
}
