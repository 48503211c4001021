package web_test

import (
	"net/http"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

// FuzzWhatStrangersTypeAtTheDoor sends anything to the forms that ask nobody who they are. None may break or let in.
func FuzzWhatStrangersTypeAtTheDoor(f *testing.F) {
	h, ctx := open(f)
	fox := sample.Tenant(ctx, f, "Lucky Fox")
	sample.Agent(ctx, f, fox, "Ada", authz.Admin)
	for _, seed := range [][3]string{{"ada@lucky-fox.example", "x", "/inbox"}, {"a\x00@b.c", "\xff\xfe", "//evil.example"}, {"'; drop table memberships --@x.y", "%00", "\\\\x"},
		{strings.Repeat("a", 300) + "@b.c", strings.Repeat("p", 3000), "/\t/x"}, {"ы@пример.рф", "пароль", "https:evil"}} {
		f.Add(seed[0], seed[1], seed[2])
	}
	paths := []string{"/sign-in", "/sign-in/code", "/forgot", "/reset/x", "/invitation/x"}
	f.Fuzz(func(t *testing.T, email, password, next string) {
		for _, path := range paths {
			b := h.Browser(t, fox)
			a := b.Post(path, "email", email, "password", password, "code", password, "name", email, "next", next)
			if a.StatusCode >= 500 && a.StatusCode != http.StatusServiceUnavailable {
				t.Fatalf("%s answers %d", path, a.StatusCode)
			}
			if to := a.Location(); to != "" && !strings.HasPrefix(to, "/sign-in") {
				t.Fatalf("%s leads to %q", path, to)
			}
			if b.Cookies["__Host-session"] != "" {
				t.Fatalf("%s let somebody in", path)
			}
		}
		if a := h.Browser(t, fox).Do("POST", "/sign-in", "application/x-www-form-urlencoded", strings.NewReader(email+"="+password+"&"+next)); a.StatusCode >= 500 && a.StatusCode != http.StatusServiceUnavailable {
			t.Fatalf("a raw body: %d", a.StatusCode)
		}
	})
}
