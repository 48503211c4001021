package views

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// AssetPrefix is the path under which the built files are served.
const AssetPrefix = "/assets/"

//go:embed assets
var built embed.FS

// asset is one built file with its three spellings on the wire.
type asset struct {
	url  string
	kind string
	raw  []byte

	once sync.Once
	br   []byte
	gz   []byte
}

var assets = loadAssets()

func loadAssets() map[string]*asset {
	found := map[string]*asset{}
	err := fs.WalkDir(built, "assets", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := built.ReadFile(p)
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(p, "assets/")
		sum := sha256.Sum256(raw)
		ext := path.Ext(name)
		found[name] = &asset{
			url:  AssetPrefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext,
			kind: contentType(ext),
			raw:  raw,
		}
		return nil
	})
	if err != nil {
		panic(fmt.Sprintf("views: built files: %v", err))
	}
	return found
}

// Asset returns the address of a built file, such as /assets/app.1f0c….css for app.css. The address changes with the
// content, so that browsers keep it for good. It panics on a name that isn't built: that is a slip in a template.
func Asset(name string) string {
	a, ok := assets[name]
	if !ok {
		panic("views: no built file " + strconv.Quote(name))
	}
	return a.url
}

// AssetBytes returns the content of a built file, for those served at an address of their own.
func AssetBytes(name string) []byte {
	Asset(name)
	return assets[name].raw
}

// Assets serves the built files under AssetPrefix, compressed as the browser likes. An address whose hash isn't this
// build's is not found: answering it with other content would poison caches for a year.
func Assets() http.Handler { return serveAssets() }

var serveAssets = sync.OnceValue(func() http.Handler {
	byURL := make(map[string]*asset, len(assets))
	for _, a := range assets {
		byURL[a.url] = a
	}
	go func() {
		for _, a := range byURL {
			a.squeeze()
		}
	}()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		a.serve(w, r)
	})
})

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Add("Vary", "Accept-Encoding")
	body, accepted := a.raw, r.Header.Get("Accept-Encoding")
	if a.squeeze(); a.br != nil && accepts(accepted, "br") {
		body = a.br
		h.Set("Content-Encoding", "br")
	} else if a.gz != nil && accepts(accepted, "gzip") {
		body = a.gz
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// squeeze compresses the file once; a spelling that isn't smaller is dropped.
func (a *asset) squeeze() {
	a.once.Do(func() {
		a.br = smaller(a.raw, func(b *bytes.Buffer) writeCloser { return brotli.NewWriterLevel(b, 9) })
		a.gz = smaller(a.raw, func(b *bytes.Buffer) writeCloser {
			w, _ := gzip.NewWriterLevel(b, gzip.BestCompression)
			return w
		})
	})
}

type writeCloser interface {
	Write([]byte) (int, error)
	Close() error
}

func smaller(raw []byte, with func(*bytes.Buffer) writeCloser) []byte {
	var b bytes.Buffer
	w := with(&b)
	if _, err := w.Write(raw); err != nil {
		return nil
	}
	if err := w.Close(); err != nil || b.Len() >= len(raw) {
		return nil
	}
	return b.Bytes()
}

// accepts reports whether an Accept-Encoding header allows coding; "br;q=0" refuses it (RFC 9110, 12.5.3).
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			q, ok := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
			return !ok || strings.Trim(q, "0.") != ""
		}
	}
	return false
}

func contentType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".webp":
		return "image/webp"
	case ".woff2":
		return "font/woff2"
	}
	return "application/octet-stream"
}
