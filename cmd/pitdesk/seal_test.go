package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/players"
	"pitdesk/desk/staff"
	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/internal/seal"
	"pitdesk/internal/webhooks"
	"pitdesk/tenants"
	"pitdesk/tenants/certificates"
	"pitdesk/tenants/office"
	"pitdesk/web"
)

// keysFor are new keys, as a setting.
func keysFor(t *testing.T) string {
	t.Helper()
	ring, err := seal.NewRing()
	if err != nil {
		t.Fatal(err)
	}
	return string(ring.Text())
}

// openedWith opens a deployment with keys (none: in a data folder of its own).
func openedWith(t *testing.T, db *pgtest.DB, keys string) (*app, context.Context, error) {
	t.Helper()
	s := &Settings{Addr: "127.0.0.1:0", Data: t.TempDir(), DatabaseURL: db.AppURL, ControlDatabaseURL: db.ControlURL, DatabaseConns: 8, LogLevel: "error", SealKeys: keys}
	if err := s.resolve(func(string) string { return "" }); err != nil {
		t.Fatal(err)
	}
	a, err := openApp(t.Context(), s)
	if err != nil {
		return nil, nil, err
	}
	t.Cleanup(a.close)
	return a, a.context(t.Context()), nil
}

func mustOpen(t *testing.T, db *pgtest.DB, keys string) (*app, context.Context) {
	t.Helper()
	a, ctx, err := openedWith(t, db, keys)
	if err != nil {
		t.Fatal(err)
	}
	return a, ctx
}

// signedBy is an identity of a player's as a casino's backend signs it.
func signedBy(ctx context.Context, t *testing.T, key, secret string) string {
	t.Helper()
	token, err := web.Lobby{KeyID: key, Secret: []byte(secret), Sub: "p-1", Player: "Mara", Email: "mara@player.example"}.Identity(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// hoard is one secret of every kind, each made by the verb that makes it in earnest, and the way to read it back.
type hoard struct {
	app     *app // who reads
	secrets map[string]string
	read    map[string]func(ctx context.Context) (string, error)
}

func plant(ctx context.Context, t *testing.T, a *app) *hoard {
	t.Helper()
	h := &hoard{app: a, secrets: map[string]string{}, read: map[string]func(ctx context.Context) (string, error){}}
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ieva := sample.Agent(ctx, t, fox, "Ieva", authz.Admin)
	inside := func(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
		return tenants.In(tenants.With(ctx, fox), fox.ID, fn)
	}
	keep := func(name string, read func(ctx context.Context) (string, error)) {
		t.Helper()
		secret, err := read(ctx)
		if err != nil || len(secret) < 20 {
			t.Fatalf("%s: %q, %v", name, secret, err)
		}
		h.secrets[name], h.read[name] = secret, read
	}
	key := players.NewSecret()
	if err := inside(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := staff.BeginFactor(ctx, tx, ieva.ID); err != nil {
			return err
		}
		return players.AddKey(ctx, tx, players.Key{ID: "k1", Alg: players.HS256, Key: []byte(key)})
	}); err != nil {
		t.Fatal(err)
	}
	keep("a member's second factor", func(ctx context.Context) (secret string, err error) {
		err = inside(ctx, func(ctx context.Context, tx bun.Tx) error {
			f, err := staff.FactorOf(ctx, tx, ieva.ID)
			secret = f.Secret
			return err
		})
		return secret, err
	})
	h.secrets["a casino's identity key"] = key
	h.read["a casino's identity key"] = func(ctx context.Context) (string, error) {
		return key, inside(ctx, func(ctx context.Context, tx bun.Tx) error {
			_, err := players.Enter(ctx, tx, players.Ask{Identity: signedBy(ctx, t, "k1", key)})
			return err
		})
	}
	var operator office.Person
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		operator, err = office.Add(ctx, tx, office.New{Email: "vera@desk.example", Name: "Vera", Language: "en"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	keep("an operator's second factor", func(ctx context.Context) (secret string, err error) {
		err = tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
			secret, err = office.Secret(ctx, tx, operator.ID)
			return err
		})
		return secret, err
	})
	var hook webhooks.Webhook
	var signing string
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		hook, signing, err = webhooks.Make(ctx, tx, webhooks.Owner{Tenant: &fox.ID}, webhooks.Draft{URL: "https://receiver.example/hook"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	h.secrets["a receiver's signing secret"] = signing
	h.read["a receiver's signing secret"] = func(ctx context.Context) (string, error) {
		w, err := webhooks.Get(ctx, tenants.AboveNow(ctx), webhooks.Owner{Tenant: &fox.ID}, hook.ID)
		if err == nil && !strings.HasPrefix(signing, w.Secrets[0].Hint) {
			err = fmt.Errorf("hinted at as %s", w.Secrets[0].Hint)
		}
		return signing, err
	}
	var raw [40]byte
	_, _ = rand.Read(raw[:])
	for name, path := range map[string]string{"a certificate's key": "certificates/ca/help.fox.example/help.fox.example.key", "an account's key": "acme/ca/users/me/me.key"} {
		store := certificates.NewStorage(a.control, a.ring)
		if err := store.Store(ctx, path, []byte("-----BEGIN PRIVATE KEY-----\n"+base64.StdEncoding.EncodeToString(raw[:])+name)); err != nil {
			t.Fatal(err)
		}
		keep(name, func(ctx context.Context) (string, error) {
			b, err := certificates.NewStorage(h.app.control, h.app.ring).Load(ctx, path)
			return string(b), err
		})
	}
	return h
}

// readBack wants every secret to read as it was planted.
func (h *hoard) readBack(ctx context.Context, t *testing.T, when string) {
	t.Helper()
	for name, read := range h.read {
		if got, err := read(ctx); err != nil || got != h.secrets[name] {
			t.Errorf("%s: %s reads %q, %v", when, name, got, err)
		}
	}
}

// found are the secrets that a dump of the whole database holds, in any of the forms that Postgres or anybody writes octets in.
func (h *hoard) found(t *testing.T, db *pgtest.DB) []string {
	t.Helper()
	tool, _, err := pg.Tool("", "pg_dump")
	if err != nil {
		t.Fatal(err)
	}
	dump, err := exec.Command(tool, db.SuperURL).CombinedOutput()
	if err != nil || !bytes.Contains(dump, []byte("Lucky Fox")) {
		t.Fatalf("pg_dump: %v\n%s", err, tail(string(dump)))
	}
	var found []string
	for name, secret := range h.secrets {
		for _, form := range []string{secret, hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret)), strings.TrimPrefix(secret, "whsec_")} {
			if bytes.Contains(dump, []byte(form)) {
				found = append(found, name)
				break
			}
		}
	}
	slices.Sort(found)
	return found
}

func TestADumpHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	db, keys := pgtest.New(t), keysFor(t)
	a, ctx := mustOpen(t, db, keys)
	h := plant(ctx, t, a)
	if found := h.found(t, db); len(found) > 0 {
		t.Errorf("a dump of a deployment that sealed from the start holds %q", found)
	}
	h.readBack(ctx, t, "sealed from the start")
	anew, again := mustOpen(t, db, keys)
	h.app = anew
	h.readBack(again, t, "after a new start")
}

