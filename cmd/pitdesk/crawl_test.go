package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/staff"
	"pitdesk/internal/i18n"
	"pitdesk/internal/mail"
	"pitdesk/tenants"
	"pitdesk/web"
)

// crawler walks a casino's host as one person, following whatever pages, styles, scripts and maps name.
type crawler struct {
	handler http.Handler
	ctx     context.Context
	hosts   []string // the casino's own
	cookies []*http.Cookie
	look    func(where, text string) // at everything that is answered
	abroad  map[string]string        // other hosts that are linked, and from where
	brief   bool                     // leaves out the help centre's inner pages, which are the same for everybody

	seen    map[string]bool
	perPath map[string]int
	queue   []string
	kinds   map[string]int // answers by content type
}

// perPathLimit keeps filters and pages of a list from being walked in every combination.
const perPathLimit = 3

var (
	inStyle  = regexp.MustCompile(`url\(["']?([^"')]+)["']?\)`)
	inScript = regexp.MustCompile(`["'\x60](/(?:assets|pictures|chat|help|theme)[\w./?=&-]*)["'\x60]`)
	inMap    = regexp.MustCompile(`<loc>([^<]+)</loc>`)
)

func (c *crawler) add(from, link string) {
	base, err := url.Parse(from)
	if err != nil {
		return
	}
	u, err := base.Parse(strings.TrimSpace(link))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") {
		return
	}
	u.Fragment = ""
	if !slices.Contains(c.hosts, u.Hostname()) {
		c.abroad[u.Hostname()] = from
		return
	}
	if c.brief && strings.HasPrefix(u.Path, "/help/") && strings.Count(u.Path, "/") > 2 {
		return
	}
	if path := u.Hostname() + u.Path; !c.seen[u.String()] && c.perPath[path] < perPathLimit {
		c.seen[u.String()] = true
		c.perPath[path]++
		c.queue = append(c.queue, u.String())
	}
}

// walk follows everything from the addresses it was given.
func (c *crawler) walk(t *testing.T) {
	t.Helper()
	for len(c.queue) > 0 {
		at := c.queue[0]
		c.queue = c.queue[1:]
		if len(c.seen) > 6000 {
			t.Fatalf("more than 6,000 addresses; the newest is %s", at)
		}
		if strings.HasSuffix(strings.SplitN(at, "?", 2)[0], "/stream") {
			continue // never ends; what it carries are the same fragments
		}
		r := httptest.NewRequestWithContext(c.ctx, http.MethodGet, at, nil)
		for _, cookie := range c.cookies {
			r.AddCookie(cookie)
		}
		rec := httptest.NewRecorder()
		c.handler.ServeHTTP(rec, r)
		if rec.Code >= 500 {
			t.Errorf("%s answers %d", at, rec.Code)
		}
		body, kind := rec.Body.String(), strings.SplitN(rec.Header().Get("Content-Type"), ";", 2)[0]
		c.kinds[kind]++
		c.look(at, at+"\n"+fmt.Sprint(rec.Header())+"\n"+body)
		if to := rec.Header().Get("Location"); to != "" {
			c.add(at, to)
		}
		switch kind {
		case "text/html":
			c.page(at, body)
		case "text/css":
			for _, m := range inStyle.FindAllStringSubmatch(body, -1) {
				c.add(at, m[1])
			}
		case "text/javascript":
			for _, m := range inScript.FindAllStringSubmatch(body, -1) {
				c.add(at, m[1])
			}
		case "application/xml", "text/xml":
			for _, m := range inMap.FindAllStringSubmatch(body, -1) {
				c.add(at, m[1])
			}
		}
	}
}

