package console

import (
	"net/http"

	"pitdesk/authz"
)

// Surface is for whom a route is.
type Surface string

// The surfaces.
const (
	Public Surface = "public" // anyone: how one signs in
	Person Surface = "person" // a session cookie of somebody above casinos
)

// Handler answers a request or returns why it didn't.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is one way in. Permission is what the handler asks authz, once; public routes have none.
type Route struct {
	Surface    Surface
	Pattern    string // "GET /casinos/{tenant}"
	Permission authz.Permission
	Handler    Handler
}

// Routes are all pages of the console.
func (s *Server) Routes() []Route {
	if s.table == nil {
		s.table = s.routes()
	}
	return s.table
}

func (s *Server) routes() []Route {
	public := func(pattern string, h Handler) Route { return Route{Surface: Public, Pattern: pattern, Handler: h} }
	person := func(pattern string, p authz.Permission, h Handler) Route {
		return Route{Surface: Person, Pattern: pattern, Permission: p, Handler: h}
	}
	return []Route{
		public("GET /{$}", s.front),
		public("GET /theme.css", s.theme),
		public("GET /assets/{name}", s.asset),
		public("GET /robots.txt", s.robots),
		public("GET /sign-in", s.signInForm),
		public("POST /sign-in", s.signIn),
		public("GET /enter/{token}", s.enterForm),
		public("POST /enter/{token}", s.enter),
		public("GET /sign-in/code", s.codeForm),
		public("POST /sign-in/code", s.code),
		public("GET /factor", s.factorForm),
		public("POST /factor", s.factor),
		public("POST /sign-out", s.signOut),

		person("GET /account", authz.AccountRead, s.account),
		person("POST /account", authz.AccountChange, s.setProfile),
		person("POST /factor/off", authz.AccountChange, s.dropFactor),
	}
}
