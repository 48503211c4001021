package exports_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/blob"
	"pitdesk/internal/fault"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/exports"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestEveryTableIsTakenAlongOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	rows, err := pgtest.New(t).Owner(t).QueryContext(t.Context(), `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
		where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	there := map[string]bool{}
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			t.Fatal(err)
		}
		there[table] = true
		if slices.Contains(exports.Tables, table) == (exports.Left[table] != "") {
			t.Errorf("%s: name it in exports.Tables, or in exports.Left with the reason", table)
		}
	}
	for _, table := range exports.Tables {
		if !there[table] {
			t.Errorf("%s is taken along and isn't there", table)
		}
	}
}

func TestACasinoTakesItsOwnAlongAndNoSecret(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	for at, player := range map[tenants.Tenant]string{fox: "Mara", reel: "Finn"} {
		sample.Agent(ctx, t, at, "Agent of "+player, authz.Admin)
		sample.Conversation(ctx, t, at, sample.Player(ctx, t, at, player), "Words of "+player)
	}
	files, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var e exports.Export
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) (err error) {
		if _, err := tx.NewRaw(`update memberships set password = 'never-told', totp_secret = 'never-told'`).Exec(ctx); err != nil {
			return err
		}
		e, err = exports.Ask(ctx, tx)
		return err
	})
	if err := sample.Try(ctx, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error { _, err := exports.Ask(ctx, tx); return err }); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("two at once: %v", err)
	}
	for range 2 { // a job may be done twice
		if err := exports.Write(ctx, files, exports.Args{Tenant: fox.ID, Export: e.ID}); err != nil {
			t.Fatal(err)
		}
	}
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) (err error) { e, err = exports.Get(ctx, tx, e.ID); return err })
	content, err := e.Open(ctx, files)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	raw, err := io.ReadAll(content)
	if err != nil || int64(len(raw)) != e.Size {
		t.Fatalf("%d octets, the row says %d, %v", len(raw), e.Size, err)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
	}
	for word, want := range map[string]bool{"Words of Mara": true, "Agent of Mara": true, "Finn": false, "never-told": false, "Golden Reel": false, fox.ID.String(): false} {
		if strings.Contains(all.String(), word) != want {
			t.Errorf("that it holds %q is %t", word, !want)
		}
	}
	err = sample.Try(ctx, reel, authz.System(reel.ID), func(ctx context.Context, tx bun.Tx) error { _, err := exports.Get(ctx, tx, e.ID); return err })
	if fault.CodeOf(err) != fault.NotFound {
		t.Errorf("Golden Reel finds Lucky Fox's file: %v", err)
	}
}
