package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/answers"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// offered is how many articles "/" in the composer offers of each audience.
const offered = 6

// inboxAnswers are published articles for the words after "/" in the composer, in the player's language first.
func (s *Server) inboxAnswers(w http.ResponseWriter, r *http.Request) error {
	var p views.InsertProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		c, err := s.openCase(ctx, tx, r)
		if err != nil {
			return err
		}
		p, err = s.insertProps(ctx, tx, c, r.URL.Query().Get("q"))
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.InsertOffers(p))
}

func (s *Server) insertProps(ctx context.Context, tx bun.Tx, c desk.Case, words string) (views.InsertProps, error) {
	p := views.InsertProps{Words: words}
	language := talkLanguage(ctx, c)
	var err error
	if p.Macros, err = macroOffers(ctx, tx, c, words); err != nil {
		return p, err
	}
	hits, err := offers(ctx, tx, c, language, words)
	if err != nil {
		return p, err
	}
	for _, h := range hits {
		i := views.InsertItem{ID: "answer-" + strconv.Itoa(len(p.Players)+len(p.Internal)), Title: h.Title, Summary: h.Summary, Language: h.Language}
		if h.Language != language {
			i.Name = i18n.LanguageName(ctx, h.Language)
		}
		if h.Audience == answers.Internal {
			i.Link = s.Config.URL(tenants.Current(ctx), articleHref(h.Article)+"/"+h.Language)
			i.Open = talkHref(c.Conversation) + "/answers/" + tenants.PublicID(tenants.ArticlePrefix, h.Article) + "?language=" + h.Language
			p.Internal = append(p.Internal, i)
			continue
		}
		i.Link = s.Config.URL(tenants.Current(ctx), answers.Path(h.Language, h.Slug))
		p.Players = append(p.Players, i)
	}
	if len(hits)+len(p.Macros) == 0 && strings.TrimSpace(words) == "" {
		n, err := answers.Count(ctx, tx, answers.Filter{State: answers.Published})
		p.None = n == 0
		return p, err
	}
	return p, nil
}

// offers are what fits the words, looked for in the player's language and then in the agent's own; before any is typed, what
// answers the conversation's topic.
func offers(ctx context.Context, tx bun.Tx, c desk.Case, language, words string) ([]answers.Offer, error) {
	if strings.TrimSpace(words) == "" {
		return answers.Handy(ctx, tx, language, c.TopicID, offered)
	}
	found, err := answers.Offers(ctx, tx, language, words, offered)
	if err == nil && len(found) == 0 && i18n.Lang(ctx) != language {
		return answers.Offers(ctx, tx, i18n.Lang(ctx), words, offered)
	}
	return found, err
}

// inboxArticle is a published article as it opens beside a conversation.
func (s *Server) inboxArticle(w http.ResponseWriter, r *http.Request) error {
	var p views.BesideProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.askFor(ctx, tx, r, authz.ConversationRead, desk.Get); err != nil {
			return err
		}
		a, err := openArticle(ctx, tx, r)
		if err != nil {
			return err
		}
		language := r.URL.Query().Get("language")
		v, err := answers.LiveVersion(ctx, tx, a.ID, language)
		if err != nil || a.ArchivedAt != nil {
			return tenants.ErrNotFound
		}
		p = views.BesideProps{Title: v.Title, Internal: a.Audience == answers.Internal, Href: articleHref(a.ID) + "/" + language}
		p.Document, err = s.previewPage(ctx, tx, language, v.Title, v.Summary, v.Body)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Beside(p))
}
