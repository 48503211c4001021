package web

import (
	"bytes"
	"context"
	"image/png"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// factor is the page of the member's second factor; who hasn't begun to set one up is sent to where that is done.
func (s *Server) factor(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readFactor(r)
	if err != nil {
		return err
	}
	if !f.On && f.Secret == "" {
		http.Redirect(w, r, "/account#second-factor", http.StatusSeeOther)
		return nil
	}
	return views.Render(w, r, http.StatusOK, views.Factor(s.factorProps(r, f)))
}

func (s *Server) readFactor(r *http.Request) (f staff.Factor, err error) {
	err = s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.AccountRead, authz.Facts{}); err != nil {
			return err
		}
		f, err = staff.FactorOf(ctx, tx, signedOf(ctx).Actor.ID)
		return err
	})
	return f, err
}

func (s *Server) factorProps(r *http.Request, f staff.Factor) views.FactorProps {
	p := views.FactorProps{Page: s.page(r, i18n.T(r.Context(), "staff.factor_title"), "account"), On: f.On, Left: f.Left}
	for i := 0; i < len(f.Secret); i += 4 {
		p.Secret += f.Secret[i:min(i+4, len(f.Secret))] + " "
	}
	p.Secret = strings.TrimSpace(p.Secret)
	return p
}

// factorPicture is the secret as a picture for an authenticator app. It is nobody's but the member's and is kept nowhere.
func (s *Server) factorPicture(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readFactor(r)
	if err != nil {
		return err
	}
	if f.Secret == "" {
		return tenants.ErrNotFound
	}
	key, err := f.Key(tenants.Current(r.Context()).Name, signedOf(r.Context()).Email)
	if err != nil {
		return err
	}
	picture, err := key.Image(400, 400)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(b.Bytes())
	return err
}

// beginFactor makes a secret and shows it.
func (s *Server) beginFactor(w http.ResponseWriter, r *http.Request) error {
	err := s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.AccountChange, authz.Facts{}); err != nil {
			return err
		}
		return staff.BeginFactor(ctx, tx, signedOf(ctx).Actor.ID)
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/account/second-factor", http.StatusSeeOther)
	return nil
}

// confirmFactor turns the second factor on and shows the recovery codes.
func (s *Server) confirmFactor(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	var codes []string
	var f staff.Factor
	err := s.writing(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.AccountChange, authz.Facts{}); err != nil {
			return err
		}
		if f, err = staff.FactorOf(ctx, tx, signedOf(ctx).Actor.ID); err != nil {
			return err
		}
		codes, err = staff.ConfirmFactor(ctx, tx, signedOf(ctx).Actor.ID, r.PostForm.Get("code"))
		return err
	})
	if err != nil {
		if fault.CodeOf(err) == fault.Conflict {
			return err
		}
		return s.again(w, r, err, func(fault views.Fault) templ.Component {
			p := s.factorProps(r, f)
			p.Fault = fault
			return views.Factor(p)
		})
	}
	return s.showCodes(w, r, codes)
}

func (s *Server) showCodes(w http.ResponseWriter, r *http.Request, codes []string) error {
	return views.Render(w, r, http.StatusOK, views.Recovery(views.RecoveryProps{
		Page: s.page(r, i18n.T(r.Context(), "staff.recovery_title"), "account"), Codes: codes}))
}

// renewCodes replaces the recovery codes, for a member who gives their password.
func (s *Server) renewCodes(w http.ResponseWriter, r *http.Request) error {
	var codes []string
	err := s.withPassword(w, r, func(ctx context.Context, tx bun.Tx) (err error) {
		codes, err = staff.RenewRecoveryCodes(ctx, tx, signedOf(ctx).Actor.ID)
		return err
	})
	if err != nil {
		return s.factorAgain(w, r, err, "codes")
	}
	return s.showCodes(w, r, codes)
}

// dropFactor turns the second factor off, for a member who gives their password.
func (s *Server) dropFactor(w http.ResponseWriter, r *http.Request) error {
	err := s.withPassword(w, r, func(ctx context.Context, tx bun.Tx) error {
		return staff.DropFactor(ctx, tx, signedOf(ctx).Actor.ID)
	})
	if err != nil {
		return s.factorAgain(w, r, err, "off")
	}
	http.Redirect(w, r, "/account?done=factor_off", http.StatusSeeOther)
	return nil
}

// withPassword does what needs the member's present password.
func (s *Server) withPassword(_ http.ResponseWriter, r *http.Request, fn func(ctx context.Context, tx bun.Tx) error) error {
	if err := readForm(r); err != nil {
		return err
	}
	if err := s.mayChangeAccount(r); err != nil {
		return err
	}
	if err := s.Sessions.CheckOwnPassword(r.Context(), r.PostForm.Get("old")); err != nil {
		return err
	}
	return s.writing(r, fn)
}

func (s *Server) factorAgain(w http.ResponseWriter, r *http.Request, err error, of string) error {
	if fault.CodeOf(err) == fault.Conflict {
		return err
	}
	var now staff.Factor
	if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		now, err = staff.FactorOf(ctx, tx, signedOf(ctx).Actor.ID)
		return err
	}); err != nil {
		return err
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p := s.factorProps(r, now)
		p.Fault, p.Of = f, of
		return views.Factor(p)
	})
}
