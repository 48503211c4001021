package pg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/uptrace/bun"
)

// Finding is one thing that was looked at: what is so, and what to do when it shouldn't be.
type Finding struct {
	Name     string
	OK       bool
	Sentence string
	Remedy   string // empty when OK
}

// oldestVersion is the first Postgres with all that the schema uses (unique … nulls not distinct, security_invoker).
const oldestVersion = 15

// Doctor looks at the database as the two roles that serve see it. files are the migrations this program comes with. It
// changes nothing.
func Doctor(ctx context.Context, app, control *bun.DB, files fs.FS) []Finding {
	findings := []Finding{checkVersion(ctx, app)}
	if !findings[0].OK && findings[0].Name == "database" {
		return findings
	}
	findings = append(findings, checkRole(ctx, "app role", RoleApp, app), checkRole(ctx, "control role", RoleControl, control),
		checkPolicies(ctx, app), checkMigrations(ctx, app, files))
	return append(findings, checkSettings(ctx, app)...)
}

func good(name, format string, args ...any) Finding {
	return Finding{Name: name, OK: true, Sentence: fmt.Sprintf(format, args...)}
}

func bad(name, remedy, format string, args ...any) Finding {
	return Finding{Name: name, Sentence: fmt.Sprintf(format, args...), Remedy: remedy}
}

func checkVersion(ctx context.Context, db *bun.DB) Finding {
	var number int
	var text string
	err := db.QueryRowContext(ctx, "select current_setting('server_version_num')::int, current_setting('server_version')").Scan(&number, &text)
	if err != nil {
		return bad("database", "Check that Postgres runs and that PITDESK_DATABASE_URL names it.", "The database does not answer: %v.", err)
	}
	if number < oldestVersion*10000 {
		return bad("database version", fmt.Sprintf("Move to Postgres %d or newer.", oldestVersion), "The database is Postgres %s, which is too old.", text)
	}
	return good("database", "The database answers; it is Postgres %s.", text)
}

func checkRole(ctx context.Context, name, want string, db *bun.DB) Finding {
	if err := CheckRole(ctx, db); err != nil {
		return bad(name, "Connect as "+want+", which `pitdesk migrate` with PITDESK_BOOTSTRAP_URL makes.", "Row policies would not bind: %v.", err)
	}
	var user string
	if err := db.QueryRowContext(ctx, "select current_user").Scan(&user); err != nil {
		return bad(name, "Check the database's log.", "The role can't be asked: %v.", err)
	}
	return good(name, "The role %s is bound by row policies.", user)
}

func checkPolicies(ctx context.Context, db *bun.DB) Finding {
	const name = "isolation"
	breaches, err := Breaches(ctx, db)
	if err != nil {
		return bad(name, "Check that the role may read pg_catalog.", "The catalog can't be read: %v.", err)
	}
	if len(breaches) > 0 {
		var all []string
		for _, b := range breaches {
			all = append(all, b.String())
		}
		return bad(name, "Stop serving, find out who changed the schema, and restore what migrations/schema.sql says.",
			"One casino could feel another: %s.", strings.Join(all, "; "))
	}
	return good(name, "Every casino's table has its row policy, forced.")
}

func checkMigrations(ctx context.Context, db *bun.DB, files fs.FS) Finding {
	const name = "migrations"
	missing, err := Pending(ctx, db, files)
	if err != nil {
		return bad(name, "Run `pitdesk migrate`.", "The migrations' book can't be read: %v.", err)
	}
	if len(missing) > 0 {
		return bad(name, "Run `pitdesk migrate`.", "Not yet applied: %s.", strings.Join(missing, ", "))
	}
	return good(name, "All migrations have run.")
}

// Pending names the migrations of files, and of the job queue, that the database lacks.
func Pending(ctx context.Context, db RowsQuerier, files fs.FS) ([]string, error) {
	done, err := numbers(ctx, db, "select version_id from (select distinct on (version_id) version_id, is_applied from goose_db_version "+
		"order by version_id, id desc) v where is_applied")
	if err != nil {
		return nil, err
	}
	paths, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, path := range paths {
		version, err := goose.NumericComponent(path)
		if err == nil && !slices.Contains(done, version) {
			missing = append(missing, path)
		}
	}
	if done, err = numbers(ctx, db, "select version from river.river_migration where line = 'main'"); err != nil {
		return nil, err
	}
	migrator, err := newRiverMigrator(nil)
	if err != nil {
		return nil, err
	}
	for _, m := range migrator.AllVersions() {
		if !slices.Contains(done, int64(m.Version)) {
			missing = append(missing, fmt.Sprintf("job queue %d", m.Version))
		}
	}
	return missing, nil
}

func numbers(ctx context.Context, db RowsQuerier, query string) (all []int64, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// wanted are settings that decide whether what was accepted is kept, and whether what players write stays out of logs.
var wanted = []struct {
	name   string
	values []string
	why    string
}{
	{"synchronous_commit", []string{"on", "remote_apply"}, "a crash could lose messages that were accepted"},
	{"fsync", []string{"on"}, "a power cut could destroy the database"},
	{"full_page_writes", []string{"on"}, "a power cut could destroy the database"},
	{"log_min_error_statement", []string{"panic"}, "the server's log repeats what players write"},
	{"log_statement", []string{"none", "ddl"}, "the server's log repeats what players write"},
	{"log_min_duration_statement", []string{"-1"}, "the server's log repeats what players write"},
	{"log_min_duration_sample", []string{"-1"}, "the server's log repeats what players write"},
	{"log_transaction_sample_rate", []string{"0"}, "the server's log repeats what players write"},
}

func checkSettings(ctx context.Context, db *bun.DB) []Finding {
	var findings []Finding
	for _, w := range wanted {
		var value string
		if err := db.QueryRowContext(ctx, "select current_setting(?)", w.name).Scan(&value); err != nil {
			findings = append(findings, bad(w.name, "Check the database's log.", "The setting can't be read: %v.", err))
			continue
		}
		if !slices.Contains(w.values, value) {
			remedy := fmt.Sprintf("As a superuser: alter system set %s = %s; select pg_reload_conf();", w.name, w.values[0])
			findings = append(findings, bad(w.name, remedy, "%s is %s: %s.", w.name, value, w.why))
			continue
		}
		findings = append(findings, good(w.name, "%s is %s.", w.name, value))
	}
	return findings
}
