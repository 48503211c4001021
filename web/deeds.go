package web

import (
	"context"
	"net/http"
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
)

// do carries out a verb on the conversation that a route names, held so that two agents' deeds follow one another, and
// answers without content: open pages hear of it and look.
func (s *Server) do(w http.ResponseWriter, r *http.Request, p authz.Permission,
	verb func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error) error {
	if err := readForm(r); err != nil {
		return err
	}
	err := s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		c, err := s.askFor(ctx, tx, r, p, desk.Hold)
		if err != nil {
			return err
		}
		return verb(ctx, tx, &c)
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) reply(w http.ResponseWriter, r *http.Request) error {
	return s.do(w, r, authz.ConversationReply, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		words, err := wordsOf(r)
		if err != nil {
			return err
		}
		said, err := desk.Reply(ctx, tx, c, words)
		if err != nil {
			return err
		}
		if err := desk.MarkAnswered(ctx, tx, c, said); err != nil {
			return err
		}
		return withMacro(ctx, tx, r, c, said)
	})
}

func (s *Server) note(w http.ResponseWriter, r *http.Request) error {
	return s.do(w, r, authz.ConversationNote, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		words, err := wordsOf(r)
		if err != nil {
			return err
		}
		said, err := desk.Note(ctx, tx, c, words)
		if err != nil {
			return err
		}
		return withMacro(ctx, tx, r, c, said)
	})
}

func wordsOf(r *http.Request) (desk.Words, error) {
	words := desk.Words{Text: r.PostForm.Get("text"), ClientID: r.PostForm.Get("client_id")}
	for _, f := range r.PostForm["file"] {
		id, err := tenants.ParseID(tenants.FilePrefix, f)
		if err != nil {
			return words, err
		}
		words.Files = append(words.Files, id)
	}
	return words, nil
}

// assign gives a conversation to an agent ("me", "nobody" or an id) or a team. "seen" is whom the agent saw having it.
func (s *Server) assign(w http.ResponseWriter, r *http.Request) error {
	return s.do(w, r, authz.ConversationAssign, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		seen, err := optionalID(tenants.MemberPrefix, r.PostForm.Get("seen"))
		if err != nil {
			return err
		}
		to, err := holderOf(ctx, r, c)
		if err != nil {
			return err
		}
		_, err = desk.Assign(ctx, tx, c, to, seen)
		return err
	})
}

func holderOf(ctx context.Context, r *http.Request, c *desk.Conversation) (desk.Holder, error) {
	team, agent := r.PostForm.Get("team"), r.PostForm.Get("agent")
	if team != "" {
		id, err := tenants.ParseID(tenants.TeamPrefix, team)
		return desk.Holder{Team: &id}, err
	}
	switch agent {
	case "":
		return desk.Holder{}, fault.New(fault.Invalid, "Say to whom: an agent or a team.")
	case "nobody":
		return desk.Holder{}, nil
	case "me":
		a, _ := authz.From(ctx)
		return desk.Holder{Agent: &a.ID, Team: c.TeamID}, nil
	}
	id, err := tenants.ParseID(tenants.MemberPrefix, agent)
	return desk.Holder{Agent: &id, Team: c.TeamID}, err
}

// transfer passes a conversation on with a note. "to" is an agent or a team.
func (s *Server) transfer(w http.ResponseWriter, r *http.Request) error {
	return s.do(w, r, authz.ConversationTransfer, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		words, err := wordsOf(r)
		if err != nil {
			return err
		}
		to := r.PostForm.Get("to")
		prefix := tenants.MemberPrefix
		if strings.HasPrefix(to, tenants.TeamPrefix+"_") {
			prefix = tenants.TeamPrefix
		}
		id, err := optionalID(prefix, to)
		if err != nil {
			return err
		}
		holder := desk.Holder{Agent: id}
		if prefix == tenants.TeamPrefix {
			holder = desk.Holder{Team: id}
		}
		_, err = desk.Transfer(ctx, tx, c, holder, words)
		return err
	})
}

// snooze puts a conversation away: "until" is a moment (RFC 3339), "at" a date and time by the reader's own clock.
func (s *Server) snooze(w http.ResponseWriter, r *http.Request) error {
	return s.do(w, r, authz.ConversationSnooze, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		until, err := time.Parse(time.RFC3339, r.PostForm.Get("until"))
		if at := r.PostForm.Get("at"); at != "" {
			until, err = time.ParseInLocation("2006-01-02T15:04", at, i18n.ZoneOf(ctx))
		}
		if err != nil {
			return fault.New(fault.Invalid, "Say until when, as a date and a time.")
		}
		_, err = desk.Snooze(ctx, tx, c, until)
		return err
	})
}

func (s *Server) resolve(w http.ResponseWriter, r *http.Request) error {
	return s.do(w, r, authz.ConversationResolve, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		_, err := desk.Resolve(ctx, tx, c)
		return err
	})
}

func (s *Server) reopen(w http.ResponseWriter, r *http.Request) error {
	return s.do(w, r, authz.ConversationReopen, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		_, err := desk.Reopen(ctx, tx, c)
		return err
	})
}

// setTopic says what a conversation is about; "none" takes the topic away.
func (s *Server) setTopic(w http.ResponseWriter, r *http.Request) error {
	return s.do(w, r, authz.ConversationTopic, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		name := r.PostForm.Get("topic")
		if name == "none" {
			return desk.SetTopic(ctx, tx, c, nil)
		}
		id, err := tenants.ParseID(tenants.TopicPrefix, name)
		if err != nil {
			return err
		}
		return desk.SetTopic(ctx, tx, c, &id)
	})
}

func (s *Server) tag(w http.ResponseWriter, r *http.Request) error {
	return s.do(w, r, authz.ConversationTag, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		return desk.Tag(ctx, tx, c, r.PostForm.Get("name"))
	})
}

func (s *Server) untag(w http.ResponseWriter, r *http.Request) error {
	return s.do(w, r, authz.ConversationTag, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		id, err := tenants.ParseID(tenants.TagPrefix, r.PostForm.Get("tag"))
		if err != nil {
			return err
		}
		return desk.Untag(ctx, tx, c, id)
	})
}

// erase takes the words of the entry "seq" out of the log, for a reason.
func (s *Server) erase(w http.ResponseWriter, r *http.Request) error {
	return s.do(w, r, authz.ConversationErase, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		seq, err := strconv.ParseInt(r.PostForm.Get("seq"), 10, 64)
		if err != nil {
			return fault.New(fault.Invalid, "%q isn't a number of an entry.", r.PostForm.Get("seq"))
		}
		return desk.Erase(ctx, tx, c, seq, r.PostForm.Get("why"))
	})
}

func optionalID(prefix, v string) (*uuid.UUID, error) {
	if v == "" {
		return nil, nil
	}
	id, err := tenants.ParseID(prefix, v)
	if err != nil {
		return nil, err
	}
	return &id, nil
}
