package views

import (
	"context"
	"time"

	"pitdesk/internal/i18n"
)

// InboxProps is the agent's inbox: the views, the list of one of them, and at most one open conversation.
type InboxProps struct {
	Page  Page
	Boxes BoxesProps
	List  ListProps
	Open  *TalkProps // nil: nothing is open
}

// reader tells this reader's drafts from those of others at the same computer.
func (p InboxProps) reader() string {
	if p.Page.Reader == nil {
		return ""
	}
	return p.Page.Reader.Email
}

// BoxesProps are the views with their counts.
type BoxesProps struct {
	Groups []ViewGroup
	Unread int    // conversations of the reader's with something unread, for the tab's title
	Self   string // address of this fragment
}

// ViewGroup is a heading with views under it.
type ViewGroup struct {
	Title string
	Views []ViewLink
}

// ViewLink leads to one cut through the conversations.
type ViewLink struct {
	Icon    string
	Name    string
	Href    string
	Count   int
	AtLeast bool // there are more than Count
	Current bool
}

func (v ViewLink) count(ctx context.Context) string {
	if v.AtLeast {
		return i18n.Number(ctx, v.Count) + "+"
	}
	return i18n.Number(ctx, v.Count)
}

// ListState says how a list came out.
type ListState string

// The states of a list.
const (
	ListReady   ListState = ""
	ListLoading ListState = "loading"
	ListFailed  ListState = "failed"
)

// ListProps is the list of conversations.
type ListProps struct {
	Title string // of the view that is shown
	Self  string // address of this fragment
	Edit  string // where the saved view that is shown is changed; empty where it is none of the reader's
	Words string // looked for; empty where the list is a view's
	State ListState
	Rows  []RowProps
	Empty EmptyProps
	More  string // address with more rows; empty on the last page
	Full  bool   // there are more, but a longer list helps nobody: narrow it
}

// EmptyProps are the words of a list with nothing in it.
type EmptyProps struct {
	Title string
	Text  string
}

// Heat is how near a promise is: how warm the waiting time looks.
type Heat string

// The heats, from no promise at stake to a broken one.
const (
	Cool Heat = ""
	Warm Heat = "warm"
	Hot  Heat = "hot"
	Late Heat = "late"
)

// HeatOf compares a waiting time with the promise: warm from half of it, hot from four fifths, late beyond.
func HeatOf(waited, promise time.Duration) Heat {
	switch {
	case promise <= 0 || waited*2 < promise:
		return Cool
	case waited*5 < promise*4:
		return Warm
	case waited <= promise:
		return Hot
	}
	return Late
}

// PlayerStatus is what the casino says of a player.
type PlayerStatus string

// The statuses of a player. Whatever else a casino says counts as unknown.
const (
	StatusActive   PlayerStatus = "active"
	StatusAtRisk   PlayerStatus = "at_risk"
	StatusExcluded PlayerStatus = "excluded"
	StatusUnknown  PlayerStatus = "unknown"
)

func (s PlayerStatus) tone() Tone {
	switch s {
	case StatusActive:
		return Good
	case StatusAtRisk:
		return Warn
	case StatusExcluded:
		return Bad
	}
	return Plain
}

func (s PlayerStatus) icon() string {
	switch s {
	case StatusActive:
		return "circle-check"
	case StatusAtRisk:
		return "shield-alert"
	case StatusExcluded:
		return "ban"
	}
	return "circle-help"
}

func (s PlayerStatus) word(ctx context.Context) string {
	switch s {
	case StatusActive:
		return i18n.T(ctx, "inbox.status_active")
	case StatusAtRisk:
		return i18n.T(ctx, "inbox.status_at_risk")
	case StatusExcluded:
		return i18n.T(ctx, "inbox.status_excluded")
	}
	return i18n.T(ctx, "inbox.status_unknown")
}

// rule is what the status forbids an agent (CASINO, bonus guard); empty where it forbids nothing.
func (s PlayerStatus) rule(ctx context.Context) string {
	switch s {
	case StatusActive:
		return ""
	case StatusAtRisk:
		return i18n.T(ctx, "inbox.rule_at_risk")
	case StatusExcluded:
		return i18n.T(ctx, "inbox.rule_excluded")
	}
	return i18n.T(ctx, "inbox.rule_unknown")
}

// RowProps is one conversation in the list.
type RowProps struct {
	ID       string
	Href     string
	Name     string // the player's; empty for a visitor without one
	VIP      string
	Status   PlayerStatus
	Words    string // the last words; empty where there are none
	ByDesk   bool   // the desk said them
	Files    bool   // they carry files
	Erased   bool
	Topic    string
	Channel  string
	Assignee string // empty: nobody
	Mine     bool
	State    TalkState
	Until    *time.Time // when a snooze ends
	At       time.Time  // of the last turn
	Waiting  *time.Time // since when the player waits
	Heat     Heat
	Unread   bool
	Open     bool    // it is the one that is open
	Found    []Piece // of a search: what was said, instead of the last words
}

// Piece is a part of a text; Hit says that it was looked for.
type Piece struct {
	Text string
	Hit  bool
}

// TalkState is where a conversation stands.
type TalkState string

// The states of a conversation.
const (
	TalkOpen     TalkState = "open"
	TalkSnoozed  TalkState = "snoozed"
	TalkResolved TalkState = "resolved"
)

// NameOf is a player's name, or what a visitor without one is called.
func NameOf(ctx context.Context, name string) string {
	if name == "" {
		return i18n.T(ctx, "inbox.visitor")
	}
	return name
}

// ChannelWord names the way a player reached the desk.
func ChannelWord(ctx context.Context, channel string) string {
	switch channel {
	case "email":
		return i18n.T(ctx, "inbox.channel_email")
	case "phone":
		return i18n.T(ctx, "inbox.channel_phone")
	case "messenger":
		return i18n.T(ctx, "inbox.channel_messenger")
	case "api":
		return i18n.T(ctx, "inbox.channel_api")
	}
	return i18n.T(ctx, "inbox.channel_chat")
}

// ChannelIcon is the icon of a channel.
func ChannelIcon(channel string) string {
	switch channel {
	case "email":
		return "mail"
	case "phone":
		return "phone"
	case "messenger":
		return "message-circle"
	case "api":
		return "layers"
	}
	return "message-square"
}
