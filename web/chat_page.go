package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"pitdesk/desk"
	"pitdesk/desk/channels/chat"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
	"pitdesk/tenants/pictures"
	"pitdesk/views"
)

// face is what a casino's chat looks like and where it may be shown.
type face struct {
	brand   brands.Brand
	topics  []desk.Topic
	origins []string
}

func (s *Server) face(ctx context.Context) (f face, err error) {
	if f.brand, err = brands.Of(ctx); err != nil {
		return f, err
	}
	err = tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		if f.topics, err = desk.Topics(ctx, tx); err != nil {
			return err
		}
		f.origins, err = chat.Origins(ctx, tx)
		return err
	})
	return f, err
}

// chatPage is the chat itself: in a frame when the address names the page around it, else a page of its own.
func (s *Server) chatPage(w http.ResponseWriter, r *http.Request) error {
	r = r.WithContext(inLanguageOf(r))
	ctx := r.Context()
	f, err := s.face(ctx)
	if err != nil {
		return err
	}
	around := r.URL.Query().Get("origin")
	if around != "" && around == s.ownOrigin(r) {
		f.origins = append(slices.Clone(f.origins), "'self'")
	} else if around != "" && !slices.Contains(f.origins, around) {
		return fault.New(fault.Forbidden, "This chat may not be shown on that page.")
	}
	config, err := s.chatFacts(ctx, f, s.licenceLines(r.WithContext(ctx)))
	if err != nil {
		return err
	}
	config["embedder"] = around
	if a, ok := s.chatArticle(ctx, r.URL.Query().Get("article")); ok {
		config["article"] = a
	}
	scheme := r.URL.Query().Get("theme")
	if scheme != "light" && scheme != "dark" {
		scheme = "auto"
	}
	var b bytes.Buffer
	err = views.Chat(views.ChatPage{
		Casino: casinoOf(f.brand), Notice: config["notice"].(string), Licences: s.licenceLines(r), Scheme: scheme,
		Config: config, There: config["agents"].(bool), Held: config["held"].(string),
	}).Render(ctx, &b)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Security-Policy", s.chatPolicy(f.origins))
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	return squeezed(w, r, "text/html; charset=utf-8", b.Bytes())
}

// chatPolicy lets the chat load from its own host, files from theirs, and only the casino's pages hold it in a frame.
func (s *Server) chatPolicy(origins []string) string {
	files, around := "", "'none'"
	if u, err := url.Parse(s.Config.FilesURL); err == nil && u.Host != "" {
		files = " " + u.Scheme + "://" + u.Host
	}
	if len(origins) > 0 {
		around = strings.Join(origins, " ")
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; img-src 'self' data: blob:" + files +
		"; base-uri 'none'; form-action 'none'; frame-ancestors " + around
}

func (s *Server) chatConfig(w http.ResponseWriter, r *http.Request) error {
	ctx := inLanguageOf(r)
	f, err := s.face(ctx)
	if err != nil {
		return err
	}
	config, err := s.chatFacts(ctx, f, s.licenceLines(r.WithContext(ctx)))
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, config)
}

// chatFacts is what a client needs before anybody has said a word.
func (s *Server) chatFacts(ctx context.Context, f face, lines []views.LicenceLine) (map[string]any, error) {
	there, err := s.chats().room.There(ctx)
	if err != nil {
		return nil, err
	}
	there = there && tenants.Current(ctx).Standing == tenants.Open
	greeting := f.brand.Greeting.In(i18n.Lang(ctx))
	if greeting == "" {
		greeting = i18n.T(ctx, "chat.hello")
	}
	topics := []named{}
	for _, t := range f.topics {
		topics = append(topics, named{tenants.PublicID(tenants.TopicPrefix, t.ID), topicName(ctx, t)})
	}
	accent, on := views.Buttons(lookOf(f.brand))
	return map[string]any{
		"held": held(ctx),
		"name": f.brand.Name, "logo": pictures.Path(f.brand.Logo), "icon": pictures.Path(f.brand.Icon),
		"language": i18n.Lang(ctx), "dir": i18n.Dir(ctx), "languages": i18n.Offered(ctx, i18n.Players),
		"colours": map[string]string{"accent": accent, "on_accent": on}, "greeting": greeting, "agents": there, "topics": topics,
		"notice": i18n.T(ctx, "chat.notice", "Name", f.brand.Name), "licence": sentencesOf(lines), "licences": licencesJSON(lines),
		"limits": map[string]int{"text": maxChatText, "files": desk.MaxFiles, "file_bytes": chat.MaxFile},
		"words":  i18n.Messages(ctx, "chat"), "popular": s.popularAnswers(ctx),
	}, nil
}

// licencesJSON is who licenses the casino, for clients that draw their own chat. A seal is there only where the host is covered.
func licencesJSON(lines []views.LicenceLine) []map[string]string {
	all := []map[string]string{}
	for _, l := range lines {
		all = append(all, map[string]string{"sentence": l.Sentence, "language": l.Lang, "link": l.Href, "seal": l.Seal})
	}
	return all
}

// sentencesOf is what lines say, one below the other.
func sentencesOf(lines []views.LicenceLine) string {
	var all []string
	for _, l := range lines {
		all = append(all, l.Sentence)
	}
	return strings.Join(all, "\n")
}

// inLanguageOf is the context of r in the language its address asks for, when it asks.
func inLanguageOf(r *http.Request) context.Context {
	ctx := r.Context()
	wanted := r.URL.Query().Get("language")
	if wanted == "" {
		return ctx
	}
	return i18n.With(ctx, i18n.Choose(ctx, i18n.Players, i18n.Lang(ctx), "", wanted))
}

// squeezed answers with a body made for this request, compressed when the client takes that, and not at all when the client
// has it already.
func squeezed(w http.ResponseWriter, r *http.Request, kind string, body []byte) error {
	h := w.Header()
	sum := sha256.Sum256(body)
	tag := `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	h.Set("ETag", tag)
	h.Add("Vary", "Accept-Encoding")
	if h.Get("Cache-Control") != "no-store" && strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", kind)
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		_, err := w.Write(body)
		return err
	}
	h.Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	if _, err := z.Write(body); err != nil {
		return err
	}
	return z.Close()
}
