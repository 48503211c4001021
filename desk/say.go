package desk

import (
	"context"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/cards"
	"pitdesk/internal/fault"
)

// Words are what somebody says: text, files or both, under an id of the sender's so that it can be sent again.
type Words struct {
	Text       string
	Files      []uuid.UUID
	Language   string
	ClientID   string
	HappenedAt time.Time // zero: now
}

// said turns words into an entry: checked, card numbers masked, files looked up.
func said(ctx context.Context, tx bun.Tx, c *Conversation, w Words) (entry, error) {
	text, err := CleanText(w.Text)
	if err != nil {
		return entry{}, err
	}
	if text == "" && len(w.Files) == 0 {
		return entry{}, fault.New(fault.Invalid, "Say something or attach a file.")
	}
	e := entry{language: w.Language, clientID: w.ClientID, happenedAt: w.HappenedAt}
	if text != "" {
		e.hasBody = true
		e.body, e.facts.Masked = cards.Mask(text)
	}
	e = byActor(ctx, e)
	if e.facts.Files, err = attach(ctx, tx, c.ID, e.author, w.Files); err != nil {
		return entry{}, err
	}
	return e, nil
}

// Reply answers the player. It returns the entry, which is the earlier one when the client id was already used for it.
func Reply(ctx context.Context, tx bun.Tx, c *Conversation, w Words) (Entry, error) {
	return utter(ctx, tx, c, w, Message, ForPlayer)
}

// Note writes words that only staff read.
func Note(ctx context.Context, tx bun.Tx, c *Conversation, w Words) (Entry, error) {
	return utter(ctx, tx, c, w, NoteKind, ForStaff)
}

// utter writes an agent's words. Card numbers are masked, also one that the desk's last words began.
func utter(ctx context.Context, tx bun.Tx, c *Conversation, w Words, kind Kind, to Visibility) (Entry, error) {
	if strings.ContainsFunc(w.Text, unicode.IsDigit) {
		sender := byActor(ctx, entry{}).sender()
		if earlier, ok, err := maskedEarlier(ctx, tx, c, sender, w.ClientID); err != nil || ok {
			return earlier, err
		}
	}
	across, err := unsplit(ctx, tx, c, &w)
	if err != nil {
		return Entry{}, err
	}
	e, err := said(ctx, tx, c, w)
	if err != nil {
		return Entry{}, err
	}
	e.kind, e.visibility = kind, to
	e.facts.Masked += across
	return add(ctx, tx, c, e)
}
