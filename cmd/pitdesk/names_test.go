package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/web"
)

var assetPath = regexp.MustCompile(`(?:href|src)="(/[^"]+)"`)

// TestNobodyReadsTheVendorsName walks every way of a casino, and the files its pages load, as those who may, and looks for our
// name and for another casino's in status, headers and body.
func TestNobodyReadsTheVendorsName(t *testing.T) {
	t.Parallel()
	a, ctx, h := testApp(t)
	populate(ctx, t, a, "Golden Reel")
	fox := populate(ctx, t, a, "Lucky Fox")
	files := map[string]bool{}
	check := func(where, text string) {
		text = strings.ToLower(text)
		for _, name := range []string{"pitdesk", "golden reel", "golden-reel"} {
			if i := strings.Index(text, name); i >= 0 {
				t.Errorf("%s names %s: …%s…", where, name, text[max(0, i-60):min(len(text), i+60)])
			}
		}
	}
	for _, w := range ways(a) {
		role := authz.Admin
		if w.surface == web.Chat {
			role = authz.Player
		}
		fox.refresh(ctx, t)
		got := ask(ctx, h, w, fox, fox.ids, credentials(w.surface, fox)[role])
		check(w.String(), got.header+got.body)
		for _, m := range assetPath.FindAllStringSubmatch(got.body, -1) {
			files[m[1]] = true
		}
	}
	for path := range files {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://"+fox.Host+path, nil)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		check(path, rec.Body.String())
	}
}
