package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/licences"
)

const (
	demoGUID  = "00000000-0000-4000-8000-00000000d310"
	demoMGA   = "https://authorisation.mga.org.mt/verification.aspx?lang=EN&company=" + demoGUID + "&details=1"
	demoUKGC  = "https://www.gamblingcommission.gov.uk/public-register/business/detail/99999"
	demoSeal  = "00112233445566778899aabbccddeeff.png"
	ukgcWords = "Demo Fox UK Limited is licensed and regulated in Great Britain by the Gambling Commission under account number 99999."
)

func mgaDraft(domains ...string) licences.Draft {
	return licences.Draft{Regulator: "mga", Number: "MGA/B2C/000/2025", Licensee: "Demo Fox Gaming Limited", Domains: domains, Link: demoMGA}
}

func ukgcDraft(domains ...string) licences.Draft {
	return licences.Draft{Regulator: "ukgc", Number: "99999", Licensee: "Demo Fox UK Limited", Domains: domains, Link: demoUKGC}
}

// licensed gives a casino a licence with a seal.
func licensed(ctx context.Context, t testing.TB, at tenants.Tenant, d licences.Draft) (l licences.Licence) {
	t.Helper()
	sample.As(ctx, t, at, authz.Actor{Kind: authz.KindAgent, Tenant: at.ID, Role: authz.Admin, Name: "Ieva"}, func(ctx context.Context, tx bun.Tx) (err error) {
		if l, err = licences.Add(ctx, tx, d); err != nil {
			return err
		}
		return licences.SetSeal(ctx, tx, l.ID, demoSeal)
	})
	return l
}

// feet are the places where a player looks.
var feet = []string{"/licences", "/chat"}

func foot(d *goquery.Document, path string) *goquery.Selection {
	if path == "/chat" {
		return d.Find("#licence .licences li")
	}
	return d.Find(".house-foot .licences li")
}

// TestEveryFootNamesTheLicences opens what players see at two hosts of a casino and at another casino's.
func TestEveryFootNamesTheLicences(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	licensed(ctx, t, fox, mgaDraft(fox.Host))
	licensed(ctx, t, fox, ukgcDraft("play.lucky-fox.example"))
	for _, path := range feet {
		for _, lang := range []string{"en", "ru", "lt", "ar-XB"} {
			a := h.Browser(t, fox).Get(path + "?lang=" + lang)
			lines := foot(a.Doc(t), path)
			if a.StatusCode != http.StatusOK || lines.Length() != 2 {
				t.Fatalf("%s in %s: %d, %d licences at the foot", path, lang, a.StatusCode, lines.Length())
			}
			mga, ukgc := lines.Eq(0), lines.Eq(1)
			if src, _ := mga.Find("img").Attr("src"); src != "/pictures/"+demoSeal {
				t.Errorf("%s: the covered host shows the seal %q", path, src)
			}
			if ukgc.Find("img").Length() != 0 {
				t.Errorf("%s: a host that isn't covered shows a seal", path)
			}
			if href, _ := mga.Find("a").Attr("href"); href != demoMGA {
				t.Errorf("%s leads to %q", path, href)
			}
			said, _ := ukgc.Find("a").Attr("lang")
			if got := strings.TrimSpace(ukgc.Text()); got != ukgcWords || said != "en" {
				t.Errorf("%s in %s says %q in %q", path, lang, got, said)
			}
			if lang == "ru" && !strings.Contains(mga.Text(), "Demo Fox Gaming Limited: лицензия MGA/B2C/000/2025") {
				t.Errorf("%s in ru says %q", path, mga.Text())
			}
		}
		other := h.Browser(t, reel).Get(path)
		if other.StatusCode != http.StatusOK || strings.Contains(other.Text, "Demo Fox") || foot(other.Doc(t), path).Length() != 0 {
			t.Errorf("Golden Reel's %s shows Lucky Fox's licences", path)
		}
	}
	var config struct {
		Licence  string
		Licences []struct{ Sentence, Language, Link, Seal string }
	}
	if err := json.Unmarshal([]byte(h.Browser(t, fox).Get("/chat/api/config?language=lt").Text), &config); err != nil || len(config.Licences) != 2 ||
		config.Licences[0].Seal != "/pictures/"+demoSeal || config.Licences[1].Seal != "" || config.Licences[1].Sentence != ukgcWords || config.Licences[1].Language != "en" {
		t.Errorf("the chat's config says %+v, %v", config, err)
	}
}

