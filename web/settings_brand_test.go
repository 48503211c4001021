package web_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/textproto"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// brandPage is the settings of Lucky Fox's brand, open before an admin.
type brandPage struct {
	t    *testing.T
	h    *house
	ctx  context.Context
	fox  tenants.Tenant
	ieva *browser
}

func openBrand(t *testing.T) *brandPage {
	t.Helper()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	return &brandPage{t, h, ctx, fox, h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ieva", authz.Admin))}
}

// fields are the form as the page has it, with changes by name and value.
func (p *brandPage) fields(changes ...string) map[string]string {
	p.t.Helper()
	all := map[string]string{}
	p.ieva.Get("/settings/brand").Doc(p.t).Find("[data-brand-form]").Find("input, textarea").Each(func(_ int, s *goquery.Selection) {
		name, kind := s.AttrOr("name", ""), s.AttrOr("type", "")
		_, checked := s.Attr("checked")
		switch {
		case name == "" || kind == "file" || kind == "color" || (kind == "radio" || kind == "checkbox") && !checked:
		case goquery.NodeName(s) == "textarea":
			all[name] = s.Text()
		default:
			all[name] = s.AttrOr("value", "")
		}
	})
	for i := 0; i+1 < len(changes); i += 2 {
		all[changes[i]] = changes[i+1]
	}
	return all
}

// send posts the form with files by field.
func (p *brandPage) send(path string, fields map[string]string, files map[string][]byte) *answer {
	p.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		_ = form.WriteField(name, value)
	}
	for name, content := range files {
		head := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file_` + name + `"; filename="../../` + name + `.png"`}, "Content-Type": {"image/png"}}
		part, err := form.CreatePart(head)
		if err != nil {
			p.t.Fatal(err)
		}
		_, _ = part.Write(content)
	}
	_ = form.Close()
	return p.ieva.Do("POST", path, form.FormDataContentType(), &body)
}

func drawn(t testing.TB, w, h int, c color.Color) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return append(b.Bytes(), "<script>alert(1)</script>"...)
}

func TestABrandIsSavedPublishedAndRolledBack(t *testing.T) {
	t.Parallel()
	p := openBrand(t)
	orange := color.NRGBA{0xff, 0x66, 0, 0xff}
	a := p.send("/settings/brand", p.fields("do", "save", "name", "Fox House", "accent", "#FF6600", "ink", "#ffffff", "corners", "square", "greeting_en", "Good evening!",
		"signature_en", "The Fox's den", "legal_name", "Fox N.V."), map[string][]byte{"logo": drawn(t, 1200, 300, orange), "icon": drawn(t, 64, 64, orange)})
	if a.StatusCode != 303 || a.Location() != "/settings/brand?done=draft" {
		t.Fatalf("saved: %d %s\n%s", a.StatusCode, a.Location(), a.Doc(t).Find(".field-fault, .notice-bad").Text())
	}
	signIn := func() *goquery.Document { return p.h.Browser(t, p.fox).Get("/sign-in").Doc(t) }
	if signIn().Find("img").Length() != 0 || strings.Contains(signIn().Text(), "Fox House") {
		t.Error("a draft is shown to everybody")
	}
	doc := p.ieva.Get("/settings/brand").Doc(t)
	if text := doc.Find(".brand-state").Text(); !strings.Contains(text, "draft that players don't see") || !strings.Contains(text, "Ieva") {
		t.Errorf("the page says %q", text)
	}
	if mends := doc.Find(".mends li"); mends.Length() < 2 || !strings.Contains(mends.First().Text(), "#ffffff on #ff6600 has a contrast of 2.9:1") {
		t.Errorf("mends: %s", mends.Text())
	}
	if a := p.ieva.Post("/settings/brand/publish", "seen", "2"); a.Location() != "/settings/brand?done=published" {
		t.Fatalf("published: %d %s", a.StatusCode, a.Location())
	}
	shown := signIn()
	logo, icon := shown.Find(".card-brand img").AttrOr("src", ""), shown.Find("link[rel=icon]").AttrOr("href", "")
	if !strings.HasPrefix(logo, "/pictures/") || !strings.HasPrefix(icon, "/pictures/") || !strings.Contains(shown.Find("title").Text(), "Fox House") {
		t.Errorf("logo %q, icon %q, title %q", logo, icon, shown.Find("title").Text())
	}
	picture := p.h.Browser(t, p.fox).Get(logo)
	if m, err := png.Decode(strings.NewReader(picture.Text)); err != nil || m.Bounds().Dx() != 800 || strings.Contains(picture.Text, "script") {
		t.Errorf("the logo isn't written anew: %v", err)
	}
	chat := p.h.Browser(t, p.fox).Get("/chat").Text
	if !strings.Contains(chat, logo) || !strings.Contains(chat, "Good evening!") {
		t.Error("the chat shows neither logo nor greeting")
	}

	p.send("/settings/brand", p.fields("do", "publish", "name", "Fox Palace", "drop_logo", "yes"), nil)
	if got := signIn(); got.Find(".card-brand img").Length() != 1 || !strings.Contains(got.Find(".card-brand").Text(), "Fox Palace") {
		t.Errorf("after the logo was taken away: %s", got.Find(".card-brand").Text())
	}
	if a := p.ieva.Post("/settings/brand/roll-back", "seen", "3", "number", "2"); a.Location() != "/settings/brand?done=rolled_back" {
		t.Fatalf("rolled back: %d %s", a.StatusCode, a.Location())
	}
	if got := signIn().Find(".card-brand img").AttrOr("src", ""); got != logo {
		t.Errorf("rolled back, the logo is %q", got)
	}
	lines := p.ieva.Get("/settings/brand").Doc(t).Find("#versions li")
	if lines.Length() != 4 || !strings.Contains(lines.First().Text(), "repeats version 2") || !strings.Contains(lines.First().Text(), "Everybody sees it") {
		t.Errorf("versions: %s", lines.Text())
	}
	if look := p.ieva.Get("/settings/brand?version=3").Doc(t); look.Find("#name").AttrOr("value", "") != "Fox Palace" || look.Find("[name=seen]").AttrOr("value", "") != "4" {
		t.Error("an earlier version isn't what the form shows")
	}
	if a := p.ieva.Get("/settings/brand?version=77"); a.StatusCode != 404 {
		t.Errorf("a version that isn't there: %d", a.StatusCode)
	}
}

func TestAFormThatCannotBeSavedKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	p := openBrand(t)
	good := map[string][]byte{"logo": drawn(t, 40, 20, color.Black)}
	a := p.send("/settings/brand", p.fields("do", "publish", "name", "Fox House", "accent", "orange", "bottom", "many"), good)
	doc := a.Doc(t)
	if a.StatusCode != 422 || doc.Find("#name").AttrOr("value", "") != "Fox House" || doc.Find("#accent").AttrOr("value", "") != "orange" || doc.Find("#bottom").AttrOr("value", "") != "many" {
		t.Errorf("%d: %s", a.StatusCode, doc.Find(".field-fault").Text())
	}
	if doc.Find("#accent-fault").Text() == "" || doc.Find("[name=logo]").AttrOr("value", "") == "" {
		t.Errorf("faults: %q, logo %q", doc.Find(".field-fault").Text(), doc.Find("[name=logo]").AttrOr("value", ""))
	}
	for name, upload := range map[string][]byte{
		"svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "text": []byte("hello"), "large": append(drawn(t, 9, 9, color.Black), make([]byte, 3<<20)...),
	} {
		for _, path := range []string{"/settings/brand", "/settings/brand/look"} {
			a := p.send(path, p.fields("do", "save", "name", "Fox House"), map[string][]byte{"logo": upload})
			if doc := a.Doc(t); doc.Find("#pictures .field-fault").Text() == "" || doc.Find("#name").AttrOr("value", "") != "Fox House" {
				t.Errorf("%s to %s: %d, nothing is said of it", name, path, a.StatusCode)
			}
		}
	}
	if a := p.send("/settings/brand", p.fields("logo", strings.Repeat("0", 32)+".png"), nil); a.StatusCode != 422 {
		t.Errorf("a picture that nobody uploaded: %d", a.StatusCode)
	}
	if a := p.send("/settings/brand", p.fields(), map[string][]byte{"logo": make([]byte, 7<<20)}); a.StatusCode != 400 && a.StatusCode != 413 {
		t.Errorf("seven megabytes: %d", a.StatusCode)
	}
	if n := p.ieva.Get("/settings/brand").Doc(t).Find("#versions li").Length(); n != 0 {
		t.Errorf("%d versions of what was refused", n)
	}
}

func TestTwoAdminsAtOnce(t *testing.T) {
	t.Parallel()
	p := openBrand(t)
	begun := p.fields("name", "Fox of Ieva", "do", "publish")
	tomas := p.h.SignedIn(p.ctx, t, p.fox, sample.Agent(p.ctx, t, p.fox, "Tomas", authz.Admin))
	ieva := p.ieva
	p.ieva = tomas
	p.send("/settings/brand", p.fields("name", "Fox of Tomas", "do", "publish"), nil)
	p.ieva = ieva
	a := p.send("/settings/brand", begun, nil)
	doc := a.Doc(t)
	if a.StatusCode != 409 || !strings.Contains(doc.Find(".notice-bad").Text(), "Tomas has changed the brand") || doc.Find("#name").AttrOr("value", "") != "Fox of Ieva" {
		t.Errorf("%d %s", a.StatusCode, doc.Find(".notice-bad").Text())
	}
}

