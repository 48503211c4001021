package many_test

import (
	"fmt"
	"testing"
	"time"

	"pitdesk/internal/pgtest"
)

// grow copies the demo's casinos, so many times each, so that tables have rows enough to show what walks through them. The
// copies are rows without a host: nobody serves them. What can't be twice, such as a token, isn't copied, and of large tables
// only a part.
func grow(t *testing.T, db *pgtest.DB, times int) {
	t.Helper()
	began := time.Now()
	super := db.Super(t)
	tables, err := super.Query(`
		select c.relname, exists (select from pg_index i join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam
		    where i.indrelid = c.oid and m.amname = 'gin'), string_agg(quote_ident(a.attname), ', ' order by a.attnum), string_agg('r.' || quote_ident(a.attname), ', ' order by a.attnum)
		from pg_class c join pg_attribute a on a.attrelid = c.oid
		where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
		  and a.attname <> 'tenant_id' and exists (select from pg_attribute o where o.attrelid = c.oid and o.attname = 'tenant_id' and not o.attisdropped)
		group by c.oid, c.relname`)
	if err != nil {
		t.Fatal(err)
	}
	defer tables.Close()
	var copies []string
	for tables.Next() {
		var table, columns, values string
		var searched bool
		if err := tables.Scan(&table, &searched, &columns, &values); err != nil {
			t.Fatal(err)
		}
		rows := 250
		if searched {
			rows = 20 // indexes of words take their time
		}
		copies = append(copies, fmt.Sprintf(`insert into %[1]s (tenant_id, %[2]s)
			select md5(r.tenant_id::text || n)::uuid, %[3]s from (select * from %[1]s limit %[5]d) r, generate_series(1, %[4]d) n on conflict do nothing`, table, columns, values, times, rows))
	}
	if err := tables.Err(); err != nil {
		t.Fatal(err)
	}
	tx, err := super.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec("set local session_replication_role = replica"); err != nil { // no triggers, no foreign keys
		t.Fatal(err)
	}
	var rows int64
	for _, one := range copies {
		done, err := tx.Exec(one)
		if err != nil {
			t.Fatalf("%s: %v", one, err)
		}
		n, _ := done.RowsAffected()
		rows += n
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if _, err := super.Exec("analyze"); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rows in %d tables, made in %s", rows, len(copies), time.Since(began).Round(100*time.Millisecond))
}