// TestASealIsHiddenWhenTheLicenceDoesntHold walks a licence through its states; what is changed is seen at once.
func TestASealIsHiddenWhenTheLicenceDoesntHold(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	l := licensed(ctx, t, fox, ukgcDraft(fox.Host))
	b := h.Browser(t, fox)
	in := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	for _, c := range []struct {
		status      licences.Status
		from, until string
		seal, words bool
		state       string
	}{
		{licences.Active, "", "", true, true, "Active"},
		{licences.Active, "", in(10), true, true, "Active"},
		{licences.Active, "", in(0), true, true, "Active"},
		{licences.Active, "", in(-1), false, false, "Expired"},
		{licences.Active, in(2), "", false, false, "Not yet in force"},
		{licences.Suspended, "", "", false, false, "Suspended"},
		{licences.Revoked, "", "", false, false, "Revoked"},
		{licences.Surrendered, "", "", false, false, "Surrendered"},
		{licences.Active, "", "", true, true, "Active"},
	} {
		d := ukgcDraft(fox.Host)
		d.Status, d.From, d.Until = c.status, c.from, c.until
		sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
			_, err := licences.Change(ctx, tx, l.ID, d)
			return err
		})
		for _, path := range feet {
			line := foot(b.Get(path).Doc(t), path)
			if line.Length() != 1 || (line.Find("img").Length() == 1) != c.seal || strings.Contains(line.Text(), ukgcWords) != c.words {
				t.Errorf("%s, %s to %s: %s shows %q, with a seal: %d", c.status, c.from, c.until, path, line.Text(), line.Find("img").Length())
			}
		}
		card := b.Get("/licences").Doc(t).Find(".licence-card")
		if state := strings.TrimSpace(card.Find(".licence-state").Text()); state != c.state || (card.Find("header img").Length() == 1) != c.seal ||
			(card.Find(".licence-wording").Length() == 1) != c.words || card.Find(".licence-state svg").Length() != 1 {
			t.Errorf("%s, %s to %s: the page says %q", c.status, c.from, c.until, state)
		}
	}
	for range 2 {
		sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
			l, err := licences.Get(ctx, tx, l.ID)
			if err != nil {
				return err
			}
			return licences.Record(ctx, tx, l, licences.Finding{Outcome: licences.Gone, Status: http.StatusNotFound})
		})
	}
	if line := foot(b.Get("/chat").Doc(t), "/chat"); line.Find("img").Length() != 0 || line.Length() != 1 {
		t.Error("a page that is gone twice leaves the seal")
	}
}

func TestThePageOfLicencesSaysHowToCheckThem(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	b := h.Browser(t, fox)
	empty := b.Get("/licences").Doc(t)
	if empty.Find(".licence-none").Length() != 1 || empty.Find(".licence-genuine dd").Length() != 10 || empty.Find(".house-foot nav a").Length() != 0 {
		t.Errorf("a casino without licences: %d hosts", empty.Find(".licence-genuine dd").Length())
	}
	d := mgaDraft("žaidimai.example", fox.Host)
	d.From, d.Until = "2025-01-01", "2035-12-31"
	licensed(ctx, t, fox, d)
	licensed(ctx, t, fox, licences.Draft{Regulator: "other", Authority: "Registry of Games", Host: "register.regulator.example", Confirm: true, Country: "IS",
		Number: "000-DEMO", Licensee: "Demo Fox Iceland", Domains: []string{"is.lucky-fox.example"}, Link: "https://register.regulator.example/licence/000"})
	page := b.Get("/licences")
	doc := page.Doc(t)
	first := doc.Find(".licence-card").First()
	for _, word := range []string{"Malta Gaming Authority", "MGA/B2C/000/2025", "Demo Fox Gaming Limited", "Malta", "žaidimai.example", fox.Host, "this site",
		"1 January 2025", "31 December 2035", "opens authorisation.mga.org.mt"} {
		if !strings.Contains(strings.Join(strings.Fields(first.Text()), " "), word) {
			t.Errorf("the card lacks %q: %s", word, strings.Join(strings.Fields(first.Text()), " "))
		}
	}
	if href, _ := first.Find(".licence-check a").Attr("href"); href != demoMGA {
		t.Errorf("leads to %q", href)
	}
	if rel, _ := first.Find(".licence-check a").Attr("rel"); rel != "noopener noreferrer" {
		t.Errorf("rel is %q", rel)
	}
	var hosts []string
	doc.Find(".licence-genuine code").Each(func(_ int, s *goquery.Selection) { hosts = append(hosts, s.Text()) })
	if fmt.Sprint(hosts) != "[authorisation.mga.org.mt register.regulator.example]" {
		t.Errorf("names the hosts %v", hosts)
	}
	if canonical, _ := doc.Find(`link[rel="canonical"]`).Attr("href"); canonical != "http://"+fox.Host+"/licences" {
		t.Errorf("canonical is %q", canonical)
	}
	if at, _ := doc.Find(".house-foot nav a").Attr("href"); at != "/licences" {
		t.Errorf("the foot leads to %q", at)
	}
}

// TestALicenceCostsNoQuery counts what pages with licences ask of the database once a process has seen them.
func TestALicenceCostsNoQuery(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	licensed(ctx, t, fox, mgaDraft(fox.Host))
	pool, app, counter := h.DB.Counted(t)
	h.Pools.App, h.Pools.AppPool = app, pool
	b := h.Browser(t, fox)
	b.Get("/licences")
	counter.Taken()
	for range 3 {
		b.Get("/licences")
	}
	if sent := counter.Taken(); len(sent) != 0 {
		t.Errorf("three pages took %d messages:\n%s", len(sent), strings.Join(sent, "\n"))
	}
}

// TestAnotherProcessShowsTheChange changes a licence in one process and looks in another, which knew the old one.
func TestAnotherProcessShowsTheChange(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	l := licensed(ctx, t, fox, mgaDraft(fox.Host))
	other, elsewhere := sample.Over(t, h.DB)
	watching, stop := context.WithCancel(elsewhere)
	defer stop()
	go other.Pools.Doors.Watch(watching, h.Server.Log)
	there := tenants.With(elsewhere, fox)
	if all, err := licences.Of(there); err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error { return licences.Retire(ctx, tx, l.ID) })
	for began := time.Now(); ; {
		all, err := licences.Of(there)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) == 0 {
			t.Logf("seen after %s", time.Since(began).Round(100*time.Millisecond))
			break
		}
		if time.Since(began) > 5*time.Second {
			t.Fatal("still shown after five seconds")
		}
	}
}
