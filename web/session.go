package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// sessionCookie is bound to one host by its prefix (RFC 6265bis, section 4.1.3.2): no casino's cookie reaches another.
const sessionCookie = "__Host-session"

type signedKey struct{}

func withSigned(ctx context.Context, s staff.Signed) context.Context {
	return context.WithValue(ctx, signedKey{}, s)
}

// signedOf returns who is signed in on a staff route.
func signedOf(ctx context.Context) staff.Signed {
	s, _ := ctx.Value(signedKey{}).(staff.Signed)
	return s
}

// signedIn finds the member behind a request's cookie. A sign-in whose second factor is missing doesn't count.
func (s *Server) signedIn(r *http.Request) (staff.Signed, error) {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return staff.Signed{}, fault.New(fault.Unauthenticated, "Please sign in.")
	}
	signed, err := s.Sessions.Find(r.Context(), c.Value)
	if err != nil {
		return staff.Signed{}, err
	}
	if !signed.Proven {
		return staff.Signed{}, fault.New(fault.Unauthenticated, "Please sign in.")
	}
	signed.Actor.RequestID, signed.Actor.Address = requestOf(r.Context())
	return signed, nil
}

func setSession(w http.ResponseWriter, token string) {
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: token, Path: "/", Secure: true, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, MaxAge: 14 * 24 * 3600})
}

func clearSession(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: -1})
}

// playerActor is a player whom the token has yet to name: the role is known, the person isn't.
func (s *Server) playerActor(r *http.Request) authz.Actor {
	id, address := requestOf(r.Context())
	return authz.Actor{Kind: authz.KindPlayer, Tenant: tenants.Current(r.Context()).ID, ID: uuid.Nil, Role: authz.Player,
		RequestID: id, Address: address}
}

// bearer is a request's bearer token (RFC 6750, section 2.1), or "".
func bearer(r *http.Request) string {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
