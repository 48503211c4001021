package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
)

// said runs a command to its end and returns its exit code and all it wrote.
func said(t *testing.T, args ...string) (int, string) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	args = append(args, "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--log-level", "error")
	code := run(t.Context(), args, func(string) string { return "" }, file, file)
	text, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return code, string(text)
}

func TestServeAndWorkRefuseRolesThatPoliciesDoNotBind(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for _, command := range []string{"serve", "work"} {
		for name, urls := range map[string][2]string{
			"superuser":         {db.SuperURL, db.ControlURL},
			"owner":             {db.OwnerURL, db.ControlURL},
			"superuser's doors": {db.AppURL, db.SuperURL},
		} {
			code, text := said(t, command, "--database-url", urls[0], "--control-database-url", urls[1])
			if code != 1 || !strings.Contains(text, "connect as "+pg.RoleApp) {
				t.Errorf("%s as %s: exit %d, %q", command, name, code, text)
			}
		}
	}
}

func TestDoctorSaysWhatToDo(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	// Tests' own Postgres runs without fsync: two findings are always bad.
	code, text := said(t, "doctor", "--database-url", db.AppURL, "--control-database-url", db.ControlURL)
	if code != 1 || strings.Count(text, "BAD ") != 2 || !strings.Contains(text, "fsync is off") || !strings.Contains(text, "alter system set fsync = on") {
		t.Errorf("exit %d:\n%s", code, text)
	}
	code, text = said(t, "doctor", "--database-url", db.SuperURL, "--control-database-url", db.ControlURL, "--base-url", "http://desk.example")
	if code != 1 || !strings.Contains(text, "is a superuser") || !strings.Contains(text, "is not https") {
		t.Errorf("exit %d:\n%s", code, text)
	}
	code, text = said(t, "doctor", "--database-url", "postgres://127.0.0.1:1/none", "--control-database-url", db.ControlURL)
	if code != 1 || !strings.Contains(text, "The database does not answer") {
		t.Errorf("exit %d:\n%s", code, text)
	}
}
