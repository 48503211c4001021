package main

import (
	"context"
	"crypto/ed25519"
	"fmt"

	"github.com/uptrace/bun"

	"pitdesk/authz/trail"
	"pitdesk/desk"
	"pitdesk/tenants"
)

// deedsName is what the audit log above casinos is called, on the command line and in the notebook.
const deedsName = "deeds"

// auditPrefix tells a casino's audit log from its conversations' logs in the notebook.
const auditPrefix = "aud"

// within runs fn in a transaction that reaches a book.
type within func(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error

func inCasino(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
	return tenants.In(ctx, tenants.Current(ctx).ID, fn)
}

// linkAudit links what has come to the audit logs of all casinos, and to that above them.
func (a *app) linkAudit(ctx context.Context) error {
	err := tenants.Each(ctx, func(ctx context.Context, t tenants.Tenant) error { return link(ctx, inCasino, trail.Of(t)) })
	if above := link(ctx, tenants.Above, trail.Above()); err == nil {
		err = above
	}
	return err
}

// link links all of a book's lines that may be, a short transaction after the other.
func link(ctx context.Context, in within, b trail.Book) error {
	for {
		n := 0
		if err := in(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
			n, err = b.Chain(ctx, tx)
			return err
		}); err != nil || n == 0 {
			return err
		}
	}
}

// signAudit links and signs the audit log of the casino of ctx.
func (a *app) signAudit(ctx context.Context) error {
	t := tenants.Current(ctx)
	return a.signBook(ctx, inCasino, trail.Of(t), tenants.PublicID(auditPrefix, t.ID))
}

// signDeeds links and signs the audit log above casinos.
func (a *app) signDeeds(ctx context.Context) error {
	return a.signBook(ctx, tenants.Above, trail.Above(), deedsName)
}

func (a *app) signBook(ctx context.Context, in within, b trail.Book, name string) error {
	key, err := a.settings.headKey()
	if err != nil {
		return err
	}
	if err := link(ctx, in, b); err != nil {
		return err
	}
	var newest desk.Noted
	if err := in(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, broken, err := b.Sign(ctx, tx, key, desk.KeyID(key.Public().(ed25519.PublicKey)))
		if broken != nil {
			a.settings.log.ErrorContext(ctx, "an audit log is broken and was not signed", "log", name, "finding", broken.String())
		}
		if err != nil {
			return err
		}
		// One that was made just before a crash is noted now.
		all, err := b.Statements(ctx, tx)
		if len(all) > 0 {
			newest = desk.Noted{Number: all[len(all)-1].Number, Hash: all[len(all)-1].Hash}
		}
		return err
	}); err != nil || newest.Number == 0 {
		return err
	}
	return a.settings.notebook().noteOf(name, newest)
}

// verifyAudit proves the audit log of the casino of ctx.
func (a *app) verifyAudit(ctx context.Context, o *output) error {
	t := tenants.Current(ctx)
	return a.verifyBook(ctx, inCasino, trail.Of(t), t.Name+", audit log", tenants.PublicID(auditPrefix, t.ID), o)
}

// verifyDeeds proves the audit log above casinos.
func (a *app) verifyDeeds(ctx context.Context, o *output) error {
	return a.verifyBook(ctx, tenants.Above, trail.Above(), "What was done above casinos", deedsName, o)
}

func (a *app) verifyBook(ctx context.Context, in within, b trail.Book, title, name string, o *output) error {
	all, err := a.settings.publicKeys()
	if err != nil {
		return err
	}
	keys := map[string]ed25519.PublicKey{}
	for _, k := range all {
		keys[desk.KeyID(k)] = k
	}
	noted, err := a.settings.notebook().newestOf(name)
	if err != nil {
		return err
	}
	var r trail.Report
	if err := in(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		r, err = b.Verify(ctx, tx, keys, trail.Noted(noted))
		return err
	}); err != nil {
		return err
	}
	if r.Broken != nil {
		fmt.Fprintf(o.out, "%s: BROKEN: %s\n", title, r.Broken)
	}
	fmt.Fprintf(o.out, "%s: %d lines linked, %d wait for it; %d signed statements proven, %d noted outside the database\n",
		title, r.Links, r.Waiting, r.Statements, noted.Number)
	if r.Broken != nil {
		return errBroken
	}
	return nil
}
