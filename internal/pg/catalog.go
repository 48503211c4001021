package pg

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Policy is the one row policy every tenant table has, in USING and in WITH CHECK. The subselect is evaluated once per
// statement; an unset tenant compares with null and shows nothing.
const Policy = `tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)`

// Breach is an object of the schema that breaks a rule of isolation.
type Breach struct{ Object, Rule string }

func (b Breach) String() string { return b.Object + ": " + b.Rule }

// RowsQuerier is what both database/sql and bun offer for many rows.
type RowsQuerier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// tenantTables are the tables with rows of casinos, as a CTE: those of public that have a tenant_id.
const tenantTables = `
	tenant_tables as (
		select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity, a.attnum as tenant_column
		from pg_class c
		join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
		join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
		where c.relkind in ('r', 'p'))`

// rules each select the objects that break them.
var rules = []struct{ rule, sql string }{
	{"a table must stand in public (a casino's rows), control or river",
		`select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		 where c.relkind in ('r', 'p', 'f') and n.nspname not in ('public', 'control', 'river', 'pg_catalog', 'information_schema')
		   and n.nspname !~ '^pg_(toast|temp)'`},
	{"row security must be enabled and forced",
		`select relname from tenant_tables where not (relrowsecurity and relforcerowsecurity)`},
	{"the primary key must start with tenant_id",
		`select relname from tenant_tables t where not exists (
		   select from pg_constraint p where p.conrelid = t.oid and p.contype = 'p' and p.conkey[1] = t.tenant_column)`},
	{"a unique index must contain tenant_id, or one casino could feel another's values",
		`select i.indexrelid::regclass::text from tenant_tables t join pg_index i on i.indrelid = t.oid
		 where i.indisunique and not t.tenant_column = any (i.indkey::int2[])`},
	{"a foreign key must lead tenant_id to tenant_id of a casino's table",
		`select t.relname || '.' || f.conname from tenant_tables t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f'
		 where not exists (
		   select from tenant_tables other, unnest(f.conkey, f.confkey) as pair (mine, theirs)
		   where other.oid = f.confrelid and pair.mine = t.tenant_column and pair.theirs = other.tenant_column)`},
	{"the control role must have no grant on a casino's table",
		`select relname from tenant_tables where has_table_privilege('pitdesk_control', oid, 'select, insert, update, delete, truncate')
		   or has_any_column_privilege('pitdesk_control', oid, 'select, insert, update')`},
	{"the app role must not truncate, refer to or put triggers on a table",
		`select relname from tenant_tables where has_table_privilege('pitdesk_app', oid, 'truncate, references, trigger')`},
	{"the app role must not enter the control schema",
		`select nspname::text from pg_namespace where nspname = 'control' and has_schema_privilege('pitdesk_app', oid, 'usage, create')`},
	{"the app role must have no grant on a control table",
		`select 'control.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		 where n.nspname = 'control' and c.relkind in ('r', 'p', 'v', 'm', 'S')
		   and case c.relkind when 'S' then has_sequence_privilege('pitdesk_app', c.oid, 'usage, select, update')
		       else has_table_privilege('pitdesk_app', c.oid, 'select, insert, update, delete, truncate, references, trigger')
		         or has_any_column_privilege('pitdesk_app', c.oid, 'select, insert, update, references') end`},
	{"a view must be security_invoker, so that its reader's policies bind",
		`select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		 where n.nspname in ('public', 'control') and c.relkind = 'v' and not coalesce('security_invoker=true' = any (c.reloptions), false)`},
	{"a materialized view knows no row policy",
		`select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		 where n.nspname in ('public', 'control') and c.relkind = 'm'`},
	{"a SECURITY DEFINER function must pin its search_path, ending in pg_temp",
		`select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
		 where n.nspname in ('public', 'control') and p.prosecdef
		   and not exists (select from unnest(p.proconfig) s where s ~ '^search_path=.*pg_temp$')`},
	{"a SECURITY DEFINER function must be granted by name, not to everybody",
		`select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
		 where n.nspname in ('public', 'control') and p.prosecdef
		   and (p.proacl is null or exists (select from aclexplode(p.proacl) g where g.grantee = 0))`},
	{"a function must not loosen row security for itself",
		`select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
		 where n.nspname in ('public', 'control') and exists (select from unnest(p.proconfig) s where s ~ '^(row_security|role|app\.)')`},
}

// Breaches walks the catalog and returns what would let one casino feel another. Any role may ask.
func Breaches(ctx context.Context, db RowsQuerier) ([]Breach, error) {
	var found []Breach
	for _, r := range rules {
		rows, err := db.QueryContext(ctx, "with"+tenantTables+" "+r.sql+" order by 1")
		if err != nil {
			return nil, fmt.Errorf("catalog, %q: %w", r.rule, err)
		}
		objects, err := texts(rows)
		if err != nil {
			return nil, fmt.Errorf("catalog, %q: %w", r.rule, err)
		}
		for _, object := range objects {
			found = append(found, Breach{object, r.rule})
		}
	}
	policies, err := policyBreaches(ctx, db)
	return append(found, policies...), err
}

// policyBreaches compares every policy's text with ours, and wants one that binds everybody on each tenant table. The
// search role may have a policy of its own, for reading only.
func policyBreaches(ctx context.Context, db RowsQuerier) ([]Breach, error) {
	rows, err := db.QueryContext(ctx, "with"+tenantTables+`
		select t.relname, coalesce(p.polname, ''), coalesce(p.polcmd = '*' and p.polpermissive and p.polroles = '{0}', false),
		       coalesce(pg_get_expr(p.polqual, t.oid), ''), coalesce(pg_get_expr(p.polwithcheck, t.oid), ''),
		       coalesce(p.polcmd = 'r' and p.polroles = array[(select oid from pg_roles where rolname = 'pitdesk_search')], false)
		from tenant_tables t left join pg_policy p on p.polrelid = t.oid order by 1, 2`)
	if err != nil {
		return nil, fmt.Errorf("catalog, policies: %w", err)
	}
	defer rows.Close()
	var found []Breach
	var tables []string
	bound := map[string]bool{}
	for rows.Next() {
		var table, policy, using, check string
		var everybody, search bool
		if err := rows.Scan(&table, &policy, &everybody, &using, &check, &search); err != nil {
			return nil, err
		}
		if len(tables) == 0 || tables[len(tables)-1] != table {
			tables = append(tables, table)
		}
		ours := plain(using) == plain(Policy) && plain(check) == plain(Policy)
		switch {
		case policy == "" || search:
		case ours && everybody:
			bound[table] = true
		default:
			found = append(found, Breach{table + "." + policy, "a policy must be for all roles and commands, with USING and WITH CHECK (" + Policy + ")"})
		}
	}
	for _, table := range tables {
		if !bound[table] {
			found = append(found, Breach{table, "a casino's table must have the tenant policy"})
		}
	}
	return found, rows.Err()
}

// plain takes from an expression what Postgres adds when it prints one: casts to text, names of columns, spaces, brackets.
func plain(expression string) string {
	expression = strings.ToLower(expression)
	for _, noise := range []string{"::text", ` as "nullif"`, " as nullif", " ", "\n", "(", ")"} {
		expression = strings.ReplaceAll(expression, noise, "")
	}
	return expression
}

func texts(rows *sql.Rows) ([]string, error) {
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}
