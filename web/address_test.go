package web_test

import (
	"crypto/tls"
	"net/http/httptest"
	"testing"

	"pitdesk/web"
)

func TestAnAddressIsBelievedFromProxiesAlone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		proxies int
		tls     bool
		want    string
	}{
		"no proxy":                       {0, false, "198.51.100.7"},
		"a proxy":                        {1, false, "203.0.113.9"},
		"past the proxy, by our own TLS": {1, true, "198.51.100.7"},
	} {
		r := httptest.NewRequest("GET", "http://lucky-fox.desk.example/", nil)
		r.RemoteAddr = "198.51.100.7:4711"
		r.Header.Set("X-Forwarded-For", "192.0.2.1, 203.0.113.9")
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		s := &web.Server{Config: web.Config{TrustedProxies: c.proxies}}
		if got := s.Address(r); got != c.want {
			t.Errorf("%s: the request came from %s, want %s", name, got, c.want)
		}
	}
}
