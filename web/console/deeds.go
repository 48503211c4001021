package console

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/resellers"
	"pitdesk/views"
)

// deedsShown is how many lines a page has.
const deedsShown = 100

// deeds is what was done above casinos: about what is the reseller's, or all of it.
func (s *Server) deeds(p authz.Permission) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		out := views.ConsoleDeedsProps{Frame: s.frame(r, "deeds", i18n.T(ctx, "console.deeds")), Reads: r.URL.Query().Get("reads") == "1"}
		out.Frame.Lead = i18n.T(ctx, "console.deeds_lead")
		f := resellers.DeedFilter{Reseller: signedOf(ctx).Person.Reseller, Reads: out.Reads, Limit: deedsShown + 1}
		if before := r.URL.Query().Get("before"); before != "" {
			id, err := tenants.ParseID(tenants.DeedPrefix, before)
			if err != nil {
				return err
			}
			f.Before = id
		}
		if err := asking(r, p, mine(ctx), func(ctx context.Context, tx bun.Tx) error {
			all, err := resellers.Deeds(ctx, tx, f)
			if err != nil {
				return err
			}
			if len(all) > deedsShown {
				all = all[:deedsShown]
				out.Next = "/deeds?before=" + tenants.PublicID(tenants.DeedPrefix, all[deedsShown-1].ID)
				if out.Reads {
					out.Next += "&reads=1"
				}
			}
			names := map[uuid.UUID]string{}
			for _, d := range all {
				if d.Tenant == nil {
					continue
				}
				if _, known := names[*d.Tenant]; !known {
					if c, err := resellers.CasinoOf(ctx, tx, *d.Tenant); err == nil {
						names[*d.Tenant] = c.Name
					}
				}
			}
			for _, d := range all {
				out.Lines = append(out.Lines, deedLine(ctx, d, names))
			}
			return nil
		}); err != nil {
			return err
		}
		return views.Render(w, r, http.StatusOK, views.ConsoleDeeds(out))
	}
}

// deedLine is a deed in words. names are casinos' names; nil leaves the casino out.
func deedLine(ctx context.Context, d resellers.Deed, names map[uuid.UUID]string) views.DeedLine {
	out := views.DeedLine{At: d.At, Who: d.Actor, What: d.Object + "." + d.Action, Raw: true, Refused: d.Refused, Address: d.Address}
	if id := "console.deed_" + d.Object + "_" + d.Action; i18n.Has(id) {
		out.What, out.Raw = i18n.T(ctx, id), false
	}
	switch {
	case d.ActorKind == authz.KindKey:
		out.Role = i18n.T(ctx, "settings.actor_key")
	case d.ActorKind == authz.KindSystem:
		out.Who = i18n.T(ctx, "settings.actor_system")
	case d.Role == authz.Vendor:
		out.Role = i18n.T(ctx, "console.role_vendor")
	case d.Role == authz.Reseller:
		out.Role = i18n.T(ctx, "console.role_reseller")
	}
	if about, ok := d.Facts["about"].(string); ok {
		out.About = about
	}
	if d.Tenant != nil && names != nil {
		out.Casino, out.Href = names[*d.Tenant], "/casinos/"+tenants.PublicID(tenants.TenantPrefix, *d.Tenant)
	}
	return out
}
