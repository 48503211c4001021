package pg_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/uptrace/bun"

	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
	"pitdesk/migrations"
)

// ill are the findings that are not well, by name. Tests' servers run without fsync, which is none of a test's business.
func ill(findings []pg.Finding) map[string]pg.Finding {
	found := map[string]pg.Finding{}
	for _, f := range findings {
		if !f.OK && f.Name != "fsync" && f.Name != "full_page_writes" {
			found[f.Name] = f
		}
	}
	return found
}

func TestDoctorFindsAFreshDatabaseWell(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for name, f := range ill(pg.Doctor(context.Background(), db.App(t), db.Control(t), migrations.FS)) {
		t.Errorf("%s: %s %s", name, f.Sentence, f.Remedy)
	}
}

func TestDoctorNamesWhatIsWrongAndWhatToDo(t *testing.T) {
	t.Parallel()
	newer := fstest.MapFS{"00001_start.sql": {}, "99999_tomorrow.sql": {}}
	for name, c := range map[string]struct {
		sql, finding, sentence, remedy string
		files                          fs.FS
	}{
		"policy":            {"drop policy tenant on conversations", "isolation", "conversations: ", "schema.sql", nil},
		"statements logged": {"alter role pitdesk_app in database %s set log_statement = 'all'", "log_statement", "is all", "log_statement = none", nil},
		"errors logged":     {"alter role pitdesk_app in database %s set log_min_error_statement = 'error'", "log_min_error_statement", "is error", "= panic", nil},
		"lazy commits":      {"alter database %s set synchronous_commit = off", "synchronous_commit", "is off", "= on", nil},
		"newer program":     {"select 1", "migrations", "99999_tomorrow.sql", "pitdesk migrate", newer},
		"job queue behind":  {"delete from river.river_migration where version = 6", "migrations", "job queue 6", "pitdesk migrate", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			if _, err := db.Super(t).Exec(strings.ReplaceAll(c.sql, "%s", db.Name)); err != nil {
				t.Fatal(err)
			}
			var files fs.FS = migrations.FS
			if c.files != nil {
				files = c.files
			}
			found := ill(pg.Doctor(context.Background(), db.App(t), db.Control(t), files))
			f, ok := found[c.finding]
			if !ok || len(found) != 1 || !strings.Contains(f.Sentence, c.sentence) || !strings.Contains(f.Remedy, c.remedy) {
				t.Errorf("found %+v, want one finding %q with %q and %q", found, c.finding, c.sentence, c.remedy)
			}
		})
	}
}

func TestDoctorRefusesMightyRoles(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.New(t)
	mighty := func(url string) *bun.DB {
		pool, b, err := pg.Open(ctx, url, pg.PoolOptions{MaxConns: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.Close(); pool.Close() })
		return b
	}
	found := ill(pg.Doctor(ctx, mighty(db.SuperURL), mighty(db.OwnerURL), migrations.FS))
	if !strings.Contains(found["app role"].Sentence, "superuser") || !strings.Contains(found["control role"].Sentence, "owns the database") {
		t.Errorf("found %+v", found)
	}
	if _, err := db.Super(t).Exec("create role mighty_" + db.Name + " login bypassrls"); err != nil {
		t.Fatal(err)
	}
	if err := pg.CheckRole(ctx, mighty(strings.Replace(db.AppURL, pg.RoleApp, "mighty_"+db.Name, 1))); err == nil || !strings.Contains(err.Error(), "BYPASSRLS") {
		t.Errorf("CheckRole = %v", err)
	}
}

func TestDoctorSaysThatNobodyAnswers(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	app := db.App(t)
	app.Close()
	findings := pg.Doctor(context.Background(), app, db.Control(t), migrations.FS)
	if len(findings) != 1 || findings[0].OK || findings[0].Remedy == "" {
		t.Errorf("%+v", findings)
	}
}
