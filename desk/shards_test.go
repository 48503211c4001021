package desk_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// TestCasinosMoveToDatabasesOfTheirOwn plays what cutting the database by casino does: what lies above casinos is copied to every
// node, each casino's rows, table by table, to the one that its id falls on. There it goes on as if nothing had happened.
func TestCasinosMoveToDatabasesOfTheirOwn(t *testing.T) {
	t.Parallel()
	whole := pgtest.New(t)
	_, ctx := sample.Over(t, whole)
	type casino struct {
		tenants.Tenant
		lead, player authz.Actor
		talk         desk.Conversation
	}
	var casinos []casino
	for _, name := range []string{"Lucky Fox", "Golden Reel", "Brass Owl", "Calm Elk", "Dry Fern"} {
		c := casino{Tenant: sample.Tenant(ctx, t, name)}
		c.lead, c.player = sample.Agent(ctx, t, c.Tenant, "Ruta", authz.Lead, "Payments"), sample.AsPlayer(c.Tenant, sample.Player(ctx, t, c.Tenant, "Mara"))
		c.talk = sample.Conversation(ctx, t, c.Tenant, c.player.ID, "Where is my withdrawal?")
		sample.As(ctx, t, c.Tenant, c.lead, func(ctx context.Context, tx bun.Tx) error {
			held, err := desk.Hold(ctx, tx, c.talk.ID)
			if err == nil {
				_, err = desk.Reply(ctx, tx, &held, desk.Words{Text: "On its way, " + name})
			}
			return err
		})
		casinos = append(casinos, c)
	}
	from := superuser(t, whole)
	tables, moved := columnsOf(t, from, "public"), map[string]int64{}
	var nodes []node
	for range 2 {
		n := node{db: pgtest.New(t)}
		n.conn = superuser(t, n.db)
		run(t, n.conn, "set session_replication_role = replica")
		above := columnsOf(t, n.conn, "control")
		for table := range above {
			run(t, n.conn, "delete from control."+table)
		}
		for table, columns := range above {
			carry(t, from, n.conn, "control."+table, columns, "")
		}
		run(t, n.conn, "set session_replication_role = origin")
		_, n.ctx = sample.Over(t, n.db)
		nodes = append(nodes, n)
	}
	for _, c := range casinos {
		n := nodes[shardOf(c.ID)%len(nodes)]
		run(t, n.conn, "set session_replication_role = replica")
		for table, columns := range tables {
			moved[table] += carry(t, from, n.conn, table, columns, " where tenant_id = '"+c.ID.String()+"'")
		}
		run(t, n.conn, "set session_replication_role = origin")
	}
	for table, rows := range moved {
		if all := number(t, from, "select count(*) from "+table); all != rows {
			t.Errorf("of %d rows of %s %d have moved", all, table, rows)
		}
	}
	for _, n := range nodes {
		for _, check := range orphanChecks(t, n.conn) {
			if lost := number(t, n.conn, check); lost > 0 {
				t.Errorf("%d rows are without what they refer to: %s", lost, check)
			}
		}
	}
	for _, c := range casinos {
		here, away := nodes[shardOf(c.ID)%len(nodes)], nodes[(shardOf(c.ID)+1)%len(nodes)]
		sample.As(here.ctx, t, c.Tenant, c.lead, func(ctx context.Context, tx bun.Tx) error {
			r, err := desk.Verify(ctx, tx, c.talk.ID, nil)
			if err != nil || r.Broken != nil || r.Entries < 2 {
				t.Errorf("%s: the chain of %d entries: %v, %v", c.Slug, r.Entries, r.Broken, err)
			}
			held, err := desk.Hold(ctx, tx, c.talk.ID)
			if err != nil {
				return err
			}
			before := held.LastSeq
			e, err := desk.Reply(ctx, tx, &held, desk.Words{Text: "It has arrived"})
			if err == nil && e.Seq != before+1 {
				t.Errorf("%s: entry %d follows %d", c.Slug, e.Seq, before)
			}
			if r, err := desk.Verify(ctx, tx, c.talk.ID, nil); err != nil || r.Broken != nil {
				t.Errorf("%s: the chain goes on broken: %v, %v", c.Slug, r.Broken, err)
			}
			page, err := desk.List(ctx, tx, authz.ScopeFor(c.lead), desk.Filter{}, c.lead.ID)
			if err == nil && len(page.Rows) != 1 {
				t.Errorf("%s: the inbox has %d rows", c.Slug, len(page.Rows))
			}
			return err
		})
		if rows := number(t, away.conn, "select count(*) from entries where tenant_id = '"+c.ID.String()+"'"); rows > 0 {
			t.Errorf("%s: %d entries on the other node", c.Slug, rows)
		}
	}
}

