package web

import (
	"context"
	"net/http"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// visitMay is the id of the sentence that says what a visitor may do.
func visitMay(of string, v staff.Visit) string {
	if v.MayChange {
		return of + "_changes"
	}
	return of + "_looks"
}

// visitBar is what every page says while a visitor looks at it.
func visitBar(ctx context.Context, v staff.Visit) *views.VisitBar {
	return &views.VisitBar{Text: i18n.T(ctx, visitMay("staff.visit_bar", v)), Reason: v.Reason, EndsAt: v.EndsAt}
}

// visitForm asks whoever holds a visit's token to begin it: programs that look at addresses open them too.
func (s *Server) visitForm(w http.ResponseWriter, r *http.Request) error {
	v, err := staff.VisitByToken(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	ctx := r.Context()
	return views.Render(w, r, http.StatusOK, views.VisitDoor(views.VisitDoorProps{Page: s.page(r, i18n.T(ctx, "staff.visit_title"), ""),
		Token: r.PathValue("token"), Reason: v.Reason, May: i18n.T(ctx, visitMay("staff.visit_bar", v))}))
}

// enterVisit begins a visitor's session. Whoever was signed in here in this browser no longer is.
func (s *Server) enterVisit(w http.ResponseWriter, r *http.Request) error {
	session, err := s.Sessions.EnterVisit(r.Context(), r.PathValue("token"), from(r))
	if err != nil {
		return err
	}
	if c, err := r.Cookie(sessionCookie); err == nil {
		if err := s.Sessions.SignOut(r.Context(), c.Value, from(r)); err != nil && fault.CodeOf(err) != fault.NotFound {
			return err
		}
	}
	setSession(w, session)
	http.Redirect(w, r, "/inbox", http.StatusSeeOther)
	return nil
}

// visits is who has come in from above, and what visitors may.
func (s *Server) visits(w http.ResponseWriter, r *http.Request) error {
	p := views.VisitsProps{Settings: s.settingsProps(r, "visits")}
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.SettingsRead, authz.Facts{}); err != nil {
			return err
		}
		if err := lastChange(ctx, tx, &p.Settings); err != nil {
			return err
		}
		if p.MayChange, err = staff.VisitorsMayChange(ctx, tx); err != nil {
			return err
		}
		all, err := staff.Visits(ctx, tx)
		for _, v := range all {
			p.Visits = append(p.Visits, visitLine(ctx, v))
		}
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Visits(p))
}

func visitLine(ctx context.Context, v staff.Visit) views.VisitLine {
	return views.VisitLine{ID: tenants.PublicID(tenants.VisitPrefix, v.ID), Name: v.Name, Side: i18n.T(ctx, "staff.visitor_"+string(v.Side)), Reason: v.Reason,
		Began: v.BegunAt, Ends: v.EndsAt, Entered: v.EnteredAt != nil, Runs: v.Runs(time.Now()), Ended: v.EndedAt, ByCasino: v.EndedBy == "casino", MayChange: v.MayChange}
}

// setVisits sets whether visitors may change anything.
func (s *Server) setVisits(w http.ResponseWriter, r *http.Request) error {
	if err := s.changing(r, func(ctx context.Context, tx bun.Tx) error {
		return staff.LetVisitorsChange(ctx, tx, r.PostForm.Get("may_change") == "yes")
	}); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/visits?done=saved", http.StatusSeeOther)
	return nil
}

// endVisit sends a visitor out.
func (s *Server) endVisit(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.VisitPrefix, r.PathValue("visit"))
	if err != nil {
		return err
	}
	if err := s.changing(r, func(ctx context.Context, tx bun.Tx) error { return s.Sessions.EndVisit(ctx, tx, id) }); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/visits?done=saved", http.StatusSeeOther)
	return nil
}
