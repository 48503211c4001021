package web

import (
	"context"
	"net/http"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"pitdesk/internal/i18n"
	"pitdesk/views"
)

// Lobby is the demo's stand-in for a casino: a page on a host of its own that holds the desk's chat, and the casino's backend
// that vouches for its player. Only the demo serves it.
type Lobby struct {
	Name, Slug string
	Desk       func() string // the desk's address, such as http://lucky-fox.localhost:8080
	KeyID      string
	Secret     []byte
	Sub        string
	Player     string
	Email      string
}

// signedOutCookie is how the lobby remembers that the demo player has signed out.
const signedOutCookie = "visitor"

// Handler serves the lobby.
func (l Lobby) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", l.page)
	mux.HandleFunc("POST /sign", l.sign)
	mux.HandleFunc("POST /identity", l.identity)
	mux.Handle("GET /assets/", views.Assets())
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return http.NewCrossOriginProtection().Handler(mux)
}

func (l Lobby) signedIn(r *http.Request) bool {
	c, err := r.Cookie(signedOutCookie)
	return err != nil || c.Value != "yes"
}

func (l Lobby) page(w http.ResponseWriter, r *http.Request) {
	lang := i18n.Negotiate(r.Header.Get("Accept-Language"), r.URL.Query().Get("lang"))
	p := views.LobbyPage{Name: l.Name, Slug: l.Slug, ChatJS: l.Desk() + "/chat.js", Desk: l.Desk(), Games: lobbyGames}
	if l.signedIn(r) {
		p.Player = l.Player
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'self'; script-src 'self' "+l.Desk()+"; frame-src "+l.Desk()+"; frame-ancestors 'none'; base-uri 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	_ = views.Render(w, r.WithContext(i18n.With(r.Context(), lang)), http.StatusOK, views.Lobby(p))
}

func (l Lobby) sign(w http.ResponseWriter, r *http.Request) {
	value := ""
	if r.FormValue("to") == "out" {
		value = "yes"
	}
	http.SetCookie(w, &http.Cookie{Name: signedOutCookie, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}) // #nosec G124 -- the demo's, over plain HTTP, and no secret
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// identity is what a casino's backend answers its own page with: a token for the player who is signed in, good for a few
// minutes and for one exchange.
func (l Lobby) identity(w http.ResponseWriter, r *http.Request) {
	if !l.signedIn(r) {
		http.Error(w, "nobody is signed in", http.StatusUnauthorized)
		return
	}
	token, err := l.Identity(r.Context())
	if err != nil {
		http.Error(w, "no identity", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(token))
}

// Identity signs who the demo player is.
func (l Lobby) Identity(context.Context) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"sub": l.Sub, "jti": uuid.NewString(), "exp": time.Now().Add(5 * time.Minute).Unix(), "iat": time.Now().Unix(),
		"name": l.Player, "email": l.Email, "language": "ru", "country": "LT", "vip": "Gold", "status": "active",
	})
	t.Header["kid"] = l.KeyID
	return t.SignedString(l.Secret)
}

var lobbyGames = []views.LobbyGame{
	{Face: "♠", Name: "Spade Parade"}, {Face: "♥", Name: "Seven Lanes"}, {Face: "♛", Name: "Quiet Queen"}, {Face: "★", Name: "Twelve"},
	{Face: "♣", Name: "Clover Field"}, {Face: "♦", Name: "Cut Stones"}, {Face: "♞", Name: "Last Furlong"}, {Face: "☀", Name: "Full Time"},
}
