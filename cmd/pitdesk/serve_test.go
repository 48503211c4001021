package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/jobs"
	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestAWrongSettingIsNamedWithItsBound(t *testing.T) {
	t.Parallel()
	absent := filepath.Join(t.TempDir(), "absent")
	for setting, want := range map[string][]string{
		"PITDESK_ADDR=nonsense":             {"PITDESK_ADDR", "host:port"},
		"PITDESK_ADDR=:99999":               {"PITDESK_ADDR", "0 to 65535"},
		"PITDESK_BASE_URL=ftp://desk":       {"PITDESK_BASE_URL", "http:// or https://"},
		"PITDESK_BASE_URL=https://desk/a/b": {"PITDESK_BASE_URL", "no path"},
		"PITDESK_FILES_URL=files":           {"PITDESK_FILES_URL", "http:// or https://"},
		"PITDESK_NATS_URL=bus:4222":         {"PITDESK_NATS_URL", "nats:// or tls://"},
		"PITDESK_LISTEN_DATABASE_URL=x y":   {"PITDESK_LISTEN_DATABASE_URL", "postgres://"},
		"PITDESK_SMTP_URL=http://relay":     {"PITDESK_SMTP_URL", "smtp:// or smtps://"},
		"PITDESK_TRUSTED_PROXIES=11":        {"PITDESK_TRUSTED_PROXIES", "0 to 10"},
		"PITDESK_TRUSTED_PROXIES=many":      {"PITDESK_TRUSTED_PROXIES", "many"},
		"PITDESK_DATABASE_CONNS=3":          {"PITDESK_DATABASE_CONNS", "4 to 500"},
		"PITDESK_TENANT_CONNS=501":          {"PITDESK_TENANT_CONNS", "0 to 500"},
		"PITDESK_TENANT_STREAMS=-1":         {"PITDESK_TENANT_STREAMS", "1 to 100000"},
		"PITDESK_TENANT_JOBS=51":            {"PITDESK_TENANT_JOBS", "1 to 50"},
		"PITDESK_DRAIN_FOR=26s":             {"PITDESK_DRAIN_FOR", "0s to 22s"},
		"PITDESK_DRAIN_FOR=soon":            {"PITDESK_DRAIN_FOR", "duration"},
		"PITDESK_LOG_LEVEL=loud":            {"PITDESK_LOG_LEVEL", "debug, info, warn or error"},
		"PITDESK_LINK_KEY=short":            {"PITDESK_LINK_KEY", "at least 32"},
		"PITDESK_DATABASE_URL=postgres://x": {"PITDESK_CONTROL_DATABASE_URL", "both roles"},
		"PITDESK_S3_ENDPOINT=bucket":        {"PITDESK_S3_ENDPOINT", "http:// or https://"},
		"PITDESK_S3_ENDPOINT=https://s3":    {"PITDESK_S3_BUCKET", "needs it"},
		"PITDESK_S3_BUCKET=desk":            {"PITDESK_S3_ENDPOINT", "or neither"},
		"PITDESK_SMTP_URL_FILE=" + absent:   {"PITDESK_SMTP_URL_FILE", "no such file"},
		"PITDESK_DATA=/proc/nothing":        {"PITDESK_DATA", "/proc/nothing"},
	} {
		name, value, _ := strings.Cut(setting, "=")
		settings := map[string]string{name: value}
		if name != "PITDESK_DATA" {
			settings["PITDESK_DATA"] = t.TempDir()
		}
		p := start(t, settings, "serve")
		code := p.end(time.Minute)
		for _, words := range want {
			if code == 0 || !strings.Contains(p.err.String(), words) {
				t.Errorf("%s ends with %d and says %q, without %q", setting, code, p.err.String(), words)
			}
		}
	}
}

// served are the settings to serve a test's own database.
func served(t *testing.T, db *pgtest.DB) map[string]string {
	t.Helper()
	return map[string]string{"PITDESK_ADDR": "127.0.0.1:0", "PITDESK_DATA": t.TempDir(), "PITDESK_DATABASE_URL": db.AppURL,
		"PITDESK_CONTROL_DATABASE_URL": db.ControlURL, "PITDESK_OWNER_DATABASE_URL": db.OwnerURL, "PITDESK_SEAL_KEYS": sample.Keys(t)}
}

func TestARoleThatSeesEverythingIsRefused(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for _, c := range []struct{ setting, url, want string }{
		{"PITDESK_DATABASE_URL", db.SuperURL, "is a superuser"},
		{"PITDESK_DATABASE_URL", db.OwnerURL, "owns the database"},
		{"PITDESK_CONTROL_DATABASE_URL", db.SuperURL, "is a superuser"},
	} {
		for _, command := range []string{"serve", "work"} {
			settings := served(t, db)
			settings[c.setting] = c.url
			p := start(t, settings, command)
			if code := p.end(time.Minute); code != 1 || !strings.Contains(p.err.String(), c.want) {
				t.Errorf("%s with %s as %s ends with %d: %s", command, c.setting, c.url, code, p.err.String())
			}
		}
	}
}

