package api

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"pitdesk/tenants"
)

func TestTheReferenceStandsAtTheAPIsOwnHostAlone(t *testing.T) {
	t.Parallel()
	a := New(Options{})
	for _, p := range append([]string{"/docs/viewer.js", "/docs/reference.js", "/docs/styles.js", "/docs/style.css", "/docs/LICENSE"}, paths(referencePages)...) {
		get := func(casino bool) *httptest.ResponseRecorder {
			r := httptest.NewRequest(http.MethodGet, "http://api.desk.example"+p, nil)
			if casino {
				r = r.WithContext(tenants.With(r.Context(), tenants.Tenant{ID: tenants.NewID()}))
			}
			rec := httptest.NewRecorder()
			a.ServeHTTP(rec, r)
			return rec
		}
		rec := get(false)
		if rec.Code != http.StatusOK || rec.Body.Len() == 0 {
			t.Errorf("%s answers %d with %d octets", p, rec.Code, rec.Body.Len())
		}
		policy := rec.Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || regexp.MustCompile(`https?:|script-src[^;]*unsafe`).MatchString(policy) {
			t.Errorf("%s comes under %q", p, policy)
		}
		if got := get(true); got.Code != http.StatusUnauthorized {
			t.Errorf("a casino's host answers %s with %d", p, got.Code)
		}
		if strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
			page := rec.Body.String()
			if at := regexp.MustCompile(`(?:src|<link[^>]* href)="(?:https?:)?//[^"]+"`).FindString(page); at != "" {
				t.Errorf("%s loads %s", p, at)
			}
			if at := regexp.MustCompile(`href="[^":]*\.md[^"]*"`).FindString(page); at != "" {
				t.Errorf("%s leads to %s, which isn't served", p, at)
			}
			for _, link := range regexp.MustCompile(`href="(/[^"#]*)`).FindAllStringSubmatch(page, -1) {
				r := httptest.NewRequest(http.MethodGet, "http://api.desk.example"+link[1], nil)
				rec := httptest.NewRecorder()
				a.ServeHTTP(rec, r)
				if rec.Code != http.StatusOK {
					t.Errorf("%s leads to %s, which answers %d", p, link[1], rec.Code)
				}
			}
		}
	}
}

func paths(pages []referencePage) (all []string) {
	for _, p := range pages {
		all = append(all, p.Path)
	}
	return all
}
