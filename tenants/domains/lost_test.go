package domains_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/uptrace/bun"

	"pitdesk/internal/nameserver"
	"pitdesk/tenants/domains"
)

// proven is a deployment in which Lucky Fox serves help.luckyfox.example as its main domain.
func proven(t *testing.T) (*house, context.Context, domains.Domain) {
	h, ctx := open(t)
	fox := admin(ctx, t, "Lucky Fox")
	d := add(fox, t, "help.luckyfox.example")
	h.txt(t, d, d.Token)
	d = h.check(fox, t, d.ID)
	if err := in(fox, func(ctx context.Context, tx bun.Tx) error { _, err := domains.MakeMain(ctx, tx, d.ID); return err }); err != nil {
		t.Fatal(err)
	}
	return h, fox, d
}

func TestOneHiccupSwitchesNothingOff(t *testing.T) {
	t.Parallel()
	h, fox, d := proven(t)
	for _, mishap := range []func(){
		func() { h.dns.Clear(d.TXTName()) },
		func() { h.txt(t, d, "somebody-elses") },
		func() { h.dns.Break(d.TXTName(), dns.RcodeServerFailure) },
	} {
		mishap()
		for range 5 { // an admin who checks again and again counts once
			if now := h.check(fox, t, d.ID); now.State() != domains.Proven {
				t.Fatalf("switched off by %+v", now)
			}
		}
		h.txt(t, d, d.Token)
		if now := h.daily(fox, t, "1 day"); now.State() != domains.Proven || now.Failures != 0 || now.Finding != domains.Held {
			t.Errorf("recovered: %+v", now)
		}
	}
	asked := h.dns.Asked()
	if h.daily(fox, t, "20 hours"); h.dns.Asked() != asked {
		t.Error("checked before its turn")
	}
	if got := h.served(t, d.Host); got != "Lucky Fox main" {
		t.Errorf("served by %q", got)
	}
}

