package pg_test

import (
	"maps"
	"slices"
	"testing"

	"pitdesk/internal/pgtest"
)

// asideIndexes are indexes on casinos' tables that don't begin with tenant_id, and why a database that is cut by it lives well
// with them.
var asideIndexes = map[string]string{}

// TestACasinosTablesCanBeCutByCasino holds the tables of casinos against what cutting them by tenant_id asks for, as Citus does:
// every index begins with it, no number comes from a sequence that all casinos share, nothing is inherited or partitioned by
// anything else. That keys and foreign keys have it, the walk of the catalog sees to.
func TestACasinosTablesCanBeCutByCasino(t *testing.T) {
	t.Parallel()
	super := pgtest.New(t).Super(t)
	ask := func(what string) map[string]bool {
		rows, err := super.Query(`with tables as (
			select c.oid, c.relname, c.relkind, a.attnum from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
			join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped where c.relkind in ('r', 'p')) ` + what)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		all := map[string]bool{}
		for rows.Next() {
			var one string
			if err := rows.Scan(&one); err != nil {
				t.Fatal(err)
			}
			all[one] = true
		}
		return all
	}
	aside := ask(`select x.relname from tables t join pg_index i on i.indrelid = t.oid join pg_class x on x.oid = i.indexrelid where i.indkey[0] <> t.attnum`)
	for _, index := range slices.Sorted(maps.Keys(aside)) {
		if asideIndexes[index] == "" {
			t.Errorf("the index %s doesn't begin with tenant_id: let it, or give the reason here", index)
		}
	}
	for index := range asideIndexes {
		if !aside[index] {
			t.Errorf("%s is on the list but not in the schema", index)
		}
	}
	for column := range ask(`select t.relname || '.' || a.attname from tables t join pg_attribute a on a.attrelid = t.oid and not a.attisdropped
		left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
		where a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) ~ 'nextval'`) {
		t.Errorf("%s counts on a sequence that all casinos share", column)
	}
	for table := range ask(`select relname from tables t where relkind = 'p' or exists (select from pg_inherits h where h.inhparent = t.oid or h.inhrelid = t.oid)`) {
		t.Errorf("%s is partitioned or inherits", table)
	}
}
