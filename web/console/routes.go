package console

import (
	"net/http"

	"pitdesk/authz"
	"pitdesk/internal/jobs"
	"pitdesk/tenants"
	"pitdesk/tenants/resellers"
)

// Surface is for whom a route is.
type Surface string

// The surfaces.
const (
	Public Surface = "public" // anyone: how one signs in
	Person Surface = "person" // a session cookie of somebody above casinos
	Own    Surface = "own"    // the same, of a reseller's people: the deployment's own have no such thing
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
	own := func(pattern string, p authz.Permission, h Handler) Route {
		return Route{Surface: Own, Pattern: pattern, Permission: p, Handler: h}
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

		// Casinos: a reseller's own, or all of the deployment's.
		person("GET /casinos", authz.TenantRead, s.casinos),
		own("GET /casinos/new", authz.TenantRead, s.newCasino),
		own("POST /casinos", authz.TenantCreate, s.createCasino),
		person("GET /casinos/{tenant}", authz.TenantRead, s.casino),
		person("POST /casinos/{tenant}/suspend", authz.TenantHold, s.restrict(tenants.Suspended)),
		person("POST /casinos/{tenant}/resume", authz.TenantHold, s.restrict(tenants.Open)),
		person("POST /casinos/{tenant}/close", authz.TenantHold, s.restrict(tenants.Closed)),
		person("POST /casinos/{tenant}/visit", authz.TenantEnter, s.visit),
		person("POST /casinos/{tenant}/plan", authz.VendorChange, s.plan),
		person("GET /bills", authz.TenantRead, s.bills),
		person("POST /bills/{bill}/paid", authz.VendorChange, s.markPaid),
		person("GET /deeds", authz.TenantRead, s.deeds(authz.TenantRead)),

		// A reseller's own house.
		own("GET /keys", authz.KeyRead, s.keys),
		own("POST /keys", authz.KeyChange, s.makeKey),
		own("POST /keys/{key}/rotate", authz.KeyChange, s.rotateKey),
		own("POST /keys/{key}/end-old", authz.KeyChange, s.keyDeed("end old secret", resellers.EndOldSecret)),
		own("POST /keys/{key}/revoke", authz.KeyChange, s.keyDeed("revoke", resellers.RevokeKey)),
		own("GET /people", authz.ResellerRead, s.people(ownCrew)),
		own("POST /people", authz.ResellerChange, s.addPerson(ownCrew)),
		own("POST /people/{person}/disable", authz.ResellerChange, s.personDeed(ownCrew, "disable")),
		own("POST /people/{person}/enable", authz.ResellerChange, s.personDeed(ownCrew, "enable")),
		own("POST /people/{person}/factor-off", authz.ResellerChange, s.personDeed(ownCrew, "factor-off")),
		own("GET /brand", authz.ResellerRead, s.brand),
		own("POST /brand", authz.ResellerChange, s.setBrand),
		own("GET /logos/{picture}", authz.ResellerRead, s.logo),

		// The deployment's own people.
		person("GET /sign-ups", authz.VendorRead, s.signUps),
		person("GET /resellers", authz.VendorRead, s.resellers),
		person("POST /resellers", authz.VendorChange, s.addReseller),
		person("GET /resellers/{reseller}", authz.VendorRead, s.reseller),
		person("POST /resellers/{reseller}/terms", authz.VendorChange, s.resellerDeed("terms", setTerms)),
		person("POST /resellers/{reseller}/suspend", authz.VendorChange, s.resellerDeed("hold", suspendReseller)),
		person("POST /resellers/{reseller}/resume", authz.VendorChange, s.resellerDeed("hold", resumeReseller)),
		person("POST /resellers/{reseller}/people", authz.VendorChange, s.resellerDeed("people", addResellersPerson)),
		person("POST /resellers/{reseller}/people/{person}/disable", authz.VendorChange, s.namedPersonDeed("disable")),
		person("POST /resellers/{reseller}/people/{person}/enable", authz.VendorChange, s.namedPersonDeed("enable")),
		person("POST /resellers/{reseller}/people/{person}/factor-off", authz.VendorChange, s.namedPersonDeed("factor-off")),
		person("GET /jobs", authz.VendorRead, s.jobs),
		person("POST /jobs/{job}/again", authz.VendorChange, s.jobDeed("again", jobs.Again)),
		person("POST /jobs/{job}/drop", authz.VendorChange, s.jobDeed("drop", jobs.Drop)),
		person("GET /operators", authz.VendorRead, s.people(vendorCrew)),
		person("POST /operators", authz.VendorChange, s.addPerson(vendorCrew)),
		person("POST /operators/{person}/disable", authz.VendorChange, s.personDeed(vendorCrew, "disable")),
		person("POST /operators/{person}/enable", authz.VendorChange, s.personDeed(vendorCrew, "enable")),
		person("POST /operators/{person}/factor-off", authz.VendorChange, s.personDeed(vendorCrew, "factor-off")),
	}
}
