package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/jobs"
	"pitdesk/internal/seal"
	"pitdesk/tenants"
)

type sealCommand struct {
	Status sealStatus `cmd:"" help:"Say what rests under which key; end with 1 where something rests in the clear or under an older key."`
	Begin  sealBegin  `cmd:"" help:"Seal secrets from now on, and those that rest in the clear by a job. The release before can't read them."`
	Key    sealKey    `cmd:"" help:"Print keys for PITDESK_SEAL_KEYS: new ones, or those in use and one more."`
	Rotate sealRotate `cmd:"" help:"Seal under a new key from now on, and everything that rests under an older one by a job."`
	Reseal sealReseal `cmd:"" help:"Do that job now."`
	Drop   sealDrop   `cmd:"" help:"Forget keys under which nothing rests any more. Older backups can't be used without them."`
}

type sealStatus struct{}

// Run says how secrets rest.
func (sealStatus) Run(ctx context.Context, s *Settings, o *output) error {
	return s.withSecrets(ctx, func(ctx context.Context, a *app) error {
		state, err := seal.StateOf(ctx, a.control)
		if err != nil {
			return err
		}
		rest, err := tally(ctx)
		if err != nil {
			return err
		}
		if state.Key == 0 {
			fmt.Fprintln(o.out, "Secrets are not sealed. `pitdesk seal begin` begins it.")
		} else {
			fmt.Fprintf(o.out, "Secrets are sealed since %s, new ones under key %d.\n", state.BegunAt.UTC().Format("2006-01-02 15:04 MST"), state.Key)
		}
		left, under := 0, seal.Tally{}
		w := tabwriter.NewWriter(o.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "\nSECRETS\tIN THE CLEAR\tSEALED\tUNDER OLDER KEYS")
		for i, shelf := range shelves {
			t := rest[i]
			older := t.Besides(state.Key) - t[0]
			if state.Key == 0 {
				older = t.Besides(0)
			}
			now := t.Besides(0) - older
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\n", shelf, t[0], now, older)
			left += t.Besides(state.Key)
			for key, n := range t {
				under[key] += n
			}
		}
		if len(state.Keys) > 0 {
			fmt.Fprintln(w, "\nKEY\tSINCE\tSECRETS\t")
		}
		for _, k := range state.Keys {
			note := ""
			if k.RetiredAt != nil {
				note = "retired " + k.RetiredAt.UTC().Format("2006-01-02")
			}
			fmt.Fprintf(w, "%d\t%s\t%d\t%s\n", k.ID, k.Since.UTC().Format("2006-01-02"), under[k.ID], note)
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if state.Key != 0 && left > 0 {
			return fmt.Errorf("%d secrets don't rest under key %d yet; `pitdesk seal reseal` seals them now", left, state.Key)
		}
		return nil
	})
}

type sealBegin struct{}

// Run begins sealing.
func (sealBegin) Run(ctx context.Context, s *Settings, o *output) error {
	return s.withSecrets(ctx, func(ctx context.Context, a *app) error {
		state, err := seal.StateOf(ctx, a.control)
		if err != nil {
			return err
		}
		if state.Key != 0 {
			return fmt.Errorf("secrets are sealed already, since %s", state.BegunAt.UTC().Format("2006-01-02 15:04 MST"))
		}
		ring := a.ring
		if s.SealKeys == "" && a.database.cluster == nil {
			return errors.New("with a database of yours, the keys must be yours too: print them with `pitdesk seal key`, give them to every process as PITDESK_SEAL_KEYS, and begin then")
		}
		if ring.Newest() == 0 {
			if ring, err = s.makeRing(); err != nil {
				return err
			}
		}
		if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error { return turnTo(ctx, tx, ring, ring.Newest()) }); err != nil {
			return err
		}
		fmt.Fprintf(o.out, "New secrets are sealed under key %d. A job seals the others.\n", ring.Newest())
		if s.SealKeys == "" {
			fmt.Fprintf(o.out, "The keys are in %s. Keep a copy: without them the secrets are lost.\n", s.sealPath())
		}
		return nil
	})
}

