package web_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/web"
)

// shelf fills a casino's help centre: titles by language, the first being the original's, and returns the article.
func shelf(ctx context.Context, t *testing.T, at tenants.Tenant, audience answers.Audience, body string, titles ...[2]string) (id uuid.UUID) {
	t.Helper()
	sample.As(ctx, t, at, authz.System(at.ID), func(ctx context.Context, tx bun.Tx) error {
		all, err := answers.Categories(ctx, tx)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			c, err := answers.AddCategory(ctx, tx, answers.Category{Icon: "banknote", Names: map[string]answers.Named{
				"en": {Name: "Payments", About: "In and out"}, "ru": {Name: "Платежи"}}})
			if err != nil {
				return err
			}
			all = append(all, c)
		}
		a, err := answers.Create(ctx, tx, answers.New{Category: all[0].ID, Audience: audience, Language: titles[0][0],
			Draft: answers.Draft{Title: titles[0][1], Summary: "In a line.", Body: body}})
		if err != nil {
			return err
		}
		id = a.ID
		for i, title := range titles {
			v, err := answers.OpenVersion(ctx, tx, id, title[0])
			if i > 0 {
				v, err = answers.SaveDraft(ctx, tx, id, title[0], answers.Draft{Title: title[1], Body: body}, 0)
			}
			if err != nil {
				return err
			}
			if _, err := answers.Publish(ctx, tx, id, title[0], v.Mark()); err != nil {
				return err
			}
		}
		return nil
	})
	return id
}

func TestTheHelpCentreLeadsFromSearchToAnAnswer(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	shelf(ctx, t, fox, answers.Players, "## First\n\nOpen the *cashier*.\n\n## Second\n\nWait.\n\n## Third\n\nDone.", [2]string{"en", "How to withdraw"}, [2]string{"ru", "Вывод денег"})
	shelf(ctx, t, fox, answers.Players, "Pay by card.", [2]string{"en", "How to deposit"})
	shelf(ctx, t, fox, answers.Internal, "Say no.", [2]string{"en", "Withdrawal script"})
	b := h.Browser(t, fox)

	if to := b.Get("/").Location(); to != "/help" {
		t.Errorf("a player is sent to %q", to)
	}
	b.Header.Set("Accept-Language", "ru")
	if to := b.Get("/help").Location(); to != "/help/ru" {
		t.Errorf("/help leads to %q", to)
	}
	home := b.Get("/help/en").Doc(t)
	if got := home.Find(".help-shelves .help-count").Text(); got != "2 articles" {
		t.Errorf("the category has %q", got)
	}
	found := b.Get("/help/en/search?q=widthdraw").Doc(t)
	if got := found.Find(".help-link-title").Text(); got != "How to withdraw" {
		t.Errorf("found %q", got)
	}
	if found.Find("meta[name=robots][content=noindex]").Length() != 1 {
		t.Error("search engines may keep a search")
	}
	page := b.Get("/help/en/how-to-withdraw")
	doc := page.Doc(t)
	if page.StatusCode != 200 || doc.Find("h1").Text() != "How to withdraw" || doc.Find(".prose em").Text() != "cashier" {
		t.Errorf("the article: %d %s", page.StatusCode, page.Text)
	}
	if doc.Find("script").Length() > 0 {
		t.Error("the page has a script")
	}
	if got := doc.Find(".help-contents a").Length(); got != 3 {
		t.Errorf("%d contents", got)
	}
	if got := doc.Find(".help-related .help-link-title").Text(); got != "How to deposit" {
		t.Errorf("related: %q", got)
	}
	if got, _ := doc.Find("link[rel=canonical]").Attr("href"); got != "http://lucky-fox.localhost/help/en/how-to-withdraw" {
		t.Errorf("canonical %q", got)
	}
	var elsewhere []string
	doc.Find("link[rel=alternate]").Each(func(_ int, s *goquery.Selection) {
		lang, _ := s.Attr("hreflang")
		href, _ := s.Attr("href")
		elsewhere = append(elsewhere, lang+" "+strings.TrimPrefix(href, "http://lucky-fox.localhost"))
	})
	if got := strings.Join(elsewhere, "; "); got != "en /help/en/how-to-withdraw; ru /help/ru/vyvod-deneg; x-default /help/en/how-to-withdraw" {
		t.Errorf("hreflang %q", got)
	}
	if got, _ := doc.Find(`meta[property="og:type"]`).Attr("content"); got != "article" {
		t.Errorf("og:type %q", got)
	}
	// In a language it isn't written in, the category says which language it is in.
	lt := b.Get("/help/lt/c/payments").Doc(t)
	if lt.Find(`.help-links a[href="/help/en/how-to-deposit"] .help-tongue`).Length() != 1 || lt.Find("link[rel=canonical]").Length() != 0 {
		t.Error("an English article isn't marked in a Lithuanian list, or search engines are shown the list twice")
	}
}

