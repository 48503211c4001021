package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"time"
	"unicode/utf8"

	"pitdesk/desk"
	"pitdesk/desk/channels/chat"
	"pitdesk/desk/players"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
)

// Bounds of what a chat client sends.
const (
	maxChatBody = 64 << 10 // octets of JSON
	maxChatText = 5000     // characters
	slowestBody = 20 * time.Second
)

// readJSON reads a small JSON body into v, and says what is wrong with one that can't be read.
func readJSON(w http.ResponseWriter, r *http.Request, v any) error {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(slowestBody))
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxChatBody))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if asError(err, &tooLarge) {
			return err
		}
		return fault.New(fault.Malformed, "The body broke off.").Because(err)
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	if !utf8.Valid(raw) {
		return fault.New(fault.Malformed, "The body isn't valid UTF-8.")
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fault.New(fault.Malformed, "The body isn't the JSON that belongs here.").Because(err)
	}
	return nil
}

// said is a message as a client sends it.
type said struct {
	ClientID string   `json:"client_id"`
	Text     string   `json:"text"`
	Topic    string   `json:"topic"`
	Files    []string `json:"files"`
}

var clientID = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// words are what a message says, checked as far as that needs no database.
func (m said) words(ctx context.Context) (desk.Words, error) {
	w := desk.Words{Text: m.Text, ClientID: m.ClientID, Language: i18n.Lang(ctx)}
	if !clientID.MatchString(m.ClientID) {
		return w, fault.New(fault.Invalid, "A client_id is 8 to 64 of letters, digits, _ and -.").On("client_id")
	}
	if n := utf8.RuneCountInString(m.Text); n > maxChatText {
		return w, fault.New(fault.TooLarge, "The text is too long: at most %d characters, this has %d.", maxChatText, n).On("text")
	}
	for _, f := range m.Files {
		id, err := tenants.ParseID(tenants.FilePrefix, f)
		if err != nil {
			return w, fault.New(fault.NotFound, "There is no such file.").On("files")
		}
		w.Files = append(w.Files, id)
	}
	return w, nil
}

type chatFile struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
	URL    string `json:"url"`
}

type chatEntry struct {
	Conversation string     `json:"conversation"`
	Seq          int64      `json:"seq"`
	Kind         string     `json:"kind"`
	Author       string     `json:"author"`
	Name         string     `json:"name"`
	Text         string     `json:"text"`
	Files        []chatFile `json:"files"`
	At           time.Time  `json:"at"`
	ClientID     string     `json:"client_id"`
	Erased       bool       `json:"erased"`
}

// entryFor is an entry as its player reads it.
func (s *Server) entryFor(ctx context.Context, e desk.Entry) chatEntry {
	out := chatEntry{
		Conversation: tenants.PublicID(tenants.ConversationPrefix, e.ConversationID), Seq: e.Seq, Kind: string(e.Kind),
		Author: string(e.AuthorKind), At: e.RecordedAt.UTC(), Erased: e.Erased, Files: []chatFile{},
	}
	if e.Body != nil {
		out.Text = *e.Body
	}
	if e.AuthorKind == desk.ByPlayer {
		out.ClientID = valueOf(e.ClientID)
	} else {
		out.Name = valueOf(e.AuthorName)
	}
	if e.Erased {
		return out
	}
	for _, f := range e.Facts.Files {
		out.Files = append(out.Files, chatFile{f.ID, f.Name, f.Type, f.Size, f.Width, f.Height, s.FileURL(ctx, f.ID)})
	}
	return out
}

func (s *Server) entriesFor(ctx context.Context, entries []desk.Entry) []chatEntry {
	out := make([]chatEntry, 0, len(entries))
	for _, e := range entries {
		out = append(out, s.entryFor(ctx, e))
	}
	return out
}

type named struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
}

type chatMarks struct {
	Player    int64 `json:"player"`
	Agent     int64 `json:"agent"`
	Delivered int64 `json:"delivered"`
}

type chatConversation struct {
	ID        string       `json:"id"`
	State     string       `json:"state"`
	Topic     *named       `json:"topic"`
	StartedAt time.Time    `json:"started_at"`
	LastAt    time.Time    `json:"last_at"`
	LastSeq   int64        `json:"last_seq"`
	Unread    int          `json:"unread"`
	Linked    bool         `json:"linked"`
	Preview   string       `json:"preview"`
	Seen      chatMarks    `json:"seen"`
	Agent     *named       `json:"agent"`
	Queue     chat.Waiting `json:"queue"`
	Address   string       `json:"address"`
}

// conversationFor is a conversation as its player sees it. A snoozed one is open to them: snoozing is the desk's own affair.
func (s *Server) conversationFor(ctx context.Context, c chat.Conversation) (chatConversation, error) {
	waiting, err := s.chats().room.Of(ctx, c.Conversation)
	if err != nil {
		return chatConversation{}, err
	}
	out := chatConversation{
		ID: tenants.PublicID(tenants.ConversationPrefix, c.ID), State: playersState(c.State), StartedAt: c.CreatedAt.UTC(), LastAt: c.CreatedAt.UTC(),
		LastSeq: c.Last, Unread: c.Unread, Linked: c.Linked, Preview: valueOf(c.Words), Address: valueOf(c.ReturnAddress),
		Seen: chatMarks{c.Seen, c.Read, c.Delivered}, Queue: waiting, Agent: agentNamed(c.Agent),
	}
	if c.WordsAt != nil {
		out.LastAt = c.WordsAt.UTC()
	}
	if t := c.Topic(); t != nil {
		out.Topic = &named{tenants.PublicID(tenants.TopicPrefix, t.ID), topicName(ctx, *t)}
	}
	return out, nil
}

func (s *Server) conversationsFor(ctx context.Context, all []chat.Conversation) ([]chatConversation, error) {
	out := make([]chatConversation, 0, len(all))
	for _, c := range all {
		one, err := s.conversationFor(ctx, c)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

func playersState(s desk.State) string {
	if s == desk.Resolved {
		return string(desk.Resolved)
	}
	return string(desk.Open)
}

func agentNamed(name *string) *named {
	if name == nil {
		return nil
	}
	return &named{Name: *name}
}

// topicName is a topic in the reader's language: the casino's own name, else the catalog's.
func topicName(ctx context.Context, t desk.Topic) string {
	if own := t.Name(i18n.Lang(ctx)); own != "" {
		return own
	}
	if i18n.Has("topic." + t.Key) {
		return i18n.T(ctx, "topic."+t.Key)
	}
	return t.Key
}

type chatPlayer struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Verified bool   `json:"verified"`
	// Reachable says that the desk knows an address of theirs, so that none need be asked for.
	Reachable bool `json:"reachable"`
}

func playerFor(s players.Session) chatPlayer {
	return chatPlayer{tenants.PublicID(tenants.PlayerPrefix, s.Player.ID), valueOf(s.Player.Name), s.Proven, s.Player.Email != nil}
}

func valueOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
