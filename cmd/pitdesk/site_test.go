package main

import (
	"context"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"pitdesk/billing"
	"pitdesk/internal/i18n"
	"pitdesk/internal/mail"
	"pitdesk/tenants"
)

// visitor is somebody at any host of a deployment, with the cookies of one.
type visitor struct {
	handler http.Handler
	ctx     context.Context
	cookies []*http.Cookie
}

func (v *visitor) ask(method, to string, form url.Values, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(v.ctx, method, to, strings.NewReader(form.Encode()))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for _, c := range v.cookies {
		r.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	v.handler.ServeHTTP(rec, r)
	v.cookies = append(v.cookies, rec.Result().Cookies()...)
	return rec
}

// siteApp is a deployment named Deskworks whose mails are kept.
func siteApp(t *testing.T) (*app, context.Context, *visitor, *mail.Box) {
	t.Helper()
	a, ctx, _ := testApp(t)
	a.settings.VendorName = "Deskworks"
	box := mail.NewBox()
	a.mailer = box
	if err := a.work(ctx); err != nil {
		t.Fatal(err)
	}
	return a, ctx, &visitor{handler: a.server().Handler(), ctx: ctx}, box
}

func letterTo(ctx context.Context, t *testing.T, box *mail.Box, to string) mail.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	k, err := box.Await(ctx, to)
	if err != nil {
		t.Fatalf("no letter to %s: %v", to, err)
	}
	return k.Message
}

func TestASignUpBecomesADesk(t *testing.T) {
	t.Parallel()
	a, ctx, v, box := siteApp(t)
	rec := v.ask("POST", "http://localhost/lt/sign-up", url.Values{"name": {"Amber Room"}, "slug": {"Amber-Room"}, "email": {"Ieva@Casino.example"}, "language": {"lt"}})
	page := rec.Header().Get("Location")
	if rec.Code != http.StatusSeeOther || !strings.HasPrefix(page, "/lt/sign-up/") {
		t.Fatalf("%d %s: %s", rec.Code, page, rec.Body)
	}
	letter := letterTo(ctx, t, box, "ieva@casino.example")
	code := letter.Subject[:6]
	if letter.From.Name != "Deskworks" || letter.From.Email != "no-reply@localhost" || !strings.Contains(letter.Text, code) || !strings.Contains(letter.Text, "Amber Room") {
		t.Errorf("the letter: %+v", letter)
	}
	if strings.Contains(letter.Text, strings.TrimPrefix(page, "/lt/sign-up/")) {
		t.Error("the letter names the page's own token")
	}
	form := url.Values{"code": {code}, "person": {"Ieva"}, "password": {"amber stairs nine umbrellas"}}
	for _, wrong := range []struct{ field, value string }{{"password", "1234567890"}, {"person", ""}} {
		bad := url.Values{"code": form["code"], "person": form["person"], "password": form["password"]}
		bad.Set(wrong.field, wrong.value)
		if rec := v.ask("POST", "http://localhost"+page, bad); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), `id="`+wrong.field+`-fault"`) {
			t.Errorf("%s %q: %d", wrong.field, wrong.value, rec.Code)
		}
	}
	rec = v.ask("POST", "http://localhost"+page, form)
	door, err := url.Parse(rec.Header().Get("Location"))
	if err != nil || rec.Code != http.StatusSeeOther || door.Hostname() != "amber-room.localhost" || !strings.HasPrefix(door.Path, "/enter/") {
		t.Fatalf("%d %s: %s", rec.Code, door, rec.Body)
	}
	again := v.ask("POST", "http://localhost"+page, form)
	if to := again.Header().Get("Location"); !strings.HasSuffix(to, "amber-room.localhost"+a.settings.port()+"/sign-in") {
		t.Errorf("a second press leads to %q", to)
	}

	at, err := a.pools.Doors.ByHost(ctx, "amber-room.localhost")
	if err != nil || at.Name != "Amber Room" || at.Language != "lt" || at.Reseller != tenants.Nobody {
		t.Fatalf("%+v %v", at, err)
	}
	account, err := billing.AccountOf(ctx, at.ID)
	if err != nil || account.State != billing.Trial || account.TrialEnds == nil || time.Until(*account.TrialEnds).Round(24*time.Hour) != 14*24*time.Hour {
		t.Errorf("its trial: %+v %v", account, err)
	}

	inside := &visitor{handler: v.handler, ctx: ctx}
	if rec := inside.ask("GET", door.String(), nil, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/start" {
		t.Fatalf("the way in: %d %s", rec.Code, rec.Body)
	}
	list := inside.ask("GET", "http://amber-room.localhost/start", nil).Body.String()
	if !strings.Contains(list, "Amber Room") || !strings.Contains(list, `lang="lt"`) || strings.Contains(strings.ToLower(list), "deskworks") {
		t.Errorf("the first page: %s", list)
	}
	other := &visitor{handler: v.handler, ctx: ctx}
	if rec := other.ask("GET", door.String(), nil, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"); rec.Code != http.StatusNotFound || len(other.cookies) > 0 {
		t.Errorf("the way in, used twice: %d", rec.Code)
	}
	if rec := inside.ask("POST", "http://amber-room.localhost/start/skip", url.Values{"step": {"all"}}); rec.Code != http.StatusUnprocessableEntity {
		t.Errorf("a step that isn't one: %d", rec.Code)
	}
	in := &visitor{handler: v.handler, ctx: ctx}
	if rec := in.ask("POST", "http://amber-room.localhost/sign-in", url.Values{"email": {"ieva@casino.example"}, "password": {"amber stairs nine umbrellas"}}); rec.Header().Get("Location") != "/inbox" {
		t.Errorf("the password: %d %s", rec.Code, rec.Body)
	}
}

