package desk

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/live"
	"pitdesk/tenants"
)

// Kind is what an entry of the log is.
type Kind string

// The kinds of entries.
const (
	Message    Kind = "message"
	NoteKind   Kind = "note"
	Assignment Kind = "assignment"
	StateKind  Kind = "state"
	TopicKind  Kind = "topic"
	TagKind    Kind = "tag"
	Link       Kind = "link"
	Address    Kind = "address"
	Erasure    Kind = "erasure"
)

// Visibility says who may read an entry.
type Visibility string

// ForPlayer entries are read by players and staff, ForStaff entries by staff alone.
const (
	ForPlayer Visibility = "player"
	ForStaff  Visibility = "staff"
)

// AuthorKind says what sort of author wrote an entry.
type AuthorKind string

// The kinds of authors.
const (
	ByPlayer AuthorKind = "player"
	ByAgent  AuthorKind = "agent"
	BySystem AuthorKind = "system"
)

// Entry is one line of a conversation's log. Body is nil once it was erased, or where the entry has no words.
type Entry struct {
	ConversationID uuid.UUID  `bun:"conversation_id"`
	Seq            int64      `bun:"seq"`
	ID             uuid.UUID  `bun:"id"`
	Kind           Kind       `bun:"kind"`
	Visibility     Visibility `bun:"visibility"`
	AuthorKind     AuthorKind `bun:"author_kind"`
	AuthorID       *uuid.UUID `bun:"author_id"`
	AuthorName     *string    `bun:"author_name"`
	Channel        Channel    `bun:"channel"`
	Language       *string    `bun:"language"`
	Facts          Facts      `bun:"facts"`
	ClientID       *string    `bun:"client_id"`
	HappenedAt     time.Time  `bun:"happened_at"`
	RecordedAt     time.Time  `bun:"recorded_at"`
	Body           *string    `bun:"body"`
	Erased         bool       `bun:"erased"`

	// Replayed says that this very entry was there already: the sender repeated itself.
	Replayed bool `bun:"-"`
}

// Facts are what an entry says besides its words: ids, and names as they were then.
type Facts struct {
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
	FromID string `json:"from_id,omitempty"`
	ToID   string `json:"to_id,omitempty"`
	Team   string `json:"team,omitempty"`
	TeamID string `json:"team_id,omitempty"`
	Until  string `json:"until,omitempty"` // RFC 3339
	Why    string `json:"why,omitempty"`
	Seq    int64  `json:"seq,omitempty"`
	Masked int    `json:"masked,omitempty"` // card numbers masked before the write
	Files  []File `json:"files,omitempty"`
	// The API key that wrote the entry, by public id and by its name then. Staff alone may read them.
	Key     string `json:"key,omitempty"`
	KeyName string `json:"key_name,omitempty"`
}

// Scan reads Facts from jsonb.
func (f *Facts) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*f = Facts{}
		return nil
	case []byte:
		return json.Unmarshal(v, f)
	case string:
		return json.Unmarshal([]byte(v), f)
	}
	return fmt.Errorf("desk: facts from %T", src)
}

// File is an attachment as the log knows it. Its digest is in the chain.
type File struct {
	ID     string `json:"id"` // public id
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
}

// entry is what is to be appended.
type entry struct {
	kind       Kind
	visibility Visibility
	authorKind AuthorKind
	author     uuid.UUID
	language   string
	facts      Facts
	clientID   string
	happenedAt time.Time
	body       string
	hasBody    bool
}

// MaxBody is the longest text of a message or note, in characters.
const MaxBody = 10_000

// CleanText checks words from outside and trims the space around them: valid UTF-8 without NUL, not empty, at most MaxBody
// characters.
func CleanText(text string) (string, error) {
	if !utf8.ValidString(text) {
		return "", fault.New(fault.Invalid, "The text isn't valid UTF-8.")
	}
	if strings.ContainsRune(text, 0) {
		return "", fault.New(fault.Invalid, "The text holds a NUL character, which can't be kept.")
	}
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n > MaxBody {
		return "", fault.New(fault.TooLarge, "The text is too long: at most %d characters, this has %d.", MaxBody, n)
	}
	return text, nil
}

// cleanClientID checks the id a sender gave its message, so that it can be sent again.
func cleanClientID(id string) error {
	if len(id) > 100 || !utf8.ValidString(id) || strings.ContainsRune(id, 0) {
		return fault.New(fault.Invalid, "A client id has at most 100 characters.")
	}
	return nil
}

func newSalt() []byte {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt)
	return salt
}

// byActor fills in who writes, from the actor of ctx.
func byActor(ctx context.Context, e entry) entry {
	a, _ := authz.From(ctx)
	e.author = a.ID
	switch a.Kind {
	case authz.KindPlayer:
		e.authorKind = ByPlayer
	case authz.KindSystem:
		e.authorKind = BySystem
		e.author = uuid.Nil
	case authz.KindKey:
		e.authorKind = ByAgent
		e.facts.Key, e.facts.KeyName = tenants.PublicID(tenants.KeyPrefix, a.ID), a.Name
	default:
		e.authorKind = ByAgent
	}
	return e
}