// turnTo makes one of a ring's keys the one that seals, and has a job see to the rest.
func turnTo(ctx context.Context, tx bun.Tx, ring *seal.Ring, key uint32) error {
	if err := seal.Turn(ctx, tx, ring, key); err != nil {
		return err
	}
	if err := authz.RecordAbove(ctx, tx, authz.SystemAbove(), "change", "vendor", authz.Whose{About: fmt.Sprintf("seal key %d", key)}, nil); err != nil {
		return err
	}
	return jobs.Insert(ctx, tx, resealArgs{}, nil)
}

type sealKey struct {
	Add bool `help:"Those in use and one more."`
}

// Run prints keys. It needs no database.
func (c *sealKey) Run(s *Settings, o *output) error {
	ring, err := seal.NewRing()
	if c.Add {
		if ring, err = s.openRing(); err != nil {
			return err
		}
		if ring.Newest() == 0 {
			return errors.New("there are no keys in use that one could be added to")
		}
		ring, err = ring.Add()
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(o.out, "%s\n", ring.Text())
	return err
}

type sealRotate struct{}

// Run changes the key.
func (sealRotate) Run(ctx context.Context, s *Settings, o *output) error {
	return s.withSecrets(ctx, func(ctx context.Context, a *app) error {
		return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
			key, err := seal.Hold(ctx, tx)
			if err != nil {
				return err
			}
			if key == 0 {
				return errors.New("secrets are not sealed yet: `pitdesk seal begin` begins it")
			}
			ring, err := s.openRing() // as it is now that nobody else changes it
			switch {
			case err != nil:
				return err
			case s.SealKeys == "":
				if ring, err = ring.Add(); err == nil {
					err = s.writeRing(ring, os.Rename)
				}
				if err != nil {
					return err
				}
			case ring.Newest() == key:
				return errors.New("PITDESK_SEAL_KEYS has no key newer than the one in use: print them with one more by `pitdesk seal key --add`, give them to every process, and rotate then")
			}
			if err := turnTo(ctx, tx, ring, ring.Newest()); err != nil {
				return err
			}
			_, err = fmt.Fprintf(o.out, "New secrets are sealed under key %d. A job seals the others anew; `pitdesk seal status` says how far it is.\n", ring.Newest())
			return err
		})
	})
}

type sealReseal struct{}

// Run does the round.
func (sealReseal) Run(ctx context.Context, s *Settings, o *output) error {
	return s.withSecrets(ctx, func(ctx context.Context, _ *app) error {
		done, err := reseal(ctx)
		fmt.Fprintf(o.out, "%d secrets were sealed.\n", done)
		return err
	})
}

type sealDrop struct{}

// Run forgets retired keys.
func (sealDrop) Run(ctx context.Context, s *Settings, o *output) error {
	return s.withSecrets(ctx, func(ctx context.Context, a *app) error {
		return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
			if _, err := seal.Hold(ctx, tx); err != nil {
				return err
			}
			state, err := seal.StateOf(ctx, tx)
			if err != nil {
				return err
			}
			var retired []uint32
			for _, k := range state.Keys {
				if k.RetiredAt != nil && k.ID != state.Key {
					retired = append(retired, k.ID)
				}
			}
			all, err := s.openRing()
			if err != nil {
				return err
			}
			left, err := all.Without(retired...)
			if err != nil {
				return err
			}
			if s.SealKeys != "" { // whoever set them must set them anew
				_, err = fmt.Fprintf(o.out, "%s\n", left.Text())
				return err
			}
			n := len(all.IDs()) - len(left.IDs())
			if n > 0 {
				if err := s.writeRing(left, os.Rename); err != nil {
					return err
				}
			}
			_, err = fmt.Fprintf(o.out, "%d keys were forgotten.\n", n)
			return err
		})
	})
}

// withSecrets runs fn beside a running process or without one.
func (s *Settings) withSecrets(ctx context.Context, fn func(ctx context.Context, a *app) error) error {
	s.guest = true
	a, err := openApp(ctx, s)
	if err != nil {
		return err
	}
	defer a.close()
	return fn(a.context(ctx), a)
}
