package trail_test

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
	"pitdesk/authz/trail"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// auditor looks at one book, and at the database behind its back.
type auditor struct {
	*testing.T
	ctx  context.Context
	fox  tenants.Tenant
	who  authz.Actor
	book trail.Book
	db   *sql.DB
	key  ed25519.PrivateKey
	keys map[string]ed25519.PublicKey
}

func newAuditor(t *testing.T) *auditor {
	t.Helper()
	d, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	a := &auditor{t, tenants.With(ctx, fox), fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin), trail.Of(fox), d.DB.Super(t), key, map[string]ed25519.PublicKey{"k": public}}
	a.chain() // what making the casino wrote
	return a
}

func (a *auditor) in(fn func(ctx context.Context, tx bun.Tx) error) {
	a.Helper()
	if err := tenants.In(a.ctx, a.fox.ID, fn); err != nil {
		a.Fatal(err)
	}
}

// deeds writes so many lines, each in a transaction of its own.
func (a *auditor) deeds(n int) {
	a.Helper()
	for i := range n {
		a.in(func(ctx context.Context, tx bun.Tx) error {
			return authz.Record(ctx, tx, a.who, "sign_in", "account", map[string]any{"n": i, "name": "Müller \"x\""})
		})
	}
}

// chain links lines until so many wait, or all are linked, and returns how many it linked. Transactions of other tests, in other
// databases of the same cluster, hold lines up too, so it asks again.
func (a *auditor) chain(waiting ...int64) (linked int) {
	a.Helper()
	left := int64(0)
	if len(waiting) > 0 {
		left = waiting[0]
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		var now trail.State
		a.in(func(ctx context.Context, tx bun.Tx) error {
			n, err := a.book.Chain(ctx, tx)
			if err == nil {
				linked += n
				now, err = a.book.StateOf(ctx, tx)
			}
			return err
		})
		if now.Waiting == left {
			return linked
		}
	}
	a.Fatal("lines still wait after a minute")
	return linked
}

func (a *auditor) sign() (s *trail.Statement) {
	a.Helper()
	a.in(func(ctx context.Context, tx bun.Tx) error {
		made, broken, err := a.book.Sign(ctx, tx, a.key, "k")
		if broken != nil {
			a.Fatalf("not signed: %s", broken)
		}
		s = made
		return err
	})
	return s
}

func (a *auditor) verify(noted trail.Noted) (r trail.Report) {
	a.Helper()
	a.in(func(ctx context.Context, tx bun.Tx) (err error) {
		r, err = a.book.Verify(ctx, tx, a.keys, noted)
		return err
	})
	return r
}

// line is the id of the line that a link holds.
func (a *auditor) line(number int) (id uuid.UUID) {
	a.Helper()
	if err := a.db.QueryRow(`select line_id from audit_links where tenant_id = $1 and number = $2`, a.fox.ID, number).Scan(&id); err != nil {
		a.Fatal(err)
	}
	return id
}

