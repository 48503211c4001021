package languages

import (
	"context"

	"github.com/uptrace/bun"

	"pitdesk/internal/i18n"
	"pitdesk/tenants"
)

// spoken is what a process remembers of how a casino speaks.
type spoken struct {
	fallback string
	words    *i18n.Words
}

var memory = tenants.Remember("languages", load)

func load(ctx context.Context, tx bun.Tx) (spoken, error) {
	s, err := Get(ctx, tx)
	if err != nil {
		return spoken{}, err
	}
	var packs []string
	if err := tx.NewRaw(`select language from language_packs where tenant_id = current_tenant() order by language`).Scan(ctx, &packs); err != nil {
		return spoken{}, err
	}
	var texts []struct {
		Language string    `bun:"language"`
		ID       string    `bun:"id"`
		Forms    i18n.Text `bun:"forms,type:jsonb"`
	}
	if err := tx.NewRaw(`select language, id, forms from language_texts where tenant_id = current_tenant()`).Scan(ctx, &texts); err != nil {
		return spoken{}, err
	}
	by := map[string]map[string]i18n.Text{}
	for _, lang := range packs {
		by[lang] = map[string]i18n.Text{}
	}
	for _, t := range texts {
		by[t.Language][t.ID] = t.Forms
	}
	all := make([]i18n.Pack, 0, len(by))
	for lang, texts := range by {
		if len(texts) > 0 || !isProduct(lang) {
			all = append(all, i18n.Pack{Lang: lang, Texts: texts})
		}
	}
	return spoken{s.Fallback, i18n.NewWords(i18n.Offer{Fallback: s.Fallback, Players: s.Players, Agents: s.Agents}, all...)}, nil
}

// Speak makes the casino's words what is said under the ctx it returns, and its fallback the tenant's language. It asks the
// database only when the process doesn't remember; a change anywhere is heard within five seconds. When it fails, ctx comes
// back as it was and everything is said as the product says it.
func Speak(ctx context.Context) (context.Context, error) {
	s, err := memory.Of(ctx)
	if err != nil {
		return ctx, err
	}
	t := tenants.Current(ctx)
	t.Language = s.fallback
	return i18n.WithWords(tenants.With(ctx, t), s.words), nil
}
