package main

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
)

// ownServer is a Postgres of an operator's own, as Debian's packages make one: nothing of ours starts it or stops it.
type ownServer struct {
	*testing.T
	folder string
	env    []string
	as     *syscall.Credential // the server's account, where the test runs as root
}

// setUp makes the server's folder and its data, with settings, and starts it.
func setUp(t *testing.T, settings string) *ownServer {
	t.Helper()
	folder, err := os.MkdirTemp(pgtest.Root(), "desk-outside-") // short, for the socket's sake
	if err != nil {
		t.Fatal(err)
	}
	o := &ownServer{T: t, folder: folder, env: []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "TZ=UTC"}}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if os.Geteuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		o.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(folder, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	o.do(o.tool("initdb"), "--pgdata", o.at("data"), "--username", pg.Superuser, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
	o.do("mkdir", o.at("socket"))
	o.write("more.conf", "listen_addresses = ''\nunix_socket_directories = '"+o.at("socket")+"'\nlog_min_error_statement = panic\nshared_buffers = 64MB\n"+
		strings.ReplaceAll(settings, "FOLDER", folder))
	o.do("sh", "-c", "echo \"include '"+o.at("more.conf")+"'\" >> "+o.at("data/postgresql.conf"))
	o.startServer()
	t.Cleanup(func() { _ = o.command(o.tool("pg_ctl"), "--pgdata", o.at("data"), "--mode=immediate", "stop").Run() })
	return o
}

func (o *ownServer) at(name string) string { return filepath.Join(o.folder, name) }

func (o *ownServer) tool(name string) string {
	path, _, err := pg.Tool("", name)
	if err != nil {
		o.Fatal(err)
	}
	return path
}

func (o *ownServer) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Dir = o.env, "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: o.as}
	return cmd
}

// do runs a program as the server's account.
func (o *ownServer) do(program string, args ...string) {
	o.Helper()
	cmd := o.command(program, args...)
	said, err := os.Create(filepath.Join(o.TempDir(), "said")) // a file, since a server that is started keeps it open
	if err != nil {
		o.Fatal(err)
	}
	defer said.Close()
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(said.Name())
		log, _ := os.ReadFile(o.at("server.log"))
		o.Fatalf("%s %v: %v\n%s\n%s", program, args, err, text, tail(string(log)))
	}
}

func (o *ownServer) write(name, text string) {
	o.Helper()
	if err := os.WriteFile(o.at(name), []byte(text), 0o644); err != nil {
		o.Fatal(err)
	}
}

func (o *ownServer) startServer() {
	o.Helper()
	o.do(o.tool("pg_ctl"), "--pgdata", o.at("data"), "--log", o.at("server.log"), "--wait", "--timeout=120", "start")
}

// url is where a role finds a database.
func (o *ownServer) url(role, database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(role), Path: "/" + database, RawQuery: url.Values{"host": {o.at("socket")}, "sslmode": {"disable"}}.Encode()}
	return u.String()
}

// db is a database there, as tests of domains want it.
func (o *ownServer) db(name string) *pgtest.DB {
	return &pgtest.DB{Name: name, AppURL: o.url(pg.RoleApp, name), ControlURL: o.url(pg.RoleControl, name), OwnerURL: o.url(pg.RoleOwner, name),
		SuperURL: o.url(pg.Superuser, name)}
}

// sql runs a statement and returns its first column's first row as text.
func (o *ownServer) sql(role, database, statement string) (string, error) {
	conn, err := pgx.Connect(o.Context(), o.url(role, database))
	if err != nil {
		return "", err
	}
	defer conn.Close(o.Context())
	results, err := conn.PgConn().Exec(o.Context(), statement).ReadAll()
	if err != nil || len(results) == 0 || len(results[0].Rows) == 0 {
		return "", err
	}
	return string(results[0].Rows[0][0]), nil
}

func (o *ownServer) mustSQL(role, database, statement string) string {
	o.Helper()
	text, err := o.sql(role, database, statement)
	if err != nil {
		o.Fatalf("%s: %v", statement, err)
	}
	return text
}

// until waits for a condition.
func (o *ownServer) until(what string, ready func() bool) {
	o.Helper()
	for deadline := time.After(2 * time.Minute); !ready(); {
		select {
		case <-deadline:
			log, _ := os.ReadFile(o.at("server.log"))
			o.Fatalf("not within two minutes: %s\n%s", what, tail(string(log)))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// commandsIn wants a page of ours to hold a command word for word, as it is used here.
func commandsIn(t *testing.T, page string, commands ...string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", page))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range commands {
		if !strings.Contains(string(text), c) {
			t.Errorf("docs/%s doesn't say %q", page, fmt.Sprint(c))
		}
	}
}
