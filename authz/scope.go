package authz

import "slices"

// scopes are what keys are made for, by the thing a permission is about. A key with a scope may do what its role may, of that.
var scopes = map[string]string{
	"inbox": "conversations", "conversation": "conversations", "player": "players", "desk": "desk", "article": "articles",
	"house": "settings", "settings": "settings", "people": "staff", "audit": "audit", "numbers": "statistics",
	"macro": "desk", "view": "desk", "webhook": "webhooks", "event": "events", "billing": "billing",
	"tenant": "tenants", "reseller": "reseller", "key": "keys",
}

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

// Scopes are all scopes there are, in order.
func Scopes() []string {
	var all []string
	for _, s := range scopes {
		all = append(all, s+":read", s+":write")
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// scoped says whether an actor's key was made for p. Who writes a thing may read it.
func (a Actor) scoped(p Permission) bool {
	s := p.Scope()
	if a.Scopes == nil || s == "" || slices.Contains(a.Scopes, s) {
		return true
	}
	return p.Read && slices.Contains(a.Scopes, scopes[p.Object]+":write")
}
