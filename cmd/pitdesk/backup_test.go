package main

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"pitdesk/internal/pg"
)

// held is a demo that is being backed up, held still by a lock in the middle of the dump: its snapshot is taken, its rows aren't
// read.
type held struct {
	*program
	release func()
}

// holdBackup starts a backup of the data folder of a running demo and waits until it stands still.
func holdBackup(t *testing.T, demo *program, data string, args ...string) *held {
	t.Helper()
	// A backup under which a key is made begins anew: here that would be the one that signs heads.
	demo.await("the first heads to be signed", func() bool {
		_, err := os.Stat(filepath.Join(data, "heads.log"))
		return err == nil
	})
	cluster, err := pg.Attach(t.Context(), filepath.Join(data, "pg"))
	if err != nil {
		t.Fatal(err)
	}
	var conns [2]*pgx.Conn // one holds the lock, the other looks: a transaction sees who waits as it was at its first look
	for i := range conns {
		if conns[i], err = pgx.Connect(t.Context(), cluster.URL(pg.Superuser, databaseName)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conns[i].Close(context.Background()) })
	}
	tx, err := conns[0].Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "lock table language_drafts in access exclusive mode"); err != nil {
		t.Fatal(err)
	}
	p := start(t, map[string]string{"PITDESK_DATA": data}, args...)
	p.await("the dump to stand still", func() bool {
		var n int
		err := conns[1].QueryRow(t.Context(), "select count(*) from pg_stat_activity where application_name = 'pg_dump' and wait_event_type = 'Lock'").Scan(&n)
		return err == nil && n == 1
	})
	return &held{p, func() {
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
	}}
}

// says runs a command to its end and wants a code and words.
func says(t *testing.T, settings map[string]string, code int, words string, args ...string) string {
	t.Helper()
	p := start(t, settings, args...)
	got := p.end(2 * time.Minute)
	text := p.out.String() + p.err.String()
	if got != code || !strings.Contains(text, words) {
		t.Fatalf("%v ended with %d, want %d and %q; it said %s", args, got, code, words, text)
	}
	return text
}

// event is what the feed tells of an entry.
type fedEvent struct {
	ID   string
	Data struct{ Conversation string }
}

// fed reads a casino's feed from a cursor to its end and returns the conversations it tells of, and the new cursor.
func fed(t *testing.T, url, key, cursor string) (conversations []string, next string) {
	t.Helper()
	next = cursor
	for more := true; more; {
		status, body := askAt(t, "GET", url+"/v1/events?limit=50&starting_after="+next, key, nil)
		var page struct {
			Data    []fedEvent
			HasMore bool `json:"has_more"`
			Next    string
		}
		if err := json.Unmarshal([]byte(body), &page); err != nil || status != 200 {
			t.Fatalf("events: %d %s", status, body)
		}
		for _, e := range page.Data {
			conversations = append(conversations, e.Data.Conversation)
		}
		next, more = page.Next, page.HasMore
	}
	return conversations, next
}

// awaitFed reads the feed from a cursor on until it tells of a conversation.
func (p *program) awaitFed(url, key string, cursor *string, conversation string) {
	p.Helper()
	tick := time.NewTicker(100 * time.Millisecond) // a key has 1200 requests in a minute
	defer tick.Stop()
	p.await("the feed to tell of "+conversation, func() bool {
		<-tick.C
		seen, next := fed(p.T, url, key, *cursor)
		*cursor = next
		return slices.Contains(seen, conversation)
	})
}

func TestABackupMadeWhileServingIsRestored(t *testing.T) {
	t.Parallel()
	data, folder := t.TempDir(), t.TempDir()
	demo, facts := runDemo(t, data)
	fox := facts.Casinos[0]
	_, before := chatWords(t, fox.URL, "before the backup")
	_, paid := uploaded(t, fox.URL, "paid in full")

	file := filepath.Join(folder, "one.zip")
	backup := holdBackup(t, demo, data, "backup", "--check", file)
	_, during := chatWords(t, fox.URL, "while it is made")
	_, late := uploaded(t, fox.URL, "too late")
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("while the backup is made there is %v", left)
	}
	backup.release()
	if code := backup.end(2 * time.Minute); code != 0 || !strings.Contains(backup.out.String(), "Restored for a check: 2 casinos") {
		t.Fatalf("backup ended with %d, saying %s", code, backup.out.String())
	}
	_, after := chatWords(t, fox.URL, "after it")
	cursor := ""
	demo.awaitFed(fox.URL, fox.APIKey, &cursor, after) // a reader who has read everything
	demo.stop()

	copies := []string{filepath.Join(t.TempDir(), "data"), t.TempDir()}
	for _, into := range copies {
		says(t, map[string]string{"PITDESK_DATA": into}, 0, "every log whole", "restore", file)
		says(t, map[string]string{"PITDESK_DATA": into}, 1, "is not empty", "restore", file)
	}
	if one, two := contents(t, copies[0]), contents(t, copies[1]); one != two {
		t.Error("a backup that is restored twice gives two databases")
	}
	says(t, map[string]string{"PITDESK_DATA": copies[1]}, 0, "0 broken", "verify", "lucky-fox")

	server := start(t, map[string]string{"PITDESK_ADDR": "127.0.0.1:0", "PITDESK_DATA": copies[0]}, "serve")
	at := moved(t, fox.URL, server.served())
	for conversation, want := range map[string]int{before: 200, during: 404, after: 404} {
		if status, _ := askAt(t, "GET", at+"/v1/conversations/"+conversation, fox.APIKey, nil); status != want {
			t.Errorf("the conversation of %s answers %d, want %d", map[string]string{before: "before", during: "during", after: "after"}[conversation], status, want)
		}
	}
	if status, text := askAt(t, "GET", at+paid, "", nil); status != 200 || text != "paid in full" {
		t.Errorf("the file from before answers %d %q", status, text)
	}
	if status, _ := askAt(t, "GET", at+late, "", nil); status != 404 {
		t.Errorf("the file that came too late answers %d", status)
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(paid, "/files/"), "?")
	if files := filesBelow(t, filepath.Join(copies[0], "files", "files")); len(files) == 0 {
		t.Errorf("no file of %s is there", name)
	} else if text := strings.Join(files, " "); strings.Contains(text, "too late") {
		t.Error("a file that no row names was left behind")
	}
	// Numbers of transactions begin anew with the restore. Who had read everything before it must still hear of what follows.
	_, again := chatWords(t, at, "after the restore")
	server.awaitFed(at, fox.APIKey, &cursor, again)
	server.stop()
}

