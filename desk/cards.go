package desk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/cards"
)

// lookBack is how many messages back a card number's first piece is looked for, those of others included. The fast way
// (chat_receive_one) looks back as far.
const lookBack = 8

// unsplit masks what ends a card number that the sender's earlier messages began, and erases its beginning. The conversation
// is held, so two halves that were sent at once can't pass each other. It says how many numbers there were.
func unsplit(ctx context.Context, tx bun.Tx, c *Conversation, w *Words) (int, error) {
	if !strings.ContainsFunc(w.Text, unicode.IsDigit) {
		return 0, nil
	}
	before, err := lastWords(ctx, tx, c, w.ClientID)
	if err != nil {
		return 0, err
	}
	var recent []string
	for _, b := range before {
		recent = append(recent, b.body)
	}
	masked, begun := cards.Across(recent, strings.TrimSpace(w.Text))
	if len(begun) == 0 {
		return 0, nil
	}
	w.Text = masked
	for _, i := range begun {
		if err := Erase(asSystem(ctx), tx, c, before[i].seq, WhySplitCard); err != nil {
			return 0, err
		}
	}
	return 1, nil
}

type pastWords struct {
	seq  int64
	body string
}

// lastWords are the sender's last messages, or the agent's last notes and messages, oldest first, without the one that is
// being repeated.
func lastWords(ctx context.Context, tx bun.Tx, c *Conversation, clientID string) ([]pastWords, error) {
	a, _ := authz.From(ctx)
	kinds, author := "('message')", "author_kind = 'player'"
	if a.Kind != authz.KindPlayer {
		kinds, author = "('message', 'note')", "author_kind <> 'player'"
	}
	rows, err := tx.QueryContext(ctx, `select seq, body from (
			select seq, body, author_kind, client_id from entries where tenant_id = current_tenant() and conversation_id = ?
			and kind in `+kinds+` order by seq desc limit ?) e
		where `+author+` and body is not null and (client_id is null or client_id <> ?) order by seq`, c.ID, lookBack, clientID)
	if err != nil {
		return nil, fmt.Errorf("last words of %s: %w", c.ID, err)
	}
	defer rows.Close()
	var last []pastWords
	for rows.Next() {
		var p pastWords
		if err := rows.Scan(&p.seq, &p.body); err != nil {
			return nil, err
		}
		last = append(last, p)
	}
	return last, rows.Err()
}

// maskedEarlier finds the repeat of a message whose card number was masked: what was sent isn't kept, so the repeat can't be
// compared and is taken at its word.
func maskedEarlier(ctx context.Context, tx bun.Tx, c *Conversation, sender, clientID string) (Entry, bool, error) {
	if clientID == "" {
		return Entry{}, false, nil
	}
	var e Entry
	err := tx.NewRaw(`select `+entryColumns+entriesFrom+`where e.tenant_id = current_tenant() and e.sender = ? and e.client_id = ?
		and e.conversation_id = ? and (e.facts->>'masked')::int > 0`, sender, clientID, c.ID).Scan(ctx, &e)
	if errors.Is(err, sql.ErrNoRows) {
		return Entry{}, false, nil
	}
	e.Replayed = true
	return e, err == nil, err
}

// holdsCard says whether a text that can't be masked, because it must stay as it is, holds a card number.
func holdsCard(text string) bool {
	_, found := cards.Mask(text)
	return found > 0
}