// node is one of the databases that casinos are spread over.
type node struct {
	db   *pgtest.DB
	conn *pgx.Conn
	ctx  context.Context
}

// shardOf is a number that a casino's id falls on, as a hash of a distribution column does.
func shardOf(id uuid.UUID) int {
	h := fnv.New32a()
	_, _ = h.Write(id[:])
	return int(h.Sum32() >> 1)
}

func superuser(t *testing.T, db *pgtest.DB) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), db.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

func run(t *testing.T, c *pgx.Conn, statement string) {
	t.Helper()
	if _, err := c.Exec(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func number(t *testing.T, c *pgx.Conn, question string) (n int64) {
	t.Helper()
	if err := c.QueryRow(t.Context(), question).Scan(&n); err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	return n
}

// columnsOf are the tables of a schema with their columns that are written; of public those that have a tenant_id.
func columnsOf(t *testing.T, c *pgx.Conn, schema string) map[string]string {
	t.Helper()
	rows, err := c.Query(t.Context(), `select r.relname, string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_class r
		join pg_namespace n on n.oid = r.relnamespace join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
		where r.relkind = 'r' and n.nspname = $1 group by 1 having $1 <> 'public' or bool_or(a.attname = 'tenant_id')`, schema)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	var table, columns string
	if _, err := pgx.ForEachRow(rows, []any{&table, &columns}, func() error { all[table] = columns; return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

// carry copies rows from one database into another.
func carry(t *testing.T, from, to *pgx.Conn, table, columns, where string) int64 {
	t.Helper()
	var rows bytes.Buffer
	if _, err := from.PgConn().CopyTo(t.Context(), &rows, fmt.Sprintf("copy (select %s from %s%s) to stdout", columns, table, where)); err != nil {
		t.Fatalf("%s: %v", table, err)
	}
	tag, err := to.PgConn().CopyFrom(t.Context(), &rows, fmt.Sprintf("copy %s (%s) from stdin", table, columns))
	if err != nil {
		t.Fatalf("%s: %v", table, err)
	}
	return tag.RowsAffected()
}

// orphanChecks ask, for each foreign key of a casino's table, how many rows refer to what isn't there.
func orphanChecks(t *testing.T, c *pgx.Conn) []string {
	t.Helper()
	rows, err := c.Query(t.Context(), `select format('select count(*) from %s c where %s and not exists (select from %s p where %s)', f.conrelid::regclass,
			string_agg(format('c.%I is not null', m.attname), ' and '), f.confrelid::regclass, string_agg(format('c.%I = p.%I', m.attname, o.attname), ' and '))
		from pg_constraint f join pg_namespace n on n.oid = f.connamespace and n.nspname = 'public', unnest(f.conkey, f.confkey) as pair (mine, theirs)
		join lateral (select attname from pg_attribute a where a.attrelid = f.conrelid and a.attnum = pair.mine) m on true
		join lateral (select attname from pg_attribute a where a.attrelid = f.confrelid and a.attnum = pair.theirs) o on true
		where f.contype = 'f' group by f.oid, f.conrelid, f.confrelid`)
	if err != nil {
		t.Fatal(err)
	}
	checks, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(checks) < 20 || !strings.Contains(strings.Join(checks, "\n"), "tenant_id = p.tenant_id") {
		t.Fatalf("%d foreign keys, %v", len(checks), err)
	}
	return checks
}
