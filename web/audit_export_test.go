package web_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/authz/trail"
	"pitdesk/internal/sample"
)

func TestTheAuditLogIsTakenAlong(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	ieva := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	other := h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Max", authz.Admin))
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		return authz.Record(ctx, tx, authz.Actor{Kind: authz.KindSystem, Tenant: fox.ID, Address: "=cmd|' /C calc'!A0"}, "sign_in", "account", nil)
	})
	var links int64
	for deadline := time.Now().Add(time.Minute); links == 0 && time.Now().Before(deadline); {
		sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
			_, err := trail.Of(fox).Chain(ctx, tx)
			s, e := trail.Of(fox).StateOf(ctx, tx)
			if s.Waiting == 0 {
				links = s.Links
			}
			if err == nil {
				err = e
			}
			return err
		})
	}

	lines := ieva.Get("/settings/audit/export?format=jsonl")
	if lines.StatusCode != 200 || lines.Header.Get("Content-Type") != "application/jsonl" || int64(strings.Count(lines.Text, "\n")) != links {
		t.Fatalf("%d %s: %d lines, %d are linked", lines.StatusCode, lines.Header.Get("Content-Type"), strings.Count(lines.Text, "\n"), links)
	}
	for line := range strings.Lines(lines.Text) {
		var e struct {
			Number int
			Hash   string
			Line   map[string]*string
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil || len(e.Hash) != 64 || len(e.Line) != len(trail.Of(fox).Columns()) || *e.Line["tenant_id"] != fox.ID.String() {
			t.Errorf("%v: %s", err, line)
		}
	}
	table := ieva.Get("/settings/audit/export?format=csv")
	rows, err := csv.NewReader(strings.NewReader(table.Text)).ReadAll()
	if err != nil || int64(len(rows)) != links+1 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if strings.Contains(table.Text, ",=cmd") || !strings.Contains(table.Text, "'=cmd") {
		t.Error("a cell is a formula")
	}
	if a := ieva.Get("/settings/audit/export?format=exe"); a.StatusCode != http.StatusNotFound {
		t.Errorf("another format answers %d", a.StatusCode)
	}
	if a := other.Get("/settings/audit/export?format=jsonl"); strings.Contains(a.Text, fox.ID.String()) {
		t.Error("Golden Reel takes Lucky Fox's log along")
	}
	lead := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Lena", authz.Lead))
	if a := lead.Get("/settings/audit/export?format=csv"); a.StatusCode != http.StatusForbidden {
		t.Errorf("a lead gets %d", a.StatusCode)
	}

	page := ieva.Get("/settings/audit").Doc(t)
	if got := page.Find("[data-chain] .line-name").Text(); !strings.Contains(got, "linked") {
		t.Errorf("the page says %q", got)
	}
	if page.Find(".notice").Length() != 0 || page.Find(`a[href="/settings/audit/export?format=csv"]`).Length() != 1 {
		t.Error("the page warns of nothing, or offers no file")
	}
	if !strings.Contains(page.Text(), "Took the audit log along") {
		t.Error("taking the log along isn't in the log")
	}
	if _, err := h.Desk.DB.Super(t).Exec(`update audit_log set role = 'lead' where tenant_id = $1 and action = 'sign_in'`, fox.ID); err != nil {
		t.Fatal(err)
	}
	if got := ieva.Get("/settings/audit").Doc(t).Find(".notice").Text(); !strings.Contains(got, "behind the desk's back") {
		t.Errorf("a forged log is shown with %q", got)
	}
}
