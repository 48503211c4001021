// Command gallery shows every state of every page with made-up props, so that a change of looks can be seen at once:
//
//	go run ./views/gallery
//
// It needs no database, is no part of the product and must never be served by it.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"html"
	"log"
	"net"
	"net/http"

	"pitdesk/internal/i18n"
	"pitdesk/views"
)

func main() {
	addr := flag.String("addr", "localhost:0", "where to listen")
	flag.Parse()
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s/\n", l.Addr())
	log.Fatal(http.Serve(l, handler()))
}

func handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(views.AssetPrefix, views.Assets())
	mux.HandleFunc("/theme.css", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		_, _ = fmt.Fprint(w, views.Theme(views.Look{Accent: "#c2410c"}))
	})
	mux.HandleFunc("/{$}", index)
	for _, s := range states() {
		mux.HandleFunc("GET /"+s.path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
			ctx := i18n.With(r.Context(), cmp.Or(r.URL.Query().Get("lang"), i18n.Default))
			if err := views.Render(w, r.WithContext(ctx), http.StatusOK, s.page(ctx)); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	return mux
}

func index(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprint(w, `<!DOCTYPE html><title>Gallery</title><meta name="viewport" content="width=device-width"><ul>`)
	for _, s := range states() {
		_, _ = fmt.Fprintf(w, "<li>%s", html.EscapeString(s.path))
		for _, lang := range []string{"en", "ru", "lt", i18n.Accented, i18n.Mirrored} {
			_, _ = fmt.Fprintf(w, ` <a href="/%s?lang=%s">%s</a>`, s.path, lang, lang)
		}
	}
	_, _ = fmt.Fprint(w, "</ul>")
}

// words is i18n.T for states that show a sentence.
func words(ctx context.Context, id string, kv ...any) string { return i18n.T(ctx, id, kv...) }
