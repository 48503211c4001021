package pgtest_test

import (
	"flag"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
)

var update = flag.Bool("update", false, "write migrations/schema.sql instead of comparing it")

const schemaFile = "../../migrations/schema.sql"

// noise is what pg_dump writes besides the schema: settings, comments with versions, and psql's guards.
var noise = regexp.MustCompile(`(?m)^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*)\n`)

var blank = regexp.MustCompile(`\n{3,}`)

func TestSchemaDumpFollowsTheMigrations(t *testing.T) {
	t.Parallel()
	dump, major, err := pg.Tool("", "pg_dump")
	if err != nil {
		t.Fatal(err)
	}
	// River's tables are River's, and goose's book is no part of the schema.
	out, err := exec.Command(dump, "--schema-only", "--exclude-schema=river", "--exclude-table=goose_db_version*",
		"--no-comments", pgtest.New(t).SuperURL).CombinedOutput()
	if err != nil {
		t.Fatalf("pg_dump: %v\n%s", err, out)
	}
	head := "-- The newest state of the schema, dumped by `make schema`. Never edit it: write a migration.\n-- Postgres " + major + "\n"
	got := head + "\n" + strings.TrimSpace(blank.ReplaceAllString(noise.ReplaceAllString(string(out), ""), "\n\n")) + "\n"
	if *update {
		if err := os.WriteFile(schemaFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatalf("%v: run `make schema`", err)
	}
	if !strings.HasPrefix(string(want), head) {
		// Each major version of pg_dump spells some things anew; only the one that wrote the file can compare.
		t.Logf("NOT COMPARED: %s was dumped by another version of Postgres than %s", schemaFile, major)
		return
	}
	if got != string(want) {
		a, b := strings.Split(string(want), "\n"), strings.Split(got, "\n")
		i := 0
		for i < min(len(a), len(b)) && a[i] == b[i] {
			i++
		}
		t.Errorf("%s is stale from line %d: run `make schema` and commit it", schemaFile, i+1)
	}
}
