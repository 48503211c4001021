package views

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func TestAssetsAreKeptForGood(t *testing.T) {
	t.Parallel()
	h := Assets()
	get := func(url, accept string) *http.Response {
		r := httptest.NewRequest(http.MethodGet, url, nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	want := string(AssetBytes("app.css"))
	for accept, open := range map[string]func(io.Reader) io.Reader{
		"":                  func(r io.Reader) io.Reader { return r },
		"identity, br;q=0":  func(r io.Reader) io.Reader { return r },
		"gzip":              func(r io.Reader) io.Reader { z, _ := gzip.NewReader(r); return z },
		"gzip, deflate, br": func(r io.Reader) io.Reader { return brotli.NewReader(r) },
	} {
		res := get(Asset("app.css"), accept)
		body, err := io.ReadAll(open(res.Body))
		if err != nil || string(body) != want {
			t.Errorf("%q: not the stylesheet: %v", accept, err)
		}
		if got := res.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%q: Cache-Control %q", accept, got)
		}
	}
	old := strings.Replace(Asset("app.css"), "app.", "app.00", 1)
	for _, url := range []string{old, "/assets/app.css", "/assets/", "/assets/../doc.go"} {
		if res := get(url, ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", url, res.StatusCode)
		}
	}
}
