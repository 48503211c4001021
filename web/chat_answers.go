package web

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/answers"
	"pitdesk/desk/answers/deflection"
	"pitdesk/desk/players"
	"pitdesk/internal/cards"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
)

// maxSought is how much of what is being typed is looked at for answers, in characters; leastSought how many letters there
// must be.
const (
	maxSought   = 300
	leastSought = 3
)

// chatAnswer is an article as the chat shows it before it is opened.
type chatAnswer struct {
	ID       string `json:"id"`
	Language string `json:"language"`
	Title    string `json:"title"`
	Summary  string `json:"summary"`
	URL      string `json:"url"`
}

// chatLook names the look that a call belongs to. A body without one is looked up and counted nowhere.
type chatLook struct {
	Look string `json:"look"`
}

func (l chatLook) check() error {
	if l.Look != "" && !clientID.MatchString(l.Look) {
		return fault.New(fault.Invalid, "A look is 8 to 64 of letters, digits, _ and -.").On("look")
	}
	return nil
}

// of is the look of a player. ok is false where the client named none.
func (l chatLook) of(ctx context.Context, s *Server, player uuid.UUID) (look deflection.Look, ok bool) {
	return deflection.Look{ID: deflection.LookID(l.Look), Language: i18n.Lang(ctx),
		Visitor: s.chats().digests.Visitor(tenants.Current(ctx).ID, player, time.Now())}, l.Look != ""
}

// askAnswers is asPlayer for the doors of the help centre in the chat, which have a pace of their own: by session, and by
// address, since sessions are free.
func (s *Server) askAnswers(r *http.Request, fn func(ctx context.Context, tx bun.Tx, who players.Who) error) error {
	ctx := r.Context()
	_, address := requestOf(ctx)
	if err := s.chats().seeking.Take(bearer(r)); err != nil {
		return err
	}
	if err := s.chats().seekers.Take(tenants.Current(ctx).ID.String() + address); err != nil {
		return err
	}
	return s.asPlayer(r, authz.ChatRead, fn)
}

// chatAnswers finds articles for the first words of a conversation while they are being typed. It is a POST so that words
// stand in no address, and so in no access log, history or proxy. They are looked up and forgotten; of words that find
// nothing, digests are kept.
func (s *Server) chatAnswers(w http.ResponseWriter, r *http.Request) error {
	var ask struct {
		chatLook
		Text string `json:"text"`
	}
	if err := readJSON(w, r, &ask); err != nil {
		return err
	}
	if err := ask.check(); err != nil {
		return err
	}
	words := sought(ask.Text)
	found := []chatAnswer{}
	err := s.askAnswers(r, func(ctx context.Context, tx bun.Tx, who players.Who) error {
		if words == "" {
			return nil
		}
		hits, err := answers.Suggest(ctx, tx, answers.Query{Language: i18n.Lang(ctx), Words: words, Audience: answers.Players, Limit: deflection.Most})
		if err != nil {
			return err
		}
		var shown []deflection.Article
		for _, h := range hits {
			found = append(found, chatAnswer{tenants.PublicID(tenants.ArticlePrefix, h.Article), h.Language, h.Title, h.Summary, h.Path})
			shown = append(shown, deflection.Article{ID: h.Article, Language: h.Language})
		}
		look, ok := ask.of(ctx, s, who.Player)
		switch {
		case !ok:
			return nil
		case len(hits) == 0:
			return deflection.Missed(ctx, tx, s.chats().digests, who.Player, look.Language, deflection.Words(words, finished(ask.Text)))
		}
		return deflection.Shown(ctx, tx, look, shown)
	})
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, map[string]any{"answers": found})
}

// finished says whether the last word of a text is at its end.
func finished(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return unicode.IsSpace(last) || unicode.IsPunct(last)
}

