package authz

import (
	"context"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

var (
	errReadOnly  = fault.New(fault.ReadOnly, "This desk is read-only at present: nothing new can be written.")
	errSuspended = fault.New(fault.Suspended, "This desk is closed at present.")
)

// always are the things that stay open however the casino stands: who one is, what is owed, and taking one's data along.
var always = map[string]bool{"account": true, "billing": true, "export": true}

// stands refuses what the casino of ctx is held back from. Jobs go on: they keep what there is.
func stands(ctx context.Context, a Actor, p Permission) error {
	t, ok := tenants.FromContext(ctx)
	if !ok || t.ID != a.Tenant || a.Kind == KindSystem || always[p.Object] {
		return nil
	}
	switch t.Standing {
	case tenants.ReadOnly:
		// Erasing what a player wants erased can't wait for a bill.
		if !p.Read && p != ConversationErase {
			return errReadOnly
		}
	case tenants.Suspended, tenants.Closed:
		return errSuspended
	}
	return nil
}
