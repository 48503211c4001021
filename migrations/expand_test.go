package migrations_test

import (
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pitdesk/migrations"
)

// released is the number of the newest migration that the release before this one has.
func released(t *testing.T) int {
	t.Helper()
	line, err := os.ReadFile("../.ci/previous")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(string(line))
	if len(words) != 2 {
		t.Fatalf(".ci/previous says %q: want a commit and the number of its newest migration", line)
	}
	n, err := strconv.Atoi(words[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// since are the files of migrations after the number last.
func since(t *testing.T, last int) map[string]string {
	t.Helper()
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		if n, err := strconv.Atoi(number); err != nil {
			t.Errorf("%s begins with no number", name)
		} else if n > last {
			text, err := fs.ReadFile(migrations.FS, name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = string(text)
		}
	}
	return files
}

func TestNewMigrationsLeaveWhatTheReleaseBeforeStandsOn(t *testing.T) {
	t.Parallel()
	for name, text := range since(t, released(t)) {
		for _, fault := range faults(text) {
			t.Errorf("%s: %s (docs/migrations.md)", name, fault)
		}
	}
}

func TestWhatBreaksTheReleaseBeforeIsFound(t *testing.T) {
	t.Parallel()
	alone := "-- +goose NO TRANSACTION\n"
	for text, broken := range map[string]bool{
		"create table moods (tenant_id uuid); grant select on moods to pitdesk_app;": false,
		"drop function accept(uuid);": true,
		"drop trigger t on entries;":  true,
		"-- contract: nothing has called it since 00110\ndrop function accept(uuid);":         false,
		"alter table entries rename column body to words;":                                    true,
		"revoke insert on entries from pitdesk_app;":                                          true,
		"create table moods (tenant_id uuid); revoke all on moods from public;":               false,
		"create function f() returns void language plpgsql as $$ begin drop table x; end $$;": false,
		"truncate entries;":                                                                                                   true,
		"create index entries_mood on entries (mood);":                                                                        false, // Squawk's
		alone + "create index concurrently entries_mood on entries (mood);":                                                   true,
		alone + "create index concurrently if not exists entries_mood on entries (mood);":                                     true,
		alone + "drop index concurrently if exists a;\ncreate index concurrently b on entries (mood);":                        true,
		alone + "drop index concurrently if exists b;\ncreate unique index concurrently b on entries (mood);":                 false,
		alone + "set lock_timeout = 0;\ndrop index concurrently if exists b;\ncreate index concurrently b on entries (mood);": false,
		alone + "alter table entries add column mood text;":                                                                   true,
		alone + "alter table entries validate constraint seq_counts;":                                                         false,
	} {
		if found := faults(text); (len(found) > 0) != broken {
			t.Errorf("%q: found %q, want a fault: %v", text, found, broken)
		}
	}
}

var (
	bodies   = regexp.MustCompile(`(?s)\$(\w*)\$.*?\$\w*\$`)
	excused  = regexp.MustCompile(`(?m)^-- contract: \S`)
	comments = regexp.MustCompile(`--[^\n]*`)
	takes    = regexp.MustCompile(`(?i)^(drop|truncate)\b|^alter\b.*\brename\b|^alter\b.*\bdrop (?:column|constraint|expression)\b`)
	revokes  = regexp.MustCompile(`(?is)^revoke\b.*?\bon (?:table |function |schema )?([\w.]+)`)
	rebuilds = regexp.MustCompile(`(?i)^create (?:unique )?index concurrently (if not exists )?([\w.]+)`)
	clears   = regexp.MustCompile(`(?i)^drop index concurrently if exists (?:\w+\.)?(\w+)$`)
	harmless = regexp.MustCompile(`(?i)^(?:set lock_timeout = 0|alter table [\w.]+ (?:validate constraint \w+|add column if not exists [^,]+))$`)
)

// faults are what a migration takes from the release before, and what it can't do twice where it stands in no transaction.
func faults(text string) (all []string) {
	alone := strings.Contains(text, "-- +goose NO TRANSACTION")
	cleared := ""
	for _, statement := range strings.Split(bodies.ReplaceAllString(text, "''"), ";") {
		reasoned := excused.MatchString(statement)
		words := strings.Join(strings.Fields(comments.ReplaceAllString(statement, "")), " ")
		if words == "" || reasoned {
			continue
		}
		if alone {
			switch is := rebuilds.FindStringSubmatch(words); {
			case clears.MatchString(words):
				cleared = clears.FindStringSubmatch(words)[1]
			case is != nil && (is[1] != "" || is[2] != cleared):
				all = append(all, "an index that a failed try left is invalid: drop it if it exists just before "+words)
			case is == nil && !harmless.MatchString(words):
				all = append(all, "without a transaction only what may be done twice: "+words)
			}
			continue
		}
		if takes.MatchString(words) {
			all = append(all, "the release before may need what this takes: "+words)
		}
		if of := revokes.FindStringSubmatch(words); of != nil && !regexp.MustCompile(`(?i)create (?:table|(?:or replace )?function|schema|view) `+regexp.QuoteMeta(of[1])+`\b`).MatchString(text) {
			all = append(all, "the release before may need this right: "+words)
		}
	}
	return all
}