// sought is what of a text answers are looked for with: its beginning, without what looks like a number of any kind; empty
// while there is too little of it.
func sought(text string) string {
	text, _ = cards.Mask(strings.ToValidUTF8(text, ""))
	letters := 0
	var b strings.Builder
	for field := range strings.FieldsSeq(text) {
		if strings.ContainsFunc(field, func(r rune) bool { return unicode.IsDigit(r) || r == cards.Dot || r == '@' }) {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		for _, r := range field {
			if unicode.IsLetter(r) {
				letters++
			}
			if r != 0 {
				b.WriteRune(r)
			}
		}
		if utf8.RuneCountInString(b.String()) > maxSought {
			break
		}
	}
	if letters < leastSought {
		return ""
	}
	words := []rune(b.String())
	return string(words[:min(len(words), maxSought)])
}

// chatOpenAnswer is an article as a player reads it in the chat, and notes that it was read. Repeated, it was read once.
func (s *Server) chatOpenAnswer(w http.ResponseWriter, r *http.Request) error {
	var ask chatLook
	if err := readJSON(w, r, &ask); err != nil {
		return err
	}
	if err := ask.check(); err != nil {
		return err
	}
	id, err := tenants.ParseID(tenants.ArticlePrefix, r.PathValue("article"))
	if err != nil {
		return err
	}
	var page answers.Page
	err = s.askAnswers(r, func(ctx context.Context, tx bun.Tx, who players.Who) error {
		at, err := answers.At(ctx, tx, i18n.Lang(ctx), id)
		if err != nil {
			return err
		}
		if page, err = answers.Read(ctx, tx, at.Language, at.Slug); err != nil {
			return err
		}
		if look, ok := ask.of(ctx, s, who.Player); ok {
			return deflection.Read(ctx, tx, look, deflection.Article{ID: id, Language: page.Language})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusOK, map[string]any{"answer": map[string]any{
		"id": r.PathValue("article"), "language": page.Language, "title": page.Title, "summary": page.Summary,
		"url": answers.Path(page.Language, page.Slug), "dir": i18n.Dir(i18n.With(r.Context(), page.Language)), "html": page.HTML,
	}})
}

// chatAnswered notes that an article a player has read answered them.
func (s *Server) chatAnswered(w http.ResponseWriter, r *http.Request) error {
	var ask chatLook
	if err := readJSON(w, r, &ask); err != nil {
		return err
	}
	if err := ask.check(); err != nil {
		return err
	}
	id, err := tenants.ParseID(tenants.ArticlePrefix, r.PathValue("article"))
	if err != nil {
		return err
	}
	err = s.askAnswers(r, func(ctx context.Context, tx bun.Tx, who players.Who) error {
		if _, err := answers.At(ctx, tx, i18n.Lang(ctx), id); err != nil {
			return err
		}
		if look, ok := ask.of(ctx, s, who.Player); ok {
			return deflection.Answered(ctx, tx, look, id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// asked ends the look that a conversation began with, with the commit of the start. article is the one on whose page the
// player was, as the page's link named it: one that isn't there is as good as none, since it mustn't keep anybody from asking.
func (s *Server) asked(ctx context.Context, tx bun.Tx, player uuid.UUID, l chatLook, article string, first desk.Entry) error {
	if first.Replayed || l.Look == "" {
		return nil
	}
	look, _ := l.of(ctx, s, player)
	var from *deflection.Article
	if id, err := tenants.ParseID(tenants.ArticlePrefix, article); err == nil {
		from = &deflection.Article{ID: id, Language: look.Language}
	}
	return deflection.Asked(ctx, tx, look, first.ConversationID, from)
}

// popularAnswers are offered before a word is typed. Where they can't be read there are none: the chat goes on without.
func (s *Server) popularAnswers(ctx context.Context) []chatAnswer {
	all := []chatAnswer{}
	guide, err := answers.Contents(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.Log.WarnContext(ctx, "popular answers can't be read", "err", err)
		}
		return all
	}
	for _, l := range guide.Popular(ctx, i18n.Lang(ctx)) {
		if len(all) < deflection.Most {
			all = append(all, chatAnswer{tenants.PublicID(tenants.ArticlePrefix, l.Article), l.Language, l.Title, l.Summary, l.Path()})
		}
	}
	return all
}

// chatArticle is the article whose page a player comes from, by the id in that page's link. ok is false for any other.
func (s *Server) chatArticle(ctx context.Context, id string) (named, bool) {
	article, err := tenants.ParseID(tenants.ArticlePrefix, id)
	if err != nil {
		return named{}, false
	}
	var at answers.Link
	err = tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) error {
		at, err = answers.At(ctx, tx, i18n.Lang(ctx), article)
		return err
	})
	return named{ID: id, Name: at.Title}, err == nil
}