func TestPlayersFindNothingOfStaffsOrOfAnotherCasinos(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	shelf(ctx, t, fox, answers.Internal, "Foxglove.", [2]string{"en", "Foxglove script"})
	shelf(ctx, t, reel, answers.Players, "Reelglove.", [2]string{"en", "Reelglove"})
	unknown := h.Browser(t, fox).Get("/help/en/unknown")
	for _, path := range []string{"/help/en", "/help/en/search?q=foxglove", "/help/en/search?q=reelglove", "/help/en/foxglove-script", "/help/en/reelglove",
		"/help/en/c/payments", "/sitemap.xml"} {
		for _, b := range []*browser{h.Browser(t, fox), h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ada "+uuid.NewString()[:4], authz.Admin))} {
			a := b.Get(path)
			text := strings.ToLower(a.Text)
			for _, word := range []string{"foxglove.", "foxglove script<", "reelglove.", "reelglove<", "reelglove</loc", "foxglove-script"} {
				if strings.Contains(text, word) {
					t.Errorf("%s shows %s", path, word)
				}
			}
			if path == "/help/en/foxglove-script" || path == "/help/en/reelglove" {
				if a.StatusCode != 404 || a.Text != unknown.Text {
					t.Errorf("%s answers %d, unlike an unknown address", path, a.StatusCode)
				}
			}
		}
	}
	if a := h.Browser(t, fox).Post("/help/en/reelglove/vote", "helpful", "yes"); a.StatusCode != 404 {
		t.Errorf("a vote on another casino's: %d", a.StatusCode)
	}
	if unknown.StatusCode != 404 || unknown.Doc(t).Find("form[role=search]").Length() != 1 {
		t.Errorf("an unknown address: %d, without a search", unknown.StatusCode)
	}
}

func TestAnOldAddressOfAnArticleLeadsToTheNew(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	id := shelf(ctx, t, fox, answers.Players, "Words.", [2]string{"en", "How to withdraw"})
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		v, err := answers.SaveDraft(ctx, tx, id, "en", answers.Draft{Title: "Выплаты", Slug: "payouts", Body: "Words.", Opened: "1.1"}, 0)
		if err == nil {
			_, err = answers.Publish(ctx, tx, id, "en", v.Mark())
		}
		return err
	})
	if a := h.Browser(t, fox).Get("/help/en/how-to-withdraw"); a.StatusCode != http.StatusMovedPermanently || a.Location() != "/help/en/payouts" {
		t.Errorf("%d to %q", a.StatusCode, a.Location())
	}
	for from, to := range map[string]string{"/help/EN/payouts": "/help/en/payouts", "/help/en/payouts?lang=en": "/help/en/payouts",
		"/help/en?lang=en&page=2": "/help/en?page=2"} {
		b := h.Browser(t, fox)
		if a := b.Get(from); a.Location() != to || (strings.Contains(from, "lang=") && b.Cookies["lang"] != "en") {
			t.Errorf("%s leads to %q and remembers %q", from, a.Location(), b.Cookies["lang"])
		}
	}
	for _, path := range []string{"/help/xx", "/help/en/c/none", "/help/%00/x", "/help/en/" + strings.Repeat("a", 2000), "/help/en/c/payments?page=99"} {
		if a := h.Browser(t, fox).Get(path); a.StatusCode != 404 {
			t.Errorf("%.40s answers %d", path, a.StatusCode)
		}
	}
}

func TestAPageThatTheBrowserHasCostsLittle(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	shelf(ctx, t, fox, answers.Players, "Words.", [2]string{"en", "How to withdraw"})
	b := h.Browser(t, fox)
	for _, path := range []string{"/help/en", "/help/en/c/payments", "/help/en/how-to-withdraw", "/sitemap.xml"} {
		b.Header.Del("If-None-Match")
		first := b.Get(path)
		if first.StatusCode != 200 || !strings.HasPrefix(first.Header.Get("Cache-Control"), "public, max-age=") || first.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %v", path, first.StatusCode, first.Header)
		}
		b.Header.Set("If-None-Match", first.Header.Get("ETag"))
		if again := b.Get(path); again.StatusCode != http.StatusNotModified || again.Text != "" {
			t.Errorf("%s again: %d", path, again.StatusCode)
		}
	}
}

