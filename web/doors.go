package web

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"pitdesk/desk/staff"
	"pitdesk/internal/i18n"
	"pitdesk/views"
)

// codeForm asks whoever gave a password for their second factor. Others have nothing to do here.
func (s *Server) codeForm(w http.ResponseWriter, r *http.Request) error {
	next := localPath(r.URL.Query().Get("next"))
	half, err := s.half(r)
	if err != nil {
		return err
	}
	if !half {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	return views.Render(w, r, http.StatusOK, views.Code(s.codeProps(r, next)))
}

func (s *Server) codeProps(r *http.Request, next string) views.CodeProps {
	return views.CodeProps{Page: s.page(r, i18n.T(r.Context(), "staff.code_title"), ""), Next: next}
}

// half says whether the cookie is of a session that waits for its second factor.
func (s *Server) half(r *http.Request) (bool, error) {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return false, nil
	}
	return s.Sessions.Half(r.Context(), c.Value)
}

// code takes the second factor.
func (s *Server) code(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	next := localPath(r.PostForm.Get("next"))
	half, err := s.half(r)
	if err != nil {
		return err
	}
	if !half {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	c, _ := r.Cookie(sessionCookie)
	token, err := s.Sessions.Prove(r.Context(), c.Value, r.PostForm.Get("code"), from(r))
	if err != nil {
		return s.again(w, r, err, func(f views.Fault) templ.Component {
			p := s.codeProps(r, next)
			p.Fault = f
			return views.Code(p)
		})
	}
	setSession(w, token)
	http.Redirect(w, r, next, http.StatusSeeOther) // #nosec G710 -- next went through localPath
	return nil
}

// forgotForm asks where to send a link for a new password.
func (s *Server) forgotForm(w http.ResponseWriter, r *http.Request) error {
	return views.Render(w, r, http.StatusOK, views.Forgot(s.forgotProps(r)))
}

func (s *Server) forgotProps(r *http.Request) views.ForgotProps {
	return views.ForgotProps{Page: s.page(r, i18n.T(r.Context(), "staff.forgot_title"), "")}
}

// forgot has the link sent, and answers the same whether anybody here has the address.
func (s *Server) forgot(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	email := r.PostForm.Get("email")
	p := s.forgotProps(r)
	if err := staff.AskReset(r.Context(), email, from(r)); err != nil {
		return s.again(w, r, err, func(f views.Fault) templ.Component {
			p.Email, p.Fault = email, f
			return views.Forgot(p)
		})
	}
	p.Sent = staff.CleanEmail(email)
	return views.Render(w, r, http.StatusOK, views.Forgot(p))
}

// resetForm asks whoever holds a reset's link for a new password.
func (s *Server) resetForm(w http.ResponseWriter, r *http.Request) error {
	if err := staff.ResetStands(r.Context(), r.PathValue("token")); err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Reset(s.resetProps(r)))
}

func (s *Server) resetProps(r *http.Request) views.ResetProps {
	return views.ResetProps{Page: s.page(r, i18n.T(r.Context(), "staff.reset_title"), ""), Token: r.PathValue("token")}
}

// reset sets the new password. Whoever did it signs in with it: a second factor is still asked for there.
func (s *Server) reset(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	if err := s.Sessions.UseReset(r.Context(), r.PathValue("token"), r.PostForm.Get("password"), from(r)); err != nil {
		return s.again(w, r, err, func(f views.Fault) templ.Component {
			p := s.resetProps(r)
			p.Fault = f
			return views.Reset(p)
		})
	}
	clearSession(w)
	http.Redirect(w, r, "/sign-in?done=reset", http.StatusSeeOther)
	return nil
}

// invitationForm shows an invitation to whoever holds its link, in the language the inviter chose for them.
func (s *Server) invitationForm(w http.ResponseWriter, r *http.Request) error {
	i, err := staff.InvitationOf(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	r = r.WithContext(spoken(r, i))
	return views.Render(w, r, http.StatusOK, views.Invitation(s.invitationProps(r, i)))
}

func (s *Server) invitationProps(r *http.Request, i staff.Invitation) views.InvitationProps {
	ctx := r.Context()
	return views.InvitationProps{Page: s.page(r, i18n.T(ctx, "staff.invited_page"), ""), Token: r.PathValue("token"),
		Email: i.Email, Name: i.Name, Role: i18n.T(ctx, "role."+string(i.Role))}
}

func spoken(r *http.Request, i staff.Invitation) context.Context {
	if r.URL.Query().Get("lang") != "" {
		return r.Context()
	}
	return i18n.With(r.Context(), i.Language)
}

// acceptInvitation makes the invited a member, signed in.
func (s *Server) acceptInvitation(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	token, name := r.PathValue("token"), r.PostForm.Get("name")
	i, err := staff.InvitationOf(r.Context(), token)
	if err != nil {
		return err
	}
	r = r.WithContext(spoken(r, i))
	session, err := s.Sessions.Accept(r.Context(), token, name, r.PostForm.Get("password"), from(r))
	if err != nil {
		return s.again(w, r, err, func(f views.Fault) templ.Component {
			p := s.invitationProps(r, i)
			p.Name, p.Fault = name, f
			return views.Invitation(p)
		})
	}
	setSession(w, session)
	http.Redirect(w, r, "/inbox", http.StatusSeeOther)
	return nil
}
