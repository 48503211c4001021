package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/internal/pgtest"
	"pitdesk/internal/seal"
	"pitdesk/tenants"
	"pitdesk/tenants/certificates"
)

// book is what the database knows of keys, to see that nobody touched it.
func book(t *testing.T, db *pgtest.DB) (text string) {
	t.Helper()
	err := db.Super(t).QueryRow(`select concat((select string_agg(s::text, ';') from control.sealing s), (select string_agg(k::text, ';' order by id) from control.seal_keys k),
		(select string_agg(f::text, ';' order by name) from control.certificate_files f))`).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestWithoutItsKeysNothingStartsAndNothingIsLost(t *testing.T) {
	t.Parallel()
	db, keys := pgtest.New(t), keysFor(t)
	a, ctx := mustOpen(t, db, keys)
	h := plant(ctx, t, a)
	a.close()
	before := book(t, db)
	forged := renumbered(t, keys)
	if forged == keys {
		t.Fatal("the forged keys are the true ones")
	}
	for name, c := range map[string]struct{ keys, want string }{
		"no keys":                          {"", "which isn't among the keys given"},
		"other keys":                       {keysFor(t), "which isn't among the keys given"},
		"other keys under the same number": {forged, "the key given by that number is another"},
	} {
		data := t.TempDir()
		commands := [][]string{{"serve"}}
		if c.keys == "" {
			commands = append(commands, []string{"work"}, []string{"seal", "rotate"}, []string{"seal", "begin"})
		}
		for _, command := range commands {
			settings := served(t, db)
			settings["PITDESK_DATA"], settings["PITDESK_SEAL_KEYS"] = data, c.keys
			p := start(t, settings, command...)
			if code := p.end(time.Minute); code != 1 || !strings.Contains(p.err.String(), c.want) || !strings.Contains(p.err.String(), "put the keys back") {
				t.Errorf("%s: %v ended with %d: %s", name, command, code, tail(p.err.String()))
			}
		}
		if made, _ := filepath.Glob(filepath.Join(data, "keys", "seal*")); len(made) > 0 {
			t.Errorf("%s: %q were made instead", name, made)
		}
		settings := served(t, db)
		settings["PITDESK_SEAL_KEYS"] = c.keys
		p := start(t, settings, "doctor")
		if code := p.end(time.Minute); code != 1 || !strings.Contains(p.out.String(), c.want) {
			t.Errorf("%s: doctor ended with %d: %s", name, code, p.out.String())
		}
	}
	if after := book(t, db); after != before {
		t.Errorf("what the database holds has changed:\n%s\n%s", before, after)
	}
	a, ctx = mustOpen(t, db, keys)
	h.app = a
	h.readBack(ctx, t, "with the keys again")
}

// Of processes that make keys at once, one does; the others find those.
func TestKeysAreMadeOnce(t *testing.T) {
	t.Parallel()
	s := &Settings{Data: t.TempDir()}
	made := make([]*seal.Ring, 8)
	var all sync.WaitGroup
	for i := range made {
		all.Go(func() {
			var err error
			if made[i], err = s.makeRing(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, ring := range made {
		if ring.Newest() == 0 || ring.Newest() != made[0].Newest() {
			t.Errorf("key %d, and key %d", ring.Newest(), made[0].Newest())
		}
	}
	left, err := filepath.Glob(filepath.Join(s.keyFolder(), "*"))
	if err != nil || !slices.Equal(left, []string{s.sealPath()}) {
		t.Errorf("there lies %q, %v", left, err)
	}
	if info, err := os.Stat(s.sealPath()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.WriteFile(s.sealPath(), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.openRing(); err == nil || !strings.Contains(err.Error(), s.sealPath()) {
		t.Errorf("keys that can't be read: %v", err)
	}
}

// number is a ring's only key's, as its text has it.
func number(t *testing.T, keys string) string {
	t.Helper()
	_, rest, _ := strings.Cut(keys, `"primaryKeyId":`)
	number, _, ok := strings.Cut(rest, ",")
	if !ok {
		t.Fatalf("no number in the keys")
	}
	return strings.TrimSpace(number)
}

// renumbered are other keys under the number of keys.
func renumbered(t *testing.T, keys string) string {
	t.Helper()
	other := keysFor(t)
	return strings.ReplaceAll(other, number(t, other), number(t, keys))
}

func TestOnesOwnKeysAreChangedInSteps(t *testing.T) {
	t.Parallel()
	db, keys := pgtest.New(t), keysFor(t)
	a, ctx := mustOpen(t, db, keys)
	h := plant(ctx, t, a)
	run := func(keys string, code int, want string, args ...string) string {
		t.Helper()
		settings := served(t, db)
		settings["PITDESK_SEAL_KEYS"] = keys
		p := start(t, settings, args...)
		if got := p.end(time.Minute); got != code || !strings.Contains(p.out.String()+p.err.String(), want) {
			t.Errorf("%v ended with %d: %s%s", args, got, p.out.String(), tail(p.err.String()))
		}
		return strings.TrimSpace(p.out.String())
	}
	run(keys, 1, "has no key newer than the one in use", "seal", "rotate")
	both := run(keys, 0, number(t, keys), "seal", "key", "--add")
	run(both, 0, "New secrets are sealed under key", "seal", "rotate")
	run(both, 1, "don't rest under key", "seal", "status")
	if n, err := reseal(seal.With(ctx, a.ring)); err == nil || n != 0 {
		t.Errorf("a process without the new key sealed %d, %v", n, err)
	}
	run(both, 0, "secrets were sealed.", "seal", "reseal")
	run(both, 0, "retired", "seal", "status")
	left := run(both, 0, `"primaryKeyId"`, "seal", "drop")
	if left == both || strings.Contains(left, number(t, keys)) {
		t.Error("the old key is still there")
	}
	_, _, err := openedWith(t, db, keys)
	if err == nil {
		t.Error("the old keys alone still do")
	}
	a, ctx = mustOpen(t, db, left)
	h.app = a
	h.readBack(ctx, t, "under the new key")
	if found := h.found(t, db); len(found) > 0 {
		t.Errorf("a dump holds %q", found)
	}
}

func TestSealingBeginsWithKeysThatAreKept(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	a, ctx := mustOpen(t, db, "")
	h := plant(ctx, t, a)
	settings := served(t, db)
	delete(settings, "PITDESK_SEAL_KEYS")
	doctor := start(t, settings, "doctor")
	if doctor.end(time.Minute); !strings.Contains(doctor.out.String(), "secrets rest in the database in the clear.") {
		t.Errorf("doctor says nothing of secrets in the clear:\n%s", doctor.out.String())
	}
	p := start(t, settings, "seal", "begin")
	if code := p.end(time.Minute); code != 1 || !strings.Contains(p.err.String(), "the keys must be yours too") {
		t.Errorf("begin without keys ended with %d: %s", code, tail(p.err.String()))
	}
	made := start(t, settings, "seal", "key")
	made.end(time.Minute)
	file := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(file, []byte(made.out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	settings["PITDESK_SEAL_KEYS_FILE"] = file
	for _, args := range [][]string{{"seal", "begin"}, {"seal", "reseal"}, {"seal", "status"}} {
		p := start(t, settings, args...)
		if code := p.end(time.Minute); code != 0 {
			t.Errorf("%v ended with %d: %s", args, code, tail(p.err.String()))
		}
	}
	again := start(t, settings, "seal", "begin")
	if code := again.end(time.Minute); code != 1 || !strings.Contains(again.err.String(), "sealed already") {
		t.Errorf("begun twice: %d, %s", code, tail(again.err.String()))
	}
	h.app, ctx = mustOpen(t, db, strings.TrimSpace(made.out.String()))
	h.readBack(ctx, t, "sealed")
	if found := h.found(t, db); len(found) > 0 {
		t.Errorf("a dump holds %q", found)
	}
	var deeds int
	if err := db.Super(t).QueryRow(`select count(*) from control.deeds where facts->>'about' like 'seal key %'`).Scan(&deeds); err != nil || deeds != 1 {
		t.Errorf("%d lines tell of it, %v", deeds, err)
	}
}

// A secret that is being written while sealing begins is either sealed or waited for: none is left behind in the clear.
func TestWhoBeginsWaitsForWhoWrites(t *testing.T) {
	t.Parallel()
	db, keys := pgtest.New(t), keysFor(t)
	before, _ := mustOpen(t, db, "")
	plant(before.context(t.Context()), t, before)
	a, ctx := mustOpen(t, db, keys)
	undo := errors.New("undo")
	begun := make(chan error, 1)
	err := a.control.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		clear, sealed, err := certificates.Secrets.Seal(seal.With(ctx, a.ring), tx, []byte("late"), "late")
		if err != nil || sealed != nil || !bytes.Equal(clear, []byte("late")) {
			t.Errorf("before it has begun: %q, %q, %v", clear, sealed, err)
		}
		go func() {
			begun <- tenants.Above(a.context(context.WithoutCancel(t.Context())), func(ctx context.Context, tx bun.Tx) error {
				return seal.Turn(ctx, tx, a.ring, a.ring.Newest())
			})
		}()
		waits(t, db)
		if _, err := tx.NewRaw(`insert into control.certificate_files (name, content) values ('late', 'late')`).Exec(ctx); err != nil {
			return err
		}
		select {
		case err := <-begun:
			t.Errorf("it began meanwhile: %v", err)
			return undo
		default:
			return nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-begun; err != nil {
		t.Fatal(err)
	}
	if _, err := reseal(ctx); err != nil {
		t.Fatal(err)
	}
	rest, err := tally(ctx)
	if err != nil || slices.ContainsFunc(rest, func(t seal.Tally) bool { return t[0] > 0 }) {
		t.Errorf("left in the clear: %v, %v", rest, err)
	}
	got, err := certificates.NewStorage(a.control, a.ring).Load(ctx, "late")
	if err != nil || string(got) != "late" {
		t.Errorf("the late one reads %q, %v", got, err)
	}
}

// waits returns when somebody waits for a row of control.sealing.
func waits(t *testing.T, db *pgtest.DB) {
	t.Helper()
	super := db.Super(t)
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		var n int
		if err := super.QueryRow(`select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
			and query like '%control.sealing%'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			return
		}
	}
	t.Fatal("nobody waits")
}