func TestAPreviewSavesNothing(t *testing.T) {
	t.Parallel()
	p := openBrand(t)
	typed := p.fields("name", "Fox <b>House", "accent", "#ffd400", "corners", "round", "greeting_en", "A new greeting")
	for _, script := range []bool{false, true} {
		if script {
			p.ieva.Header.Set("HX-Request", "true")
		}
		doc := p.send("/settings/brand/look", typed, nil).Doc(t)
		stills := doc.Find("iframe[data-still]")
		if stills.Length() != 9 {
			t.Errorf("%d stills", stills.Length())
		}
		all := ""
		stills.Each(func(_ int, s *goquery.Selection) {
			html := s.AttrOr("srcdoc", "")
			all += html
			if _, open := s.Attr("sandbox"); !open || strings.Contains(html, "<b>House") || strings.Contains(html, "<script") && !strings.Contains(html, "defer") {
				t.Errorf("%s isn't harmless", s.AttrOr("data-still", ""))
			}
		})
		for _, want := range []string{"accent=%23ffd400", "corners=round", "A new greeting", "background:#ffd400"} {
			if !strings.Contains(all, want) {
				t.Errorf("no still shows %q", want)
			}
		}
	}
	p.ieva.Header.Del("HX-Request")
	if css := p.ieva.Get("/settings/brand/theme.css?accent=%23ffd400&corners=round").Text; !strings.Contains(css, "--color-primary:#ffd400") || !strings.Contains(css, "--radius-box:1.25rem") {
		t.Errorf("theme: %s", css)
	}
	if n := p.ieva.Get("/settings/brand").Doc(t).Find("#versions li").Length(); n != 0 {
		t.Errorf("%d versions", n)
	}
	if csp := p.ieva.Get("/settings/brand").Header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "default-src 'self'") {
		t.Errorf("policy %s", csp)
	}
}

func TestALeadLooksAtTheBrandAndChangesNothing(t *testing.T) {
	t.Parallel()
	p := openBrand(t)
	lena := p.h.SignedIn(p.ctx, t, p.fox, sample.Agent(p.ctx, t, p.fox, "Lena", authz.Lead))
	doc := lena.Get("/settings/brand").Doc(t)
	if _, off := doc.Find(".brand-fields").Attr("disabled"); !off || doc.Find(".brand-deeds").Length() != 0 {
		t.Error("a lead is offered to change the brand")
	}
	fields := p.fields("name", "Fox of Lena", "do", "publish")
	p.ieva = lena
	if a := p.send("/settings/brand", fields, map[string][]byte{"logo": drawn(t, 9, 9, color.Black)}); a.StatusCode != 403 {
		t.Errorf("a lead saves: %d", a.StatusCode)
	}
	ruta := p.h.SignedIn(p.ctx, t, p.fox, sample.Agent(p.ctx, t, p.fox, "Ruta", authz.Operator))
	if a := ruta.Get("/settings/brand"); a.StatusCode != 403 {
		t.Errorf("an operator looks: %d", a.StatusCode)
	}
}

// FuzzBrandForm sends what no form holds: nothing answers as if it were our fault, and nothing but a brand is saved.
func FuzzBrandForm(f *testing.F) {
	f.Add("Lucky Fox", "#c2410c", "Hello", []byte("GIF89a"))
	f.Add("\x00", "#c2410c;}", strings.Repeat("x", 999), []byte("\x89PNG\r\n\x1a\n"))
	f.Add("Fox\r\nBcc: all@example.com", "", "\u202e", []byte("<svg>"))
	h, ctx := open(f)
	fox := sample.Tenant(ctx, f, "Lucky Fox")
	p := &brandPage{nil, h, ctx, fox, h.SignedIn(ctx, f, fox, sample.Agent(ctx, f, fox, "Ieva", authz.Admin))}
	seen := 0
	f.Fuzz(func(t *testing.T, name, accent, greeting string, logo []byte) {
		p.t = t
		p.ieva.t = t
		fields := map[string]string{"seen": strconv.Itoa(seen), "do": "save", "name": name, "accent": accent, "greeting_en": greeting, "corners": "soft", "side": "end", "bottom": "20", "inset": "20"}
		a := p.send("/settings/brand", fields, map[string][]byte{"logo": logo})
		if a.StatusCode >= 500 {
			t.Errorf("answers %d", a.StatusCode)
		}
		if a.StatusCode == 303 {
			value, _ := p.ieva.Get("/settings/brand").Doc(t).Find("[name=seen]").Attr("value")
			seen, _ = strconv.Atoi(value)
		}
	})
}
