package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pitdesk/internal/pgtest"
)

func TestDoctorSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	shared := db.Pooled(t, 4)
	for name, c := range map[string]struct {
		wrong func(settings map[string]string)
		want  []string
	}{
		"a superuser": {func(s map[string]string) { s["PITDESK_DATABASE_URL"] = db.SuperURL }, []string{"BAD  Row policies would not bind", "is a superuser"}},
		"no TLS":      {func(s map[string]string) { s["PITDESK_BASE_URL"] = "http://desk.example" }, []string{"BAD  The base URL http://desk.example is not https", "PITDESK_BASE_URL"}},
		"an open key": {func(s map[string]string) {
			path := filepath.Join(s["PITDESK_DATA"], "link.key")
			if err := os.WriteFile(path, []byte("secret"), 0o644); err != nil {
				t.Error(err)
			}
		}, []string{"may be read by others: its mode is 0644", "chmod 600"}},
		"a pooler between": {func(s map[string]string) { s["PITDESK_DATABASE_URL"] = shared.AppURL },
			[]string{"BAD  Processes listen to each other at PITDESK_DATABASE_URL, which leads through a pooler", "PITDESK_LISTEN_DATABASE_URL"}},
		"too few connections": {func(s map[string]string) { s["PITDESK_DATABASE_CONNS"] = "500" }, []string{"A process opens up to 517 connections", "max_connections"}},
		"no key": {func(s map[string]string) { s["PITDESK_HEAD_KEY_FILE"] = filepath.Join(t.TempDir(), "none") },
			[]string{"PITDESK_HEAD_KEY_FILE names", "which isn't there"}},
		"a mounted key, which its group may read, that is none": {func(s map[string]string) {
			s["PITDESK_HEAD_KEY_FILE"] = filepath.Join(s["PITDESK_DATA"], "heads")
			if err := os.WriteFile(s["PITDESK_HEAD_KEY_FILE"], []byte("no key"), 0o440); err != nil {
				t.Error(err)
			}
		}, []string{"The key that signs heads can't be used", "openssl genpkey"}},
		"no database": {func(s map[string]string) {
			s["PITDESK_DATABASE_URL"] = "postgres://pitdesk_app@127.0.0.1:1/none?connect_timeout=2"
		}, []string{"BAD  The database does not answer", "PITDESK_DATABASE_URL"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := served(t, db)
			c.wrong(settings)
			p := start(t, settings, "doctor")
			if code := p.end(2 * time.Minute); code != 1 {
				t.Errorf("doctor ends with %d", code)
			}
			for _, words := range c.want {
				if !strings.Contains(p.out.String(), words) {
					t.Errorf("doctor doesn't say %q:\n%s", words, p.out.String())
				}
			}
		})
	}
	p := start(t, served(t, db), "doctor")
	p.end(2 * time.Minute)
	for _, words := range []string{"ok   The keys are", "ok   Our clock and the database's agree", "ok   The data folder", "ok   All migrations have run",
		"ok   Processes listen to each other at Postgres itself"} {
		if !strings.Contains(p.out.String(), words) {
			t.Errorf("doctor doesn't say %q:\n%s", words, p.out.String())
		}
	}
}
