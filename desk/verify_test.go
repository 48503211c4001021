package desk_test

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// forger is somebody with the schema owner's password and more, who changes logs behind the desk's back.
type forger struct {
	*testing.T
	db, owner *sql.DB
	ctx       context.Context // the casino's
	key       ed25519.PrivateKey
	c         desk.Conversation
	fox       tenants.Tenant
}

// newForger makes a conversation of six entries: hello, reply, note, snooze, and two that erase the third message.
func newForger(t *testing.T) *forger {
	t.Helper()
	d, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	mara := sample.Player(ctx, t, fox, "Mara")
	c := sample.Conversation(ctx, t, fox, mara, "Where is my withdrawal?")
	ruta := sample.Agent(ctx, t, fox, "Ruta", authz.Lead)
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		held, err := desk.Hold(ctx, tx, c.ID)
		for i, text := range []string{"On its way.", "Sorry, this was meant for somebody else.", "It has left us."} {
			if err == nil {
				_, err = desk.Reply(ctx, tx, &held, desk.Words{Text: text, ClientID: fmt.Sprint("r", i), Language: "en"})
			}
		}
		if err == nil {
			_, err = desk.Note(ctx, tx, &held, desk.Words{Text: "Asked the bank."})
		}
		if err == nil {
			err = desk.Erase(ctx, tx, &held, 3, "Sent to the wrong player.")
		}
		c = held
		return err
	})
	_, key, _ := ed25519.GenerateKey(nil)
	return &forger{T: t, db: d.DB.Super(t), owner: d.DB.Owner(t), ctx: tenants.With(ctx, fox), key: key, c: c, fox: fox}
}

