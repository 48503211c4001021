package pg_test

import (
	"context"
	"strings"
	"testing"

	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
)

// shared are the tables of public that hold no casino's rows, and why that is right.
var shared = map[string]string{
	"goose_db_version": "which migrations have run; the app role may read it, to say at the start whether one is missing",
}

func TestEveryTableIsOneCasinosOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.New(t)
	breaches, err := pg.Breaches(ctx, db.App(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range breaches {
		t.Error(b)
	}
	rows, err := db.Owner(t).QueryContext(ctx, `
		select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = 'public' and c.relkind in ('r', 'p', 'f') and not exists (
		  select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	left := map[string]bool{}
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			t.Fatal(err)
		}
		left[table] = true
		if shared[table] == "" {
			t.Errorf("%s has no tenant_id: give it one, move it to control, or give the reason here", table)
		}
	}
	for table := range shared {
		if !left[table] {
			t.Errorf("%s is on the list but not in the schema", table)
		}
	}
}

func TestTheLogCanOnlyGrow(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for _, table := range []string{"entries", "erasures", "audit_log", "audit_links", "audit_statements"} {
		var may string
		err := db.Super(t).QueryRow(`
			select coalesce(string_agg(p, ',' order by p), '') from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) p
			where has_table_privilege('pitdesk_app', $1::text, p) or (p = 'update' and has_any_column_privilege('pitdesk_app', $1::text, p))`,
			table).Scan(&may)
		if err != nil || may != "insert,select" {
			t.Errorf("the app role may %q on %s (%v), want insert,select", may, table, err)
		}
	}
}

// Each way of forgetting is tried once, on a table like any other, and must be named.
func TestForgottenIsolationIsFound(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	owner := pgtest.New(t).Owner(t)
	const good = `create table bets (tenant_id uuid not null, id uuid not null, other uuid, primary key (tenant_id, id));
		alter table bets enable row level security; alter table bets force row level security;
		create policy tenant on bets using (` + pg.Policy + `) with check (` + pg.Policy + `);
		grant select, insert, update, delete on bets to pitdesk_app;`
	for name, c := range map[string]struct{ sql, want string }{
		"nothing forgotten":        {"", ""},
		"no force":                 {"alter table bets no force row level security", "bets: row security"},
		"not enabled":              {"alter table bets disable row level security", "bets: row security"},
		"no policy":                {"drop policy tenant on bets", "bets: a casino's table must have"},
		"no check":                 {"drop policy tenant on bets; create policy tenant on bets using (" + pg.Policy + ")", "bets.tenant: a policy"},
		"other expression":         {"alter policy tenant on bets using (true)", "bets.tenant: a policy"},
		"setting may fail":         {"alter policy tenant on bets with check (tenant_id = current_setting('app.tenant_id')::uuid)", "bets.tenant: a policy"},
		"second, wider policy":     {"create policy wide on bets for select using (true)", "bets.wide: a policy"},
		"policy for some":          {"alter policy tenant on bets to pitdesk_app", "bets.tenant: a policy"},
		"search role writes":       {"create policy wide on bets for all to pitdesk_search using (true)", "bets.wide: a policy"},
		"search role reads":        {"create policy search on bets for select to pitdesk_search using (true)", ""},
		"key":                      {"alter table bets drop constraint bets_pkey, add primary key (id, tenant_id)", "bets: the primary key"},
		"no key":                   {"alter table bets drop constraint bets_pkey", "bets: the primary key"},
		"unique":                   {"create unique index bets_other on bets (other)", "bets_other: a unique index"},
		"foreign key without":      {"alter table bets add unique (tenant_id, other); alter table bets add foreign key (tenant_id, other) references bets (tenant_id, id)", ""},
		"foreign key crossed":      {"alter table bets add foreign key (other, id) references bets (tenant_id, id)", "bets.bets_other_id_fkey: a foreign key"},
		"foreign key to control":   {"alter table bets add foreign key (tenant_id) references control.tenants", "bets.bets_tenant_id_fkey: a foreign key"},
		"control reads casinos":    {"grant select on bets to pitdesk_control", "bets: the control role"},
		"control reads a column":   {"grant select (other) on bets to pitdesk_control", "bets: the control role"},
		"app truncates":            {"grant truncate on bets to pitdesk_app", "bets: the app role"},
		"app enters control":       {"grant usage on schema control to pitdesk_app", "control: the app role"},
		"app reads control":        {"grant select (slug) on control.tenants to pitdesk_app", "control.tenants: the app role"},
		"everybody reads control":  {"grant select on control.people to public", "control.people: the app role"},
		"another schema":           {"create schema side; create table side.bets (id int)", "side.bets: a table must stand"},
		"view as its owner":        {"create view all_bets as select * from bets", "all_bets: a view"},
		"view as its reader":       {"create view my_bets with (security_invoker = true) as select * from bets", ""},
		"materialized":             {"create materialized view old_bets as select * from bets", "old_bets: a materialized view"},
		"definer without path":     {"create function peek() returns int security definer language sql return 1; revoke execute on function peek from public", "peek(): a SECURITY DEFINER function must pin"},
		"definer for all":          {"create function peek() returns int security definer set search_path = public, pg_temp language sql return 1", "peek(): a SECURITY DEFINER function must be granted"},
		"function without a guard": {"create function peek() returns int set row_security = off language sql return 1", "peek(): a function must not"},
	} {
		t.Run(name, func(t *testing.T) {
			tx, err := owner.BeginTx(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer tx.Rollback()
			for _, statement := range []string{good, c.sql} {
				if _, err := tx.ExecContext(ctx, statement); err != nil {
					t.Fatal(err)
				}
			}
			breaches, err := pg.Breaches(ctx, tx)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, b := range breaches {
				got = append(got, b.String())
			}
			if all := strings.Join(got, "\n"); c.want == "" && all != "" || !strings.Contains(all, c.want) {
				t.Errorf("found %q, want %q", all, c.want)
			}
		})
	}
}
