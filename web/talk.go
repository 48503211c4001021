package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// window is how many entries a conversation opens with, and how many come with each look further back.
const window = 60

// conversation is an open conversation: the whole page, or for htmx the conversation alone.
func (s *Server) conversation(w http.ResponseWriter, r *http.Request) error {
	var p views.InboxProps
	var talk views.TalkProps
	part := r.Header.Get("HX-Request") != ""
	w.Header().Set("Vary", "HX-Request")
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		c, err := s.openCase(ctx, tx, r)
		if err != nil {
			return err
		}
		if talk, err = s.talkProps(ctx, tx, r, c); err != nil || part {
			return err
		}
		// Whoever may read a conversation may list those in their scope.
		a, _ := authz.From(ctx)
		p, err = s.inboxProps(ctx, tx, r, authz.ScopeFor(a))
		return err
	})
	if err != nil {
		return err
	}
	if part {
		return views.Render(w, r, http.StatusOK, views.Talk(talk))
	}
	p.Open = &talk
	p.Page.Title = views.NameOf(r.Context(), talk.Player.Name)
	for i := range p.List.Rows {
		p.List.Rows[i].Open = p.List.Rows[i].ID == talk.ID
	}
	return views.Render(w, r, http.StatusOK, views.Inbox(p))
}

// getter is desk.Get or desk.Hold.
type getter func(context.Context, bun.Tx, uuid.UUID) (desk.Conversation, error)

// askFor reads the conversation that a route names and asks whether the actor may do p to it.
func (s *Server) askFor(ctx context.Context, tx bun.Tx, r *http.Request, p authz.Permission, get getter) (desk.Conversation, error) {
	var c desk.Conversation
	id, err := tenants.ParseID(tenants.ConversationPrefix, r.PathValue("conversation"))
	if err == nil {
		c, err = get(ctx, tx, id)
	}
	if err != nil {
		return c, err
	}
	return c, authz.Ask(ctx, tx, p, c.Facts())
}

// openCase is askFor with all that stands around the conversation.
func (s *Server) openCase(ctx context.Context, tx bun.Tx, r *http.Request) (desk.Case, error) {
	var c desk.Case
	_, err := s.askFor(ctx, tx, r, authz.ConversationRead, func(ctx context.Context, tx bun.Tx, id uuid.UUID) (_ desk.Conversation, err error) {
		a, _ := authz.From(ctx)
		c, err = desk.OpenCase(ctx, tx, id, a.ID)
		return c.Conversation, err
	})
	return c, err
}

// since is what happened in a conversation after an entry: its head, the player's card, marks, and the entries that are new
// or named in again.
func (s *Server) since(w http.ResponseWriter, r *http.Request) error {
	after, err := number(r, "after")
	if err != nil {
		return err
	}
	var talk views.TalkProps
	err = s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		c, err := s.openCase(ctx, tx, r)
		if err != nil {
			return err
		}
		if talk, err = s.frame(ctx, tx, r, c); err != nil {
			return err
		}
		entries, prior, err := s.entriesAfter(ctx, tx, c.Conversation, after)
		if err != nil {
			return err
		}
		talk.Entries = views.Arrange(ctx, entries, prior, 0)
		for _, seq := range againOf(r) {
			one, err := desk.Timeline(ctx, tx, c.ID, desk.Window{Before: seq + 1, Limit: 1})
			if err != nil {
				return err
			}
			if len(one) == 1 && one[0].Seq == seq {
				talk.Entries = append(talk.Entries, s.entryProps(ctx, one[0]))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.TalkNews(talk))
}

// entriesAfter are the entries after a number and the one before them.
func (s *Server) entriesAfter(ctx context.Context, tx bun.Tx, c desk.Conversation, after int64) ([]views.EntryProps, *views.EntryProps, error) {
	if after >= c.LastSeq {
		return nil, nil, nil
	}
	found, err := desk.Timeline(ctx, tx, c.ID, desk.Window{After: max(after-1, 0), Begin: after <= 1, Limit: desk.MaxWindow})
	if err != nil || len(found) == 0 {
		return nil, nil, err
	}
	var prior *views.EntryProps
	if after > 0 && found[0].Seq == after {
		p := s.entryProps(ctx, found[0])
		prior, found = &p, found[1:]
	}
	return s.entriesProps(ctx, found), prior, nil
}

// earlier are the entries before a number.
func (s *Server) earlier(w http.ResponseWriter, r *http.Request) error {
	before, err := number(r, "before")
	if err != nil {
		return err
	}
	var p views.TalkProps
	err = s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		c, err := s.askFor(ctx, tx, r, authz.ConversationRead, desk.Get)
		if err != nil {
			return err
		}
		p.Entries, p.Earlier, err = s.entriesBefore(ctx, tx, c, desk.Window{Before: before}, 0)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.EarlierEntries(p))
}

// entriesBefore are the newest entries of a window, and the address of those before them.
func (s *Server) entriesBefore(ctx context.Context, tx bun.Tx, c desk.Conversation, from desk.Window, readSeq int64) ([]views.EntryProps, string, error) {
	from.Limit = window + 1
	found, err := desk.Timeline(ctx, tx, c.ID, from)
	if err != nil {
		return nil, "", err
	}
	var prior *views.EntryProps
	more := ""
	if len(found) > window {
		p := s.entryProps(ctx, found[0])
		prior, found = &p, found[1:]
		more = talkHref(c) + "/entries?before=" + strconv.FormatInt(found[0].Seq, 10)
	}
	return views.Arrange(ctx, s.entriesProps(ctx, found), prior, readSeq), more, nil
}

