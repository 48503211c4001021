package web

import (
	"net/http"

	"pitdesk/authz"
)

// Surface is for whom a route is, which decides how they prove who they are.
type Surface string

// The surfaces.
const (
	Public Surface = "public" // anyone: these are a golden list
	Staff  Surface = "staff"  // a session cookie
	Chat   Surface = "chat"   // a player's bearer token
)

// Handler answers a request or returns why it didn't.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is one way in. Permission is what the handler asks authz, once; public routes have none.
type Route struct {
	Surface    Surface
	Pattern    string // "GET /inbox/{conversation}"
	Permission authz.Permission
	Handler    Handler
}

// Routes are all pages, fragments and streams of a casino's host.
func (s *Server) Routes() []Route {
	if s.table == nil {
		s.table = s.routes()
	}
	return s.table
}

func (s *Server) routes() []Route {
	public := func(pattern string, h Handler) Route { return Route{Surface: Public, Pattern: pattern, Handler: h} }
	staff := func(pattern string, p authz.Permission, h Handler) Route { return Route{Staff, pattern, p, h} }
	_ = staff
	return []Route{
		public("GET /{$}", s.front),
		public("GET /theme.css", s.theme),
		public("GET /assets/{name}", s.asset),

		public("GET /sign-in", s.signInForm),
		public("POST /sign-in", s.signIn),
		public("POST /sign-out", s.signOut),
	}
}
