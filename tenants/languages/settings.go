// Package languages is how a casino speaks: in which languages to its players and to its staff, which texts of the product it
// says its own way, and which languages it has added. Texts are plain: whatever could be markup or hide what it says is refused
// when it comes in. It knows no page and no file upload; whoever shows a text escapes it.
package languages

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
)

// Settings is in which languages a casino speaks to whom.
type Settings struct {
	Fallback string   // for readers of none of them; never empty when read
	Players  []string // empty: all there are
	Agents   []string
}

type settingsRow struct {
	Fallback string   `bun:"fallback"`
	Players  []string `bun:"players,array"`
	Agents   []string `bun:"agents,array"`
}

// Get returns the casino's settings.
func Get(ctx context.Context, tx bun.Tx) (Settings, error) {
	var row settingsRow
	err := tx.NewRaw(`select fallback, players, agents from language_settings where tenant_id = current_tenant()`).Scan(ctx, &row)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Settings{}, err
	}
	s := Settings(row)
	if s.Fallback == "" {
		s.Fallback = i18n.NegotiateOr(tenants.Current(ctx).Language, "")
	}
	return s, nil
}

// Save sets them. The fallback is always offered; a list with every language there is stays open for those that are added.
func Save(ctx context.Context, tx bun.Tx, s Settings) error {
	there, err := Known(ctx, tx)
	if err != nil {
		return err
	}
	if !slices.Contains(there, s.Fallback) {
		return fault.New(fault.Invalid, "Choose one of the languages in the list.").On("fallback")
	}
	for _, list := range []*[]string{&s.Players, &s.Agents} {
		for _, lang := range *list {
			if !slices.Contains(there, lang) {
				return fault.New(fault.Invalid, "Choose one of the languages in the list.")
			}
		}
		if len(*list) > 0 && !slices.Contains(*list, s.Fallback) {
			*list = append(*list, s.Fallback)
		}
		*list = slices.DeleteFunc(slices.Clone(there), func(lang string) bool { return !slices.Contains(*list, lang) })
		if len(*list) == len(there) {
			*list = nil
		}
	}
	if _, err := tx.NewRaw(`insert into language_settings (tenant_id, fallback, players, agents) values (current_tenant(), ?, ?, ?)
		on conflict (tenant_id) do update set fallback = excluded.fallback, players = excluded.players, agents = excluded.agents, changed_at = now()`,
		s.Fallback, pgdialect.Array(list(s.Players)), pgdialect.Array(list(s.Agents))).Exec(ctx); err != nil {
		return err
	}
	return memory.Changed(ctx, tx)
}

// list is some, never null.
func list(some []string) []string {
	if some == nil {
		return []string{}
	}
	return some
}

// Known are the languages the casino can speak: the product's, then its own by name.
func Known(ctx context.Context, tx bun.Tx) ([]string, error) {
	own, err := Own(ctx, tx)
	return append(i18n.Languages(), own...), err
}

// Own are the languages that the casino has added.
func Own(ctx context.Context, tx bun.Tx) ([]string, error) {
	var all []string
	err := tx.NewRaw(`select language from language_packs where tenant_id = current_tenant() order by language`).Scan(ctx, &all)
	return slices.DeleteFunc(all, isProduct), err
}

func isProduct(lang string) bool { return slices.Contains(i18n.Languages(), lang) }
