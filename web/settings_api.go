package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/keys"
	"pitdesk/views"
)

// keyTerms are how long a key may be good, by what the form says.
var keyTerms = []struct {
	word string
	long time.Duration
}{{"30d", 30 * 24 * time.Hour}, {"90d", 90 * 24 * time.Hour}, {"365d", 365 * 24 * time.Hour}}

// apiSettings is the casino's keys to the API.
func (s *Server) apiSettings(w http.ResponseWriter, r *http.Request) error {
	var p views.APISettingsProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.SettingsRead, authz.Facts{}); err != nil {
			return err
		}
		if p, err = s.apiSettingsProps(ctx, tx, r); err != nil {
			return err
		}
		return lastChange(ctx, tx, &p.Settings)
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.APISettings(p))
}

func (s *Server) apiSettingsProps(ctx context.Context, tx bun.Tx, r *http.Request) (views.APISettingsProps, error) {
	p := views.APISettingsProps{Settings: s.settingsProps(r, "api"), New: views.NewAPIKeyProps{Role: string(authz.Operator)}}
	for _, term := range keyTerms {
		p.New.Terms = append(p.New.Terms, term.word)
	}
	for _, scope := range authz.Scopes(authz.Admin) {
		p.New.Scopes = append(p.New.Scopes, views.ScopeChoice{Scope: scope})
	}
	all, err := keys.All(ctx, tx)
	for _, k := range all {
		p.Keys = append(p.Keys, views.APIKeyLine{ID: tenants.PublicID(tenants.KeyPrefix, k.ID), Name: k.Name, Role: i18n.T(ctx, "role."+k.Role),
			Hint: k.Hint, Created: k.CreatedAt, Used: k.LastUsedAt, Expires: k.ExpiresAt, Expired: k.Expired(), Revoked: k.RevokedAt,
			Scopes: k.Scopes, Networks: k.Networks, Old: k.OldHint, OldUntil: deref(k.OldUntil), OldUsed: k.OldUsedAt})
	}
	return p, err
}

// makeAPIKey makes a key and shows its secret this once.
func (s *Server) makeAPIKey(w http.ResponseWriter, r *http.Request) error {
	var p views.APISettingsProps
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := billing.Require(ctx, billing.API); err != nil {
			return err
		}
		k := tenants.NewKey{Name: r.PostForm.Get("name"), Role: r.PostForm.Get("role")}
		if k.ExpiresAt, err = keyEnd(r.PostForm.Get("expires")); err != nil {
			return err
		}
		if k.Networks, err = tenants.ParseNetworks(strings.Fields(r.PostForm.Get("networks"))); err != nil {
			return err
		}
		k.Scopes = r.PostForm["scopes"]
		made, err := keys.Make(ctx, tx, k)
		if err != nil {
			return err
		}
		if p, err = s.apiSettingsProps(ctx, tx, r); err != nil {
			return err
		}
		p.Made, p.Secret = k.Name, made.Secret
		return nil
	})
	if err != nil {
		return s.apiSettingsAgain(w, r, err)
	}
	return views.Render(w, r, http.StatusOK, views.APISettings(p))
}

// rotateAPIKey gives a key a new secret and shows it this once; the old one stays good for a day.
func (s *Server) rotateAPIKey(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.KeyPrefix, r.PathValue("apikey"))
	if err != nil {
		return err
	}
	var p views.APISettingsProps
	err = s.changing(r, func(ctx context.Context, tx bun.Tx) error {
		made, err := keys.Rotate(ctx, tx, id, tenants.KeepOldSecret)
		if err != nil {
			return err
		}
		k, err := keys.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		if p, err = s.apiSettingsProps(ctx, tx, r); err != nil {
			return err
		}
		p.Made, p.Secret = k.Name, made.Secret
		return nil
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.APISettings(p))
}

func deref(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// keyEnd is when a key made now runs out, by what the form says; nil for never.
func keyEnd(word string) (*time.Time, error) {
	if word == "" {
		return nil, nil
	}
	for _, term := range keyTerms {
		if term.word == word {
			at := time.Now().Add(term.long)
			return &at, nil
		}
	}
	return nil, fault.New(fault.Invalid, "Choose from the list when the key runs out.").On("expires")
}

// keyDeed is a deed to the key that a route names.
func (s *Server) keyDeed(done string, deed func(context.Context, bun.Tx, uuid.UUID) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := tenants.ParseID(tenants.KeyPrefix, r.PathValue("apikey"))
		if err != nil {
			return err
		}
		if err := s.changing(r, func(ctx context.Context, tx bun.Tx) error { return deed(ctx, tx, id) }); err != nil {
			return err
		}
		http.Redirect(w, r, "/settings/api?done="+done, http.StatusSeeOther)
		return nil
	}
}

func (s *Server) apiSettingsAgain(w http.ResponseWriter, r *http.Request, err error) error {
	var p views.APISettingsProps
	if mendable(err) {
		if failed := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
			p, err = s.apiSettingsProps(ctx, tx, r)
			return err
		}); failed != nil {
			return failed
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.New.Name, p.New.Role, p.New.Expires, p.New.Fault = r.PostForm.Get("name"), r.PostForm.Get("role"), r.PostForm.Get("expires"), f
		p.New.Networks = r.PostForm.Get("networks")
		for i := range p.New.Scopes {
			p.New.Scopes[i].On = slices.Contains(r.PostForm["scopes"], p.New.Scopes[i].Scope)
		}
		return views.APISettings(p)
	})
}