func TestTheLettersLinkAsksForNoCode(t *testing.T) {
	t.Parallel()
	_, ctx, v, box := siteApp(t)
	v.ask("POST", "http://localhost/en/sign-up", url.Values{"name": {"Amber Room"}, "slug": {"amber-hall"}, "email": {"ieva@casino.example"}})
	letter := letterTo(ctx, t, box, "ieva@casino.example")
	i := strings.Index(letter.Text, "/en/sign-up/")
	if i < 0 {
		t.Fatalf("no link: %s", letter.Text)
	}
	page := strings.Fields(letter.Text[i:])[0]
	for range 3 { // programs that look at mail open links
		if rec := v.ask("GET", "http://localhost"+page, nil); rec.Code != http.StatusOK || strings.Contains(rec.Body.String(), `name="code"`) {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
	}
	rec := v.ask("POST", "http://localhost"+page, url.Values{"person": {"Ieva"}, "password": {"amber stairs nine umbrellas"}})
	if !strings.Contains(rec.Header().Get("Location"), "amber-hall.localhost") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

func TestProgramsAndOtherSitesSignNobodyUp(t *testing.T) {
	t.Parallel()
	a, _, v, _ := siteApp(t)
	form := url.Values{"name": {"Amber Room"}, "slug": {"amber-room"}, "email": {"ieva@casino.example"}}
	trapped := url.Values{"fax": {"+1"}}
	for k, all := range form {
		trapped[k] = all
	}
	if rec := v.ask("POST", "http://localhost/en/sign-up", trapped); rec.Code != http.StatusSeeOther {
		t.Errorf("a program is told %d", rec.Code)
	}
	if rec := v.ask("POST", "http://localhost/en/sign-up", form, "Sec-Fetch-Site", "cross-site"); rec.Code != http.StatusForbidden {
		t.Errorf("another site's form: %d", rec.Code)
	}
	var n int
	if err := superOf(t, a).QueryRow(`select count(*) from control.sign_ups`).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d sign-ups, %v", n, err)
	}
	refused := 0
	for range 60 {
		if v.ask("GET", "http://localhost/names?slug=amber", nil).Code == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("nobody is asked to look at names more slowly")
	}
}

// TestTheSitesMapLeadsToItsPages asks for every address of the map: each is a page in its language that loads nothing from elsewhere, names the
// vendor and no casino.
func TestTheSitesMapLeadsToItsPages(t *testing.T) {
	t.Parallel()
	a, ctx, v, _ := siteApp(t)
	fox := populate(ctx, t, a, "Lucky Fox")
	var m struct {
		URLs []struct {
			Loc string `xml:"loc"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal(v.ask("GET", "http://localhost/sitemap.xml", nil).Body.Bytes(), &m); err != nil || len(m.URLs) != 4*len(i18n.Languages()) {
		t.Fatalf("%d addresses, %v", len(m.URLs), err)
	}
	for _, u := range m.URLs {
		rec := v.ask("GET", u.Loc, nil)
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(rec.Body.String()))
		if err != nil || rec.Code != http.StatusOK {
			t.Errorf("%s: %d %v", u.Loc, rec.Code, err)
			continue
		}
		if lang, _ := doc.Find("html").Attr("lang"); !strings.Contains(u.Loc+"/", "/"+lang+"/") {
			t.Errorf("%s is in %s", u.Loc, lang)
		}
		if at, _ := doc.Find("link[rel=canonical]").Attr("href"); at != u.Loc {
			t.Errorf("%s says that it is %s", u.Loc, at)
		}
		if doc.Find(`link[rel=alternate]`).Length() != len(i18n.Languages())+1 {
			t.Errorf("%s names %d languages", u.Loc, doc.Find(`link[rel=alternate]`).Length())
		}
		doc.Find("script, img, source, link[rel=stylesheet], link[rel=icon]").Each(func(_ int, s *goquery.Selection) {
			for _, name := range []string{"src", "srcset", "href"} {
				to, ok := s.Attr(name)
				if ok && !strings.HasPrefix(to, "/assets/") {
					t.Errorf("%s loads %s", u.Loc, to)
				}
				if ok && v.ask("GET", "http://localhost"+to, nil).Code != http.StatusOK {
					t.Errorf("%s: %s isn't there", u.Loc, to)
				}
			}
		})
		if policy := rec.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'self'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %s", u.Loc, policy)
		}
		if low := strings.ToLower(rec.Body.String()); !strings.Contains(low, "deskworks") || strings.Contains(low, fox.Slug) || strings.Contains(low, "pitdesk") {
			t.Errorf("%s names somebody it shouldn't, or not the vendor", u.Loc)
		}
	}
	for path, want := range map[string]int{"/": 200, "/en-XA": 200, "/prices": 303, "/xx": 404, "/inbox": 404, "/v1/conversations": 404, "/en/sign-up/nothing": 404, "/robots.txt": 200} {
		if got := v.ask("GET", "http://localhost"+path, nil).Code; got != want {
			t.Errorf("%s answers %d", path, got)
		}
	}
	if rec := v.ask("GET", "http://www.localhost/en/prices?currency=gbp", nil); rec.Code != http.StatusMovedPermanently || !strings.HasSuffix(rec.Header().Get("Location"), "/en/prices?currency=gbp") {
		t.Errorf("www leads to %d %s", rec.Code, rec.Header().Get("Location"))
	}
}