func TestATakenOverNameIsSwitchedOff(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		happen func(h *house, t *testing.T, d domains.Domain)
		checks int
		found  domains.Finding
	}{
		"gone":      {func(h *house, _ *testing.T, d domains.Domain) { h.dns.Clear(d.TXTName(), d.Host) }, 2, domains.Nowhere},
		"elsewhere": {func(h *house, t *testing.T, d domains.Domain) { h.txt(t, d, "somebody-elses") }, 2, domains.Elsewhere},
		"alias": {func(h *house, t *testing.T, d domains.Domain) {
			h.dns.Clear(d.TXTName())
			h.dns.Set(t, d.Host+". 60 IN CNAME parking.example.")
		}, 2, domains.Elsewhere},
		"bare": {func(h *house, t *testing.T, d domains.Domain) {
			h.dns.Clear(d.TXTName())
			h.dns.Set(t, d.Host+". 60 IN A 192.0.2.1")
		}, 3, domains.Missing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, fox, d := proven(t)
			c.happen(h, t, d)
			for i := range c.checks {
				if got := h.served(t, d.Host); got != "Lucky Fox main" {
					t.Fatalf("before check %d: %q", i+1, got)
				}
				now := h.daily(fox, t, "25 hours")
				if want := i+1 == c.checks; (now.State() == domains.Suspended) != want || now.Finding != c.found {
					t.Fatalf("check %d: %+v", i+1, now)
				}
			}
			if h.served(t, d.Host) != "" || h.served(t, "lucky-fox.localhost") != "Lucky Fox main" {
				t.Errorf("%q, and the slug %q", h.served(t, d.Host), h.served(t, "lucky-fox.localhost"))
			}
			if n := h.count(t, `select count(*) from river.river_job where kind = 'domain_notice'`); n != 1 {
				t.Errorf("%d notices", n)
			}
			if n := h.count(t, `select count(*) from audit_log where object = 'domain' and action = 'switched_off'`); n != 1 {
				t.Errorf("%d audit lines", n)
			}
			// It comes back when an admin asks, and not by itself: whoever took it over could set an old proof.
			h.txt(t, d, d.Token)
			if now := h.daily(fox, t, "25 hours"); now.State() != domains.Suspended {
				t.Errorf("by itself: %+v", now)
			}
			if err := in(fox, func(ctx context.Context, tx bun.Tx) error {
				now, err := domains.Settle(ctx, tx, d.ID, domains.Evidence{Finding: domains.Held, Proof: domains.ByTXT}, false)
				if now.State() != domains.Suspended {
					t.Errorf("found by a job: %+v", now)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if now := h.check(fox, t, d.ID); now.State() != domains.Proven || h.served(t, d.Host) != "Lucky Fox" {
				t.Errorf("asked: %+v, %q", now, h.served(t, d.Host))
			}
		})
	}
}

func TestNobodyAnsweringIsNotALostProof(t *testing.T) {
	t.Parallel()
	h, fox, d := proven(t)
	h.dns.Break(d.TXTName(), dns.RcodeServerFailure)
	for range 3 {
		if now := h.daily(fox, t, "4 days"); now.State() != domains.Proven || now.Finding != domains.Silent {
			t.Fatalf("%+v", now)
		}
	}
	if now := h.daily(fox, t, "3 days"); now.State() != domains.Suspended {
		t.Errorf("after 15 days without an answer: %+v", now)
	}
}

func TestAProofIsFoundWithoutAsking(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := admin(ctx, t, "Lucky Fox")
	d := add(fox, t, "help.luckyfox.example")
	h.txt(t, d, d.Token)
	if now := h.daily(fox, t, "6 days"); now.State() != domains.Proven {
		t.Errorf("within a week: %+v", now)
	}
	late := add(fox, t, "late.luckyfox.example")
	h.daily(fox, t, "8 days")
	asked := h.dns.Asked()
	if h.txt(t, late, late.Token); list(fox, t)[1].State() != domains.Pending || h.dns.Asked() != asked {
		t.Error("a claim of last month is still looked for")
	}
}

func TestVouchedNamesNeedNoProof(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := admin(ctx, t, "Lucky Fox")
	if err := in(fox, func(ctx context.Context, tx bun.Tx) error {
		_, err := domains.Vouch(ctx, tx, "help.lucky-fox.localhost")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if now := h.daily(fox, t, "2 days"); now.State() != domains.Proven || h.dns.Asked() != 0 {
			t.Errorf("%+v", now)
		}
	}
}

func TestTheResolver(t *testing.T) {
	t.Parallel()
	s := nameserver.New(t)
	long := strings.Repeat("x", 250)
	s.Set(t, `parts.example. 60 IN TXT "one " "two"`, "alias.example. 60 IN CNAME Other.Example.", "plain.example. 60 IN A 192.0.2.1")
	var many []string
	for i := range 20 {
		many = append(many, fmt.Sprintf(`many.example. 60 IN TXT "%d%s"`, i, long))
	}
	s.Set(t, many...)
	s.Break("sick.example", dns.RcodeServerFailure)
	s.Break("mute.example", nameserver.Dropped)
	r := domains.DNS{Servers: []string{s.Addr}}
	ctx := t.Context()
	if got, err := r.TXT(ctx, "parts.example"); err != nil || len(got) != 1 || got[0] != "one two" {
		t.Errorf("parts: %q, %v", got, err)
	}
	if got, err := r.TXT(ctx, "many.example"); err != nil || len(got) != 20 {
		t.Errorf("an answer too large for UDP: %d, %v", len(got), err)
	}
	if got, err := r.CNAME(ctx, "alias.example"); err != nil || got != "Other.Example." {
		t.Errorf("alias: %q, %v", got, err)
	}
	if got, err := r.CNAME(ctx, "plain.example"); err != nil || got != "" {
		t.Errorf("no alias: %q, %v", got, err)
	}
	if _, err := r.TXT(ctx, "nobody.example"); !errors.Is(err, domains.ErrNowhere) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := r.TXT(ctx, "sick.example"); err == nil || errors.Is(err, domains.ErrNowhere) {
		t.Errorf("sick: %v", err)
	}
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := r.TXT(short, "mute.example"); err == nil || time.Since(began) > 2*time.Second {
		t.Errorf("mute: %v after %s", err, time.Since(began))
	}
	both := domains.DNS{Servers: []string{"127.0.0.1:1", s.Addr}}
	if got, err := both.TXT(ctx, "parts.example"); err != nil || len(got) != 1 {
		t.Errorf("the second server: %q, %v", got, err)
	}
}
