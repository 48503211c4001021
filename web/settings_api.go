package web

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
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
		if p, err = s.apiSettingsProps(r); err != nil {
			return err
		}
		return lastChange(ctx, tx, &p.Settings)
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.APISettings(p))
}

func (s *Server) apiSettingsProps(r *http.Request) (views.APISettingsProps, error) {
	ctx := r.Context()
	p := views.APISettingsProps{Settings: s.settingsProps(r, "api"), New: views.NewAPIKeyProps{Role: string(authz.Operator)}}
	for _, term := range keyTerms {
		p.New.Terms = append(p.New.Terms, term.word)
	}
	all, err := s.Pools.Doors.APIKeys(ctx, tenants.Current(ctx).ID)
	for _, k := range all {
		p.Keys = append(p.Keys, views.APIKeyLine{ID: tenants.PublicID(tenants.KeyPrefix, k.ID), Name: k.Name, Role: i18n.T(ctx, "role."+k.Role),
			Hint: k.Hint, Created: k.CreatedAt, Used: k.LastUsedAt, Expires: k.ExpiresAt, Expired: k.Expired(), Revoked: k.RevokedAt})
	}
	return p, err
}

// makeAPIKey makes a key and shows its secret this once. Keys lie outside the casino's transaction, so the audit line is
// committed before: the log may tell of a key that then couldn't be made, but no key is without its line.
func (s *Server) makeAPIKey(w http.ResponseWriter, r *http.Request) error {
	t := tenants.Current(r.Context())
	k := tenants.NewKey{ID: tenants.NewID()}
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := billing.Require(ctx, billing.API); err != nil {
			return err
		}
		var err error
		k.Name, k.Role = r.PostForm.Get("name"), r.PostForm.Get("role")
		if k.ExpiresAt, err = keyEnd(r.PostForm.Get("expires")); err != nil {
			return err
		}
		if err := k.Clean(); err != nil {
			return err
		}
		if err := s.Pools.Doors.RoomForAPIKey(ctx, t.ID); err != nil {
			return err
		}
		return recordKey(ctx, tx, "made", tenants.KeptKey{ID: k.ID, Name: k.Name, Role: k.Role})
	})
	if err != nil {
		return s.apiSettingsAgain(w, r, err)
	}
	_, secret, err := s.Pools.Doors.NewAPIKey(r.Context(), t.ID, k)
	if err != nil {
		return err
	}
	p, err := s.apiSettingsProps(r)
	if err != nil {
		return err
	}
	p.Made, p.Secret = k.Name, secret
	return views.Render(w, r, http.StatusOK, views.APISettings(p))
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

// revokeAPIKey ends a key, once it is certain that the audit log tells of it.
func (s *Server) revokeAPIKey(w http.ResponseWriter, r *http.Request) error {
	t := tenants.Current(r.Context())
	id, err := tenants.ParseID(tenants.KeyPrefix, r.PathValue("apikey"))
	if err != nil {
		return err
	}
	err = s.changing(r, func(ctx context.Context, tx bun.Tx) error {
		k, err := s.Pools.Doors.UnrevokedAPIKey(ctx, t.ID, id)
		if err != nil {
			return err
		}
		return recordKey(ctx, tx, "revoked", k)
	})
	if err != nil {
		return err
	}
	if err := s.Pools.Doors.RevokeAPIKey(r.Context(), t.ID, id); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/api?done=revoked", http.StatusSeeOther)
	return nil
}

// recordKey writes down by name what is done to a key. Its id stands there as the API and the log of conversations show it.
func recordKey(ctx context.Context, tx bun.Tx, deed string, k tenants.KeptKey) error {
	a, _ := authz.From(ctx)
	return authz.Record(ctx, tx, a, deed, "api_key", map[string]any{
		"key": tenants.PublicID(tenants.KeyPrefix, k.ID), "name": k.Name, "role": k.Role})
}

func (s *Server) apiSettingsAgain(w http.ResponseWriter, r *http.Request, err error) error {
	var p views.APISettingsProps
	if mendable(err) {
		var failed error
		if p, failed = s.apiSettingsProps(r); failed != nil {
			return failed
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.New.Name, p.New.Role, p.New.Expires, p.New.Fault = r.PostForm.Get("name"), r.PostForm.Get("role"), r.PostForm.Get("expires"), f
		return views.APISettings(p)
	})
}
