package views

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pitdesk/internal/i18n"
)

// TalkProps is an open conversation with the player's card.
type TalkProps struct {
	ID       string
	Href     string // /inbox/cnv_…
	Back     string // the list it was opened from
	Player   PlayerProps
	State    TalkState
	Until    *time.Time
	Channel  string
	Topic    string // empty: none yet
	Assignee string
	HolderID string // the assignee's public id, which an assignment repeats as what the agent saw
	Mine     bool
	Team     string
	Tags     []TagProps
	Lead     bool // it was escalated to a lead
	Entries  []EntryProps
	Earlier  string // address of the entries before the first; empty when that is the beginning
	LastSeq  int64
	ReadSeq  int64 // how far the reader has read; entries after it are new
	Marks    MarkProps
	Snoozes  []SnoozeChoice
	Can      TalkCan
	Held     string // why nothing can be written at present; empty while it can
	MaxText  int
}

// TalkCan are the deeds open to the reader.
type TalkCan struct {
	Reply, Note, Assign, Snooze, Resolve, Reopen, Topic, Tag, Erase bool
}

// TagProps is a tag on a conversation.
type TagProps struct {
	ID   string
	Name string
}

// MarkProps say how far the player has received and seen the desk's words.
type MarkProps struct {
	Delivered int64
	Seen      int64
}

// SnoozeChoice is a time the agent can put a conversation away until.
type SnoozeChoice struct {
	Name string
	Time time.Time
}

// PlayerProps is the player's card.
type PlayerProps struct {
	Name     string
	Proven   bool // verified by sign-in
	Subject  string
	Status   PlayerStatus
	VIP      string
	Country  string
	Language string
	Email    string
	Phone    string
	Return   string // the return address a visitor left; proves nothing
	Since    time.Time
	Read     []ReadArticle // of the help centre, before they asked
	Others   []OtherTalk
	More     bool // there are more conversations than Others
}

// ReadArticle is an article of the help centre.
type ReadArticle struct{ Title, Href string }

// OtherTalk is another conversation of the same player.
type OtherTalk struct {
	Href  string
	Topic string
	Words string
	State TalkState
	At    time.Time
}

// Author is the sort of somebody who wrote an entry.
type Author string

// The authors.
const (
	FromPlayer Author = "player"
	FromAgent  Author = "agent"
	FromBot    Author = "bot"
	FromAI     Author = "ai"
	FromSystem Author = "system"
)

// EntryKind is how an entry is drawn: as words, as a note, or as one quiet line.
type EntryKind string

// The kinds of entries.
const (
	EntryMessage EntryKind = "message"
	EntryNote    EntryKind = "note"
	EntryLine    EntryKind = "line"
)

// EntryProps is one entry of the timeline.
type EntryProps struct {
	Seq      int64
	Kind     EntryKind
	Author   Author
	Name     string
	Mine     bool
	Text     string
	Erased   bool
	Masked   int // card numbers masked in it
	CanErase bool
	Files    []FileProps
	ClientID string // of the reader's own messages, so that the page can match what it sent
	At       time.Time
	Icon     string // of a line
	Line     string // the sentence of a line

	Day    string // a day separator goes before it
	Joined bool   // the one before is by the same author, moments ago
	New    bool   // the first the reader hasn't read
}

// FileProps is an attachment.
type FileProps struct {
	Name  string
	Href  string
	Size  int64
	Image bool
	W, H  int
}

// Arrange joins entries to their neighbours: day separators, runs by one author, the line before what is new. prior is
// the entry before the first, nil at the beginning of the log.
func Arrange(ctx context.Context, entries []EntryProps, prior *EntryProps, readSeq int64) []EntryProps {
	for i := range entries {
		e := &entries[i]
		day := i18n.Day(ctx, e.At)
		if prior == nil || i18n.Day(ctx, prior.At) != day {
			e.Day = day
		}
		e.Joined = prior != nil && e.Day == "" && e.Kind != EntryLine && prior.Kind == e.Kind && prior.Author == e.Author &&
			prior.Name == e.Name && e.At.Sub(prior.At) < 5*time.Minute
		e.New = readSeq > 0 && prior != nil && prior.Seq <= readSeq && e.Seq > readSeq && !e.Mine
		prior = e
	}
	return entries
}

// size writes bytes as people read them.
func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1000*1000:
		return fmt.Sprintf("%d kB", (n+500)/1000)
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/1e6), ".0") + " MB"
}

func (e EntryProps) id() string { return fmt.Sprintf("e%d", e.Seq) }
