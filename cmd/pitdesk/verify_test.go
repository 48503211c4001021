package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/pg"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// printed runs a command's part and returns what it printed.
func printed(t *testing.T, run func(*output) error) (string, error) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	failed := run(&output{out: file, err: file})
	text, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text), failed
}

// superOf opens a's database as the superuser, whom no policy binds.
func superOf(t *testing.T, a *app) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", strings.Replace(a.settings.OwnerDatabaseURL, pg.RoleOwner+"@", pg.Superuser+"@", 1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestVerifyNamesWhatIsBroken(t *testing.T) {
	t.Parallel()
	a, ctx, _ := testApp(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Hello")
	other := sample.Conversation(ctx, t, reel, sample.Player(ctx, t, reel, "Finn"), "Hi")
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		held, err := desk.Hold(ctx, tx, c.ID)
		if err == nil {
			_, err = desk.Resolve(ctx, tx, &held)
		}
		return err
	})
	for range 2 { // a second round has nothing to sign and notes nothing twice
		if err := tenants.Each(ctx, func(ctx context.Context, _ tenants.Tenant) error { return a.signHeads(ctx) }); err != nil {
			t.Fatal(err)
		}
	}
	verify := func(what string) (string, error) {
		return printed(t, func(o *output) error {
			if strings.HasPrefix(what, "cnv_") {
				return a.verifyConversation(ctx, what, o)
			}
			at, err := a.find(ctx, what)
			if err != nil {
				return err
			}
			return a.verifyCasino(tenants.With(ctx, at), o)
		})
	}
	name := tenants.PublicID(tenants.ConversationPrefix, c.ID)
	otherName := tenants.PublicID(tenants.ConversationPrefix, other.ID)
	for what, want := range map[string]string{
		name:                    name + ": whole, 2 entries, 0 erased; signed up to entry 2 on ",
		"lucky-fox":             "Lucky Fox: 1 conversations, 2 entries, 0 erased; 0 broken; 1 signed statements proven, 1 noted",
		"golden-reel.localhost": "Golden Reel: 1 conversations, 1 entries",
	} {
		if text, err := verify(what); err != nil || !strings.Contains(text, want) {
			t.Errorf("%s: %q, %v; want %q", what, text, err, want)
		}
	}
	if _, err := verify(tenants.PublicID(tenants.ConversationPrefix, tenants.NewID())); err == nil || !strings.Contains(err.Error(), "no conversation") {
		t.Errorf("an unknown conversation: %v", err)
	}

	owner := superOf(t, a)
	for _, forged := range []struct{ statement, what, want string }{
		{"update entries set body = 'Bye' where conversation_id = '%s' and seq = 1", name, name + ": BROKEN: entry 1: its text was changed"},
		{"update entries set body = 'Bye' where conversation_id = '%s' and seq = 1", "lucky-fox", "1 broken"},
		{"delete from signed_heads where conversation_id = '%s'", name, "Lucky Fox: BROKEN: statement 1 was changed"},
	} {
		if _, err := owner.Exec(fmt.Sprintf(forged.statement, c.ID)); err != nil {
			t.Fatal(err)
		}
		if text, err := verify(forged.what); err == nil || !strings.Contains(text, forged.want) {
			t.Errorf("after %q: %q, %v; want %q", forged.statement, text, err, forged.want)
		}
	}
	if text, err := verify(otherName); err != nil {
		t.Errorf("Golden Reel's log suffers from Lucky Fox's: %q, %v", text, err)
	}
	if _, err := owner.Exec("delete from signed_heads; delete from head_statements"); err != nil {
		t.Fatal(err)
	}
	if text, err := verify("golden-reel"); err == nil || !strings.Contains(text, "statements 1 to 1 are missing") {
		t.Errorf("deleted statements: %q, %v", text, err)
	}
}

func TestTheSigningKeyIsMadeOnceForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	s := &Settings{Data: t.TempDir()}
	first, err := s.headKey()
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.headKey()
	if err != nil || !again.Equal(first) {
		t.Errorf("the second start has another key, or %v", err)
	}
	if info, err := os.Stat(s.headKeyPath()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file is %v, %v", info.Mode(), err)
	}
	// A key from elsewhere is used, and the old one's signatures are still believed.
	elsewhere := &Settings{Data: t.TempDir()}
	other, err := elsewhere.headKey()
	if err != nil {
		t.Fatal(err)
	}
	s.HeadKeyFile = elsewhere.headKeyPath()
	if got, err := s.headKey(); err != nil || !got.Equal(other) {
		t.Errorf("PITDESK_HEAD_KEY_FILE is not used: %v", err)
	}
	if keys, err := s.publicKeys(); err != nil || len(keys) < 2 {
		t.Errorf("%d keys are believed, %v", len(keys), err)
	}
	s.HeadKeyFile = filepath.Join(t.TempDir(), "absent.pem")
	if _, err := s.headKey(); err == nil || !strings.Contains(err.Error(), "PITDESK_HEAD_KEY_FILE") {
		t.Errorf("an absent key: %v", err)
	}
	if err := os.WriteFile(s.HeadKeyFile, []byte("not a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.headKey(); err == nil || !strings.Contains(err.Error(), "PITDESK_HEAD_KEY_FILE") {
		t.Errorf("a file that is no key: %v", err)
	}
}

func TestANotebookThatWasWrittenByHandIsRefused(t *testing.T) {
	t.Parallel()
	book := notebook{filepath.Join(t.TempDir(), "heads.log")}
	fox := tenants.NewID()
	for number := range int64(3) {
		if err := book.note(fox, desk.Noted{Number: number + 1, Hash: []byte{byte(number)}}); err != nil {
			t.Fatal(err)
		}
	}
	if last, err := book.newest(fox); err != nil || last.Number != 3 || last.Hash[0] != 2 {
		t.Errorf("newest is %+v, %v", last, err)
	}
	if last, err := book.newest(tenants.NewID()); err != nil || last.Number != 0 {
		t.Errorf("another casino's newest is %+v, %v", last, err)
	}
	if err := os.WriteFile(book.path, []byte("2026-11-21 nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := book.newest(fox); err == nil {
		t.Error("a line that says nothing was skipped")
	}
}
