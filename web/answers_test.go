package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/htmlcheck"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// writers are a casino's operator and lead in their browsers, with a category of the help centre.
type writers struct {
	*house
	ctx      context.Context
	t        *testing.T
	at       tenants.Tenant
	category string
	operator *browser
	lead     *browser
}

func newWriters(t *testing.T) *writers {
	t.Helper()
	h, ctx := open(t)
	w := &writers{house: h, ctx: ctx, t: t, at: sample.Tenant(ctx, t, "Lucky Fox")}
	w.operator = h.SignedIn(ctx, t, w.at, sample.Agent(ctx, t, w.at, "Rūta", authz.Operator))
	w.lead = h.SignedIn(ctx, t, w.at, sample.Agent(ctx, t, w.at, "Lena", authz.Lead))
	if a := w.lead.Post("/answers/categories", "name_en", "Payouts", "name_ru", "Вывод", "icon", "banknote"); a.Location() != "/answers/categories?done=added" {
		t.Fatalf("category: %d", a.StatusCode)
	}
	w.category, _ = w.operator.Get("/answers/new").Doc(t).Find(`select[name=category] option`).First().Attr("value")
	return w
}

// begin makes an article and returns the address of its text.
func (w *writers) begin(title, audience string) string {
	w.t.Helper()
	a := w.operator.Post("/answers", "title", title, "summary", "In short.", "language", "en", "category", w.category, "audience", audience)
	self, ok := strings.CutSuffix(a.Location(), "?done=begun")
	if !ok {
		w.t.Fatalf("begun: %d %s", a.StatusCode, a.Location())
	}
	return self
}

// form is what the editor of a text holds, with changes.
func (w *writers) form(b *browser, self string, changes ...string) []string {
	w.t.Helper()
	page := b.Get(self).Doc(w.t)
	var fields []string
	for _, name := range []string{"seen", "source", "title", "summary", "slug", "body"} {
		control := page.Find(`#editor [name="` + name + `"]`)
		value, ok := control.Attr("value")
		if !ok {
			value = strings.TrimPrefix(control.Text(), "\n")
		}
		for i := 0; i+1 < len(changes); i += 2 {
			if changes[i] == name {
				value = changes[i+1]
			}
		}
		fields = append(fields, name, value)
	}
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i] == "based_on" || changes[i] == "note" {
			fields = append(fields, changes[i], changes[i+1])
		}
	}
	return fields
}

// json posts a form as the editor's script does.
func (b *browser) json(path string, fields ...string) (*answer, map[string]string) {
	b.t.Helper()
	b.Header.Set("Accept", "application/json")
	defer b.Header.Del("Accept")
	a := b.Post(path, fields...)
	said := map[string]any{}
	_ = json.Unmarshal([]byte(a.Text), &said)
	words := map[string]string{}
	for k, v := range said {
		words[k], _ = v.(string)
	}
	return a, words
}

func TestAnArticleGoesFromDraftToPlayers(t *testing.T) {
	t.Parallel()
	w := newWriters(t)
	self := w.begin("How long does a payout take?", "players")
	a, said := w.operator.json(self, w.form(w.operator, self, "body", "Two **days**.")...)
	if a.StatusCode != 200 || said["seen"] != "1.2" || !strings.Contains(said["state"], "Draft") {
		t.Fatalf("autosave: %d %v", a.StatusCode, said)
	}
	if a := w.operator.Post(self+"/publish", w.form(w.operator, self)...); a.StatusCode != http.StatusForbidden {
		t.Errorf("an operator publishes: %d", a.StatusCode)
	}
	// What was typed and never saved goes along.
	if a := w.operator.Post(self+"/ask", w.form(w.operator, self, "body", "Three **days**.")...); a.Location() != self+"?done=asked" {
		t.Fatalf("asked: %d %s", a.StatusCode, a.Text)
	}
	list := htmlcheck.Parse(t, w.lead.Get("/answers?state=review").Text)
	list.Rules()
	list.Count(".answer-row", 1)
	list.Says(".part[aria-current]", "Waiting for review 1")
	page := htmlcheck.Parse(t, w.lead.Get(self).Text)
	page.Says(".article .notice", "Rūta asks for a review")
	if a := w.lead.Post(self+"/send-back", w.form(w.lead, self, "note", "")...); a.StatusCode != http.StatusUnprocessableEntity || a.Doc(t).Find(".editor-note .field-fault").Length() != 1 {
		t.Errorf("sent back without a word: %d", a.StatusCode)
	}
	w.lead.Post(self+"/send-back", w.form(w.lead, self, "note", "Say which days.")...)
	htmlcheck.Parse(t, w.operator.Get(self).Text).Says(".notice-warn", "Lena sent this back Say which days.")
	w.operator.Post(self+"/ask", w.form(w.operator, self, "body", "Three **working** days.")...)
	if a := w.lead.Post(self+"/publish", w.form(w.lead, self)...); a.Location() != self+"?done=published" {
		t.Fatalf("published: %d", a.StatusCode)
	}
	if a := w.lead.Post(self+"/publish", w.form(w.lead, self)...); a.StatusCode != http.StatusConflict || !strings.Contains(a.Text, "Nothing has changed") {
		t.Errorf("published twice: %d", a.StatusCode)
	}
	page = htmlcheck.Parse(t, w.operator.Get(self).Text)
	page.Rules()
	page.Says(".language-tab[aria-current]", "Live")
	page.Says("#versions", "1")
	page.Has(`a[href="/help/en/how-long-does-a-payout-take"]`)
	page.Lacks(`button[formaction$="/publish"]`)
	if srcdoc := page.Attr("iframe.preview", "srcdoc"); !strings.Contains(srcdoc, "<strong>working</strong>") {
		t.Errorf("the preview is %q", srcdoc)
	}
	for _, deed := range []string{"/unpublish", "/publish"} {
		if a := w.lead.Post(self+deed, w.form(w.lead, self)...); a.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %d %s", deed, a.StatusCode, a.Text)
		}
	}
	article, _, _ := strings.Cut(self, "/en")
	w.lead.Post(article+"/archive", "language", "en")
	page = htmlcheck.Parse(t, w.lead.Get(self).Text)
	page.Says(".notice-warn", "This article is archived")
	page.Has("#body[readonly]")
	htmlcheck.Parse(t, w.lead.Get("/answers?state=archived").Text).Count(".answer-row", 1)
	htmlcheck.Parse(t, w.lead.Get("/answers").Text).Count(".answer-row", 0)
	w.lead.Post(article+"/unarchive", "language", "en")
	htmlcheck.Parse(t, w.lead.Get("/answers?state=live").Text).Count(".answer-row", 1)
}

