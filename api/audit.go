package api

import (
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/authz/trail"
	"pitdesk/tenants"
)

// registerAudit declares a casino's audit log.
func (a *API) registerAudit() {
	add(a, operation{Operation: Operation{"list-audit", http.MethodGet, "/audit", authz.AuditRead}, tag: houseTag, summary: "List the casino's audit log",
		answer: examplePage(exampleLine), description: "Who did what, and who saw which player, the newest first. Nobody can change a line."}, a.listAudit)
	add(a, operation{Operation: Operation{"get-audit-chain", http.MethodGet, "/audit/chain", authz.AuditRead}, tag: houseTag, summary: "See how far the audit log can be proven",
		answer: exampleChain, description: "Each line is held to all lines before it by a hash, a few minutes after it was written, and how far that has come is " +
			"signed once a day."}, a.auditChain)
	add(a, operation{Operation: Operation{"export-audit", http.MethodGet, "/audit/export", authz.AuditExport}, tag: houseTag, summary: "Download the audit log with its hashes",
		media: "application/jsonl", description: "Lines of JSON, the oldest first, each with its number, its hash and its columns as they are hashed, so that the " +
			"file proves itself. Lines of the last minutes are in the next one."}, a.exportAudit)
}

// AuditLine is one line of a casino's audit log.
type AuditLine struct {
	At      time.Time `json:"at"`
	By      AuditBy   `json:"by"`
	What    string    `json:"what" example:"conversation.reply" doc:"Thing and deed."`
	Object  string    `json:"object,omitempty" format:"uuid" doc:"The id of the thing as a UUID."`
	Name    string    `json:"name,omitempty" doc:"What the thing was called then, where that was written down."`
	Refused bool      `json:"refused" doc:"Whether it was refused."`
	Address string    `json:"address,omitempty" example:"203.0.113.7"`
}

// AuditChain is how far a casino's audit log can be proven.
type AuditChain struct {
	Links    int64      `json:"links" example:"48211" doc:"How many lines are held to those before them."`
	Head     string     `json:"head" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" doc:"The hash of the newest of them, in hexadecimal."`
	Waiting  int64      `json:"waiting" example:"3" doc:"How many lines aren't yet."`
	SignedTo int64      `json:"signed_to,omitempty" example:"48002" doc:"Up to which of them is signed."`
	SignedAt *time.Time `json:"signed_at,omitempty"`
	Broken   int64      `json:"broken,omitempty" doc:"The first of the newest 500 that isn't as it was written; absent where all are."`
}

// AuditBy is who acted.
type AuditBy struct {
	Kind string `json:"kind" enum:"agent,key,player,system,person,visitor"`
	Name string `json:"name,omitempty" example:"Rūta" doc:"The member's name as it is now; absent for keys, jobs and strangers."`
	Role string `json:"role,omitempty" example:"operator"`
}

type auditIn struct {
	Reads         bool   `query:"reads" doc:"Lines of what was only looked at, too."`
	Limit         int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
	StartingAfter string `query:"starting_after" maxLength:"200" doc:"The next of the page before."`
}

const auditCursor = 'a'

func (a *API) listAudit(ctx context.Context, in *auditIn) (*struct{ Body page[AuditLine] }, error) {
	var before uuid.UUID
	if in.StartingAfter != "" {
		var err error
		if before, err = readIDCursor(auditCursor, in.StartingAfter); err != nil {
			return nil, err
		}
	}
	out := &struct{ Body page[AuditLine] }{}
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.AuditRead, authz.Facts{}); err != nil {
			return err
		}
		lines, err := authz.Lines(ctx, tx, before, in.Reads, in.Limit+1)
		if err != nil {
			return err
		}
		next := ""
		if len(lines) > in.Limit {
			lines = lines[:in.Limit]
			next = idCursor(auditCursor, lines[in.Limit-1].ID)
		}
		data, err := each(lines, nil, auditLineFrom)
		out.Body = pageOf(data, next)
		return err
	})
	return out, err
}

func (a *API) auditChain(ctx context.Context, _ *nothing) (*struct{ Body AuditChain }, error) {
	out := &struct{ Body AuditChain }{}
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.AuditRead, authz.Facts{}); err != nil {
			return err
		}
		b := trail.Of(tenants.Current(ctx))
		s, err := b.StateOf(ctx, tx)
		if err != nil {
			return err
		}
		out.Body = AuditChain{Links: s.Links, Head: hex.EncodeToString(s.Head), Waiting: s.Waiting, SignedTo: s.SignedTo}
		if s.SignedTo > 0 {
			out.Body.SignedAt = utc(&s.SignedAt)
		}
		broken, err := b.Recent(ctx, tx)
		if broken != nil {
			out.Body.Broken = max(1, broken.Number)
		}
		return err
	})
	return out, err
}

func (a *API) exportAudit(ctx context.Context, _ *nothing) (*huma.StreamResponse, error) {
	t := tenants.Current(ctx)
	b := trail.Of(t)
	var entries []trail.Entry
	var more bool
	err := writing(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.AuditExport, authz.Facts{About: trail.JSONLines}); err != nil {
			return err
		}
		entries, more, err = b.Entries(ctx, tx, 0)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		_, w := humago.Unwrap(hc)
		w.Header().Set("Content-Type", "application/jsonl")
		w.Header().Set("Content-Disposition", "attachment; filename=audit.jsonl")
		if err := b.Write(w, trail.JSONLines, entries, more, func(after int64) (next []trail.Entry, more bool, err error) {
			err = tenants.Reading(ctx, t.ID, func(ctx context.Context, tx bun.Tx) (err error) {
				next, more, err = b.Entries(ctx, tx, after)
				return err
			})
			return next, more, err
		}); err != nil {
			a.options.Log.WarnContext(ctx, "answer broke off", "operation", "export-audit", "err", err)
		}
	}}, nil
}

func auditLineFrom(l authz.Line) AuditLine {
	out := AuditLine{At: l.At.UTC(), By: AuditBy{string(l.ActorKind), l.Actor, string(l.Role)}, What: l.Object + "." + l.Action, Name: l.Name,
		Refused: l.Refused, Address: l.Address}
	if l.ObjectID != nil {
		out.Object = l.ObjectID.String()
	}
	return out
}

var exampleChain = AuditChain{Links: 48211, Head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Waiting: 3, SignedTo: 48002, SignedAt: new(at(-60))}

var exampleLine = AuditLine{At: at(0), By: AuditBy{"agent", "Rūta", "operator"}, What: "conversation.reply", Object: "019a7c1e-4b20-7d4a-9c57-3f1b2a6d8e90", Address: "203.0.113.7"}