// moved is a casino's address on another port.
func moved(t *testing.T, address, served string) string {
	t.Helper()
	a, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := url.Parse(served)
	a.Host = a.Hostname() + ":" + b.Port()
	return a.String()
}

// filesBelow is what plain files hold.
func filesBelow(t *testing.T, folder string) (texts []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		texts = append(texts, string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// contents is everything in a data folder's database but what says when it was restored.
func contents(t *testing.T, data string) string {
	t.Helper()
	c, err := pg.Start(t.Context(), pg.Options{Dir: filepath.Join(data, "pg")})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop(context.Background())
	dump, _, err := pg.Tool("", "pg_dump")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(dump, "--exclude-table-data=control.epochs", "--exclude-table-data=control.deeds", c.URL(pg.Superuser, databaseName)).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.DeleteFunc(strings.Split(string(out), "\n"), func(l string) bool { return strings.Contains(l, "restrict ") })
	return strings.Join(lines, "\n")
}

func TestAKilledBackupOrRestoreLeavesNoHalf(t *testing.T) {
	t.Parallel()
	data, folder := t.TempDir(), t.TempDir()
	demo, _ := runDemo(t, data)
	backup := holdBackup(t, demo, data, "backup", folder)
	if err := backup.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	backup.end(time.Minute)
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("a killed backup leaves %v", left)
	}
	backup.release()
	// The next one is none the worse for it, and a stopped desk is backed up as well.
	demo.stop()
	for range 2 {
		says(t, map[string]string{"PITDESK_DATA": data}, 0, "Wrote ", "backup", "--keep", "1", folder)
	}
	made, _ := filepath.Glob(filepath.Join(folder, "desk-*.zip"))
	if len(made) != 1 {
		t.Fatalf("with --keep 1 there are %v", made)
	}
	for args, want := range map[string]string{
		made[0]:                        "is there already",
		filepath.Join(data, "a.zip"):   "is within the data folder",
		filepath.Join(folder, "x", ""): "Wrote ",
	} {
		says(t, map[string]string{"PITDESK_DATA": data}, map[bool]int{true: 0, false: 1}[want == "Wrote "], want, "backup", args)
	}
	says(t, map[string]string{"PITDESK_DATA": t.TempDir()}, 1, "there is no database", "backup", folder)
	says(t, map[string]string{"PITDESK_DATA": data, "PITDESK_DATABASE_URL": "postgres://x", "PITDESK_CONTROL_DATABASE_URL": "postgres://x"}, 1, "docs/backup.md", "backup", folder)

	into := t.TempDir()
	settings := map[string]string{"PITDESK_DATA": into, "PITDESK_ADDR": "127.0.0.1:0"}
	restore := start(t, settings, "restore", made[0])
	restore.await("the database to be loaded", func() bool {
		_, err := os.Stat(filepath.Join(into, "restoring", "pg", "data", "PG_VERSION"))
		return err == nil
	})
	if err := restore.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	restore.end(time.Minute)
	says(t, settings, 1, "was cut off", "serve")
	says(t, settings, 0, "Restored what was backed up", "restore", made[0])
	// Killed after everything was done but the last moves.
	if err := os.Mkdir(filepath.Join(into, "restored"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(into, "pg"), filepath.Join(into, "restored", "pg")); err != nil {
		t.Fatal(err)
	}
	says(t, settings, 1, "was cut off", "serve")
	says(t, settings, 1, "is finished now", "restore", made[0])
	server := start(t, settings, "serve")
	server.served()
	server.stop()
}

func TestABackupThatCantBeUsedIsRefused(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	letter := filepath.Join(folder, "letter.zip")
	if err := os.WriteFile(letter, []byte("Dear bank"), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{letter: "is no backup of this program", filepath.Join(folder, "none.zip"): "no such file"} {
		into := t.TempDir()
		says(t, map[string]string{"PITDESK_DATA": into}, 1, want, "restore", file)
		if left, _ := os.ReadDir(into); len(left) > 0 {
			t.Errorf("%s left %v", file, left)
		}
	}
}