func TestTwoEditorsKeepTheirWords(t *testing.T) {
	t.Parallel()
	w := newWriters(t)
	self := w.begin("Bonuses", "players")
	mine := w.form(w.operator, self, "body", "Mine.")
	if a, _ := w.lead.json(self, w.form(w.lead, self, "body", "Theirs.")...); a.StatusCode != 200 {
		t.Fatalf("theirs: %d", a.StatusCode)
	}
	a, said := w.operator.json(self, mine...)
	if a.StatusCode != http.StatusConflict || !strings.Contains(said["detail"], "Lena changed this text") {
		t.Fatalf("mine: %d %v", a.StatusCode, said)
	}
	// Without a script the page comes back with the words that weren't saved.
	page := w.operator.Post(self, mine...)
	if page.StatusCode != http.StatusConflict || strings.TrimSpace(page.Doc(t).Find("#body").Text()) != "Mine." {
		t.Errorf("the form shows %q", page.Doc(t).Find("#body").Text())
	}
	if a, _ := w.operator.json(self, append(mine, "over", "yes")...); a.StatusCode != 200 {
		t.Fatalf("over: %d", a.StatusCode)
	}
	versions := htmlcheck.Parse(t, w.operator.Get(self).Text)
	versions.Says("#body", "Mine.")
	versions.Says("#versions", "Discarded")
	compare := htmlcheck.Parse(t, w.operator.Get(self+"/compare?now=2").Text)
	compare.Rules()
	compare.Says(".compared-old del", "Theirs")
	compare.Says(".compared-now ins", "Mine")
	if a := w.operator.Post(self+"/restore", "number", "1"); a.Location() != self+"?done=restored" {
		t.Fatalf("restored: %d", a.StatusCode)
	}
	htmlcheck.Parse(t, w.operator.Get(self).Text).Says("#body", "Theirs.")
}

func TestATranslatorSeesTheOriginalMoveOn(t *testing.T) {
	t.Parallel()
	w := newWriters(t)
	self := w.begin("Payouts", "players")
	w.lead.Post(self+"/publish", w.form(w.lead, self, "body", "Two days.")...)
	russian := strings.TrimSuffix(self, "/en") + "/ru"
	page := htmlcheck.Parse(t, w.operator.Get(russian).Text)
	page.Rules()
	page.Says("#panel-source", "Two days.")
	page.Lacks("#panel-changes")
	w.lead.Post(russian+"/publish", w.form(w.lead, russian, "title", "Вывод", "body", "Два дня.")...)
	w.lead.Post(self+"/publish", w.form(w.lead, self, "body", "Three days.")...)
	page = htmlcheck.Parse(t, w.operator.Get(russian).Text)
	page.Says(".language-tab[aria-current]", "Older than the original")
	page.Says("#panel-changes del", "Two")
	page.Says("#panel-changes ins", "Three")
	htmlcheck.Parse(t, w.operator.Get("/answers?state=stale").Text).Count(".answer-row", 1)
	// A comma set right doesn't make the translation new; saying so does.
	w.operator.json(russian, w.form(w.operator, russian, "body", "Два дня!")...)
	htmlcheck.Parse(t, w.operator.Get(russian).Text).Says("#panel-changes ins", "Three")
	w.lead.Post(russian+"/publish", w.form(w.lead, russian, "body", "Три дня.", "based_on", "2")...)
	page = htmlcheck.Parse(t, w.operator.Get(russian).Text)
	page.Lacks("#panel-changes")
	page.Says(".language-tab[aria-current]", "Live")
	if a := w.operator.Get(strings.TrimSuffix(self, "/en") + "/xx"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a language nobody speaks: %d", a.StatusCode)
	}
}

