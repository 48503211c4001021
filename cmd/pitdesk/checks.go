package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/internal/pg"
)

// checkKeys wants the secrets in the data folder to be their owner's alone, and the key that signs heads to be one.
func checkKeys(s *Settings) pg.Finding {
	const name = "keys"
	for _, path := range []string{s.headKeyPath(), s.sealPath(), filepath.Join(s.Data, "link.key"), s.notebook().path, filepath.Join(s.Data, "demo.json")} {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			if path == s.HeadKeyFile {
				return pg.Finding{Name: name, Sentence: fmt.Sprintf("PITDESK_HEAD_KEY_FILE names %s, which isn't there.", path),
					Remedy: "Put the key there, or leave the setting empty: then one is made in the data folder."}
			}
			continue // made at the first start
		}
		if err != nil {
			return pg.Finding{Name: name, Sentence: fmt.Sprintf("%s can't be looked at: %v.", path, err), Remedy: "Let this user own the data folder."}
		}
		others := fs.FileMode(0o077)
		if path == s.HeadKeyFile {
			others = 0o037 // mounted from a secret it belongs to root, and this program's group reads it
		}
		if info.Mode().Perm()&others != 0 {
			return pg.Finding{Name: name, Sentence: fmt.Sprintf("%s may be read by others: its mode is %04o.", path, info.Mode().Perm()),
				Remedy: "Run `chmod 600 " + path + "`."}
		}
	}
	if _, err := readHeadKey(s.headKeyPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return pg.Finding{Name: name, Sentence: fmt.Sprintf("The key that signs heads can't be used: %v.", err),
			Remedy: "Make one with `openssl genpkey -algorithm ed25519`, or leave PITDESK_HEAD_KEY_FILE empty."}
	}
	return pg.Finding{Name: name, OK: true, Sentence: "The keys are their owner's alone."}
}

// clockApart is how far our clock and the database's may lie apart: identities and snoozes are judged by both.
const clockApart = 2 * time.Second

func checkClock(ctx context.Context, db *bun.DB) pg.Finding {
	const name = "clock"
	before := time.Now()
	var theirs time.Time
	if err := db.QueryRowContext(ctx, "select clock_timestamp()").Scan(&theirs); err != nil {
		return pg.Finding{Name: name, Sentence: fmt.Sprintf("The database's clock can't be read: %v.", err), Remedy: "Check the database's log."}
	}
	ours := before.Add(time.Since(before) / 2)
	apart := theirs.Sub(ours).Abs()
	if apart > clockApart {
		return pg.Finding{Name: name, Sentence: fmt.Sprintf("Our clock and the database's are %s apart.", apart.Round(time.Millisecond)),
			Remedy: "Let NTP set the clocks of both machines."}
	}
	return pg.Finding{Name: name, OK: true, Sentence: fmt.Sprintf("Our clock and the database's agree within %s.", max(apart, time.Millisecond).Round(time.Millisecond))}
}

// besides is what a process opens in addition to PITDESK_DATABASE_CONNS: for control tables, for jobs, and to listen.
const besides = controlConns + jobConns + 1

func checkConns(ctx context.Context, s *Settings, db *bun.DB) pg.Finding {
	const name = "connections"
	var most int
	if err := db.QueryRowContext(ctx, "select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int").Scan(&most); err != nil {
		return pg.Finding{Name: name, Sentence: fmt.Sprintf("The database's connections can't be counted: %v.", err), Remedy: "Check the database's log."}
	}
	mine := s.DatabaseConns + besides
	if mine > most {
		return pg.Finding{Name: name, Sentence: fmt.Sprintf("A process opens up to %d connections, and the database takes %d.", mine, most),
			Remedy: "Raise max_connections, or lower PITDESK_DATABASE_CONNS."}
	}
	return pg.Finding{Name: name, OK: true, Sentence: fmt.Sprintf("The database takes %d connections, enough for %d processes with up to %d each.", most, most/mine, mine)}
}

// checkPooler wants the connection that listens to go past a pooler: one that hands connections on with every transaction would
// let nobody hear what happens in other processes.
func checkPooler(ctx context.Context, s *Settings) pg.Finding {
	const name = "pooler"
	way, setting := s.ListenDatabaseURL, "PITDESK_LISTEN_DATABASE_URL"
	if way == "" {
		way, setting = s.DatabaseURL, "PITDESK_DATABASE_URL"
	}
	if way == "" {
		return pg.Finding{Name: name, OK: true, Sentence: "Processes listen to each other at the embedded database."}
	}
	pooled, err := pg.Pooled(ctx, way)
	switch {
	case err != nil:
		return pg.Finding{Name: name, Sentence: fmt.Sprintf("The database that %s names does not answer: %v.", setting, err), Remedy: "Check the address."}
	case pooled:
		return pg.Finding{Name: name, Sentence: fmt.Sprintf("Processes listen to each other at %s, which leads through a pooler: pages may not hear what other processes do.", setting),
			Remedy: "Set PITDESK_LISTEN_DATABASE_URL to Postgres itself, as pitdesk_app."}
	}
	return pg.Finding{Name: name, OK: true, Sentence: "Processes listen to each other at Postgres itself."}
}
