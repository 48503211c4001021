package web

import (
	"context"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/i18n"
	"pitdesk/views"
)

// excerpt is how many letters of what was said a result shows.
const excerpt = 140

// foundProps lists what a search found, with what was looked for marked.
func foundProps(ctx context.Context, tx bun.Tx, scope authz.Scope, c cut) (views.ListProps, error) {
	a, _ := authz.From(ctx)
	found, err := desk.Search(ctx, tx, scope, c.words, firstRows, a.ID)
	p := views.ListProps{Self: c.at("/inbox/list"), Full: len(found) >= firstRows, Empty: views.EmptyProps{
		Title: i18n.T(ctx, "search.none", "Words", c.words), Text: i18n.T(ctx, "search.none_text")}}
	words := desk.SearchWords(c.words)
	for _, f := range found {
		row := rowProps(ctx, f.Row, c, a.ID)
		if !f.ByPlayer {
			row.At, row.Waiting, row.ByDesk, row.Erased = f.SaidAt, nil, false, false
			for _, piece := range desk.Excerpt(f.Said, words, excerpt) {
				row.Found = append(row.Found, views.Piece(piece))
			}
		}
		p.Rows = append(p.Rows, row)
	}
	return p, err
}