// exec runs a statement in which $1 is the conversation. Foreign keys and policies don't bind a superuser who says so.
func (f *forger) exec(statements ...string) {
	f.Helper()
	tx, err := f.db.Begin()
	if err != nil {
		f.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec("set local session_replication_role = replica"); err != nil {
		f.Fatal(err)
	}
	for _, s := range statements {
		var args []any
		if strings.Contains(s, "$1") {
			args = append(args, f.c.ID.String())
		}
		res, err := tx.Exec(s, args...)
		if err != nil {
			f.Fatalf("%s: %v", s, err)
		}
		if n, _ := res.RowsAffected(); n == 0 && (strings.HasPrefix(s, "update") || strings.HasPrefix(s, "delete")) {
			f.Fatalf("%s: changed nothing", s)
		}
	}
	if err := tx.Commit(); err != nil {
		f.Fatal(err)
	}
}

func (f *forger) sign() *desk.Statement {
	f.Helper()
	s, broken, err := desk.SignHeads(f.ctx, f.key)
	if err != nil || len(broken) > 0 {
		f.Fatalf("sign: %v, broken %v", err, broken)
	}
	return s
}

// verify returns what is found in the conversation, and in the statements.
func (f *forger) verify(noted desk.Noted) (desk.Report, desk.Signed) {
	f.Helper()
	var found *desk.Report
	signed, err := desk.VerifyAll(f.ctx, []ed25519.PublicKey{f.key.Public().(ed25519.PublicKey)}, noted, func(r desk.Report) {
		if r.Conversation == f.c.ID {
			found = &r
		}
	})
	if err != nil {
		f.Fatal(err)
	}
	if found == nil {
		found = &desk.Report{}
	}
	return *found, signed
}

func (f *forger) expect(seq int64, flaw desk.Flaw) {
	f.Helper()
	r, _ := f.verify(desk.Noted{})
	if r.Broken == nil || r.Broken.Seq != seq || r.Broken.Flaw != flaw {
		f.Errorf("found %v, want entry %d to be %s", r.Broken, seq, flaw)
	}
}

func TestAWholeLogVerifiesWithItsErasure(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	f.sign()
	r, signed := f.verify(desk.Noted{})
	if r.Broken != nil || r.Entries != 6 || r.Erased != 1 || signed.Broken != nil || signed.Statements != 1 {
		t.Errorf("report %+v, %v; statements %d, %v", r, r.Broken, signed.Statements, signed.Broken)
	}
	// A later erasure keeps what was signed before it.
	sample.As(f.ctx, t, f.fox, authz.System(f.fox.ID), func(ctx context.Context, tx bun.Tx) error {
		held, err := desk.Hold(ctx, tx, f.c.ID)
		if err == nil {
			err = desk.Erase(ctx, tx, &held, 1, "The player asked for it.")
		}
		return err
	})
	if r, _ := f.verify(desk.Noted{}); r.Broken != nil || r.Erased != 2 {
		t.Errorf("after the erasure %v, %d erased", r.Broken, r.Erased)
	}
	if again, _, err := desk.SignHeads(f.ctx, f.key); err != nil || again == nil || again.Number != 2 || len(again.Heads) != 1 {
		t.Errorf("the second statement is %+v, %v", again, err)
	}
	if idle, _, err := desk.SignHeads(f.ctx, f.key); err != nil || idle != nil {
		t.Errorf("without news there is a statement %+v, %v", idle, err)
	}
}

func TestEveryColumnOfAnEntryIsSealed(t *testing.T) {
	t.Parallel()
	other := uuid.NewString()
	sealed := map[string]string{
		"tenant_id": "'" + other + "'", "conversation_id": "'" + other + "'", "id": "'" + other + "'", "kind": "'note'", "visibility": "'staff'",
		"author_kind": "'system'", "author_id": "null", "channel": "'email'", "language": "'ru'", "facts": `'{"masked": 1}'`,
		"sender": "'agent:other'", "client_id": "'x'", "happened_at": "happened_at + interval '1 microsecond'",
		"recorded_at": "recorded_at - interval '1 microsecond'", "xact": "'1'", "epoch": "2", "body": "'Never.'",
		"salt": "salt || salt", "body_digest": "sha256('x')", "digest": "sha256('x')", "hash": "sha256('x')", "seq": "40",
	}
	moved := map[string]desk.Flaw{"tenant_id": desk.Missing, "conversation_id": desk.Missing, "seq": desk.Missing,
		"body": desk.BodyEdited, "salt": desk.BodyEdited, "hash": desk.Unchained}
	f := newForger(t)
	rows, err := f.db.Query("select column_name from information_schema.columns where table_schema = 'public' and table_name = 'entries'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var columns []string
	for rows.Next() {
		var c string
		if err := rows.Scan(&c); err != nil {
			t.Fatal(err)
		}
		columns = append(columns, c)
	}
	if len(columns) != len(sealed) {
		t.Errorf("the log has the columns %v; this test knows %d", columns, len(sealed))
	}
	for _, column := range columns {
		f.exec("create table kept as table entries",
			fmt.Sprintf("update entries set %s = %s where conversation_id = $1 and seq = 2", column, sealed[column]))
		want := moved[column]
		if want == "" {
			want = desk.Edited
		}
		r, _ := f.verify(desk.Noted{})
		if r.Broken == nil || r.Broken.Seq != 2 || r.Broken.Flaw != want {
			t.Errorf("%s: found %v, want entry 2 %s", column, r.Broken, want)
		}
		f.exec("delete from entries", "insert into entries select * from kept", "drop table kept")
	}
	if r, _ := f.verify(desk.Noted{}); r.Broken != nil {
		t.Errorf("put back, the log is broken: %v", r.Broken)
	}
}

func TestForgedLogsAreFound(t *testing.T) {
	t.Parallel()
	fixHead := `update conversations c set last_seq = e.seq, last_hash = e.hash from (select * from entries where conversation_id = $1
		order by seq desc limit 1) e where c.id = e.conversation_id`
	for name, c := range map[string]struct {
		statements []string
		seq        int64
		flaw       desk.Flaw
	}{
		"the text edited":             {[]string{"update entries set body = 'Never.' where conversation_id = $1 and seq = 4"}, 4, desk.BodyEdited},
		"the text removed":            {[]string{"update entries set body = null where conversation_id = $1 and seq = 4"}, 4, desk.BodyEdited},
		"text erased past the door":   {[]string{"update entries set body = null, salt = null where conversation_id = $1 and seq = 4"}, 4, desk.Unrecorded},
		"erased text written anew":    {[]string{"update entries set body = 'Never.' where conversation_id = $1 and seq = 3"}, 3, desk.BodyEdited},
		"a middle entry deleted":      {[]string{"delete from entries where conversation_id = $1 and seq = 2"}, 2, desk.Missing},
		"the first deleted":           {[]string{"delete from entries where conversation_id = $1 and seq = 1"}, 1, desk.Missing},
		"the last deleted":            {[]string{"delete from entries where conversation_id = $1 and seq = 6"}, 6, desk.Missing},
		"all deleted":                 {[]string{"delete from entries where conversation_id = $1"}, 1, desk.Missing},
		"two changed places":          {[]string{"update entries set seq = seq + 100 where conversation_id = $1 and seq in (4, 5)", "update entries set seq = 109 - seq where conversation_id = $1 and seq > 100"}, 4, desk.Reordered},
		"deleted and closed up":       {[]string{"delete from entries where conversation_id = $1 and seq = 2", "update entries set seq = seq - 1 where conversation_id = $1 and seq > 2"}, 2, desk.Unchained},
		"the head set back":           {[]string{"update conversations set last_seq = 5 where id = $1"}, 6, desk.HeadWrong},
		"the head's hash changed":     {[]string{"update conversations set last_hash = sha256('x') where id = $1"}, 6, desk.HeadWrong},
		"the erasure's entry deleted": {[]string{"delete from entries where conversation_id = $1 and seq = 6", fixHead}, 3, desk.Unrecorded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newForger(t)
			f.exec(c.statements...)
			f.expect(c.seq, c.flaw)
		})
	}
}

func TestTheSchemaOwnersForgeriesAreFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		statement string
		seq       int64
		flaw      desk.Flaw
	}{
		"edits":     {"update entries set body = 'Never.' where seq = 2", 2, desk.BodyEdited},
		"deletes":   {"delete from entries where seq = 4", 4, desk.Missing},
		"reorders":  {"update entries set seq = seq + 100 where seq in (4, 5); update entries set seq = 109 - seq where seq > 100", 4, desk.Reordered},
		"truncates": {"truncate entries cascade", 1, desk.Missing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newForger(t)
			// The policies are forced on the owner too: whoever forges says for which casino.
			if _, err := f.owner.Exec("select set_config('app.tenant_id', '" + f.fox.ID.String() + "', false); " + c.statement); err != nil {
				t.Fatal(err)
			}
			f.expect(c.seq, c.flaw)
		})
	}
}

