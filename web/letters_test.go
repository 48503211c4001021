package web_test

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"pitdesk/desk/staff"
	"pitdesk/internal/mail"
	"pitdesk/tenants"
	"pitdesk/web"
)

// Letters does the jobs that letters wait in, as a worker would, and returns the mails that left, oldest first.
func (h *house) Letters(ctx context.Context, t testing.TB) []mail.Message {
	t.Helper()
	rows, err := h.DB.Super(t).QueryContext(ctx, `delete from river.river_job where kind = 'staff_letter' returning args, id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var jobs []staff.LetterArgs
	for rows.Next() {
		var text string
		var id int64
		if err := rows.Scan(&text, &id); err != nil {
			t.Fatal(err)
		}
		var args staff.LetterArgs
		if err := json.Unmarshal([]byte(text), &args); err != nil {
			t.Fatal(err)
		}
		jobs = append(jobs, args)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	box := mail.NewBox()
	for _, args := range jobs {
		if err := staff.WriteLetter(ctx, web.Postman{Config: web.Config{Scheme: "https"}, Mailer: box}, args); err != nil {
			t.Fatal(err)
		}
	}
	var mails []mail.Message
	for _, k := range box.All() {
		mails = append([]mail.Message{k.Message}, mails...)
	}
	return mails
}

// link is the path of the one address a mail holds, which must lead to the casino's own host.
func link(t testing.TB, m mail.Message, at tenants.Tenant) string {
	t.Helper()
	_, after, ok := strings.Cut(m.Text, "https://")
	if !ok {
		t.Fatalf("no link in %q", m.Text)
	}
	raw, _, _ := strings.Cut(after, "\n")
	u, err := url.Parse("https://" + raw)
	if err != nil || u.Host != at.Host {
		t.Fatalf("the link leads to %s, not to %s", u.Host, at.Host)
	}
	if !strings.Contains(m.HTML, u.String()) {
		t.Errorf("the HTML lacks the link %s", u)
	}
	return u.Path
}

// set changes rows behind the program's back, as time would.
func (h *house) set(ctx context.Context, t testing.TB, statement string, args ...any) {
	t.Helper()
	if _, err := h.DB.Super(t).ExecContext(ctx, statement, args...); err != nil {
		t.Fatal(err)
	}
}

// audited says how many audit lines a casino has of a deed.
func (h *house) audited(ctx context.Context, t testing.TB, at tenants.Tenant, deed string) (n int) {
	t.Helper()
	err := h.DB.Super(t).QueryRowContext(ctx, `select count(*) from audit_log where tenant_id = $1 and action = $2`, at.ID.String(), deed).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
