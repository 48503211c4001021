package web

import (
	"context"
	"net/http"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// offeredMacros is how many macros "/" in the composer offers.
const offeredMacros = 6

// applyMacro does what a macro does to a conversation, without a word to anybody.
func (s *Server) applyMacro(w http.ResponseWriter, r *http.Request) error {
	return s.do(w, r, authz.ConversationMacro, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		m, err := macroNamed(ctx, tx, r.PathValue("macro"))
		if err != nil {
			return err
		}
		return desk.Apply(ctx, tx, c, m)
	})
}

// withMacro does what the macro that words were made from does besides. Words that were there already did it then.
func withMacro(ctx context.Context, tx bun.Tx, r *http.Request, c *desk.Conversation, said desk.Entry) error {
	id := r.PostForm.Get("macro")
	if id == "" || said.Replayed {
		return nil
	}
	m, err := macroNamed(ctx, tx, id)
	if err != nil {
		return err
	}
	return desk.Apply(ctx, tx, c, m)
}

// macroNamed is a macro that whoever is signed in may use.
func macroNamed(ctx context.Context, tx bun.Tx, name string) (desk.Macro, error) {
	id, err := tenants.ParseID(tenants.MacroPrefix, name)
	if err != nil {
		return desk.Macro{}, err
	}
	a, _ := authz.From(ctx)
	return desk.MacroOf(ctx, tx, authz.ScopeFor(a), id)
}

// macroOffers are the macros that fit the words after "/", filled for the conversation: in the player's language where they
// have a text in it.
func macroOffers(ctx context.Context, tx bun.Tx, c desk.Case, words string) ([]views.MacroOffer, error) {
	a, _ := authz.From(ctx)
	found, err := desk.Macros(ctx, tx, authz.ScopeFor(a), desk.MacroFilter{Words: words, ByUse: true, Limit: offeredMacros})
	if err != nil {
		return nil, err
	}
	theirs := talkLanguage(ctx, c)
	f := desk.Filling{Player: text(c.Player.Name), Agent: a.Name, Casino: tenants.Current(ctx).Name}
	if c.TopicKey != nil {
		f.Topic = topicWord(i18n.With(ctx, theirs), *c.TopicKey, ownName(c.TopicNames, theirs))
	}
	var all []views.MacroOffer
	for _, m := range found {
		said, lang := m.TextIn(theirs, tenants.Current(ctx).Language, "en")
		o := views.MacroOffer{ID: tenants.PublicID(tenants.MacroPrefix, m.ID), Name: m.Name, Shortcut: m.Shortcut, Text: f.Fill(said), Lang: lang,
			Deeds: macroDeeds(ctx, m), Apply: talkHref(c.Conversation) + "/macros/" + tenants.PublicID(tenants.MacroPrefix, m.ID)}
		if lang != "" && lang != theirs {
			o.Language = i18n.LanguageName(ctx, lang)
		}
		all = append(all, o)
	}
	return all, nil
}

// talkLanguage is what the player of a conversation is spoken to in.
func talkLanguage(ctx context.Context, c desk.Case) string {
	return pick(text(c.Player.Language), pick(text(c.Conversation.Language), tenants.Current(ctx).Language))
}
