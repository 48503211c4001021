package api

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
)

// registerAudit declares a casino's audit log.
func (a *API) registerAudit() {
	add(a, operation{Operation: Operation{"list-audit", http.MethodGet, "/audit", authz.AuditRead}, tag: houseTag, summary: "List the casino's audit log",
		answer: examplePage(exampleLine), description: "Who did what, and who saw which player, the newest first. Nobody can change a line."}, a.listAudit)
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

func auditLineFrom(l authz.Line) AuditLine {
	out := AuditLine{At: l.At.UTC(), By: AuditBy{string(l.ActorKind), l.Actor, string(l.Role)}, What: l.Object + "." + l.Action, Name: l.Name,
		Refused: l.Refused, Address: l.Address}
	if l.ObjectID != nil {
		out.Object = l.ObjectID.String()
	}
	return out
}

var exampleLine = AuditLine{At: at(0), By: AuditBy{"agent", "Rūta", "operator"}, What: "conversation.reply", Object: "019a7c1e-4b20-7d4a-9c57-3f1b2a6d8e90", Address: "203.0.113.7"}
