package authz

import "pitdesk/internal/fault"

var (
	errVisitor = fault.New(fault.Forbidden, "You are visiting this desk: you can look, and change nothing.")
	errNotHere = fault.New(fault.Forbidden, "This is for members of this desk, not for visitors.")
)

// visited are the things that a visitor may change where the casino allows it. Conversations aren't among them: what is said in
// the casino's name, its members say.
var visited = map[string]bool{"settings": true, "article": true}

// unvisited are the parts of the settings that no visitor changes: what they made there would outlast the visit.
var unvisited = map[string]bool{"api": true, "chat": true, "visits": true, "webhooks": true}

// visits refuses what a visitor can't do. They read what an admin reads, but for what is a member's own and what takes data away.
func visits(a Actor, p Permission, f Facts) error {
	switch {
	case a.Kind != KindVisitor:
		return nil
	case p.Object == "account" || p == ExportTake:
		return errNotHere
	case p.Read:
		return nil
	case !a.MayChange || !visited[p.Object] || unvisited[f.About]:
		return errVisitor
	}
	return nil
}