func TestSecretsInTheClearAreSealedWhenItBegins(t *testing.T) {
	t.Parallel()
	db, keys := pgtest.New(t), keysFor(t)
	before, ctx := mustOpen(t, db, "")
	h := plant(ctx, t, before)
	if found := h.found(t, db); len(found) != len(h.secrets) {
		t.Errorf("in the clear there are %d secrets, and the dump shows %q: it is looked for wrongly", len(h.secrets), found)
	}
	a, ctx := mustOpen(t, db, keys)
	h.app = a
	if state, err := seal.StateOf(ctx, a.control); err != nil || state.Key != 0 {
		t.Fatalf("a deployment with casinos began on its own: %+v, %v", state, err)
	}
	h.readBack(ctx, t, "in the clear")
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error { return turnTo(ctx, tx, a.ring, a.ring.Newest()) }); err != nil {
		t.Fatal(err)
	}
	h.readBack(ctx, t, "begun, not yet sealed")
	if n, err := reseal(ctx); err != nil || n != len(h.secrets) {
		t.Fatalf("sealed %d of %d, %v", n, len(h.secrets), err)
	}
	if n, err := reseal(ctx); err != nil || n != 0 {
		t.Errorf("sealed %d once more, %v", n, err)
	}
	if found := h.found(t, db); len(found) > 0 {
		t.Errorf("the dump holds %q", found)
	}
	h.readBack(ctx, t, "sealed")
}

func TestASealedSecretCannotBeMoved(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	a, ctx := mustOpen(t, db, keysFor(t))
	h := plant(ctx, t, a)
	super := db.Super(t)
	if _, err := super.Exec(`insert into chat_keys (tenant_id, id, alg, key, key_sealed) select tenant_id, 'k2', alg, key, key_sealed from chat_keys where id = 'k1'`); err != nil {
		t.Fatal(err)
	}
	var fox uuid.UUID
	if err := super.QueryRow(`select tenant_id from chat_keys limit 1`).Scan(&fox); err != nil {
		t.Fatal(err)
	}
	err := tenants.In(ctx, fox, func(ctx context.Context, tx bun.Tx) error {
		_, err := players.Enter(ctx, tx, players.Ask{Identity: signedBy(ctx, t, "k2", h.secrets["a casino's identity key"])})
		return err
	})
	if err == nil || !strings.Contains(err.Error(), seal.ErrSpoiled.Error()) {
		t.Errorf("a key that was copied to another row: %v", err)
	}
	if _, err := reseal(ctx); err != nil {
		t.Errorf("a round with nothing to do: %v", err)
	}
}
