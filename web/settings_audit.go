package web

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// auditPage is how many lines a page of the audit log has.
const auditPage = 100

// Prefixes of what an audit line is about, for links and ids.
var auditPrefixes = map[string]string{"conversation": tenants.ConversationPrefix, "player": tenants.PlayerPrefix, "people": tenants.MemberPrefix}

// audit is the casino's audit log, newest first: deeds, or deeds and reads.
func (s *Server) audit(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := views.AuditProps{Reads: q.Get("reads") == "1"}
	var before uuid.UUID
	if text := q.Get("before"); text != "" {
		id, err := uuid.Parse(text)
		if err != nil || len(text) != 36 {
			return tenants.ErrNotFound
		}
		before = id
	}
	var lines []authz.Line
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.AuditRead, authz.Facts{}); err != nil {
			return err
		}
		if lines, err = authz.Lines(ctx, tx, before, p.Reads, auditPage+1); err != nil {
			return err
		}
		p.Chain, err = auditChain(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	p.Settings = s.settingsProps(r, "audit")
	p.MayExport = authz.Permits(signedOf(r.Context()).Actor.Role, authz.AuditExport)
	if len(lines) > auditPage {
		lines = lines[:auditPage]
		p.Next = "/settings/audit?before=" + lines[auditPage-1].ID.String()
		if p.Reads {
			p.Next += "&reads=1"
		}
	}
	for _, l := range lines {
		p.Lines = append(p.Lines, auditLine(r.Context(), l))
	}
	return views.Render(w, r, http.StatusOK, views.Audit(p))
}

func auditLine(ctx context.Context, l authz.Line) views.AuditLine {
	out := views.AuditLine{At: l.At, Who: whoOf(ctx, l), What: l.Object + "." + l.Action, Raw: true, Object: l.Name, Refused: l.Refused, Address: l.Address}
	if id := "settings.audit_" + l.Object + "_" + l.Action; i18n.Has(id) {
		out.What, out.Raw = i18n.T(ctx, id), false
	}
	if l.ActorKind == authz.KindVisitor {
		out.Role = i18n.T(ctx, "settings.visitor")
	} else if i18n.Has("role." + string(l.Role)) {
		out.Role = i18n.T(ctx, "role."+string(l.Role))
	}
	if l.ObjectID != nil {
		if prefix, ok := auditPrefixes[l.Object]; ok {
			out.Object = tenants.PublicID(prefix, *l.ObjectID)
		}
		switch l.Object {
		case "conversation":
			out.Href = "/inbox/" + out.Object
		case "people":
			if l.Action != authz.PeopleInvite.Action {
				out.Href = "/settings/people/" + out.Object
			} else {
				out.Object = tenants.PublicID(tenants.InvitationPrefix, *l.ObjectID)
			}
		}
	}
	return out
}

// whoOf is who acted: a member by name, else what sort of somebody.
func whoOf(ctx context.Context, l authz.Line) string {
	switch {
	case l.Actor != "":
		return l.Actor
	case l.ActorKind == authz.KindKey:
		return i18n.T(ctx, "settings.actor_key")
	case l.ActorKind == authz.KindSystem:
		return i18n.T(ctx, "settings.actor_system")
	}
	return i18n.T(ctx, "settings.actor_nobody")
}
