package sample

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/tenants"
)

// Text is an article in one language.
type Text struct{ Language, Title, Summary, Body string }

// Article publishes an article for players, in the language of the first text and then in the others, on a topic by its key,
// which may be empty.
func Article(ctx context.Context, t testing.TB, at tenants.Tenant, topic string, texts ...Text) uuid.UUID {
	t.Helper()
	var id uuid.UUID
	who := authz.Actor{Kind: authz.KindSystem, Tenant: at.ID, Role: authz.Admin, Name: "Lena"}
	As(ctx, t, at, who, func(ctx context.Context, tx bun.Tx) error {
		shelf, err := shelfOf(ctx, tx)
		if err != nil {
			return err
		}
		n := answers.New{Category: shelf, Language: texts[0].Language, Draft: draftOf(texts[0])}
		if topic != "" {
			n.Topic = new(uuid.UUID)
			if err := tx.NewRaw(`select id from topics where tenant_id = current_tenant() and key = ?`, topic).Scan(ctx, n.Topic); err != nil {
				return err
			}
		}
		a, err := answers.Create(ctx, tx, n)
		if err != nil {
			return err
		}
		id = a.ID
		for i, text := range texts {
			if i > 0 {
				if _, err := answers.SaveDraft(ctx, tx, id, text.Language, draftOf(text), 1); err != nil {
					return err
				}
			}
			v, err := answers.OpenVersion(ctx, tx, id, text.Language)
			if err != nil {
				return err
			}
			if _, err := answers.Publish(ctx, tx, id, text.Language, v.Mark()); err != nil {
				return err
			}
		}
		return nil
	})
	return id
}

func draftOf(t Text) answers.Draft {
	if t.Body == "" {
		t.Body = t.Title + "."
	}
	return answers.Draft{Title: t.Title, Summary: t.Summary, Body: t.Body}
}

// shelfOf is the casino's first category, made where there is none.
func shelfOf(ctx context.Context, tx bun.Tx) (uuid.UUID, error) {
	all, err := answers.Categories(ctx, tx)
	if err != nil || len(all) > 0 {
		if err != nil {
			return uuid.Nil, err
		}
		return all[0].ID, nil
	}
	c, err := answers.AddCategory(ctx, tx, answers.Category{Icon: "banknote", Names: map[string]answers.Named{"en": {Name: "Answers"}}})
	return c.ID, err
}
