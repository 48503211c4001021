package web_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/i18n"
	"pitdesk/internal/mail"
	"pitdesk/internal/picture"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
	"pitdesk/tenants/pictures"
	"pitdesk/web"
)

var update = flag.Bool("update", false, "write testdata/mail instead of comparing it")

// TestLettersReadAsAgreed compares every mail, in every language, with the text that people read and approved.
func TestLettersReadAsAgreed(t *testing.T) {
	t.Parallel()
	_, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	for _, l := range []staff.Letter{
		{Occasion: staff.LetterInvitation, InvitedBy: "Ieva", Path: "/invitation/token"},
		{Occasion: staff.LetterReset, Path: "/reset/token"},
		{Occasion: staff.LetterRecovery, Left: 3},
		{Occasion: staff.LetterPassword},
		{Occasion: staff.LetterFactorOff},
		{Occasion: "billing_trial_ends"}, {Occasion: "billing_trial_over"}, {Occasion: "billing_unpaid"},
		{Occasion: "billing_read_only_soon"}, {Occasion: "billing_read_only"}, {Occasion: "billing_closed"},
	} {
		for _, language := range i18n.Audited() {
			box := mail.NewBox()
			l.Casino, l.To, l.Name, l.Language = fox, "mara@people.example", "Mara <b>", language
			if err := (web.Postman{Config: web.Config{Scheme: "https"}, Mailer: box}).Mail(ctx, l); err != nil {
				t.Fatal(err)
			}
			m := box.All()[0].Message
			name := filepath.Join("testdata", "mail", string(l.Occasion)+"."+language)
			golden(t, name+".txt", "Subject: "+m.Subject+"\nFrom: "+m.From.Name+" <"+m.From.Email+">\n\n"+m.Text)
			if language == "en" {
				golden(t, name+".html", m.HTML)
			}
			if strings.Contains(m.HTML, "<b>") || strings.Contains(strings.ToLower(box.All()[0].Raw), "pitdesk") || strings.Contains(m.HTML, "<img") {
				t.Errorf("%s: markup of a name, our name, or a picture stands in it", name)
			}
		}
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s reads\n%s\nagreed was\n%s", path, got, want)
	}
}

// failing is a relay that is down.
type failing struct{ letters int }

func (f *failing) Mail(context.Context, staff.Letter) error {
	f.letters++
	return errors.New("connection refused")
}

func TestALetterThatDidNotLeaveIsWrittenAgain(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ada := sample.Agent(ctx, t, fox, "Ada", authz.Operator)
	h.Browser(t, fox).Post("/forgot", "email", "ada@lucky-fox.example")
	var id string
	if err := h.DB.Super(t).QueryRowContext(ctx, `select id from password_resets`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	args := staff.LetterArgs{Tenant: fox.ID, Occasion: staff.LetterReset}
	if err := args.ID.UnmarshalText([]byte(id)); err != nil {
		t.Fatal(err)
	}
	down := &failing{}
	if err := staff.WriteLetter(ctx, down, args); err == nil || down.letters != 1 {
		t.Fatalf("a relay that is down: %v, %d letters", err, down.letters)
	}
	if mails := h.Letters(ctx, t); len(mails) != 1 || h.Browser(t, fox).Get(link(t, mails[0], fox)).StatusCode != 200 {
		t.Error("the next try's link doesn't work")
	}
	// What needs no letter any more sends none.
	h.set(ctx, t, `update memberships set disabled_at = now() where id = $1`, ada.ID.String())
	if err := staff.WriteLetter(ctx, down, args); err != nil || down.letters != 1 {
		t.Errorf("to a disabled member: %v, %d letters", err, down.letters)
	}
}

// TestALetterIsTheCasinosOwn writes a letter of a casino that has set everything a mail shows: sender, logo, corners,
// signature, legal name and footer. Its text says the same as its HTML, and no name adds a header.
func TestALetterIsTheCasinosOwn(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	logo, err := picture.Read(bytes.NewReader(drawn(t, 960, 240, color.NRGBA{0xc2, 0x41, 0x0c, 0xff})), picture.Logo)
	if err != nil {
		t.Fatal(err)
	}
	name, err := pictures.Keep(tenants.With(ctx, fox), h.Server.Files, logo)
	if err != nil {
		t.Fatal(err)
	}
	paint(ctx, t, fox, func(b *brands.Brand) {
		b.Sender, b.Logo, b.Accent, b.Corners, b.LegalName = `Fox "care" team, night`, name, "#ffd400", brands.Square, "Lucky Fox Gaming N.V."
		b.Signature = brands.Texts{"en": "Warmly,\nthe team of <Lucky Fox>", "lt": "Jūsų „Lucky Fox“"}
		b.Footer = brands.Texts{"en": "18+ · Play responsibly."}
	})
	for language, signed := range map[string]string{"en": "the team of", "lt": "Jūsų „Lucky Fox“", "ru": "the team of"} {
		box := mail.NewBox()
		l := staff.Letter{Occasion: staff.LetterInvitation, InvitedBy: "Ieva", Path: "/invitation/token", Casino: fox, To: "mara@people.example", Name: "Mara", Language: language}
		if err := (web.Postman{Config: web.Config{Scheme: "https"}, Mailer: box, Files: h.Server.Files}).Mail(ctx, l); err != nil {
			t.Fatal(err)
		}
		m, raw := box.All()[0].Message, box.All()[0].Raw
		if language == "en" {
			golden(t, filepath.Join("testdata", "mail", "dressed.en.html"), m.HTML)
			golden(t, filepath.Join("testdata", "mail", "dressed.en.txt"), "Subject: "+m.Subject+"\nFrom: "+m.From.Name+" <"+m.From.Email+">\n\n"+m.Text)
		}
		for _, want := range []string{signed, "Lucky Fox Gaming N.V.", "18+ · Play responsibly."} {
			if !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, want) {
				t.Errorf("%s: %q is missing", language, want)
			}
		}
		if strings.Contains(m.HTML, "http://") || strings.Contains(m.HTML, `src="http`) || strings.Count(m.HTML, "<img") != 1 || len(m.Parts) != 1 || len(m.Parts[0].Bytes) > 20<<10 {
			t.Errorf("%s: something would be fetched, or the logo isn't in the mail: %d parts", language, len(m.Parts))
		}
		if strings.Contains(strings.ToLower(raw), "pitdesk") || !strings.Contains(strings.ToLower(raw), "content-id: <logo@lucky-fox.localhost>") || !strings.Contains(raw, "multipart/related") {
			t.Errorf("%s: on the wire:\n%s", language, raw[:min(len(raw), 900)])
		}
	}
}
