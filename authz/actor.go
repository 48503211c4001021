package authz

import (
	"context"
	"slices"

	"github.com/google/uuid"
)

// Role is what an actor may do at most. Operator, lead and admin include what stands before them; players stand apart.
type Role string

// The roles.
const (
	Operator Role = "operator"
	Lead     Role = "lead"
	Admin    Role = "admin"
	Player   Role = "player"

	Reseller Role = "reseller" // a reseller's people and keys, above its casinos
	Vendor   Role = "vendor"   // the deployment's own people, above all
)

// Kind says what sort of somebody acts.
type Kind string

// The kinds of actors.
const (
	KindAgent  Kind = "agent"
	KindKey    Kind = "key"
	KindPlayer Kind = "player"
	KindSystem Kind = "system"
	KindPerson Kind = "person" // somebody signed in above casinos
	// KindVisitor is somebody from above who has come into a casino for a while, for a reason its admins read.
	KindVisitor Kind = "visitor"
)

// Actor is whoever a request or a job acts for, inside one casino.
type Actor struct {
	Kind      Kind
	Tenant    uuid.UUID
	ID        uuid.UUID // a membership, an API key, a player, a visit or a person above casinos
	Role      Role
	Teams     []uuid.UUID
	Name      string
	Session   uuid.UUID // the sign-in it came by; zero for keys
	Reseller  uuid.UUID // whose key or person it is, above casinos or within one of the reseller's; else Nobody
	Scopes    []string  // what its key was made for; nil: whatever the role may
	MayChange bool      // of a visitor: the casino lets visitors change settings and articles
	Address   string
	RequestID string
}

type actorKey struct{}

// With puts the actor into ctx.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, actorKey{}, a) }

// From returns the actor of ctx; ok is false where nobody is signed in.
func From(ctx context.Context) (a Actor, ok bool) {
	a, ok = ctx.Value(actorKey{}).(Actor)
	return a, ok
}

// System is the actor of jobs.
func System(tenant uuid.UUID) Actor {
	return Actor{Kind: KindSystem, Tenant: tenant, Role: Admin}
}

// Facts are what the owner of a thing tells about it, so that its visibility can be decided.
type Facts struct {
	Object   uuid.UUID  // its id, for the audit line
	Scoped   bool       // it is a conversation, and so in sight of some operators only
	Assignee *uuid.UUID // who has it
	Team     *uuid.UUID // which team has it
	About    string     // which part of the settings is changed, for the audit line
}

// Scope is the part of a casino's conversations that an actor sees. Lists, counts, searches and streams keep to it.
type Scope struct {
	All    bool
	Member uuid.UUID
	Teams  []uuid.UUID
}

// Sees says whether a conversation with these facts is in the scope.
func (s Scope) Sees(f Facts) bool {
	switch {
	case s.All || !f.Scoped:
		return true
	case f.Assignee != nil && *f.Assignee == s.Member:
		return true
	case f.Team != nil:
		return slices.Contains(s.Teams, *f.Team)
	}
	return f.Assignee == nil
}

// ScopeFor is the scope of an actor by role and teams alone.
func ScopeFor(a Actor) Scope {
	if a.Role == Lead || a.Role == Admin {
		return Scope{All: true}
	}
	return Scope{Member: a.ID, Teams: a.Teams}
}
