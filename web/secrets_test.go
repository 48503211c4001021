package web_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

// kept is a log that a test reads.
type kept struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (k *kept) Write(b []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.text.Write(b)
}

func (k *kept) String() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.text.String()
}

// A link's token and a password are nobody's but their owner's: no log line, job, audit line or column holds one.
func TestTokensAndPasswordsRestNowhere(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	log := &kept{}
	h.Server.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	b := h.Browser(t, fox)
	b.Post("/forgot", "email", "ada@lucky-fox.example")
	db := h.DB.Super(t)
	var args string
	if err := db.QueryRowContext(ctx, `select args::text from river.river_job where kind = 'staff_letter'`).Scan(&args); err != nil {
		t.Fatal(err)
	}
	path := link(t, h.Letters(ctx, t)[0], fox)
	token := strings.TrimPrefix(path, "/reset/")
	b.Get(path)
	b.Post(path, "password", nextPassword)
	b.Post("/sign-in", "email", "ada@lucky-fox.example", "password", nextPassword)
	session := b.Cookies["__Host-session"]
	if session == "" {
		t.Fatal("not signed in")
	}
	rest := log.String() + args
	for _, query := range []string{`select coalesce(string_agg(a::text, ''), '') from audit_log a`, `select coalesce(string_agg(m::text, ''), '') from memberships m`,
		`select coalesce(string_agg(s::text, ''), '') from staff_sessions s`, `select coalesce(string_agg(r::text, ''), '') from password_resets r`,
		`select coalesce(string_agg(j::text, ''), '') from river.river_job j`, `select coalesce(string_agg(i::text, ''), '') from sign_in_attempts i`} {
		var text string
		if err := db.QueryRowContext(ctx, query).Scan(&text); err != nil {
			t.Fatal(err)
		}
		rest += text
	}
	for what, secret := range map[string]string{"the link's token": token, "the password": nextPassword, "the session's token": session} {
		if strings.Contains(rest, secret) {
			t.Errorf("%s rests somewhere", what)
		}
	}
	if !strings.Contains(log.String(), "/reset/{token}") {
		t.Error("the log doesn't tell that the link was followed")
	}
}
