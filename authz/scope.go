package authz

import (
	"context"
	"slices"
	"strings"

	"pitdesk/internal/fault"
)

// scopes are what keys are made for, by the thing a permission is about. A key with a scope may do what its role may, of that.
var scopes = map[string]string{
	"inbox": "conversations", "conversation": "conversations", "player": "players", "desk": "desk", "article": "articles",
	"house": "settings", "settings": "settings", "people": "staff", "audit": "audit", "numbers": "statistics",
	"macro": "desk", "view": "desk", "webhook": "webhooks", "event": "events", "billing": "billing",
	"tenant": "tenants", "reseller": "reseller", "key": "keys", "export": "exports", "sign_in_link": "sign_in_links",
}

// above are the scopes that mean something to a reseller's key alone.
var above = []string{"tenants", "reseller"}

// Scope is the scope that a key needs for p: "conversations:read", "tenants:write". Empty: every key may, such as asking whose
// it is.
func (p Permission) Scope() string {
	s, ok := scopes[p.Object]
	switch {
	case !ok:
		return ""
	case p.Read:
		return s + ":read"
	}
	return s + ":write"
}

// one are the scopes of things that can only be read, or only be made.
var one = map[string]string{"audit": "audit:read", "events": "events:read", "statistics": "statistics:read", "exports": "exports:write",
	"sign_in_links": "sign_in_links:write"}

// Scopes are the scopes that a key of a role can be made for, in order.
func Scopes(role Role) []string {
	var all []string
	for _, s := range scopes {
		switch {
		case role != Reseller && slices.Contains(above, s):
		case one[s] != "":
			all = append(all, one[s])
		default:
			all = append(all, s+":read", s+":write")
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// rank orders the roles of a casino by how much they may.
var rank = map[Role]int{Operator: 1, Lead: 2, Admin: 3}

// Grants refuses a key of a role, for scopes (nil: whatever the role may), that the actor of ctx can't make: with scopes that
// there aren't, or, where the actor is itself a key, with more than it has.
func Grants(ctx context.Context, role Role, wanted []string) error {
	known := Scopes(role)
	for _, s := range wanted {
		if !slices.Contains(known, s) {
			return fault.New(fault.Invalid, "There is no scope %s.", s).On("scopes")
		}
	}
	a, ok := From(ctx)
	if !ok || a.Kind != KindKey {
		return nil
	}
	if rank[role] > rank[a.Role] {
		return fault.New(fault.Forbidden, "A key can't make one that may more than itself.").On("role")
	}
	if a.Scopes == nil {
		return nil
	}
	has := func(s string) bool {
		thing, read := strings.CutSuffix(s, ":read")
		return slices.Contains(a.Scopes, s) || read && slices.Contains(a.Scopes, thing+":write")
	}
	if wanted == nil || slices.ContainsFunc(wanted, func(s string) bool { return !has(s) }) {
		return fault.New(fault.Forbidden, "A key can't make one that may more than itself.").On("scopes")
	}
	return nil
}

// scoped says whether an actor's key was made for p. Who writes a thing may read it.
func (a Actor) scoped(p Permission) bool {
	s := p.Scope()
	if a.Scopes == nil || s == "" || slices.Contains(a.Scopes, s) {
		return true
	}
	return p.Read && slices.Contains(a.Scopes, scopes[p.Object]+":write")
}
