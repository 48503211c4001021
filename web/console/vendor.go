package console

import (
	"context"
	"net/http"
	"strconv"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/i18n"
	"pitdesk/internal/jobs"
	"pitdesk/tenants"
	"pitdesk/tenants/signups"
	"pitdesk/views"
)

// What a page of sign-ups and one of jobs show.
const (
	signUpsShown  = 200
	troublesShown = 100
)

// signUps is who signed up by themselves.
func (s *Server) signUps(w http.ResponseWriter, r *http.Request) error {
	p := views.ConsoleSignUpsProps{Frame: s.frame(r, "sign_ups", i18n.T(r.Context(), "console.sign_ups"))}
	if err := asking(r, authz.VendorRead, authz.Whose{}, func(ctx context.Context, tx bun.Tx) error {
		for _, days := range []int{1, 7, 30} {
			begun, founded, err := signups.Counts(ctx, tx, days)
			if err != nil {
				return err
			}
			p.Figures = append(p.Figures, views.Figure{Name: i18n.N(ctx, "console.sign_ups_days", days),
				Value: i18n.T(ctx, "console.of_most", "Count", i18n.Number(ctx, founded), "Most", i18n.Number(ctx, begun))})
		}
		all, err := signups.Latest(ctx, tx, signUpsShown)
		for _, each := range all {
			row := views.SignUpRow{Name: each.Name, Slug: each.Slug, Email: each.Email, Begun: each.BegunAt, State: "waiting"}
			switch {
			case each.Founded != nil:
				row.State, row.Href = "founded", "/casinos/"+tenants.PublicID(tenants.TenantPrefix, each.Tenant)
			case each.Over:
				row.State = "over"
			}
			p.Rows = append(p.Rows, row)
		}
		return err
	}); err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleSignUps(p))
}

// jobs is the state of the queue.
func (s *Server) jobs(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	p := views.ConsoleJobsProps{Frame: s.frame(r, "jobs", i18n.T(ctx, "console.jobs"))}
	if err := asking(r, authz.VendorRead, authz.Whose{}, func(ctx context.Context, tx bun.Tx) error {
		kinds, err := jobs.Tallies(ctx, tx)
		if err != nil {
			return err
		}
		var waiting, running, retrying, givenUp int
		for _, k := range kinds {
			waiting, running, retrying, givenUp = waiting+k.Waiting, running+k.Running, retrying+k.Retrying, givenUp+k.GivenUp
			p.Rows = append(p.Rows, views.JobRow{Kind: k.Kind, Waiting: k.Waiting, Running: k.Running, Retrying: k.Retrying, GivenUp: k.GivenUp, Did: k.Done})
		}
		figure := func(name string, n int, tone views.Tone) {
			if n == 0 {
				tone = views.Plain
			}
			p.Figures = append(p.Figures, views.Figure{Name: i18n.T(ctx, "console."+name), Value: i18n.Number(ctx, n), Tone: tone})
		}
		figure("job_waiting", waiting, views.Plain)
		figure("job_running", running, views.Plain)
		figure("job_retrying", retrying, views.Warn)
		figure("job_given_up", givenUp, views.Bad)
		troubles, err := jobs.Troubles(ctx, tx, troublesShown)
		for _, t := range troubles {
			p.Troubles = append(p.Troubles, views.TroubleRow{ID: strconv.FormatInt(t.ID, 10), Kind: t.Kind, Args: t.Args, Error: t.Error, GivenUp: t.State == "discarded",
				Tries: i18n.T(ctx, "console.of_most", "Count", i18n.Number(ctx, t.Attempt), "Most", i18n.Number(ctx, t.Most)), At: t.FailedAt, Next: t.NextAt})
		}
		return err
	}); err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleJobs(p))
}

// jobDeed has a job that failed tried again, or drops it.
func (s *Server) jobDeed(about string, deed func(ctx context.Context, tx bun.IDB, id int64) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := strconv.ParseInt(r.PathValue("job"), 10, 64)
		if err != nil {
			return tenants.ErrNotFound
		}
		if err := asking(r, authz.VendorChange, authz.Whose{About: about + " job " + r.PathValue("job")}, func(ctx context.Context, tx bun.Tx) error {
			return deed(ctx, tx, id)
		}); err != nil {
			return err
		}
		http.Redirect(w, r, "/jobs?done=saved", http.StatusSeeOther)
		return nil
	}
}