func TestWasThisHelpful(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	id := shelf(ctx, t, fox, answers.Players, "Words.", [2]string{"en", "How to withdraw"})
	b := h.Browser(t, fox)
	const at = "/help/en/how-to-withdraw"
	if a := b.Post(at+"/vote", "helpful", "no"); a.Location() != at+"?vote=no#vote" {
		t.Fatalf("%d %s", a.StatusCode, a.Text)
	}
	asked := b.Get(at + "?vote=no")
	if asked.Doc(t).Find("textarea[name=words]").Length() != 1 || !strings.Contains(asked.Header.Get("Cache-Control"), "no-store") {
		t.Error("nobody asks what was missing")
	}
	if a := b.Post(at+"/vote", "helpful", "no", "words", "Which <b>bank</b>? My card is 4111 1111 1111 1111"); a.Location() != at+"?vote=said#vote" {
		t.Fatalf("%d %s", a.StatusCode, a.Text)
	}
	if a := b.Post(at+"/vote", "helpful", "no", "words", strings.Repeat("x", 1001)); a.StatusCode != 422 || !strings.Contains(a.Text, "1000") {
		t.Errorf("too many words: %d", a.StatusCode)
	}
	if a := b.Post(at+"/vote", "helpful", "perhaps"); a.StatusCode != 422 {
		t.Errorf("neither yes nor no: %d", a.StatusCode)
	}
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		all, err := answers.Tallies(ctx, tx, id)
		said, _ := answers.Remarks(ctx, tx, id, 9)
		if len(all) != 1 || all[0].No != 1 || all[0].Yes != 0 || len(said) != 1 || strings.Contains(said[0].Words, "1111 1111 1111") {
			t.Errorf("%+v %+v", all, said)
		}
		return err
	})
	refused := 0
	for range 30 {
		if b.Post(at+"/vote", "helpful", "yes").StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("thirty votes in a row are taken")
	}
	b.Header.Set("Sec-Fetch-Site", "cross-site")
	if a := b.Post(at+"/vote", "helpful", "yes"); a.StatusCode != 403 {
		t.Errorf("a vote from another site: %d", a.StatusCode)
	}
}

func TestTheMapNamesWhatPlayersMayRead(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	if a := h.Browser(t, fox).Get("/sitemap.xml"); a.StatusCode != 200 {
		t.Errorf("an empty centre's map: %d", a.StatusCode)
	}
	shelf(ctx, t, fox, answers.Players, "Words.", [2]string{"en", "How to withdraw"}, [2]string{"ru", "Вывод денег"})
	shelf(ctx, t, fox, answers.Internal, "Words.", [2]string{"en", "Secret script"})
	var got struct {
		URLs []struct {
			Loc   string `xml:"loc"`
			Links []struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal([]byte(h.Browser(t, fox).Get("/sitemap.xml").Text), &got); err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, u := range got.URLs {
		all += fmt.Sprint(strings.TrimPrefix(u.Loc, "http://lucky-fox.localhost"), " ", len(u.Links), "; ")
	}
	if all != "/help/en 2; /help/ru 2; /help/en/c/payments 0; /help/ru/c/payments 0; /help/en/how-to-withdraw 2; /help/ru/vyvod-deneg 2; " {
		t.Errorf("the map: %s", all)
	}
	for path, status := range map[string]int{"/sitemaps/1.xml": 200, "/sitemaps/2.xml": 404, "/sitemaps/0.xml": 404, "/sitemaps/x": 404} {
		if a := h.Browser(t, fox).Get(path); a.StatusCode != status {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	robots := h.Browser(t, fox).Get("/robots.txt").Text
	for _, line := range []string{"Disallow: /inbox", "Disallow: /answers", "Sitemap: http://lucky-fox.localhost/sitemap.xml"} {
		if !strings.Contains(robots, line+"\n") {
			t.Errorf("robots.txt lacks %q", line)
		}
	}
	if web.SiteParts(100, 49_900) != 1 || web.SiteParts(100, 49_901) != 2 || web.SiteParts(0, 150_000) != 3 {
		t.Error("a large map has other parts")
	}
}

func TestStaffStillGoToWork(t *testing.T) {
	t.Parallel()
	h, ctx := open(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	if to := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ada", authz.Operator)).Get("/").Location(); to != "/inbox" {
		t.Errorf("an operator is sent to %q", to)
	}
}