// rewrite makes a whole new chain over a conversation's rows with the database's own functions, as its owner can.
const rewrite = `do $$ declare e entries; h bytea; n bigint := 0; begin
	for e in select * from entries order by seq loop
		if n = 0 then h := log_seed(e.tenant_id, e.conversation_id); end if;
		n := n + 1;
		e.digest := log_digest(e);
		h := sha256(h || int8send(n) || e.digest);
		update entries set digest = e.digest, hash = h, seq = n where tenant_id = e.tenant_id and id = e.id;
	end loop;
	update conversations set last_seq = n, last_hash = h;
end $$`

func TestWhatWasSignedCannotBeRewritten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		statements []string
		seq        int64
	}{
		"the last deleted and the head fixed": {[]string{"delete from entries where conversation_id = $1 and seq = 6",
			"update entries set body = 'Back.', salt = 'x', body_digest = sha256('xBack.') where seq = 3", rewrite}, 6},
		"one edited and all after it rewritten": {[]string{
			"update entries set body = 'Never.', body_digest = sha256(salt || 'Never.') where conversation_id = $1 and seq = 2", rewrite}, 6},
		"one left out and all after it rewritten": {[]string{"delete from entries where conversation_id = $1 and seq = 2",
			`update entries set facts = jsonb_set(facts, '{seq}', '2') where kind = 'erasure'`, rewrite}, 6},
		"truncated to nothing": {[]string{"delete from entries where conversation_id = $1",
			"update conversations set last_seq = 0, last_hash = log_seed(tenant_id, id) where id = $1"}, 1},
		"the conversation deleted": {[]string{"delete from entries where conversation_id = $1", "delete from conversations where id = $1"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newForger(t)
			f.sign()
			f.exec(c.statements...)
			f.expect(c.seq, desk.Rewritten)
			if s, broken, err := desk.SignHeads(f.ctx, f.key); err != nil || s != nil {
				t.Errorf("the forged log was signed: %+v, %v, %v", s, broken, err)
			}
		})
	}
}

