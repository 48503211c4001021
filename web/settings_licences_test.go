package web_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/licences"
)

// mgaForm is what an admin types; more replaces fields of the same name.
func mgaForm(more ...string) []string {
	typed := map[string]string{"regulator": "mga", "licensee": "Demo Fox Gaming Limited", "number": "MGA/B2C/000/2025",
		"domains": "lucky-fox.localhost\r\nžaidimai.example", "link": demoMGA, "from": "2025-01-01", "until": "", "status": "active"}
	for i := 0; i+1 < len(more); i += 2 {
		typed[more[i]] = more[i+1]
	}
	var fields []string
	for name, value := range typed {
		fields = append(fields, name, value)
	}
	return fields
}

// upload sends a file as a form does.
func (b *browser) upload(path, name string, content []byte) *answer {
	b.t.Helper()
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	part, err := form.CreateFormFile("seal", name)
	if err != nil {
		b.t.Fatal(err)
	}
	_, _ = part.Write(content)
	_ = form.Close()
	return b.Do("POST", path, form.FormDataContentType(), &out)
}

func onePNG(t testing.TB, w, h int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewNRGBA(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func plainText(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func TestAnAdminKeepsLicences(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	admin := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	lead := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Lena", authz.Lead))
	stranger := h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Vera", authz.Admin))

	list := admin.Get("/settings/licences").Doc(t)
	if list.Find("#licences .empty").Length() != 1 || list.Find(".licence-regulators a").Length() != len(licences.Regulators()) {
		t.Errorf("an empty list: %s", plainText(list.Find("#licences")))
	}
	form := admin.Get("/settings/licences/new?regulator=mga").Doc(t)
	if text := plainText(form.Find(".licence-form")); !strings.Contains(text, "authorisation.mga.org.mt") || !strings.Contains(text, "/verification.aspx") || !strings.Contains(text, "details=1") {
		t.Errorf("the form for MGA explains %q", text)
	}
	if hosts := form.Find("#domains").Text(); hosts != fox.Host {
		t.Errorf("the new form begins with the domains %q", hosts)
	}

	// What players would see, before anything is kept.
	preview := admin.Post("/settings/licences", mgaForm("deed", "preview")...)
	shown := preview.Doc(t).Find("#preview")
	if preview.StatusCode != http.StatusOK || shown.Find(".licence-foot li").Length() != 2 || !strings.Contains(shown.Text(), "Demo Fox Gaming Limited holds licence MGA/B2C/000/2025") {
		t.Errorf("the preview: %d %s", preview.StatusCode, plainText(shown))
	}
	if got := h.Browser(t, fox).Get("/licences"); strings.Contains(got.Text, "Demo Fox") {
		t.Error("a preview is shown to players")
	}

	made := admin.Post("/settings/licences", mgaForm()...)
	at, _, _ := strings.Cut(made.Location(), "?")
	if made.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, "/settings/licences/lic_") {
		t.Fatalf("added: %d %s %s", made.StatusCode, made.Location(), plainText(made.Doc(t).Find(".field-fault")))
	}
	if got := h.Browser(t, fox).Get("/licences"); !strings.Contains(got.Text, "Demo Fox Gaming Limited") {
		t.Error("players don't see it")
	}
	if up := admin.upload(at+"/seal", "seal.png", onePNG(t, 300, 100)); !strings.HasPrefix(up.Location(), at) {
		t.Errorf("the seal: %d %s", up.StatusCode, up.Text)
	}
	page := admin.Get(at).Doc(t)
	src, _ := page.Find(".licence-seal img").Attr("src")
	if first, _ := page.Find("#preview .licence-foot").First().Find("img").Attr("src"); src == "" || first != src || page.Find("#preview .licence-foot").Last().Find("img").Length() != 0 {
		t.Errorf("the seal %q, previewed on the covered host as %q", src, first)
	}
	if a := h.Browser(t, fox).Get(src); a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "image/png" {
		t.Errorf("the seal's picture answers %d", a.StatusCode)
	}
	for name, content := range map[string][]byte{"seal.svg": []byte("<svg onload=alert(1)>"), "seal.png": []byte("no picture"), "none.png": nil} {
		a := admin.upload(at+"/seal", name, content)
		if a.StatusCode < 400 || a.StatusCode >= 500 || a.Doc(t).Find("#seal .notice").Length() != 1 {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}

	// A lead reads and changes nothing; another casino's admin sees nothing.
	read := lead.Get(at)
	if doc := read.Doc(t); read.StatusCode != http.StatusOK || doc.Find("#details button, #seal form, #retire, #page form").Length() != 0 || doc.Find("#details fieldset[disabled]").Length() != 1 {
		t.Errorf("a lead sees %d forms", doc.Find("#seal form").Length())
	}
	if doc := lead.Get("/settings/licences").Doc(t); doc.Find("#licences .line").Length() != 1 || doc.Find(".licence-regulators").Length() != 0 {
		t.Error("a lead's list is another")
	}
	if a := lead.Post(at, mgaForm()...); a.StatusCode != http.StatusForbidden {
		t.Errorf("a lead changes: %d", a.StatusCode)
	}
	unknown := strings.Replace(at, at[strings.LastIndex(at, "/")+1:], tenants.PublicID(tenants.LicencePrefix, tenants.NewID()), 1)
	if a, b := stranger.Get(at), stranger.Get(unknown); a.StatusCode != http.StatusNotFound || a.Text != b.Text {
		t.Errorf("Golden Reel: %d, unknown: %d", a.StatusCode, b.StatusCode)
	}

	if a := admin.Post(at+"/check", "x", "y"); !strings.Contains(a.Location(), "asked=1") || admin.Get(a.Location()).Doc(t).Find(".notice").Length() != 1 {
		t.Errorf("check now: %d", a.StatusCode)
	}
	if a := admin.Post(at, mgaForm("status", "suspended")...); a.StatusCode != http.StatusSeeOther {
		t.Errorf("changed: %d", a.StatusCode)
	}
	pill := admin.Get("/settings/licences").Doc(t).Find("#licences .pill")
	if strings.TrimSpace(pill.Text()) != "Suspended" || pill.Find("svg").Length() != 1 {
		t.Errorf("the list says %q with %d icons", pill.Text(), pill.Find("svg").Length())
	}
	if a := admin.Post(at + "/retire"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("retired: %d", a.StatusCode)
	}
	if strings.Contains(h.Browser(t, fox).Get("/licences").Text, "Demo Fox") {
		t.Error("players see a retired licence")
	}
	if a := admin.Post(at + "/restore"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("restored: %d", a.StatusCode)
	}
	line := plainText(admin.Get("/settings/licences").Doc(t).Find(".section-lead").Last())
	if !strings.Contains(line, "Ieva") {
		t.Errorf("who changed it: %q", line)
	}
}

func TestAWrongLinkIsExplainedBesideItsField(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	admin := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	for _, deed := range []string{"", "preview"} {
		a := admin.Post("/settings/licences", mgaForm("link", "https://authorisation.mga.org.mt.evil.example/verification.aspx", "deed", deed)...)
		doc := a.Doc(t)
		if says := plainText(doc.Find("#link-fault")); a.StatusCode != http.StatusUnprocessableEntity || says != "authorisation.mga.org.mt.evil.example isn't a regulator's host: it imitates authorisation.mga.org.mt. Don't open it." {
			t.Errorf("%q: %d %q", deed, a.StatusCode, says)
		}
		if doc.Find("#licensee").AttrOr("value", "") != "Demo Fox Gaming Limited" || !strings.Contains(doc.Find("#domains").Text(), "žaidimai.example") || doc.Find("a[href*='evil.example']").Length() != 0 {
			t.Error("what was typed is lost, or the wrong link can be followed")
		}
	}
	other := []string{"regulator", "other", "authority", "Registry of Games", "country", "IS", "number", "000-DEMO", "licensee", "Demo", "domains", "a.example",
		"link", "https://register.regulator.example/licence/000", "host", "register.regulator.example", "status", "active"}
	if a := admin.Post("/settings/licences", other...); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.Text, "Confirm that register.regulator.example") {
		t.Errorf("without confirmation: %d", a.StatusCode)
	}
	a := admin.Post("/settings/licences", append(other, "confirm", "yes")...)
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("confirmed: %d", a.StatusCode)
	}
	if doc := admin.Get(a.Location()).Doc(t); !strings.Contains(doc.Find("#details").Text(), "Host confirmed by Ieva.") || doc.Find("#country option").Length() < 200 {
		t.Errorf("%d countries to choose from", doc.Find("#country option").Length())
	}
}

// TestAdminsAreToldByMailOnce watches a revoked licence three times, as the hourly job would.
func TestAdminsAreToldByMailOnce(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	for _, at := range []tenants.Tenant{fox, reel} {
		sample.Agent(ctx, t, at, "Ieva "+at.Name, authz.Admin)
		sample.Agent(ctx, t, at, "Lena "+at.Name, authz.Lead)
	}
	d := mgaDraft(fox.Host)
	d.Status = licences.Revoked
	licensed(ctx, t, fox, d)
	licensed(ctx, t, fox, ukgcDraft(fox.Host))
	watch := func() {
		t.Helper()
		for _, at := range []tenants.Tenant{fox, reel} {
			sample.As(ctx, t, at, authz.System(at.ID), func(ctx context.Context, tx bun.Tx) error {
				return licences.Watch(ctx, tx, time.Now(), func(ctx context.Context, tx bun.Tx, alert uuid.UUID) error {
					return staff.TellAdmins(ctx, tx, staff.LetterLicence, alert)
				})
			})
		}
	}
	watch()
	watch()
	mails := h.Letters(ctx, t)
	if len(mails) != 1 || mails[0].To.Email != "ieva.lucky.fox@lucky-fox.example" || mails[0].Subject != "Lucky Fox: the licence MGA/B2C/000/2025 needs attention" {
		t.Fatalf("%d mails: %+v", len(mails), mails)
	}
	for _, words := range []string{"is revoked. Its seal is hidden.", "https://" + fox.Host + "/settings/licences/lic_",
		// The foot: one doesn't hold, one does, in its regulator's words.
		"Demo Fox Gaming Limited, licence MGA/B2C/000/2025, Malta Gaming Authority: Revoked.\n" + demoMGA, ukgcWords + "\n" + demoUKGC} {
		if !strings.Contains(mails[0].Text, words) {
			t.Errorf("the mail lacks %q:\n%s", words, mails[0].Text)
		}
	}
	if strings.Contains(mails[0].HTML, "<img") {
		t.Error("a mail fetches a seal")
	}
	if watch(); len(h.Letters(ctx, t)) != 0 {
		t.Error("told again")
	}
}

func TestTheListSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	admin := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))
	d := mgaDraft(fox.Host)
	d.Status = licences.Revoked
	l := licensed(ctx, t, fox, d)
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		if err := licences.Record(ctx, tx, l, licences.Finding{Outcome: licences.Unreachable, Why: "status", Status: 503}); err != nil {
			return err
		}
		return licences.Watch(ctx, tx, l.CreatedAt, func(context.Context, bun.Tx, uuid.UUID) error { return nil })
	})
	list := admin.Get("/settings/licences").Doc(t)
	if says := plainText(list.Find(".notice")); !strings.Contains(says, "The licence MGA/B2C/000/2025 of Malta Gaming Authority is revoked. Its seal is hidden.") {
		t.Errorf("says %q", says)
	}
	href, _ := list.Find(".notice a").Attr("href")
	page := admin.Get(href).Doc(t)
	if says := plainText(page.Find(".licence-looks")); !strings.Contains(says, "Couldn’t be reached") || !strings.Contains(says, "The site answered with 503.") {
		t.Errorf("the history says %q", says)
	}
	if says := plainText(page.Find("#preview")); !strings.Contains(says, "The seal is hidden: Revoked.") {
		t.Errorf("the preview says %q", says)
	}
}
