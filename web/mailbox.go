package web

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"strconv"
	"strings"

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
			// Mails carry their styles on their elements. Nothing may run or be fetched.
			w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(withParts(k.Message)))
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
	html := m.HTML
	for _, p := range m.Parts {
		html = strings.ReplaceAll(html, `src="cid:`+p.ID+`"`, `src="data:`+p.Type+`;base64,`+base64.StdEncoding.EncodeToString(p.Bytes)+`"`)
	}
	return html
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