func TestSlashOffersWhatTheAgentMayUse(t *testing.T) {
	t.Parallel()
	w := newWriters(t)
	for title, audience := range map[string]string{"Withdrawal times": "players", "Withdrawal after a big loss": "staff"} {
		self := w.begin(title, audience)
		w.lead.Post(self+"/publish", w.form(w.lead, self, "body", "Words.")...)
	}
	self := w.begin("Withdrawal unpublished", "players")
	c := sample.Conversation(w.ctx, t, w.at, sample.Player(w.ctx, t, w.at, "Mara"), "Where is my money?")
	for q, players := range map[string]int{"withdr": 1, "withdrawl": 1, "": 1, "parking": 0} {
		offers := htmlcheck.Parse(t, w.operator.Get(address(c)+"/answers?q="+q).Text)
		offers.Count("[role=option]:not(.insert-internal)", players)
		offers.Count("[role=option].insert-internal", players)
		offers.Silent("[role=option]", "unpublished")
		if players == 0 {
			offers.Says(".insert-none", "Nothing is found for “parking”.")
			continue
		}
		if link := offers.Attr("[role=option]:not(.insert-internal)", "data-link"); link != "http://"+w.at.Host+"/help/en/withdrawal-times" {
			t.Errorf("the link is %s", link)
		}
		beside := htmlcheck.Parse(t, w.operator.Get(offers.Attr(".insert-internal", "data-open")).Text)
		beside.Says("header .internal-mark", "Internal")
		beside.Says("header h2", "Withdrawal after a big loss")
	}
	id := regexp.MustCompile(`art_[0-9a-z]+`).FindString(self)
	if a := w.operator.Get(address(c) + "/answers/" + id + "?language=en"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a draft opens beside a conversation: %d", a.StatusCode)
	}
	reel := sample.Tenant(w.ctx, t, "Golden Reel")
	bea := w.SignedIn(w.ctx, t, reel, sample.Agent(w.ctx, t, reel, "Bea", authz.Admin))
	other := sample.Conversation(w.ctx, t, reel, sample.Player(w.ctx, t, reel, "Piotr"), "Hello")
	htmlcheck.Parse(t, bea.Get(address(other)+"/answers?q=withdrawal").Text).Lacks("[role=option]")
	for _, path := range []string{self, self + "/compare?now=1"} {
		if a := bea.Get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("Golden Reel at %s: %d", path, a.StatusCode)
		}
	}
}

func TestCategoriesAreNamedMovedAndRetired(t *testing.T) {
	t.Parallel()
	w := newWriters(t)
	w.lead.Post("/answers/categories", "name_en", "Bonuses", "icon", "gift")
	names := func() string {
		var all []string
		for _, line := range w.lead.Get("/answers/categories").Doc(t).Find("#categories .line-name > .clip[dir]").EachIter() {
			all = append(all, line.Text())
		}
		return strings.Join(all, " | ")
	}
	action, _ := w.lead.Get("/answers/categories").Doc(t).Find("#categories form.form").Last().Attr("action")
	w.lead.Post(action + "/up")
	w.lead.Post(action, "name_en", "Offers", "icon", "gift")
	if got := names(); got != "Offers | Payouts" {
		t.Errorf("the list reads %s", got)
	}
	w.lead.Post(action + "/retire")
	if got := names(); got != "Payouts | Offers" {
		t.Errorf("retired, the list reads %s", got)
	}
	w.lead.Post(action + "/restore")
	for _, bad := range [][]string{{"icon", "gift"}, {"name_en", "Other", "icon", "skull"}, {"name_en", strings.Repeat("x", 81), "icon", "gift"}} {
		if a := w.lead.Post(action, bad...); a.StatusCode != http.StatusUnprocessableEntity || a.Doc(t).Find("details[open] .notice-bad").Length() != 1 {
			t.Errorf("%v: %d", bad, a.StatusCode)
		}
	}
	w.begin("Payouts", "players")
	full := "/answers/categories/" + w.category
	if a := w.lead.Post(full + "/retire"); a.StatusCode != http.StatusConflict {
		t.Errorf("a category with an article retired: %d", a.StatusCode)
	}
	if a := w.operator.Post(action, "name_en", "Mine", "icon", "gift"); a.StatusCode != http.StatusForbidden {
		t.Errorf("an operator renames: %d", a.StatusCode)
	}
	page := htmlcheck.Parse(t, w.operator.Get("/answers/categories").Text)
	page.Rules()
	page.Lacks("#categories form")
}

