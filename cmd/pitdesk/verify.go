package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

type verifyCommand struct {
	What string `arg:"" help:"A conversation (cnv_…), a casino (its id ten_…, short name or host), or deeds: the audit log above casinos."`
}

// errBroken ends the command with 1, after its findings were printed.
var errBroken = errors.New("not everything is as it was written")

// Run recomputes logs from their rows and compares them with what was signed.
func (c *verifyCommand) Run(ctx context.Context, s *Settings, o *output) error {
	s.guest = true
	a, err := openApp(ctx, s)
	if err != nil {
		return err
	}
	defer a.close()
	ctx = a.context(ctx)
	if strings.HasPrefix(c.What, tenants.ConversationPrefix+"_") {
		return a.verifyConversation(ctx, c.What, o)
	}
	if c.What == deedsName {
		return a.verifyDeeds(ctx, o)
	}
	t, err := a.find(ctx, c.What)
	if err != nil {
		return err
	}
	ctx = tenants.With(ctx, t)
	return errors.Join(a.verifyCasino(ctx, o), a.verifyAudit(ctx, o))
}

// find returns a casino by any of its names.
func (a *app) find(ctx context.Context, name string) (tenants.Tenant, error) {
	all, err := a.pools.Doors.All(ctx)
	if err != nil {
		return tenants.Tenant{}, err
	}
	for _, t := range all {
		if name == t.Slug || tenants.CleanHost(name) == t.Host || name == t.ID.String() || name == tenants.PublicID(tenants.TenantPrefix, t.ID) {
			return t, nil
		}
	}
	return tenants.Tenant{}, fmt.Errorf("there is no casino %q", name)
}

// proven reads and checks what was signed for the casino of ctx.
func (a *app) proven(ctx context.Context) (signed desk.Signed, noted desk.Noted, err error) {
	keys, err := a.settings.publicKeys()
	if err != nil {
		return signed, noted, err
	}
	t := tenants.Current(ctx)
	if noted, err = a.settings.notebook().newest(t.ID); err != nil {
		return signed, noted, err
	}
	err = tenants.Reading(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		signed, err = desk.VerifyHeads(ctx, tx, keys, noted)
		return err
	})
	return signed, noted, err
}

func (a *app) verifyConversation(ctx context.Context, name string, o *output) error {
	id, err := tenants.ParseID(tenants.ConversationPrefix, name)
	if err != nil {
		return fmt.Errorf("%q is no conversation's id", name)
	}
	found := false
	err = tenants.Each(ctx, func(ctx context.Context, t tenants.Tenant) error {
		if found {
			return nil
		}
		signed, _, err := a.proven(ctx)
		if err != nil {
			return err
		}
		r, err := desk.VerifyOne(ctx, id, signed)
		if fault.CodeOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		found = true
		fmt.Fprintln(o.out, line(r, signed))
		if signed.Broken != nil {
			fmt.Fprintf(o.out, "%s: BROKEN: %s\n", t.Name, signed.Broken)
		}
		if r.Broken != nil || signed.Broken != nil {
			return errBroken
		}
		return nil
	})
	if err == nil && !found {
		return fmt.Errorf("there is no conversation %s", name)
	}
	return err
}

// line is what is said of one conversation.
func line(r desk.Report, signed desk.Signed) string {
	name := tenants.PublicID(tenants.ConversationPrefix, r.Conversation)
	if r.Broken != nil {
		return name + ": BROKEN: " + r.Broken.String()
	}
	text := fmt.Sprintf("%s: whole, %d entries, %d erased", name, r.Entries, r.Erased)
	if heads := signed.Heads[r.Conversation]; len(heads) > 0 {
		last := heads[len(heads)-1]
		text += fmt.Sprintf("; signed up to entry %d on %s", last.Seq, last.MadeAt.UTC().Format("2006-01-02 15:04"))
	}
	return text
}

// proof is what was found in a casino's logs.
type proof struct {
	conversations, broken, erased int
	entries                       int64
	statements                    int64
	noted                         int64
}

// prove recomputes all logs of the casino of ctx and proves what was signed of them. It says what is broken, a line each.
func (a *app) prove(ctx context.Context, say func(line string)) (n proof, err error) {
	keys, err := a.settings.publicKeys()
	if err != nil {
		return n, err
	}
	t := tenants.Current(ctx)
	noted, err := a.settings.notebook().newest(t.ID)
	if err != nil {
		return n, err
	}
	n.noted = noted.Number
	signed, err := desk.VerifyAll(ctx, keys, noted, func(r desk.Report) {
		n.conversations++
		n.entries += r.Entries
		n.erased += int(r.Erased)
		if r.Broken != nil {
			n.broken++
			say(line(r, desk.Signed{}))
		}
	})
	if err != nil {
		return n, err
	}
	n.statements = int64(signed.Statements)
	if signed.Broken != nil {
		n.broken++
		say(fmt.Sprintf("%s: BROKEN: %s", t.Name, signed.Broken))
	}
	return n, nil
}

func (a *app) verifyCasino(ctx context.Context, o *output) error {
	n, err := a.prove(ctx, func(line string) { fmt.Fprintln(o.out, line) })
	if err != nil {
		return err
	}
	fmt.Fprintf(o.out, "%s: %d conversations, %d entries, %d erased; %d broken; %d signed statements proven, %d noted outside the database\n",
		tenants.Current(ctx).Name, n.conversations, n.entries, n.erased, n.broken, n.statements, n.noted)
	if n.broken > 0 {
		return errBroken
	}
	return nil
}

// signHeads signs what has moved in the casino of ctx, and notes it outside the database.
func (a *app) signHeads(ctx context.Context) error {
	key, err := a.settings.headKey()
	if err != nil {
		return err
	}
	t := tenants.Current(ctx)
	_, broken, err := desk.SignHeads(ctx, key)
	for _, r := range broken {
		a.settings.log.ErrorContext(ctx, "a log is broken and was not signed", "tenant", t.ID.String(),
			"conversation", tenants.PublicID(tenants.ConversationPrefix, r.Conversation), "finding", r.Broken.String())
	}
	if err != nil {
		return err
	}
	// A statement that was made just before a crash is noted now.
	var newest desk.Noted
	if err := tenants.Reading(ctx, t.ID, func(ctx context.Context, tx bun.Tx) (err error) {
		newest, err = desk.NewestStatement(ctx, tx)
		return err
	}); err != nil || newest.Number == 0 {
		return err
	}
	return a.settings.notebook().note(t.ID, newest)
}