func TestEveryLineIsLinkedOnceInAnOrderThatStays(t *testing.T) {
	t.Parallel()
	a := newAuditor(t)
	before := a.verify(trail.Noted{}).Links
	a.deeds(3)
	// A transaction that began to write before others did, and goes on: what came after it waits, or its line would come too late.
	tx, err := a.db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	slow := uuid.New()
	if _, err := tx.Exec(`insert into audit_log (tenant_id, id, actor_kind, role, action, object) values ($1, $2, 'system', 'admin', 'slow', 'account')`, a.fox.ID, slow); err != nil {
		t.Fatal(err)
	}
	a.deeds(2)
	if n := a.chain(2); n != 3 {
		t.Errorf("%d lines are linked while an earlier one isn't written yet, want 3", n)
	}
	if r := a.verify(trail.Noted{}); r.Broken != nil || r.Links != before+3 || r.Waiting != 2 {
		t.Errorf("%+v", r)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if n := a.chain(); n != 3 {
		t.Errorf("%d lines are linked afterwards, want 3", n)
	}
	if a.line(int(before)+4) != slow {
		t.Error("the line of the earliest transaction isn't the first of them")
	}
	if r := a.verify(trail.Noted{}); r.Broken != nil || r.Links != before+6 || r.Waiting != 0 || a.chain() != 0 {
		t.Errorf("%+v %v", r, r.Broken)
	}
}

func TestLinesFromBeforeTheChainComeFirst(t *testing.T) {
	t.Parallel()
	a := newAuditor(t)
	a.deeds(5)
	if _, err := a.db.Exec(`delete from audit_links; update audit_log set xact = null, epoch = null where action = 'sign_in'`); err != nil {
		t.Fatal(err)
	}
	a.chain()
	r := a.verify(trail.Noted{})
	if r.Broken != nil || r.Waiting != 0 || r.Links < 5 {
		t.Errorf("%+v %v", r, r.Broken)
	}
	var early int
	if err := a.db.QueryRow(`select count(*) from audit_links where number <= 5 and epoch = 0 and tenant_id = $1`, a.fox.ID).Scan(&early); err != nil || early != 5 {
		t.Errorf("%d of the five come first, %v", early, err)
	}
}

func TestAnythingDoneBehindTheLogsBackShows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ sql, want string }{
		"nothing":                {`select $1::uuid, $2::uuid`, ""},
		"a line's column":        {`update audit_log set address = '192.0.2.1' where tenant_id = $1 and id = $2`, "isn't as it was written"},
		"what is null":           {`update audit_log set read_during = at where tenant_id = $1 and id = $2`, "isn't as it was written"},
		"a line's time":          {`update audit_log set at = at + interval '1 microsecond' where tenant_id = $1 and id = $2`, "isn't as it was written"},
		"a line taken away":      {`delete from audit_log where tenant_id = $1 and id = $2`, "taken away"},
		"a link taken away":      {`delete from audit_links where tenant_id = $1 and line_id = $2`, "missing"},
		"a line and its link":    {`with gone as (delete from audit_links where tenant_id = $1 and line_id = $2) delete from audit_log where tenant_id = $1 and id = $2`, "missing"},
		"two that changed place": {`update audit_links set line_id = case line_id when $2 then '00000000-0000-0000-0000-000000000001' else line_id end where tenant_id = $1`, "taken away"},
		"a line put in": {`insert into audit_log (tenant_id, id, actor_kind, role, action, object, xact, epoch)
			select tenant_id, gen_random_uuid(), 'system', 'admin', 'invented', 'account', xact, epoch from audit_log where tenant_id = $1 and id = $2`, "put in after"},
		"a line put in at the start": {`insert into audit_log (tenant_id, id, actor_kind, role, action, object, xact, epoch)
			select $1::uuid, gen_random_uuid(), 'system', 'admin', 'invented', 'account', null, null where $2::uuid is not null`, "put in after"},
		"its end cut off": {`with cut as (delete from audit_links where tenant_id = $1 and number >= (select number from audit_links where line_id = $2) returning line_id)
			delete from audit_log where tenant_id = $1 and id in (select line_id from cut)`, "about"},
		"a statement": {`update audit_statements set links = links - 1 where tenant_id = $1 and $2::uuid is not null`, "was changed"},
		"no statements and a new chain": {`with s as (delete from audit_statements where tenant_id = $1) delete from audit_links where tenant_id = $1 and $2::uuid is not null`,
			"statements 1 to 1 are missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAuditor(t)
			a.deeds(6)
			a.chain()
			s := a.sign()
			if s == nil || a.sign() != nil {
				t.Fatal("a chain that has moved is signed, one that hasn't isn't")
			}
			a.deeds(1)
			a.chain()
			reel := sample.Tenant(a.ctx, t, "Golden Reel")
			if _, err := a.db.Exec(c.sql, a.fox.ID, a.line(4)); err != nil {
				t.Fatal(err)
			}
			r := a.verify(trail.Noted{Number: s.Number, Hash: s.Hash})
			switch {
			case c.want == "" && r.Broken != nil:
				t.Errorf("found %s", r.Broken)
			case c.want != "" && (r.Broken == nil || !strings.Contains(r.Broken.String(), c.want)):
				t.Errorf("found %v, want %q", r.Broken, c.want)
			}
			// Another casino's book is its own, and knows nothing of it.
			err := tenants.In(tenants.With(a.ctx, reel), reel.ID, func(ctx context.Context, tx bun.Tx) error {
				other, err := trail.Of(reel).Verify(ctx, tx, a.keys, trail.Noted{})
				if other.Broken != nil || other.Statements != 0 || other.Links != 0 {
					t.Errorf("Golden Reel sees %+v", other)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAForgedChainIsNotSigned(t *testing.T) {
	t.Parallel()
	a := newAuditor(t)
	a.deeds(4)
	a.chain()
	if _, err := a.db.Exec(`update audit_log set address = '192.0.2.1' where id = $1`, a.line(2)); err != nil {
		t.Fatal(err)
	}
	a.in(func(ctx context.Context, tx bun.Tx) error {
		s, broken, err := a.book.Sign(ctx, tx, a.key, "k")
		if s != nil || broken == nil || broken.Number != 2 {
			t.Errorf("signed %v, found %v", s, broken)
		}
		return err
	})
}

func TestAStrangersSignatureIsNotBelieved(t *testing.T) {
	t.Parallel()
	a := newAuditor(t)
	a.deeds(2)
	a.chain()
	a.sign()
	a.keys = nil
	if r := a.verify(trail.Noted{}); r.Broken == nil || !strings.Contains(r.Broken.What, "isn't known") {
		t.Errorf("%v", r.Broken)
	}
}

// TestWhatIsDoneAboveCasinosIsLinkedToo does the same to the deployment's own log.
func TestWhatIsDoneAboveCasinosIsLinkedToo(t *testing.T) {
	t.Parallel()
	a := newAuditor(t)
	above := func(fn func(ctx context.Context, tx bun.Tx) error) {
		t.Helper()
		if err := tenants.Above(a.ctx, fn); err != nil {
			t.Fatal(err)
		}
	}
	book := trail.Above()
	for i := range 3 {
		above(func(ctx context.Context, tx bun.Tx) error {
			return authz.RecordAbove(ctx, tx, authz.SystemAbove(), fmt.Sprint("deed", i), "tenant", authz.Whose{Tenant: a.fox.ID}, nil)
		})
	}
	var links int64
	for deadline := time.Now().Add(time.Minute); links < 3 && time.Now().Before(deadline); {
		above(func(ctx context.Context, tx bun.Tx) error {
			if _, err := book.Chain(ctx, tx); err != nil {
				return err
			}
			s, err := book.StateOf(ctx, tx)
			links = s.Links
			return err
		})
	}
	above(func(ctx context.Context, tx bun.Tx) error {
		s, broken, err := book.Sign(ctx, tx, a.key, "k")
		if s == nil || broken != nil {
			t.Errorf("signed %v %v", s, broken)
		}
		return err
	})
	for _, want := range []string{"", "isn't as it was written"} {
		above(func(ctx context.Context, tx bun.Tx) error {
			r, err := book.Verify(ctx, tx, a.keys, trail.Noted{})
			if (r.Broken == nil) != (want == "") || r.Broken != nil && !strings.Contains(r.Broken.What, want) || r.Statements != 1 {
				t.Errorf("%+v %v, want %q", r, r.Broken, want)
			}
			return err
		})
		if _, err := a.db.Exec(`update control.deeds set actor_name = 'nobody' where action = 'deed1'`); err != nil {
			t.Fatal(err)
		}
	}
}
