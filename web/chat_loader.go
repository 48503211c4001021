package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/google/uuid"

	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
	"pitdesk/views"
)

// chatLoader is the script that a casino puts in its pages: ours, handed the casino's colours and the words of the one
// language that the page wants. Every page view asks for it, so it is made once in a while; when it can't be made anew, the
// last one does.
//
// A page says its language by ?lang=. One that doesn't is answered in its reader's, and asks for the words of another by
// ?words=, which is all that it then gets.
func (s *Server) chatLoader(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	tenant := tenants.Current(ctx)
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=300")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	ask := r.URL.Query()
	if wanted := ask.Get("words"); wanted != "" && len(wanted) <= maxTag {
		body, err := wordsFor(ctx, wanted, i18n.Choose(ctx, i18n.Players, tenant.Language, "", wanted))
		if err != nil {
			return err
		}
		return squeezed(w, r, "text/javascript; charset=utf-8", body)
	}
	wanted := ask.Get("lang")
	accepted := ""
	if wanted == "" {
		h.Add("Vary", "Accept-Language")
		accepted = r.Header.Get("Accept-Language")
	}
	what := loaderOf{tenant.ID, i18n.Choose(ctx, i18n.Players, tenant.Language, accepted, wanted)}
	made, ok := s.chats().loaders.Load(what)
	brand, err := brands.Of(ctx)
	if err == nil && (!ok || made.(loader).version != brand.Version || made.(loader).words != i18n.WordsOf(ctx)) {
		var body []byte
		if body, err = makeLoader(ctx, brand, what.language); err == nil {
			made, ok = loader{body, brand.Version, i18n.WordsOf(ctx)}, true
			s.chats().loaders.Store(what, made)
		}
	}
	if !ok {
		return err
	}
	return squeezed(w, r, "text/javascript; charset=utf-8", made.(loader).body)
}

// maxTag is the longest name of a language that anybody has (RFC 5646, 4.4.1), in octets.
const maxTag = 64

// loaderOf is which loader: of a casino, in one of the languages there are. Another brand or other words make another at once.
type loaderOf struct {
	tenant   uuid.UUID
	language string
}

type loader struct {
	body    []byte
	version int // of the brand
	words   *i18n.Words
}

func makeLoader(ctx context.Context, b brands.Brand, language string) ([]byte, error) {
	own := i18n.Choose(ctx, i18n.Players, tenants.Current(ctx).Language, "")
	accent, on := views.Buttons(lookOf(b))
	launcher, panel := views.LauncherRadius(lookOf(b))
	brand, err := json.Marshal(map[string]any{"name": b.Name, "accent": accent, "on": on, "round": launcher, "panel": panel,
		"side": b.Side, "bottom": b.Bottom, "inset": b.Inset,
		"language": own, "words": map[string]panelWords{language: panelWordsIn(ctx, language), own: panelWordsIn(ctx, own)}})
	if err != nil {
		return nil, err
	}
	var script bytes.Buffer
	script.WriteString("(function(brand){")
	script.Write(views.AssetBytes("chat-loader.js"))
	script.WriteString("})(")
	script.Write(brand)
	script.WriteString(")\n")
	return script.Bytes(), nil
}

// panelWords are what the launcher and the panel around the chat's frame say.
type panelWords struct {
	Open  string `json:"open"`
	Close string `json:"close"`
	Write string `json:"write"`
	Away  string `json:"away"`
	Title string `json:"title"`
	Right bool   `json:"rtl,omitempty"`
}

func panelWordsIn(ctx context.Context, language string) panelWords {
	ctx = i18n.With(ctx, language)
	return panelWords{i18n.T(ctx, "chat.open_panel"), i18n.T(ctx, "chat.close"), i18n.T(ctx, "chat.write"),
		i18n.T(ctx, "chat.unreachable"), i18n.T(ctx, "chat.title"), i18n.Dir(ctx) == "rtl"}
}

// wordsFor hands a loader the words of another language, under the name it asked by: "de-AT" when that is what the page
// around it calls its own.
func wordsFor(ctx context.Context, wanted, language string) ([]byte, error) {
	words, err := json.Marshal(map[string]panelWords{wanted: panelWordsIn(ctx, language)})
	if err != nil {
		return nil, err
	}
	return append(append([]byte(`Desk("words",`), words...), ")\n"...), nil
}
