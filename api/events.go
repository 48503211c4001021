package api

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"net/http"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
)

// registerEvents declares the feed.
func (a *API) registerEvents() {
	add(a, operation{Operation: Operation{"list-events", http.MethodGet, "/events", authz.EventRead}, tag: eventsTag, either: true,
		summary: "Catch up with what happened", answer: exampleEvents,
		description: "Everything that happened in the casino's conversations, oldest first, each once, without gaps: keep `next` of the last " +
			"page you have dealt with and go on from there, now or next week. `next` is there even when nothing more has happened: ask " +
			"again with it later. An event names things and tells no words. The order is that in which the desk is certain of it; within one " +
			"conversation it is the order of its entries. With a reseller's key and without Desk-Tenant it tells of all its casinos."}, a.listEvents)
}

type eventsIn struct {
	Limit         int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many at most."`
	StartingAfter string `query:"starting_after" maxLength:"200" doc:"The next of the page before. Absent: from the beginning."`
	From          string `query:"from" enum:"beginning,now" default:"beginning" doc:"Where to begin without starting_after. now: a page with nothing on it, whose next is the present."`
}

// EventPage is a page of the feed.
type EventPage struct {
	Data    []webhooks.Event `json:"data" doc:"This page's part of the feed."`
	HasMore bool             `json:"has_more" example:"true" doc:"Whether there is more already."`
	Next    string           `json:"next" example:"ZQAAAAEAAAAAAAACDg" doc:"What to send as starting_after to go on, whether or not there is more already. Opaque, of the feed alone."`
}

type eventsOut struct{ Body EventPage }

// place is where a reader of the feed is: an entry may be two events, of which half says that only the first was read.
type place struct {
	desk.Position
	half bool
}

func (p place) cursor() string {
	b := []byte{feedCursor, 0}
	if p.half {
		b[1] = 1
	}
	b = binary.BigEndian.AppendUint32(b, uint32(p.Epoch))
	b = binary.BigEndian.AppendUint64(b, uint64(p.Xact))
	b = append(append(b, p.Tenant[:]...), p.Conversation[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(p.Seq))
	return base64.RawURLEncoding.EncodeToString(b)
}

// feedCursor is the first octet of the feed's cursors, feedCursorSize how many there are.
const (
	feedCursor     = 'e'
	feedCursorSize = 2 + 4 + 8 + 16 + 16 + 8
)

func readPlace(s string) (p place, err error) {
	if s == "" {
		return p, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != feedCursorSize || b[0] != feedCursor || b[1] > 1 {
		return p, errCursor
	}
	p.half = b[1] == 1
	p.Epoch, p.Xact = int32(binary.BigEndian.Uint32(b[2:])), int64(binary.BigEndian.Uint64(b[6:]))
	p.Tenant, p.Conversation = uuid.UUID(b[14:30]), uuid.UUID(b[30:46])
	p.Seq = int64(binary.BigEndian.Uint64(b[46:]))
	if p.Epoch < 0 || p.Xact < 0 || p.Seq < 0 || p.half && p.Seq == 0 {
		return p, errCursor
	}
	return p, nil
}

func (a *API) listEvents(ctx context.Context, in *eventsIn) (*eventsOut, error) {
	at, err := readPlace(in.StartingAfter)
	if err != nil {
		return nil, err
	}
	if in.StartingAfter != "" && in.From == "now" {
		return nil, fault.New(fault.Invalid, "Say where to begin by starting_after or by from.").On("from")
	}
	var out eventsOut
	read := func(ctx context.Context, db bun.IDB, feed func(after desk.Position, limit int) ([]desk.FeedEntry, error)) error {
		if in.From == "now" {
			end, err := desk.FeedEnd(ctx, db)
			out.Body = EventPage{Data: []webhooks.Event{}, Next: place{Position: end}.cursor()}
			return err
		}
		from := at.Position
		if at.half {
			from.Seq--
		}
		entries, err := feed(from, in.Limit+1)
		out.Body = eventPage(entries, at, in.Limit)
		return err
	}
	err = asking(ctx, authz.EventRead, uuid.Nil, func(ctx context.Context, tx bun.Tx, owner webhooks.Owner) error {
		return read(ctx, tx, func(after desk.Position, limit int) ([]desk.FeedEntry, error) {
			if owner.Tenant != nil {
				return desk.Feed(ctx, tx, after, limit)
			}
			return desk.FeedAcross(ctx, tx, desk.Whose{Reseller: owner.Reseller}, after, limit)
		})
	})
	return &out, err
}

// eventPage cuts the events of entries to a page of limit. Entries are at least one more than the page holds, where there are.
func eventPage(entries []desk.FeedEntry, at place, limit int) EventPage {
	p := EventPage{Data: []webhooks.Event{}}
	for _, e := range entries {
		events := webhooks.EventsOf(e)
		if at.half && e.Position() == at.Position {
			events = events[1:]
		}
		for i, event := range events {
			if len(p.Data) == limit {
				p.HasMore, p.Next = true, at.cursor()
				return p
			}
			p.Data = append(p.Data, event)
			at = place{e.Position(), i+1 < len(events)}
		}
	}
	p.Next = at.cursor()
	return p
}

// asking runs fn after asking for p, in a transaction that sees whose the request is about: the casino's, or above casinos the
// reseller's own. owner says which.
func asking(ctx context.Context, p authz.Permission, object uuid.UUID, fn func(ctx context.Context, tx bun.Tx, owner webhooks.Owner) error) error {
	if t, ok := tenants.FromContext(ctx); ok {
		return reading(ctx, func(ctx context.Context, tx bun.Tx) error {
			if err := authz.Ask(ctx, tx, p, authz.Facts{Object: object}); err != nil {
				return err
			}
			return fn(ctx, tx, webhooks.Owner{Tenant: &t.ID})
		})
	}
	actor, _ := authz.From(ctx)
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.AskAbove(ctx, tx, p, authz.Whose{Reseller: actor.Reseller, Object: object}); err != nil {
			return err
		}
		return fn(ctx, tx, webhooks.Owner{Reseller: &actor.Reseller})
	})
}

var exampleEvents = EventPage{Data: []webhooks.Event{exampleEvent}, Next: "ZQAAAAABAAAAAAAAA4sBmgFenIpnBKjlCZp1fEWuAZoBXpyKZwSo5QmadXxFrgAAAAAAAAAB"}

var exampleEvent = webhooks.Event{ID: "evt_06ey3pjmrskbk9ks8x4w2ptxqg", Type: webhooks.Received, Timestamp: exampleTime, Data: webhooks.EventData{
	Casino: "ten_06ey3pjmrskbk9ks8x4w2ptxqg", Conversation: exampleConversation.ID, Player: "ply_06ey3pjmrskbk9ks8x4w2ptxqg",
	Entry: "ent_06ey3pjmrskbk9ks8x4w2ptxqg", Seq: 1, Channel: "chat",
	Author: &webhooks.EventAuthor{Kind: "player", ID: "ply_06ey3pjmrskbk9ks8x4w2ptxqg"}}}
