package pg_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"pitdesk/internal/pg"
)

func TestAStatementTravelsWithTheCommit(t *testing.T) {
	t.Parallel()
	log := &sent{}
	_, db := one(t, log)
	fox := uuid.New()
	for _, c := range []struct {
		statement string
		kept      bool
	}{
		{"insert into tags (tenant_id, id, name) values (current_tenant(), gen_random_uuid(), 'late')", true},
		{"insert into tags (tenant_id, id, name) values (current_tenant(), gen_random_uuid(), '')", false}, // the name is too short
	} {
		ctx := pg.WithTenant(context.Background(), fox, "set local synchronous_commit = off")
		log.statements = nil
		tx, err := db.DB.BeginTx(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		name := map[bool]string{true: "kept", false: "lost"}[c.kept]
		if _, err := tx.ExecContext(ctx, "insert into tags (tenant_id, id, name) values (current_tenant(), gen_random_uuid(), '"+name+"')"); err != nil {
			t.Fatal(err)
		}
		pg.WithCommit(ctx, c.statement)
		if err := tx.Commit(); (err == nil) != c.kept {
			t.Errorf("commit with %q: %v", c.statement, err)
		}
		if len(log.statements) != 3 || !strings.HasSuffix(log.statements[2], "; commit") {
			t.Errorf("messages: %q, want three, the last with the commit", log.statements)
		}
	}
	tx, err := db.DB.BeginTx(pg.WithTenant(context.Background(), fox), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	var names []string
	rows, err := tx.Query("select name from tags order by name")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if !slices.Equal(names, []string{"kept", "late"}) {
		t.Errorf("after both there are %q", names)
	}
}
