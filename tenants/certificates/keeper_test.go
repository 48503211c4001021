package certificates_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pitdesk/internal/pgtest"
	"pitdesk/tenants/certificates"
)

// The authority's client knows what it is at work on by host alone, whatever the process: each test has hosts of its own.

func TestTwoProcessesShareWhatOneGot(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	first, second := begin(t), begin(t)
	a := newAuthority(t, first.plain.Addr(), first.secure.Addr())
	first.join(t, data, a)
	second.join(t, data, a)

	got := first.serial(t, a, "shared.luckyfox.example")
	if got == "" || a.orders.Load() != 1 {
		t.Fatalf("certificate %q after %d orders", got, a.orders.Load())
	}
	if there := second.serial(t, a, "shared.luckyfox.example"); there != got || a.orders.Load() != 1 {
		t.Errorf("the second process shows %q after %d orders", there, a.orders.Load())
	}
	// The authority asks the first process about what the second ordered.
	if other := second.serial(t, a, "shared.golden-reel.example"); other == "" || other != first.serial(t, a, "shared.golden-reel.example") || a.orders.Load() != 2 {
		t.Errorf("ordered by the second: %q, %d orders", other, a.orders.Load())
	}
	for _, p := range []*process{first, second} {
		if s := p.serial(t, a, "nobody.example"); s != "" {
			t.Error("a host that is nobody's has a certificate")
		}
		if s := p.serial(t, a, "127.0.0.1"); s != "" {
			t.Error("an address has a certificate")
		}
	}
	if n := a.orders.Load(); n != 2 {
		t.Errorf("%d orders: something was asked for a host that is nobody's", n)
	}

	later := begin(t).join(t, data, a)
	if s := later.serial(t, a, "shared.luckyfox.example"); s != got || a.orders.Load() != 2 {
		t.Errorf("after a restart: %q, %d orders", s, a.orders.Load())
	}
}

func TestManyHandshakesOrderOnce(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	first, second := begin(t), begin(t)
	a := newAuthority(t, first.plain.Addr(), first.secure.Addr())
	first.join(t, data, a)
	second.join(t, data, a)
	serials := make([]string, 12)
	var wait sync.WaitGroup
	for i := range serials {
		wait.Go(func() { serials[i] = []*process{first, second}[i%2].serial(t, a, "many.luckyfox.example") })
	}
	wait.Wait()
	for _, s := range serials {
		if s == "" || s != serials[0] {
			t.Errorf("serials %q", serials)
			break
		}
	}
	if n := a.orders.Load(); n != 1 {
		t.Errorf("%d orders", n)
	}
}

func TestACertificateIsRenewedBeforeItEnds(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	p := begin(t)
	a := newAuthority(t, p.plain.Addr(), p.secure.Addr())
	p.join(t, data, a, func(s *certificates.Settings) { s.RenewAt = 0.9999 }) // at once
	before := p.serial(t, a, "renewed.luckyfox.example")
	deadline := time.Now().Add(30 * time.Second)
	for now := before; now == before || now == ""; now = p.serial(t, a, "renewed.luckyfox.example") {
		if time.Now().After(deadline) {
			t.Fatalf("still %q after %d orders", now, a.orders.Load())
		}
	}
	if a.orders.Load() < 2 {
		t.Error("renewed without an order")
	}
}

func TestPlainRequestsAreLedToTLS(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	p := begin(t)
	a := newAuthority(t, p.plain.Addr(), p.secure.Addr())
	p.join(t, data, a, func(s *certificates.Settings) { s.Port = ":8443" })
	ask := func(method, address string, header ...string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(header) == 2 && header[0] != "" {
			r.Header.Set(header[0], header[1])
		}
		res, err := p.client(a).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res
	}
	for _, c := range []struct{ address, header, value string }{
		{"http://plain.luckyfox.example/livez", "", ""}, {"http://nobody.example/", "", ""}, {"http://plain.luckyfox.example/", "X-Forwarded-Proto", "https"},
	} {
		res := ask("GET", c.address, c.header, c.value)
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s with %s: %d", c.address, c.header, res.StatusCode)
		}
	}
	deadline := time.Now().Add(30 * time.Second)
	waited := false
	for {
		res := ask("GET", "http://plain.luckyfox.example/faq?x=1")
		if res.StatusCode == http.StatusPermanentRedirect {
			if to := res.Header.Get("Location"); to != "https://plain.luckyfox.example:8443/faq?x=1" {
				t.Errorf("led to %s", to)
			}
			break
		}
		waited = true
		if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
			t.Fatalf("while there is no certificate: %d", res.StatusCode)
		}
		if time.Now().After(deadline) {
			t.Fatal("no certificate was got")
		}
	}
	if !waited || a.orders.Load() != 1 {
		t.Errorf("waited %t, %d orders", waited, a.orders.Load())
	}
	if res := ask("POST", "http://plain.luckyfox.example/v1/conversations"); res.StatusCode != http.StatusPermanentRedirect {
		t.Errorf("a POST: %d", res.StatusCode)
	}
}

func TestAHostThatWasRefusedRests(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	p := begin(t)
	a := newAuthority(t, p.plain.Addr(), p.secure.Addr())
	a.broken.Store(true)
	p.join(t, data, a)
	client := p.client(a)
	get := func() int {
		res, err := client.Get("http://refused.luckyfox.example/")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	deadline := time.Now().Add(30 * time.Second)
	for last := int64(-1); ; { // until the failed attempts, which the client repeats a few times, are over
		get()
		if !p.Busy("refused.luckyfox.example") && a.orders.Load() > 0 && a.orders.Load() == last {
			break
		}
		last = a.orders.Load()
		if time.Now().After(deadline) {
			t.Fatal("never gave up")
		}
	}
	orders := a.orders.Load()
	for range 20 {
		if get() != http.StatusServiceUnavailable || p.serial(t, a, "refused.luckyfox.example") != "" {
			t.Fatal("a host without a certificate is served")
		}
	}
	if n := a.orders.Load(); n != orders {
		t.Errorf("%d orders more for a host that was refused a moment ago", n-orders)
	}
}

func TestTheHostMustBeTheOneThatWasDialled(t *testing.T) {
	t.Parallel()
	data := pgtest.New(t)
	p := begin(t)
	a := newAuthority(t, p.plain.Addr(), p.secure.Addr())
	p.join(t, data, a)
	r, _ := http.NewRequestWithContext(t.Context(), "GET", "https://dialled.luckyfox.example/", nil)
	r.Host = "dialled.golden-reel.example"
	res, err := p.client(a).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("another host over the same connection: %d", res.StatusCode)
	}
	if !strings.HasPrefix(res.Proto, "HTTP/2") {
		t.Error(res.Proto)
	}
}