// page follows what a page names, and looks at what a reader sees once entities are read.
func (c *crawler) page(at, body string) {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		return
	}
	c.look(at+" (read)", doc.Text())
	for _, attribute := range []string{"href", "src", "srcset", "hx-get", "data-href", "data-src", "poster", "content"} {
		doc.Find("[" + attribute + "]").Each(func(_ int, s *goquery.Selection) {
			link, _ := s.Attr(attribute)
			if attribute == "content" && !strings.HasPrefix(link, "http") && !strings.HasPrefix(link, "/") {
				return
			}
			if words := strings.Fields(link); len(words) > 0 { // a srcset says how large after the address
				c.add(at, words[0])
			}
		})
	}
	doc.Find(`form[method=get]`).Each(func(_ int, s *goquery.Selection) {
		action, _ := s.Attr("action")
		c.add(at, action+"?q=withdrawal")
	})
}

// house is a demo casino as the crawler needs it: every name it goes by, and who works there.
type house struct {
	tenants.Tenant
	hosts   []string
	names   []string
	members map[authz.Role]authz.Actor
}

func houses(ctx context.Context, t *testing.T, a *app, facts *demoFacts) []house {
	t.Helper()
	var all []house
	for _, f := range facts.Casinos {
		id, err := tenants.ParseID(tenants.TenantPrefix, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		at, err := a.pools.Doors.ByID(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		h := house{Tenant: at, members: map[authz.Role]authz.Actor{}}
		rows, err := superOf(t, a).QueryContext(ctx, `select host from control.hosts where tenant_id = $1`, id.String())
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var host string
			if err := rows.Scan(&host); err != nil {
				t.Fatal(err)
			}
			h.hosts = append(h.hosts, host)
		}
		rows.Close()
		slug := at.Slug
		for _, host := range []string{at.Host, slug + ".localhost"} {
			if !slices.Contains(h.hosts, host) {
				h.hosts = append(h.hosts, host)
			}
		}
		h.names = append([]string{at.Name, slug, strings.ReplaceAll(slug, "-", ""), strings.ReplaceAll(slug, "-", "_"), at.ID.String(), f.ID}, h.hosts...)
		err = tenants.In(ctx, id, func(ctx context.Context, tx bun.Tx) error {
			for _, p := range f.Staff {
				var member uuid.UUID
				if err := tx.NewRaw(`select id from memberships where tenant_id = current_tenant() and email = ?`, p.Email).Scan(ctx, &member); err != nil {
					return err
				}
				h.members[authz.Role(p.Role)] = authz.Actor{ID: member}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, h)
	}
	return all
}

// TestTheCrawlerMeetsNoOtherName walks both demo casinos as a stranger and as each role, in several languages, reads every mail
// they sent, and finds neither our name nor anything another casino goes by.
func TestTheCrawlerMeetsNoOtherName(t *testing.T) {
	t.Parallel()
	a, ctx, _ := testApp(t)
	facts, err := a.seedDemo(ctx)
	if err != nil {
		t.Fatal(err)
	}
	server := a.server()
	box := mail.NewBox()
	a.mailer = box
	if err := a.work(ctx); err != nil {
		t.Fatal(err)
	}
	handler, both := server.Handler(), houses(ctx, t, a, facts)
	for i, h := range both {
		others := []string{"pitdesk"}
		for j, other := range both {
			if i != j {
				others = append(others, other.names...)
			}
		}
		look := func(where, text string) {
			low := strings.ToLower(text)
			for _, name := range others {
				if at := strings.Index(low, strings.ToLower(name)); at >= 0 {
					t.Errorf("%s, %s: names %q: …%s…", h.Name, where, name, text[max(0, at-60):min(len(text), at+60)])
				}
			}
		}
		t.Run(h.Slug, func(t *testing.T) {
			for who, language := range map[authz.Role]string{"stranger": "en", "abroad": "ru", "right to left": "ar", authz.Operator: "en", authz.Lead: "lt", authz.Admin: "en"} {
				c := &crawler{handler: handler, ctx: ctx, hosts: h.hosts, look: look, abroad: map[string]string{}, seen: map[string]bool{},
					perPath: map[string]int{}, kinds: map[string]int{}, brief: who != "stranger"}
				if member, ok := h.members[who]; ok {
					var token string
					err := tenants.In(tenants.With(ctx, h.Tenant), h.ID, func(ctx context.Context, tx bun.Tx) (err error) {
						token, err = staff.NewSessions().Begin(ctx, tx, member.ID, true, "127.0.0.1", "crawler")
						return err
					})
					if err != nil {
						t.Fatal(err)
					}
					c.cookies = append(c.cookies, &http.Cookie{Name: "__Host-session", Value: token})
				}
				c.cookies = append(c.cookies, &http.Cookie{Name: "lang", Value: language})
				for _, route := range server.Routes() {
					method, path, _ := strings.Cut(route.Pattern, " ")
					if method == http.MethodGet && route.Surface != web.Chat && (!strings.Contains(path, "{") || path == "/{$}") {
						c.add("http://"+h.Host+"/", strings.TrimSuffix(path, "{$}"))
					}
				}
				for _, path := range []string{"/sitemap.xml", "/robots.txt", "/favicon.ico", "/v1/openapi.json", "/v1/nothing", "/nothing", "/help/xx/nothing",
					"/.well-known/security.txt", "/chat?lang=ru", "/chat.js?lang=ar"} {
					c.add("http://"+h.Host+"/", path)
				}
				c.walk(t)
				t.Logf("%s as %s in %s: %d addresses, %v, links to %v", h.Name, who, language, len(c.seen), c.kinds, slices.Sorted(maps.Keys(c.abroad)))
				if len(c.seen) < 20 || c.kinds["text/html"] < 5 || c.kinds["text/css"] == 0 || c.kinds["text/javascript"] == 0 {
					t.Errorf("as %s only %d addresses were met: %v", who, len(c.seen), c.kinds)
				}
				for host, from := range c.abroad {
					look("a link in "+from, host)
				}
			}
			mails(ctx, t, handler, box, h, look)
		})
	}
}

// mails makes the casino send what it can send to its people, and looks at every part of it.
func mails(ctx context.Context, t *testing.T, handler http.Handler, box *mail.Box, h house, look func(where, text string)) {
	t.Helper()
	var expected []string
	for i, language := range i18n.Languages() {
		to := fmt.Sprintf("new-%d@%s.example", i, h.Slug)
		expected = append(expected, to)
		form := url.Values{"email": {to}, "name": {"New Colleague"}, "role": {"operator"}, "language": {language}}
		var token string
		err := tenants.In(tenants.With(ctx, h.Tenant), h.ID, func(ctx context.Context, tx bun.Tx) (err error) {
			token, err = staff.NewSessions().Begin(ctx, tx, h.members[authz.Admin].ID, true, "127.0.0.1", "crawler")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for path, fields := range map[string]url.Values{"/settings/people/invitations": form, "/forgot": {"email": {"operator@" + h.Slug + ".example"}}} {
			r := httptest.NewRequestWithContext(ctx, http.MethodPost, "http://"+h.Host+path, strings.NewReader(fields.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.AddCookie(&http.Cookie{Name: "__Host-session", Value: token})
			r.AddCookie(&http.Cookie{Name: "lang", Value: language})
			rec := httptest.NewRecorder()
			handler.ServeHTTP(rec, r)
			if rec.Code >= 400 && rec.Code != http.StatusTooManyRequests {
				t.Errorf("%s answers %d: %s", path, rec.Code, rec.Body)
			}
		}
	}
	waiting, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	for _, to := range expected {
		if _, err := box.Await(waiting, to); err != nil {
			t.Fatalf("no mail to %s: %v", to, err)
		}
	}
	for _, kept := range box.All() {
		if strings.HasSuffix(kept.Message.To.Email, "@"+h.Slug+".example") {
			look("the mail "+kept.Message.Subject, kept.Raw+kept.Message.From.Name+kept.Message.Subject+kept.Message.Text+kept.Message.HTML)
		}
	}
}
