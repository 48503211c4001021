package main

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/desk"
	"pitdesk/internal/pg"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// The role that backs up may begin and end a backup, and reads no row.
var backupRole = []string{
	"create role pitdesk_backup login;",
	"grant pg_read_all_settings to pitdesk_backup;",
	"grant execute on function pg_backup_start(text, boolean) to pitdesk_backup;",
	"grant execute on function pg_backup_stop(boolean) to pitdesk_backup;",
	"grant execute on function pg_create_restore_point(text) to pitdesk_backup;",
	"grant execute on function pg_switch_wal() to pitdesk_backup;",
}

// TestAPostgresOfYoursIsRestoredToBeforeTheMistake is the drill of docs/backup.md.
func TestAPostgresOfYoursIsRestoredToBeforeTheMistake(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("pgbackrest"); err != nil {
		t.Fatal("pgBackRest is missing: sh .ci/install pgbackrest")
	}
	commandsIn(t, "backup.md", append(backupRole, "pgbackrest --stanza=desk stanza-create", "pgbackrest --stanza=desk check",
		"pgbackrest --stanza=desk --type=full backup", "--type=time", "--target-action=promote", "pitdesk restored", "pg1-user=pitdesk_backup")...)
	o := setUp(t, "wal_level = replica\narchive_mode = on\narchive_command = 'pgbackrest --config=FOLDER/pgbackrest.conf --stanza=desk archive-push %p'\n")
	o.write("pgbackrest.conf", strings.ReplaceAll(`[global]
repo1-path=FOLDER/repo
repo1-retention-full=2
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass=a passphrase that is only a test's
start-fast=y
log-path=FOLDER/log
lock-path=FOLDER/lock
spool-path=FOLDER/spool

[desk]
pg1-path=FOLDER/data
pg1-socket-path=FOLDER/socket
pg1-user=pitdesk_backup
`, "FOLDER", o.folder))
	rest := func(args ...string) {
		t.Helper()
		o.do("pgbackrest", append([]string{"--config=" + o.at("pgbackrest.conf"), "--stanza=desk"}, args...)...)
	}

	db := o.db("casinos")
	settings := served(t, db)
	settings["PITDESK_BOOTSTRAP_URL"] = o.url(pg.Superuser, "postgres")
	says(t, settings, 0, "", "migrate")
	delete(settings, "PITDESK_BOOTSTRAP_URL")
	o.mustSQL(pg.Superuser, "postgres", strings.Join(backupRole, "\n"))
	o.do("mkdir", o.at("log"))
	rest("stanza-create")
	rest("check")

	_, ctx := sample.Over(t, db)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	mara := sample.Player(ctx, t, fox, "Mara")
	early := sample.Conversation(ctx, t, fox, mara, "before the backup")
	rest("--type=full", "backup")
	ended := o.mustSQL(pg.Superuser, "postgres", "select clock_timestamp()::timestamptz(0)")
	o.until("the second after the backup, which is how finely pgBackRest tells time", func() bool {
		return o.mustSQL(pg.Superuser, "postgres", "select clock_timestamp() > '"+ended+"'::timestamptz + interval '1 second'") == "t"
	})
	for _, table := range []string{"entries", "conversations", "control.people"} {
		if _, err := o.sql("pitdesk_backup", "casinos", "select count(*) from "+table); err == nil {
			t.Errorf("the role that backs up reads %s", table)
		}
	}
	if _, err := o.sql(pg.RoleApp, "postgres", "select pg_backup_start('x', true)"); err == nil {
		t.Error("the role that serves may begin a backup")
	}

	kept := sample.Conversation(ctx, t, fox, mara, "after the backup, before the mistake")
	moment := o.mustSQL(pg.Superuser, "postgres", "select clock_timestamp()::timestamptz(6)::text")
	lost := sample.Conversation(ctx, t, fox, mara, "after the moment")
	o.mustSQL(pg.Superuser, "casinos", "update entries set body = 'forged' where conversation_id = '"+kept.ID.String()+"'")
	says(t, settings, 1, "BROKEN", "verify", "lucky-fox")
	var reader desk.Position // somebody who has read the feed to its end, the lost conversation included
	o.until("a reader who has read everything", func() bool {
		for _, e := range feedAfter(ctx, t, fox, &reader) {
			if e.Conversation == lost.ID {
				return true
			}
		}
		return false
	})
	rest("check") // what was written so far is in the archive

	o.do(o.tool("pg_ctl"), "--pgdata", o.at("data"), "--mode=immediate", "stop")
	o.do("mv", o.at("data"), o.at("data.lost"))
	o.do("mkdir", "--mode=700", o.at("data"))
	rest("--type=time", "--target="+moment, "--target-action=promote", "restore")
	o.startServer()
	o.until("the end of the recovery", func() bool {
		text, err := o.sql(pg.Superuser, "postgres", "select pg_is_in_recovery()")
		return err == nil && text == "f"
	})
	says(t, settings, 0, "new epoch", "restored", "drill")
	says(t, settings, 0, "Lucky Fox: 2 conversations, 2 entries, 0 erased; 0 broken", "verify", "lucky-fox")
	if n := o.mustSQL(pg.Superuser, "casinos", "select count(*) from conversations where id in ('"+early.ID.String()+"', '"+kept.ID.String()+"')"); n != "2" {
		t.Errorf("%s of the two conversations from before the moment are there", n)
	}

	// A desk that serves from it goes on, and so does the reader.
	_, ctx = sample.Over(t, db)
	next := sample.Conversation(ctx, t, fox, mara, "after the restore")
	seen := map[string]bool{}
	o.until("the reader to hear of what followed", func() bool {
		for _, e := range feedAfter(ctx, t, fox, &reader) {
			seen[e.Conversation.String()] = true
		}
		return seen[next.ID.String()]
	})
	if len(seen) != 1 {
		t.Errorf("the reader hears of %d conversations, want the new one alone", len(seen))
	}
	server := start(t, settings, "serve")
	if status, _ := askAt(t, "GET", server.served()+"/readyz", "", nil); status != 200 {
		t.Errorf("readyz answers %d", status)
	}
	server.stop()
}

// feedAfter reads a casino's feed from a place to its present end, and moves the place there.
func feedAfter(ctx context.Context, t *testing.T, at tenants.Tenant, place *desk.Position) (all []desk.FeedEntry) {
	t.Helper()
	err := tenants.Reading(tenants.With(ctx, at), at.ID, func(ctx context.Context, tx bun.Tx) (err error) {
		all, err = desk.Feed(ctx, tx, *place, 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) > 0 {
		*place = all[len(all)-1].Position()
	}
	return all
}
