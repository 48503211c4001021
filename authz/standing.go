package authz

import (
	"context"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

var (
	errReadOnly  = fault.New(fault.ReadOnly, "This desk is read-only at present: nothing new can be written.")
	errSuspended = fault.New(fault.Suspended, "This desk is closed at present.")

	// Players are told the same in words that tell nothing of the casino's affairs.
	errQuiet = fault.New(fault.ReadOnly, "New messages can't be sent here at present. Everything written so far stays here for you to read.")
	errShut  = fault.New(fault.Suspended, "Support is closed here at present. Nothing you wrote has been deleted.")
)

// always are the things that stay open however the casino stands: who one is, what is owed, and taking one's data along.
var always = map[string]bool{"account": true, "billing": true, "export": true}

// Stands returns what the standing of ctx's casino makes Ask answer to the actor of ctx about p, nil where it holds nothing
// back. It is for pages that show what can't be done before somebody tries.
func Stands(ctx context.Context, p Permission) error {
	a, ok := From(ctx)
	if !ok {
		return nil
	}
	if err := visits(a, p, Facts{}); err != nil {
		return err
	}
	return stands(ctx, a, p)
}

// stands refuses what the casino of ctx is held back from. Jobs go on: they keep what there is.
func stands(ctx context.Context, a Actor, p Permission) error {
	t, ok := tenants.FromContext(ctx)
	if !ok || t.ID != a.Tenant || a.Kind == KindSystem || always[p.Object] {
		return nil
	}
	readOnly, shut := errReadOnly, errSuspended
	if a.Kind == KindPlayer {
		readOnly, shut = errQuiet, errShut
	}
	switch t.Standing {
	case tenants.ReadOnly:
		// Erasing what a player wants erased can't wait for a bill.
		if !p.Read && p != ConversationErase {
			return readOnly
		}
	case tenants.Suspended, tenants.Closed:
		return shut
	}
	return nil
}
