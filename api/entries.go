package api

import (
	"context"
	"math"
	"slices"
	"strconv"

	"github.com/uptrace/bun"
	"golang.org/x/text/language"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

type entriesIn struct {
	ConversationPath
	Order         string `query:"order" enum:"oldest,newest" default:"oldest" doc:"oldest: in the order they were written. newest: the other way round."`
	AfterSeq      int64  `query:"after_seq" minimum:"0" doc:"Only entries with a greater number: what you missed."`
	Limit         int    `query:"limit" minimum:"1" maximum:"200" default:"100" doc:"How many at most."`
	StartingAfter string `query:"starting_after" maxLength:"200" doc:"The next of the page before."`
}

type entriesOut struct{ Body page[Entry] }

// Cursors of entries tell which way the list goes.
const (
	upwards   = 'u'
	downwards = 'd'
)

// window is the part of the log that a page holds, and one entry more, which tells whether another page follows.
func (in entriesIn) window() (w desk.Window, err error) {
	w.Limit = in.Limit + 1
	if in.Order == "newest" {
		if in.AfterSeq > 0 {
			return w, fault.New(fault.Invalid, "after_seq goes with the oldest first.").On("after_seq")
		}
		if in.StartingAfter != "" {
			w.Before, err = readNumberCursor(downwards, in.StartingAfter)
		}
		return w, err
	}
	w.Begin, w.After = true, in.AfterSeq
	if in.StartingAfter != "" {
		after, err := readNumberCursor(upwards, in.StartingAfter)
		if err != nil {
			return w, err
		}
		w.After = max(after, in.AfterSeq)
	}
	return w, nil
}

func (a *API) listEntries(ctx context.Context, in *entriesIn) (*entriesOut, error) {
	id, err := tenants.ParseID(tenants.ConversationPrefix, in.Conversation)
	if err != nil {
		return nil, err
	}
	w, err := in.window()
	if err != nil {
		return nil, err
	}
	var entries []desk.Entry
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		c, err := desk.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := authz.Ask(ctx, tx, authz.ConversationRead, c.Facts()); err != nil {
			return err
		}
		if w.Before == 1 { // nothing comes before the first
			return nil
		}
		entries, err = desk.Timeline(ctx, tx, id, w)
		return err
	})
	if err != nil {
		return nil, err
	}
	way := byte(upwards)
	if in.Order == "newest" {
		slices.Reverse(entries)
		way = downwards
	}
	next := ""
	if len(entries) > in.Limit {
		entries = entries[:in.Limit]
		next = numberCursor(way, entries[in.Limit-1].Seq)
	}
	data := make([]Entry, 0, len(entries))
	for _, e := range entries {
		data = append(data, entryOf(e))
	}
	return &entriesOut{pageOf(data, next)}, nil
}

type wordsBody struct {
	Strict
	Text     string   `json:"text,omitempty" maxLength:"10000" example:"It is on its way." doc:"What to say. Required unless files are attached."`
	Files    []string `json:"files,omitempty" maxItems:"10" doc:"Files this key has uploaded."`
	Language string   `json:"language,omitempty" maxLength:"35" example:"en" doc:"Its language, as a BCP 47 tag."`
	ClientID string   `json:"client_id,omitempty" maxLength:"100" example:"crm-8812" doc:"Your id of this message, so that it can be sent again."`
}

type wordsIn struct {
	ConversationPath
	Body wordsBody
}

type entryOut struct{ Body Entry }

// languageTag checks a BCP 47 tag; none is fine.
func languageTag(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	t, err := language.Parse(s)
	if err != nil {
		return "", fault.New(fault.Invalid, "This isn't a BCP 47 tag of a language.").On("language")
	}
	return t.String(), nil
}

type verb func(ctx context.Context, tx bun.Tx, c *desk.Conversation, w desk.Words) (desk.Entry, error)

func say(ctx context.Context, in *wordsIn, p authz.Permission, verb verb) (*entryOut, error) {
	files, err := idsIn(tenants.FilePrefix, "files", in.Body.Files)
	if err != nil {
		return nil, err
	}
	spoken, err := languageTag(in.Body.Language)
	if err != nil {
		return nil, err
	}
	var out entryOut
	err = held(ctx, in.Conversation, p, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		e, err := verb(ctx, tx, c, desk.Words{Text: in.Body.Text, Files: files, Language: spoken, ClientID: in.Body.ClientID})
		if err == nil && e.Replayed {
			e, err = stored(ctx, tx, e)
		}
		out.Body = entryOf(e)
		return err
	})
	return &out, err
}

// stored is an entry as the log has it: what is sent again is answered as it was the first time.
func stored(ctx context.Context, tx bun.Tx, e desk.Entry) (desk.Entry, error) {
	found, err := desk.Timeline(ctx, tx, e.ConversationID, desk.Window{Begin: true, After: e.Seq - 1, Limit: 1})
	if err != nil || len(found) == 0 {
		return e, err
	}
	return found[0], nil
}

func (a *API) reply(ctx context.Context, in *wordsIn) (*entryOut, error) {
	return say(ctx, in, authz.ConversationReply, desk.Reply)
}

func (a *API) note(ctx context.Context, in *wordsIn) (*entryOut, error) {
	return say(ctx, in, authz.ConversationNote, desk.Note)
}

type eraseBody struct {
	Strict
	Why string `json:"why" minLength:"1" maxLength:"500" example:"The player asked for it." doc:"Kept for good, with who did it."`
}

type eraseIn struct {
	ConversationPath
	Seq  string `path:"seq" example:"3" doc:"The entry's number."`
	Body eraseBody
}

func (a *API) erase(ctx context.Context, in *eraseIn) (*conversationOut, error) {
	seq, err := strconv.ParseInt(in.Seq, 10, 64)
	if err != nil || seq < 1 || seq == math.MaxInt64 {
		return nil, tenants.ErrNotFound
	}
	return changed(ctx, in.Conversation, authz.ConversationErase, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		return desk.Erase(ctx, tx, c, seq, in.Body.Why)
	})
}
