package web_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

// behind says from which address a browser comes, through the one proxy that the deployment trusts.
func (b *browser) behind(address string) *browser {
	b.Header.Set("X-Forwarded-For", "203.0.113.9, "+address)
	return b
}

func TestSignInIsThrottledPerAccount(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	h.Server.Config.TrustedProxies = 1
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	ada := sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	h.Password(ctx, t, fox, ada, rightPassword)
	rose := sample.Agent(ctx, t, reel, "Ada", authz.Operator)
	h.Password(ctx, t, reel, rose, rightPassword)
	const email = "ada@lucky-fox.example"

	home := h.Browser(t, fox).behind("198.51.100.7")
	if a := home.Post("/sign-in", "email", email, "password", rightPassword); a.Location() != "/inbox" {
		t.Fatalf("from home: %d", a.StatusCode)
	}
	for n := range 10 {
		b := h.Browser(t, fox).behind(fmt.Sprintf("192.0.2.%d", n+1))
		if a := b.Post("/sign-in", "email", email, "password", "guess number "+strconv.Itoa(n)); a.StatusCode != http.StatusUnprocessableEntity {
			t.Fatalf("guess %d: %d", n, a.StatusCode)
		}
	}
	a := h.Browser(t, fox).behind("192.0.2.99").Post("/sign-in", "email", email, "password", rightPassword)
	after, _ := strconv.Atoi(a.Header.Get("Retry-After"))
	if a.StatusCode != http.StatusTooManyRequests || after < 800 || after > 900 || !strings.Contains(a.Doc(t).Find(".notice-bad").Text(), "Too many attempts") {
		t.Errorf("the eleventh: %d, Retry-After %d: %s", a.StatusCode, after, a.Doc(t).Find(".notice-bad").Text())
	}
	if a := h.Browser(t, fox).behind("198.51.100.7").Post("/sign-in", "email", email, "password", rightPassword); a.Location() != "/inbox" {
		t.Errorf("Ada is locked out of the address she always comes from: %d", a.StatusCode)
	}
	if a := h.Browser(t, reel).behind("192.0.2.99").Post("/sign-in", "email", "ada@golden-reel.example", "password", rightPassword); a.Location() != "/inbox" {
		t.Errorf("Golden Reel's Ada is locked out: %d", a.StatusCode)
	}
	h.elapse(ctx, t)
	if a := h.Browser(t, fox).behind("192.0.2.99").Post("/sign-in", "email", email, "password", rightPassword); a.Location() != "/inbox" {
		t.Errorf("a quarter of an hour later: %d", a.StatusCode)
	}
}

func TestSignInIsThrottledPerAddress(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	h.Server.Config.TrustedProxies = 1
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	h.set(ctx, t, `insert into sign_in_attempts (tenant_id, id, account, address, ok)
		select $1, gen_random_uuid(), 'guess' || n || '@x.example', '192.0.2.1', false from generate_series(1, 60) n`, fox.ID.String())
	if a := h.Browser(t, fox).behind("192.0.2.1").Post("/sign-in", "email", "new@x.example", "password", rightPassword); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the sixty-first from one address: %d", a.StatusCode)
	}
	for _, b := range []*browser{h.Browser(t, fox).behind("192.0.2.2"), h.Browser(t, reel).behind("192.0.2.1")} {
		if a := b.Post("/sign-in", "email", "new@x.example", "password", rightPassword); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s from another address, or elsewhere: %d", b.host, a.StatusCode)
		}
	}
}

func TestAttemptsAtOnceCountToo(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ada := sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	h.Password(ctx, t, fox, ada, rightPassword)
	var looked atomic.Int32
	var all sync.WaitGroup
	for n := range 24 {
		all.Go(func() {
			b := h.Browser(t, fox)
			if a := b.Post("/sign-in", "email", "ada@lucky-fox.example", "password", "guess number "+strconv.Itoa(n)); a.StatusCode != http.StatusTooManyRequests {
				looked.Add(1)
			}
		})
	}
	all.Wait()
	if n := looked.Load(); n != 10 {
		t.Errorf("%d of 24 guesses at once were looked at, want 10", n)
	}
}
