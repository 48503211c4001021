package console

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
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/resellers"
	"pitdesk/views"
)

// keyTerms are how long a key may be good, besides for good.
var keyTerms = map[string]time.Duration{"30d": 30 * 24 * time.Hour, "90d": 90 * 24 * time.Hour, "365d": 365 * 24 * time.Hour}

var termOrder = []string{"30d", "90d", "365d"}

func (s *Server) keysProps(ctx context.Context, r *http.Request, tx bun.IDB) (views.ConsoleKeysProps, error) {
	p := views.ConsoleKeysProps{Frame: s.frame(r, "keys", i18n.T(ctx, "console.keys")), Terms: termOrder}
	for _, scope := range authz.Scopes(authz.Reseller) {
		p.Scopes = append(p.Scopes, views.Tick{ID: scope, Name: scope, On: slices.Contains(r.PostForm["scope"], scope)})
	}
	all, err := resellers.Keys(ctx, tx, signedOf(ctx).Person.Reseller)
	for _, k := range all {
		p.Keys = append(p.Keys, views.ConsoleKeyLine{ID: tenants.PublicID(tenants.KeyPrefix, k.ID), Name: k.Name, Hint: k.Hint, Scopes: k.Scopes, Networks: k.Networks,
			Created: k.CreatedAt, Used: k.LastUsedAt, Expires: k.ExpiresAt, Good: k.Good, Old: k.OldHint, OldUntil: k.OldUntil})
	}
	return p, err
}

// keys is a reseller's keys.
func (s *Server) keys(w http.ResponseWriter, r *http.Request) error {
	var p views.ConsoleKeysProps
	if err := asking(r, authz.KeyRead, mine(r.Context()), func(ctx context.Context, tx bun.Tx) (err error) {
		p, err = s.keysProps(ctx, r, tx)
		return err
	}); err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleKeys(p))
}

// makeKey makes one and shows its secret, this once.
func (s *Server) makeKey(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	n := tenants.NewKey{Name: r.PostForm.Get("name"), Scopes: r.PostForm["scope"]}
	networks := strings.FieldsFunc(r.PostForm.Get("networks"), func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
	var err error
	n.Networks, err = tenants.ParseNetworks(networks)
	if d, ok := keyTerms[r.PostForm.Get("expires")]; ok {
		at := time.Now().Add(d)
		n.ExpiresAt = &at
	}
	if err != nil {
		return s.keysAgain(w, r, err)
	}
	whose := mine(r.Context())
	whose.About = n.Name
	return s.secret(w, r, n.Name, whose, func(ctx context.Context, tx bun.Tx) (tenants.MadeKey, error) {
		return resellers.MakeKey(ctx, tx, whose.Reseller, n)
	})
}

// rotateKey gives a key a new secret and shows it, this once; the present one stays good for a day.
func (s *Server) rotateKey(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.KeyPrefix, r.PathValue("key"))
	if err != nil {
		return err
	}
	whose := mine(r.Context())
	whose.Object, whose.About = id, "rotate"
	return s.secret(w, r, "", whose, func(ctx context.Context, tx bun.Tx) (tenants.MadeKey, error) {
		return resellers.RotateKey(ctx, tx, whose.Reseller, id, tenants.KeepOldSecret)
	})
}

// secret does what makes a secret and shows it.
func (s *Server) secret(w http.ResponseWriter, r *http.Request, name string, whose authz.Whose, fn func(ctx context.Context, tx bun.Tx) (tenants.MadeKey, error)) error {
	var made tenants.MadeKey
	var p views.ConsoleKeysProps
	if err := asking(r, authz.KeyChange, whose, func(ctx context.Context, tx bun.Tx) (err error) {
		if made, err = fn(ctx, tx); err != nil {
			return err
		}
		r.PostForm = nil
		p, err = s.keysProps(ctx, r, tx)
		return err
	}); err != nil {
		return s.keysAgain(w, r, err)
	}
	p.Secret, p.Made = made.Secret, name
	for _, k := range p.Keys {
		if k.ID == tenants.PublicID(tenants.KeyPrefix, made.ID) {
			p.Made = k.Name
		}
	}
	return views.Render(w, r, http.StatusOK, views.ConsoleKeys(p))
}

func (s *Server) keysAgain(w http.ResponseWriter, r *http.Request, err error) error {
	if r.PathValue("key") != "" && fault.CodeOf(err) == fault.Conflict {
		return err
	}
	return again(w, r, err, func(f views.Fault) (templ.Component, error) {
		p, err := s.keysProps(r.Context(), r, tenants.AboveNow(r.Context()))
		p.Fault, p.Name, p.Networks, p.Expires = f, r.PostForm.Get("name"), r.PostForm.Get("networks"), r.PostForm.Get("expires")
		return views.ConsoleKeys(p), err
	})
}

// keyDeed ends a key, or the secret of it that was replaced.
func (s *Server) keyDeed(about string, deed func(ctx context.Context, tx bun.Tx, reseller, id uuid.UUID) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := tenants.ParseID(tenants.KeyPrefix, r.PathValue("key"))
		if err != nil {
			return err
		}
		whose := mine(r.Context())
		whose.Object, whose.About = id, about
		if err := asking(r, authz.KeyChange, whose, func(ctx context.Context, tx bun.Tx) error { return deed(ctx, tx, whose.Reseller, id) }); err != nil {
			return err
		}
		http.Redirect(w, r, "/keys?done=saved", http.StatusSeeOther)
		return nil
	}
}
