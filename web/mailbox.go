package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"pitdesk/internal/i18n"
	"pitdesk/internal/mail"
	"pitdesk/views"
)

// Mailbox is the demo's page of mails that would have been sent, on a host of its own. Anybody who reaches it reads every
// mail: it is for demonstrations only.
func Mailbox(box *mail.Box) http.Handler {
	mux := http.NewServeMux()
	show := func(w http.ResponseWriter, r *http.Request, open *mail.Kept) {
		var p views.MailboxProps
		for _, k := range box.All() {
			p.Mails = append(p.Mails, mailLine(k))
		}
		if open != nil {
			line := mailLine(*open)
			p.Open, p.Text, p.Raw = &line, mailParts(open.Message.Text), open.Raw
		}
		w.Header().Set("Content-Security-Policy", pagePolicy)
		_ = views.Render(w, r, http.StatusOK, views.Mailbox(p))
	}
	kept := func(w http.ResponseWriter, r *http.Request) (mail.Kept, bool) {
		n, err := strconv.Atoi(r.PathValue("number"))
		k, ok := box.Get(n)
		if err != nil || !ok {
			_ = views.Render(w, r, http.StatusNotFound, views.NotFound())
			return k, false
		}
		return k, true
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { show(w, r, nil) })
	mux.HandleFunc("GET /mails/{number}", func(w http.ResponseWriter, r *http.Request) {
		if k, ok := kept(w, r); ok {
			show(w, r, &k)
		}
	})
	mux.HandleFunc("GET /mails/{number}/html", func(w http.ResponseWriter, r *http.Request) {
		if k, ok := kept(w, r); ok {
			// Mails carry their styles on their elements: those, and none besides. Nothing may run or be fetched.
			page := withParts(k.Message)
			w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-hashes'"+styleHashes(page)+"; img-src data:; "+
				"base-uri 'none'; form-action 'none'; frame-ancestors 'self'")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(page))
		}
	})
	mux.Handle("GET /assets/", views.Assets())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		language := i18n.Negotiate(r.Header.Get("Accept-Language"), r.URL.Query().Get("lang"))
		mux.ServeHTTP(w, r.WithContext(i18n.With(r.Context(), language)))
	})
}

// withParts is a mail's HTML with its pictures where it names them, as a mail program shows it.
func withParts(m mail.Message) string {
	page := m.HTML
	for _, p := range m.Parts {
		page = strings.ReplaceAll(page, `src="cid:`+p.ID+`"`, `src="data:`+p.Type+`;base64,`+base64.StdEncoding.EncodeToString(p.Bytes)+`"`)
	}
	return page
}

// styleHashes are the hashes of the styles that a page's elements carry, as a policy names them (CSP level 3, section 8.3).
func styleHashes(page string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return ""
	}
	seen := map[string]bool{}
	var all strings.Builder
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "style" && !seen[a.Val] {
				seen[a.Val] = true
				sum := sha256.Sum256([]byte(a.Val))
				all.WriteString(" 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'")
			}
		}
	}
	return all.String()
}

func mailLine(k mail.Kept) views.MailLine {
	return views.MailLine{Number: k.Number, From: k.Message.From.Name, To: k.Message.To.Email, Subject: k.Message.Subject, At: k.At}
}

var mailAddress = regexp.MustCompile(`https?://\S+`)

// mailParts cuts a mail's text into words and addresses to follow.
func mailParts(text string) []views.MailPart {
	var parts []views.MailPart
	at := 0
	for _, hit := range mailAddress.FindAllStringIndex(text, -1) {
		parts = append(parts, views.MailPart{Text: text[at:hit[0]]}, views.MailPart{Text: text[hit[0]:hit[1]], Link: true})
		at = hit[1]
	}
	return append(parts, views.MailPart{Text: text[at:]})
}
