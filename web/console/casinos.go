package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/desk"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/resellers"
	"pitdesk/tenants/signups"
	"pitdesk/views"
)

// casinosShown is how many a page of the list has: each is counted in a transaction of its own.
const casinosShown = 25

// healthFor is how long a casino's counts are believed.
const healthFor = 15 * time.Second

// healths remembers how casinos do, so that a page that many look at counts each casino once.
type healths struct {
	mu   sync.Mutex
	kept map[uuid.UUID]keptHealth
}

type keptHealth struct {
	health desk.Health
	until  time.Time
}

// of counts a casino inside a transaction of its own: no statement sees two casinos, and nothing but numbers leaves it.
func (h *healths) of(ctx context.Context, tenant uuid.UUID) (desk.Health, error) {
	h.mu.Lock()
	k, ok := h.kept[tenant]
	h.mu.Unlock()
	if ok && time.Now().Before(k.until) {
		return k.health, nil
	}
	err := tenants.Reading(ctx, tenant, func(ctx context.Context, tx bun.Tx) (err error) {
		k.health, err = desk.HealthOf(ctx, tx)
		return err
	})
	if err != nil {
		return desk.Health{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.kept == nil || len(h.kept) > 20_000 {
		h.kept = map[uuid.UUID]keptHealth{}
	}
	k.until = time.Now().Add(healthFor)
	h.kept[tenant] = k
	return k.health, nil
}

// health is how a casino does, or that it couldn't be counted: the rest of the page is worth having without.
func (s *Server) health(ctx context.Context, tenant uuid.UUID) views.CasinoHealth {
	h, err := s.healths.of(ctx, tenant)
	if err != nil {
		if ctx.Err() == nil {
			s.Log.WarnContext(ctx, "a casino's health can't be counted", "tenant", tenant, "err", err)
		}
		return views.CasinoHealth{Unknown: true}
	}
	return views.CasinoHealth{Open: h.Open, Waiting: h.Waiting, Breached: h.Breached, Since: h.Since}
}

// vendor says whether one of the deployment's own people is signed in.
func vendor(ctx context.Context) bool { return signedOf(ctx).Person.Reseller == tenants.Nobody }

// casinos is the list: a reseller's own, or all.
func (s *Server) casinos(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	q := r.URL.Query()
	p := views.ConsoleCasinosProps{Frame: s.frame(r, "casinos", i18n.T(ctx, "console.casinos")), Words: strings.TrimSpace(q.Get("q")), Standing: q.Get("standing"),
		Reseller: q.Get("reseller"), MayCreate: !vendor(ctx), ByResellers: vendor(ctx)}
	f := resellers.Filter{Reseller: signedOf(ctx).Person.Reseller, Standing: tenants.Standing(p.Standing), Words: p.Words, Limit: casinosShown + 1}
	if before := q.Get("before"); before != "" {
		id, err := tenants.ParseID(tenants.TenantPrefix, before)
		if err != nil {
			return err
		}
		f.Before = id
	}
	if vendor(ctx) {
		switch p.Reseller {
		case "":
		case "none":
			f.Own = true
		default:
			id, err := tenants.ParseID(tenants.ResellerPrefix, p.Reseller)
			if err != nil {
				return err
			}
			f.Reseller = id
		}
	}
	p.Filtered = p.Words != "" || p.Standing != "" || p.Reseller != ""
	var all []resellers.Casino
	names := map[uuid.UUID]string{}
	if err := asking(r, authz.TenantRead, authz.Whose{Reseller: signedOf(ctx).Person.Reseller}, func(ctx context.Context, tx bun.Tx) (err error) {
		if all, err = resellers.Casinos(ctx, tx, f); err != nil {
			return err
		}
		if !vendor(ctx) {
			return nil
		}
		accounts, err := resellers.All(ctx, tx)
		for _, a := range accounts {
			names[a.ID] = a.Name
			p.Resellers = append(p.Resellers, views.Choice{ID: tenants.PublicID(tenants.ResellerPrefix, a.ID), Name: a.Name})
		}
		if err != nil || p.Filtered || f.Before != tenants.Nobody {
			return err
		}
		p.Figures, err = vendorFigures(ctx, tx, accounts)
		return err
	}); err != nil {
		return err
	}
	if len(all) > casinosShown {
		all = all[:casinosShown]
		next := url.Values{"before": {tenants.PublicID(tenants.TenantPrefix, all[casinosShown-1].ID)}}
		for _, name := range []string{"q", "standing", "reseller"} {
			if v := q.Get(name); v != "" {
				next.Set(name, v)
			}
		}
		p.Next = "/casinos?" + next.Encode()
	}
	for _, c := range all {
		row := views.CasinoRow{ID: tenants.PublicID(tenants.TenantPrefix, c.ID), Name: c.Name, Host: s.host(c), Reseller: names[c.Reseller], Standing: string(c.Standing),
			Created: c.CreatedAt, Health: s.health(ctx, c.ID)}
		account, err := billing.AccountOf(ctx, c.ID)
		if err != nil {
			return err
		}
		row.Plan, row.State = account.PlanName, string(account.State)
		p.Rows = append(p.Rows, row)
	}
	if !vendor(ctx) && !p.Filtered && f.Before == tenants.Nobody {
		p.Figures = sums(ctx, p.Rows)
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleCasinos(p))
}

// sums are what a reseller's casinos come to, of those that the page shows.
func sums(ctx context.Context, rows []views.CasinoRow) []views.Figure {
	var open, waiting, late int
	for _, row := range rows {
		open, waiting, late = open+row.Health.Open, waiting+row.Health.Waiting, late+row.Health.Breached
	}
	breached := views.Figure{Name: i18n.T(ctx, "console.breached"), Value: i18n.Number(ctx, late)}
	if late > 0 {
		breached.Tone = views.Bad
	}
	return []views.Figure{{Name: i18n.T(ctx, "console.casinos"), Value: i18n.Number(ctx, len(rows))}, {Name: i18n.T(ctx, "console.open"), Value: i18n.Number(ctx, open)},
		{Name: i18n.T(ctx, "console.waiting"), Value: i18n.Number(ctx, waiting)}, breached}
}

// vendorFigures is what the deployment comes to.
func vendorFigures(ctx context.Context, tx bun.Tx, accounts []resellers.Account) ([]views.Figure, error) {
	count, err := resellers.CountCasinos(ctx, tx)
	if err != nil {
		return nil, err
	}
	begun, founded, err := signups.Counts(ctx, tx, 30)
	if err != nil {
		return nil, err
	}
	held := views.Figure{Name: i18n.T(ctx, "console.held_back"), Value: i18n.Number(ctx, count.ReadOnly+count.Suspended), Href: "/casinos?standing=suspended"}
	if count.ReadOnly+count.Suspended > 0 {
		held.Tone = views.Warn
	}
	return []views.Figure{{Name: i18n.T(ctx, "console.casinos_open"), Value: i18n.Number(ctx, count.Open), Href: "/casinos?standing=open"}, held,
		{Name: i18n.T(ctx, "console.resellers"), Value: i18n.Number(ctx, len(accounts)), Href: "/resellers"},
		{Name: i18n.T(ctx, "console.signed_up_30"), Value: i18n.T(ctx, "console.of_most", "Count", i18n.Number(ctx, founded), "Most", i18n.Number(ctx, begun)), Href: "/sign-ups"}}, nil
}

// host is where a casino's desk is.
func (s *Server) host(c resellers.Casino) string {
	if c.Host != "" {
		return c.Host
	}
	return c.Slug + "." + s.Config.Base
}

// tenant is the casino as the doors know it, for what is done inside of it.
func (s *Server) tenant(c resellers.Casino) tenants.Tenant {
	return tenants.Tenant{ID: c.ID, Slug: c.Slug, Name: c.Name, Host: s.host(c), Language: c.Language, Reseller: c.Reseller, Standing: c.Standing}
}
