package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/uptrace/bun"

	"pitdesk/internal/mail"
	"pitdesk/tenants"
	"pitdesk/tenants/office"
	"pitdesk/web"
	"pitdesk/web/console"
)

// letters does the jobs that mail links and returns what was mailed, newest last.
func letters(ctx context.Context, t testing.TB) []mail.Message {
	t.Helper()
	box := mail.NewBox()
	var ids []struct {
		Link string `bun:"link"`
	}
	above(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(`select args->>'link' as link from river.river_job where kind = 'console_letter' order by id`).Scan(ctx, &ids)
	})
	for _, each := range ids {
		id, err := parse(each.Link)
		if err != nil {
			t.Fatal(err)
		}
		postman := console.Postman{Config: web.Config{Scheme: "http", Base: "localhost", Vendor: "Pitdesk"}, Mailer: box}
		if err := office.WriteLetter(ctx, postman, office.LetterArgs{Link: id}); err != nil {
			t.Fatal(err)
		}
	}
	var all []mail.Message
	for _, k := range box.All() {
		all = append(all, k.Message)
	}
	return all
}

// linkIn is the path of the link that a letter carries.
func linkIn(t testing.TB, m mail.Message) string {
	t.Helper()
	const before = "http://console.localhost"
	i := strings.Index(m.Text, before+"/enter/")
	if i < 0 {
		t.Fatalf("no link in %q", m.Text)
	}
	path, _, _ := strings.Cut(m.Text[i+len(before):], "\n")
	return path
}

func TestALinkSignsAResellersPersonInOnce(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	north := reseller(ctx, t, "north-games", "North Games")
	person(ctx, t, north, "Ida", "ida@north-games.example")
	b := h.browser(t)
	if a := b.get("/account"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/sign-in" {
		t.Fatalf("a stranger's /account answers %d to %q", a.status, a.header.Get("Location"))
	}
	if a := b.post("/sign-in", "email", "Ida@north-games.example"); a.status != http.StatusOK {
		t.Fatalf("asking for a link answers %d: %s", a.status, a.text)
	}
	all := letters(ctx, t)
	if len(all) == 0 || all[len(all)-1].To.Email != "ida@north-games.example" {
		t.Fatalf("letters: %v", all)
	}
	path := linkIn(t, all[len(all)-1])
	for range 2 { // scanners open it first
		if a := b.get(path); a.status != http.StatusOK || !strings.Contains(a.text, "Ida") {
			t.Fatalf("the link's page answers %d", a.status)
		}
	}
	if a := b.post(path); a.status != http.StatusSeeOther || b.cookies["__Host-session"] == "" {
		t.Fatalf("the link answers %d", a.status)
	}
	if a := b.get("/account"); a.status != http.StatusOK || !strings.Contains(a.text, "ida@north-games.example") || !strings.Contains(a.text, "North Games") {
		t.Errorf("/account answers %d: %s", a.status, a.text)
	}
	if a := h.browser(t).post(path); a.status != http.StatusNotFound {
		t.Errorf("the link works twice: %d", a.status)
	}
	if a := b.post("/sign-out"); a.status != http.StatusSeeOther {
		t.Errorf("sign-out answers %d", a.status)
	}
	if a := b.get("/account"); a.status != http.StatusSeeOther {
		t.Errorf("after signing out /account answers %d", a.status)
	}
}

func TestAnUnknownAddressIsAnsweredLikeAKnownOne(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	person(ctx, t, reseller(ctx, t, "north-games", "North Games"), "Ida", "ida@north-games.example")
	known := h.browser(t).post("/sign-in", "email", "ida@north-games.example")
	unknown := h.browser(t).post("/sign-in", "email", "nobody@north-games.example")
	if strings.ReplaceAll(known.text, "ida@", "nobody@") != unknown.text || known.status != unknown.status {
		t.Errorf("a known address answers\n%s\nan unknown one\n%s", known.text, unknown.text)
	}
	for range 2 {
		h.browser(t).post("/sign-in", "email", "nobody@north-games.example")
	}
	h.browser(t).post("/sign-in", "email", "nobody@north-games.example")
	if a := h.browser(t).post("/sign-in", "email", "nobody@north-games.example"); a.status != http.StatusTooManyRequests {
		t.Errorf("the fifth time answers %d", a.status)
	}
}

func TestTheDeploymentsPeopleMustHaveASecondFactor(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	p := person(ctx, t, tenants.Nobody, "Vera", "vera@vendor.example")
	b := h.browser(t)
	if a := b.post(linkIn(t, letters(ctx, t)[0])); a.header.Get("Location") != "/factor" {
		t.Fatalf("without a second factor the link leads to %q", a.header.Get("Location"))
	}
	if a := b.get("/account"); a.header.Get("Location") != "/factor" {
		t.Errorf("without a second factor /account answers %d", a.status)
	}
	secret := strings.ReplaceAll(b.get("/factor").doc(t).Find("code.secret").Text(), " ", "")
	if a := b.post("/factor", "code", "000000"); a.status != http.StatusUnprocessableEntity && a.status != http.StatusBadRequest {
		t.Errorf("a wrong code answers %d", a.status)
	}
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if a := b.post("/factor", "code", code); a.status != http.StatusSeeOther {
		t.Fatalf("the right code answers %d: %s", a.status, a.text)
	}
	if a := b.get("/account"); a.status != http.StatusOK {
		t.Errorf("with a second factor /account answers %d", a.status)
	}
	if a := b.post("/factor/off", "code", code); a.status != http.StatusConflict {
		t.Errorf("taking it off answers %d", a.status)
	}

	// Next time the code is asked for, and none works twice.
	var path string
	above(ctx, t, func(ctx context.Context, tx bun.Tx) (err error) {
		path, err = office.LinkNow(ctx, tx, p)
		return err
	})
	again := h.browser(t)
	if a := again.post(path); a.header.Get("Location") != "/sign-in/code" {
		t.Fatalf("with a second factor the link leads to %q", a.header.Get("Location"))
	}
	if a := again.get("/account"); a.header.Get("Location") != "/sign-in/code" {
		t.Errorf("before the code /account answers %d to %q", a.status, a.header.Get("Location"))
	}
	if a := again.post("/sign-in/code", "code", code); a.status == http.StatusSeeOther {
		t.Error("a code works twice")
	}
	next, _ := totp.GenerateCode(secret, time.Now().Add(30*time.Second))
	if a := again.post("/sign-in/code", "code", next); a.status != http.StatusSeeOther {
		t.Fatalf("the next code answers %d", a.status)
	}
	if a := again.get("/account"); a.status != http.StatusOK {
		t.Errorf("after the code /account answers %d", a.status)
	}
}

func TestASuspendedResellersPeopleSeeThatAlone(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	north := reseller(ctx, t, "north-games", "North Games")
	b := h.in(ctx, t, person(ctx, t, north, "Ida", "ida@north-games.example"))
	above(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, `update control.resellers set suspended_at = now(), suspended_why = 'Bills since March' where id = ?`, north)
		return err
	})
	if a := b.get("/account"); a.status != http.StatusForbidden || !strings.Contains(a.text, "Bills since March") {
		t.Errorf("answers %d: %s", a.status, a.text)
	}
}