func TestAForgedLogThatGrewIsNotSigned(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	f.sign()
	f.exec("update entries set body = 'Never.', body_digest = sha256(salt || 'Never.') where conversation_id = $1 and seq = 2", rewrite)
	sample.As(f.ctx, t, f.fox, authz.System(f.fox.ID), func(ctx context.Context, tx bun.Tx) error {
		held, err := desk.Hold(ctx, tx, f.c.ID)
		if err == nil {
			_, err = desk.Resolve(ctx, tx, &held)
		}
		return err
	})
	s, broken, err := desk.SignHeads(f.ctx, f.key)
	if err != nil || s != nil || len(broken) != 1 || broken[0].Broken.Flaw != desk.Rewritten {
		t.Errorf("signed %+v, broken %v, %v", s, broken, err)
	}
}

func TestForgedStatementsAreFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		statements []string
		want       string
	}{
		"the newest deleted":  {[]string{"delete from signed_heads where number = 2", "delete from head_statements where number = 2"}, "statements 2 to 2 are missing"},
		"all deleted":         {[]string{"delete from signed_heads", "delete from head_statements"}, "statements 1 to 2 are missing"},
		"the first deleted":   {[]string{"delete from signed_heads where number = 1", "delete from head_statements where number = 1"}, "statement 1 is missing"},
		"a head deleted":      {[]string{"delete from signed_heads where number = 1"}, "statement 1 was changed"},
		"a head edited":       {[]string{"update signed_heads set hash = sha256('x') where number = 2"}, "statement 2 was changed"},
		"a statement edited":  {[]string{"update head_statements set made_at = made_at + interval '1 day' where number = 1"}, "statement 1 was changed"},
		"another signature":   {[]string{"update head_statements set signature = sha512('x') where number = 1"}, "the signature of statement 1 is wrong"},
		"another key's name":  {[]string{"update head_statements set key_id = 'x' where number = 2"}, "statement 2 was changed"},
		"another predecessor": {[]string{"update head_statements set previous = sha256('x') where number = 2"}, "statement 2 doesn't follow"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newForger(t)
			f.sign()
			sample.As(f.ctx, t, f.fox, authz.System(f.fox.ID), func(ctx context.Context, tx bun.Tx) error {
				held, err := desk.Hold(ctx, tx, f.c.ID)
				if err == nil {
					_, err = desk.Resolve(ctx, tx, &held)
				}
				return err
			})
			second := f.sign()
			noted := desk.Noted{Number: second.Number, Hash: second.Hash}
			if _, signed := f.verify(noted); signed.Broken != nil || signed.Statements != 2 {
				t.Fatalf("before the forgery %v", signed.Broken)
			}
			f.exec(c.statements...)
			if _, signed := f.verify(noted); signed.Broken == nil || !strings.Contains(signed.Broken.String(), c.want) {
				t.Errorf("found %v, want %q", signed.Broken, c.want)
			}
		})
	}
}

func TestAStrangersStatementIsFound(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	first := f.sign()
	noted := desk.Noted{Number: first.Number, Hash: first.Hash}
	// Somebody who can write the tables but doesn't have the key signs everything anew with their own.
	f.exec("delete from signed_heads", "delete from head_statements")
	ours := f.key
	_, f.key, _ = ed25519.GenerateKey(nil)
	f.sign()
	f.key = ours
	if _, signed := f.verify(noted); signed.Broken == nil || !strings.Contains(signed.Broken.String(), "isn't known here") {
		t.Errorf("found %v", signed.Broken)
	}
	// Even our own key, used on another day, doesn't give the statement that was noted.
	f.exec("delete from signed_heads", "delete from head_statements")
	for before := time.Now(); !time.Now().After(before.Add(time.Microsecond)); {
	}
	f.sign()
	if _, signed := f.verify(noted); signed.Broken == nil || !strings.Contains(signed.Broken.String(), "noted outside") {
		t.Errorf("found %v", signed.Broken)
	}
}