// talkProps is a conversation as it opens.
func (s *Server) talkProps(ctx context.Context, tx bun.Tx, r *http.Request, c desk.Case) (views.TalkProps, error) {
	p, err := s.frame(ctx, tx, r, c)
	if err != nil {
		return p, err
	}
	p.ReadSeq = c.ReadSeq
	p.Entries, p.Earlier, err = s.entriesBefore(ctx, tx, c.Conversation, desk.Window{}, p.ReadSeq)
	return p, err
}

// frame is a conversation without its entries.
func (s *Server) frame(ctx context.Context, tx bun.Tx, r *http.Request, c desk.Case) (views.TalkProps, error) {
	a, _ := authz.From(ctx)
	q, err := parseCut(r.URL.Query())
	if err != nil {
		return views.TalkProps{}, err
	}
	p := views.TalkProps{
		ID: tenants.PublicID(tenants.ConversationPrefix, c.ID), Href: talkHref(c.Conversation), Back: q.at("/inbox"), State: views.TalkState(c.State),
		Until: c.SnoozedUntil, Channel: string(c.Channel), Mine: same(c.AssigneeID, a.ID), Lead: c.EscalatedAt != nil && c.State != desk.Resolved,
		LastSeq: c.LastSeq, MaxText: desk.MaxBody, Snoozes: snoozes(ctx, time.Now()), Can: canOf(ctx, a.Role), Held: heldFor(ctx),
		Assignee: text(c.Assignee), Team: text(c.Team), Topic: topicOf(ctx, c.Row), Marks: views.MarkProps{Delivered: c.Delivered, Seen: c.Seen},
	}
	if c.AssigneeID != nil {
		p.HolderID = tenants.PublicID(tenants.MemberPrefix, *c.AssigneeID)
	}
	tags, err := c.Tags()
	if err != nil {
		return p, err
	}
	for _, t := range tags {
		p.Tags = append(p.Tags, views.TagProps{ID: tenants.PublicID(tenants.TagPrefix, t.ID), Name: t.Name})
	}
	p.Player, err = playerProps(ctx, tx, c)
	return p, err
}

// playerProps is the player's card, with the latest of their other conversations.
func playerProps(ctx context.Context, tx bun.Tx, c desk.Case) (views.PlayerProps, error) {
	who := c.Player
	p := views.PlayerProps{
		Name: text(who.Name), Proven: who.ProvenAt != nil, Subject: text(who.Sub), Status: views.PlayerStatus(who.Status), VIP: text(who.VIP),
		Country: text(who.Country), Language: text(who.Language), Email: text(who.Email), Phone: text(who.Phone), Return: text(c.ReturnAddress),
		Since: who.CreatedAt,
	}
	read, err := c.ReadBefore()
	if err != nil {
		return p, err
	}
	for _, article := range read {
		p.Read = append(p.Read, views.ReadArticle{Title: article.Title, Href: "/answers/" + tenants.PublicID(tenants.ArticlePrefix, article.ID)})
	}
	a, _ := authz.From(ctx)
	const shown = 5
	others, err := desk.List(ctx, tx, authz.ScopeFor(a), desk.Filter{State: desk.Any, Player: &c.PlayerID, Limit: shown + 2}, a.ID)
	if err != nil {
		return p, err
	}
	rows := slices.DeleteFunc(others.Rows, func(row desk.Row) bool { return row.ID == c.ID })
	p.More = len(rows) > shown
	for _, row := range rows[:min(len(rows), shown)] {
		p.Others = append(p.Others, views.OtherTalk{Href: talkHref(row.Conversation), Words: text(row.LastWords), Topic: topicOf(ctx, row),
			State: views.TalkState(row.State), At: row.TurnAt})
	}
	return p, nil
}

// topicOf is the name of a row's topic for the reader, "" where it has none.
func topicOf(ctx context.Context, row desk.Row) string {
	if row.TopicKey == nil {
		return ""
	}
	return topicWord(ctx, *row.TopicKey, ownName(row.TopicNames, i18n.Lang(ctx)))
}

func canOf(ctx context.Context, role authz.Role) views.TalkCan {
	may := func(p authz.Permission) bool { return authz.Permits(role, p) && authz.Stands(ctx, p) == nil }
	return views.TalkCan{
		Reply: may(authz.ConversationReply), Note: may(authz.ConversationNote), Assign: may(authz.ConversationAssign),
		Snooze: may(authz.ConversationSnooze), Resolve: may(authz.ConversationResolve), Reopen: may(authz.ConversationReopen),
		Topic: may(authz.ConversationTopic), Tag: may(authz.ConversationTag), Erase: may(authz.ConversationErase),
	}
}

func talkHref(c desk.Conversation) string {
	return "/inbox/" + tenants.PublicID(tenants.ConversationPrefix, c.ID)
}

func same(a *uuid.UUID, b uuid.UUID) bool { return a != nil && *a == b }

// number reads a sequence number from the address; a missing one is 0.
func number(r *http.Request, name string) (int64, error) {
	v := r.URL.Query().Get(name)
	if v == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 0 {
		return 0, fault.New(fault.Invalid, "%q isn't a number of an entry.", v)
	}
	return n, nil
}

// againOf are the entries to be sent again because they changed, at most twenty.
func againOf(r *http.Request) []int64 {
	var all []int64
	for part := range strings.SplitSeq(r.URL.Query().Get("again"), ",") {
		if n, err := strconv.ParseInt(part, 10, 64); err == nil && n > 0 && len(all) < 20 {
			all = append(all, n)
		}
	}
	return all
}