func TestPicturesAndWhatReadersSay(t *testing.T) {
	t.Parallel()
	w := newWriters(t)
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 20, 10))); err != nil {
		t.Fatal(err)
	}
	a := w.operator.Do("POST", "/answers/pictures", "image/png", &b)
	said := struct{ Path string }{}
	_ = json.Unmarshal([]byte(a.Text), &said)
	if a.StatusCode != http.StatusCreated || !strings.HasPrefix(said.Path, "/pictures/") {
		t.Fatalf("picture: %d %s", a.StatusCode, a.Text)
	}
	self := w.begin("Payouts", "players")
	preview := htmlcheck.Parse(t, w.operator.Post(self+"/preview", "title", "Payouts", "body", "![A form]("+said.Path+")\n\n<script>alert(1)</script>").Text)
	preview.Has(`img[src="` + said.Path + `"][width="20"][alt="A form"]`)
	preview.Lacks("script")
	w.operator.Header.Set("Accept", "application/json")
	if a := w.operator.Do("POST", "/answers/pictures", "image/svg+xml", strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg"/>`)); a.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("a drawing: %d", a.StatusCode)
	}
	w.operator.Header.Del("Accept")
	w.lead.Post(self+"/publish", w.form(w.lead, self, "body", "Words.")...)
	id, err := tenants.ParseID(tenants.ArticlePrefix, regexp.MustCompile(`art_[0-9a-z]+`).FindString(self))
	if err != nil {
		t.Fatal(err)
	}
	sample.As(w.ctx, t, w.at, authz.System(w.at.ID), func(ctx context.Context, tx bun.Tx) error {
		for n, helpful := range []bool{true, false, false} {
			if err := answers.Vote(ctx, tx, answers.Ballot{Article: id, Language: "en", Voter: bytes.Repeat([]byte{byte(n)}, 16), Helpful: helpful, Words: "Which days?"}); err != nil {
				return err
			}
		}
		return answers.Missed(ctx, tx, "ru", "код из смс")
	})
	page := htmlcheck.Parse(t, w.operator.Get(self).Text)
	page.Says("#readers .figure-line", "It helped 33 of 100 1 yes 2 no")
	page.Count("#readers li p", 3)
	page = htmlcheck.Parse(t, w.operator.Get("/answers/readers").Text)
	page.Rules()
	page.Says("#misses .line-name", "код из смс")
	page.Says("#misses .line-more", "Russian once")
	page.Says("#votes .line-more", "English 1 yes 2 no")
	write := page.Attr("#misses a.btn", "href")
	if got := htmlcheck.Parse(t, w.operator.Get(write).Text).Attr("#title", "value"); got != "код из смс" {
		t.Errorf("the article begins as %q", got)
	}
}

func TestALongListHasPages(t *testing.T) {
	t.Parallel()
	w := newWriters(t)
	self := w.begin("First", "players")
	w.set(w.ctx, t, `insert into articles (tenant_id, id, category_id, audience, original)
		select a.tenant_id, gen_random_uuid(), a.category_id, 'players', 'en' from articles a, generate_series(1, 119) where a.tenant_id = $1`, w.at.ID.String())
	w.set(w.ctx, t, `insert into article_versions (tenant_id, article_id, language, number, title, summary, slug, body, state)
		select a.tenant_id, a.id, 'en', 1, 'Article ' || left(a.id::text, 8), '', a.id::text, 'x', 'draft' from articles a
		where a.tenant_id = $1 and not exists (select from article_versions v where v.tenant_id = a.tenant_id and v.article_id = a.id)`, w.at.ID.String())
	seen, path := map[string]bool{}, "/answers"
	for range 4 {
		doc := w.operator.Get(path).Doc(t)
		for _, link := range doc.Find(".answer-name").EachIter() {
			href, _ := link.Attr("href")
			seen[href] = true
		}
		if total := strings.TrimSpace(doc.Find(".answers-total").Text()); total != "120 articles" {
			t.Errorf("the page says %q", total)
		}
		next, more := doc.Find("a[rel=next]").Attr("href")
		if !more {
			break
		}
		path = next
	}
	if len(seen) != 120 || !seen[self] {
		t.Errorf("%d articles over all pages", len(seen))
	}
	for _, bad := range []string{"?state=x", "?category=cat_x", "?after=art_x"} {
		if a := w.operator.Get("/answers" + bad); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", bad, a.StatusCode)
		}
	}
}