// sender is whose client ids e's belongs to.
func (e entry) sender() string {
	if e.author == uuid.Nil {
		return string(e.authorKind)
	}
	return string(e.authorKind) + ":" + e.author.String()
}

// add appends e to c's log and announces it. c's head is brought up to date.
func add(ctx context.Context, tx bun.Tx, c *Conversation, e entry) (Entry, error) {
	return addMoved(ctx, tx, c, e, nil)
}

// addMoved is add for entries that move a conversation between people: was tells where it stood before.
func addMoved(ctx context.Context, tx bun.Tx, c *Conversation, e entry, was *Conversation) (Entry, error) {
	if err := cleanClientID(e.clientID); err != nil {
		return Entry{}, err
	}
	if e.happenedAt.IsZero() {
		e.happenedAt = time.Now()
	}
	e.happenedAt = e.happenedAt.Truncate(time.Microsecond)
	facts, err := json.Marshal(e.facts)
	if err != nil {
		return Entry{}, err
	}
	var row struct {
		Seq        int64      `bun:"seq"`
		ID         uuid.UUID  `bun:"id"`
		RecordedAt time.Time  `bun:"recorded_at"`
		Replayed   bool       `bun:"replayed"`
		Reopened   bool       `bun:"reopened"`
		PlayerID   uuid.UUID  `bun:"player_id"`
		AssigneeID *uuid.UUID `bun:"assignee_id"`
		TeamID     *uuid.UUID `bun:"team_id"`
		State      State      `bun:"state"`
	}
	id := tenants.NewID()
	err = tx.NewRaw(`select * from log_append(current_tenant(), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?)`,
		c.ID, id, string(e.kind), string(e.visibility), string(e.authorKind), orNull(e.author), string(c.Channel),
		orNull(e.language), bodyOf(e), newSalt(), string(facts), e.happenedAt, e.sender(), orNull(e.clientID)).Scan(ctx, &row)
	if err != nil {
		return Entry{}, appendFault(c.ID, err)
	}
	c.State, c.AssigneeID, c.TeamID = row.State, row.AssigneeID, row.TeamID
	if !row.Replayed {
		c.LastSeq = row.Seq
		if e.kind == Message {
			c.LastMessageSeq = row.Seq
		}
	}
	written := Entry{
		ConversationID: c.ID, Seq: row.Seq, ID: row.ID, Kind: e.kind, Visibility: e.visibility, AuthorKind: e.authorKind,
		Channel: c.Channel, Facts: e.facts, HappenedAt: e.happenedAt, RecordedAt: row.RecordedAt, Replayed: row.Replayed,
	}
	if e.author != uuid.Nil {
		written.AuthorID = &e.author
	}
	if a, ok := authz.From(ctx); ok && a.Kind == authz.KindAgent && a.Name != "" {
		written.AuthorName = &a.Name
	}
	if e.language != "" {
		written.Language = &e.language
	}
	if e.clientID != "" {
		written.ClientID = &e.clientID
	}
	if e.hasBody {
		written.Body = &e.body
	}
	if !row.Replayed {
		announce(ctx, c, written, was)
	}
	return written, nil
}

func announce(ctx context.Context, c *Conversation, e Entry, was *Conversation) {
	change := live.Change{
		Tenant: tenants.Current(ctx).ID, What: live.WhatEntry, Conversation: c.ID, Player: c.PlayerID, Seq: e.Seq,
		StaffOnly: e.Visibility == ForStaff, Assignee: c.AssigneeID, Team: c.TeamID, Entry: &e,
	}
	if was != nil {
		change.Moved, change.WasAssignee, change.WasTeam = true, was.AssigneeID, was.TeamID
	}
	live.Announce(ctx, change)
}

func bodyOf(e entry) any {
	if !e.hasBody {
		return nil
	}
	return e.body
}

func orNull[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// errRepeated tells the caller that the same client id was written by another transaction in the same moment: try again and
// the repeat is found.
var errRepeated = errors.New("desk: written by another transaction in the same moment")

func appendFault(id uuid.UUID, err error) error {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		switch {
		case pe.Code == "23P01":
			return fault.New(fault.Conflict, "This client id was already used for something else.")
		case pe.Code == "P0002":
			return tenants.ErrNotFound
		case pe.Code == "23505" && pe.ConstraintName == "entries_client":
			return errRepeated
		}
	}
	return fmt.Errorf("append to %s: %w", id, err)
}

// Raced says whether a transaction failed because a repeated message was written beside it: doing it again finds the first.
func Raced(err error) bool { return errors.Is(err, errRepeated) }

// Again runs a transaction once more when a repeated message raced with itself, so that the sender gets the first answer.
func Again(f func() error) error {
	err := f()
	if Raced(err) {
		err = f()
	}
	return err
}