func TestSecretsComeFromFiles(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	settings := served(t, db)
	for _, name := range []string{"PITDESK_DATABASE_URL", "PITDESK_CONTROL_DATABASE_URL"} {
		path := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(path, []byte(settings[name]+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		settings[name+"_FILE"] = path
		delete(settings, name)
	}
	p := start(t, settings, "serve")
	if status, _ := askAt(t, "GET", p.served()+"/readyz", "", nil); status != 200 {
		t.Errorf("readyz answers %d", status)
	}
	p.stop()
	settings["PITDESK_DATABASE_URL"] = db.AppURL
	both := start(t, settings, "serve")
	if code := both.end(time.Minute); code == 0 || !strings.Contains(both.err.String(), "PITDESK_DATABASE_URL and PITDESK_DATABASE_URL_FILE are both set") {
		t.Errorf("a secret given twice ends with %d: %s", code, both.err.String())
	}
}

// cable is the way to a database: it can be cut and mended.
type cable struct {
	listener net.Listener
	socket   string

	mu   sync.Mutex
	cut  bool
	ends []net.Conn
}

// lay leads a local port to the socket of a test's database, and returns db with URLs that go that way.
func lay(t *testing.T, db *pgtest.DB) (*cable, *pgtest.DB) {
	t.Helper()
	u, err := url.Parse(db.AppURL)
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{socket: filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432")}
	if c.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.listener.Close(); c.set(true) })
	go func() {
		for {
			from, err := c.listener.Accept()
			if err != nil {
				return
			}
			go c.carry(from)
		}
	}()
	over := *db
	for _, each := range []*string{&over.AppURL, &over.ControlURL, &over.OwnerURL, &over.SuperURL} {
		u, _ := url.Parse(*each)
		u.Host, u.RawQuery = c.listener.Addr().String(), "sslmode=disable"
		*each = u.String()
	}
	return c, &over
}

func (c *cable) carry(from net.Conn) {
	to, err := net.Dial("unix", c.socket)
	c.mu.Lock()
	if err != nil || c.cut {
		c.mu.Unlock()
		from.Close()
		return
	}
	c.ends = append(c.ends, from, to)
	c.mu.Unlock()
	go func() { _, _ = io.Copy(to, from); to.Close() }()
	_, _ = io.Copy(from, to)
	from.Close()
}

func (c *cable) set(cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = cut
	if cut {
		for _, end := range c.ends {
			end.Close()
		}
		c.ends = nil
	}
}

func TestADatabaseThatIsGoneIsToldAndHeals(t *testing.T) {
	t.Parallel()
	straight := pgtest.New(t)
	wire, db := lay(t, straight)
	_, ctx := sample.Over(t, straight)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	p := start(t, served(t, db), "serve")
	base := p.served()
	at := strings.Replace(base, "127.0.0.1", fox.Host, 1)
	status := func(path string) int {
		s, _ := askAt(t, "GET", at+path, "", nil)
		return s
	}
	if got := status("/readyz"); got != 200 {
		t.Fatalf("readyz answers %d at first", got)
	}
	wire.set(true)
	p.await("readyz to say that the database is gone", func() bool { return status("/readyz") == 503 })
	if got := status("/livez"); got != 200 {
		t.Errorf("livez answers %d while the database is gone", got)
	}
	res := send(t, "POST", at+"/chat/api/session", "", map[string]any{})
	res.Body.Close()
	if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
		t.Errorf("the chat answers %d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
	wire.set(false)
	p.await("readyz to heal", func() bool { return status("/readyz") == 200 })
	res = send(t, "POST", at+"/chat/api/session", "", map[string]any{})
	res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		t.Errorf("after the outage the chat answers %d", res.StatusCode)
	}
	// The jobs go on, too.
	if err := tenants.In(ctx, fox.ID, func(ctx context.Context, tx bun.Tx) error { return jobs.Insert(ctx, tx, wakeArgs{}, nil) }); err != nil {
		t.Fatal(err)
	}
	super := straight.Super(t)
	p.await("the job to be done", func() bool {
		var left int
		err := super.QueryRow("select count(*) from river.river_job where kind = 'wake' and state <> 'completed'").Scan(&left)
		return err == nil && left == 0
	})
	p.stop()
}

func TestARequestThatNeverEndsIsCutOff(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	_, ctx := sample.Over(t, db)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	settings := served(t, db)
	settings["PITDESK_DRAIN_FOR"] = "1s"
	p := start(t, settings, "serve")
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.served(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("POST /chat/api/session HTTP/1.1\r\nHost: " + fox.Host + "\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	reading := make([]byte, 100)
	if n, err := conn.Read(reading); err != nil || !strings.Contains(string(reading[:n]), "100 Continue") {
		t.Fatalf("the request isn't read: %q, %v", reading[:n], err)
	}
	if took := p.stop(); took < time.Second || took > 15*time.Second {
		t.Errorf("the stop took %s", took)
	}
}

func TestWorkDoesTheJobsThatServeLeaves(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	_, ctx := sample.Over(t, db)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Later, please.")
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		held, err := desk.Hold(ctx, tx, c.ID)
		if err == nil {
			_, err = desk.Snooze(ctx, tx, &held, time.Now().Add(time.Hour))
		}
		return err
	})
	super := db.Super(t)
	if _, err := super.Exec(`update conversations set snoozed_until = now();
		insert into sign_in_attempts values ('` + fox.ID.String() + `', '` + fox.ID.String() + `', 'x', 'y', now() - interval '60 days', false)`); err != nil {
		t.Fatal(err)
	}
	settings := served(t, db)
	settings["PITDESK_NO_JOBS"] = "true"
	server := start(t, settings, "serve")
	server.served()
	key, _, err := tenantKey(ctx, fox)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Replace(server.served(), "127.0.0.1", fox.Host, 1)
	stream := send(t, "GET", at+"/v1/stream", key, nil)
	defer stream.Body.Close()
	if stream.StatusCode != 200 {
		t.Fatalf("the stream answers %d", stream.StatusCode)
	}

	worker := start(t, served(t, db), "work")
	worker.await("the conversation to wake", func() bool {
		var open, old int
		if err := super.QueryRow(`select count(*) filter (where state = 'open'), (select count(*) from sign_in_attempts) from conversations`).Scan(&open, &old); err != nil {
			t.Fatal(err)
		}
		return open == 1 && old == 0
	})
	worker.await("the heads to be signed", func() bool {
		var n int
		return super.QueryRow("select count(*) from signed_heads").Scan(&n) == nil && n == 1
	})
	// The serving process heard of it from the working one.
	heard := make([]byte, 64<<10)
	text := ""
	for !strings.Contains(text, tenants.PublicID(tenants.ConversationPrefix, c.ID)) {
		n, err := stream.Body.Read(heard)
		text += string(heard[:n])
		if err != nil {
			t.Fatalf("the stream ended with %v after %q", err, text)
		}
	}
	stream.Body.Close()
	if took := worker.stop(); took > 20*time.Second {
		t.Errorf("work took %s to stop", took)
	}
	server.stop()
}

func tenantKey(ctx context.Context, t tenants.Tenant) (secret string, id any, err error) {
	id, secret, err = tenants.PoolsOf(ctx).Doors.NewAPIKey(ctx, t.ID, tenants.NewKey{Name: "test", Role: string(authz.Admin)})
	return secret, id, err
}

func TestMigrateMakesRolesAndDatabase(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	fresh := func(address string) string {
		u, _ := url.Parse(address)
		u.Path = "/" + db.Name + "_fresh"
		return u.String()
	}
	settings := served(t, &pgtest.DB{AppURL: fresh(db.AppURL), ControlURL: fresh(db.ControlURL), OwnerURL: fresh(db.OwnerURL)})
	if p := start(t, settings, "serve"); p.end(20*time.Second) == 0 {
		t.Error("serve started without a database")
	}
	settings["PITDESK_BOOTSTRAP_URL"] = db.SuperURL
	t.Cleanup(func() { _, _ = db.Super(t).Exec("drop database if exists " + db.Name + "_fresh with (force)") })
	for range 2 { // and again, changing nothing
		p := start(t, settings, "migrate")
		if code := p.end(2 * time.Minute); code != 0 {
			t.Fatalf("migrate ended with %d: %s", code, p.err.String())
		}
	}
	restored := start(t, settings, "migrate", "--restored", "a test of the backup")
	if code := restored.end(2 * time.Minute); code != 0 {
		t.Errorf("migrate --restored ended with %d: %s", code, restored.err.String())
	}
	conn, err := pgx.Connect(t.Context(), fresh(db.SuperURL))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var epoch int
	if err := conn.QueryRow(t.Context(), "select current_epoch()").Scan(&epoch); err != nil || epoch < 2 {
		t.Errorf("the epoch is %d, %v", epoch, err)
	}
	server := start(t, settings, "serve")
	if status, _ := askAt(t, "GET", server.served()+"/readyz", "", nil); status != 200 {
		t.Errorf("readyz answers %d", status)
	}
	server.stop()

	wrong := settings
	wrong["PITDESK_DATABASE_URL"] = strings.Replace(settings["PITDESK_DATABASE_URL"], pg.RoleApp, "somebody", 1)
	p := start(t, wrong, "migrate")
	if code := p.end(time.Minute); code == 0 || !strings.Contains(p.err.String(), `PITDESK_DATABASE_URL signs in as "somebody"`) {
		t.Errorf("another role ends with %d: %s", code, p.err.String())
	}
}
