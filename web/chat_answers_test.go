package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// offered is an answer as docs/chat.md has it.
type offered struct {
	ID, Language, Title, Summary, URL, HTML, Dir string
}

// payouts publishes an article on withdrawals in English and Russian.
func payouts(ctx context.Context, t testing.TB, at tenants.Tenant) string {
	t.Helper()
	return tenants.PublicID(tenants.ArticlePrefix, sample.Article(ctx, t, at, "withdrawals",
		sample.Text{Language: "en", Title: "When a withdrawal arrives", Summary: "Mostly within a day.", Body: "Mostly **within a day**.<script>alert(1)</script>"},
		sample.Text{Language: "ru", Title: "Когда придёт вывод средств", Summary: "Обычно за сутки.", Body: "Обычно **за сутки**."}))
}

// seek asks for answers as the chat does while somebody types.
func (p *player) seek(look, text string) []offered {
	p.t.Helper()
	var found struct{ Answers []offered }
	p.want(200, "POST", "/answers", map[string]any{"look": look, "text": text}, &found)
	return found.Answers
}

func (p *player) open(look, article string) (whole struct{ Answer offered }) {
	p.t.Helper()
	p.want(200, "POST", "/answers/"+article+"/read", map[string]any{"look": look}, &whole)
	return whole
}

func TestAnswersWhileTyping(t *testing.T) {
	t.Parallel()
	h, ctx, casinos := openChat(t, "Lucky Fox", "Golden Reel")
	fox, reel := casinos[0], casinos[1]
	article := payouts(ctx, t, fox)
	internal := sample.Article(ctx, t, fox, "", sample.Text{Language: "en", Title: "Withdrawal secrets of the house"})
	sample.As(ctx, t, fox, authz.System(fox.ID), func(ctx context.Context, tx bun.Tx) error {
		a, err := answers.Get(ctx, tx, internal)
		if err != nil {
			return err
		}
		return answers.Place(ctx, tx, internal, a.Category, nil, answers.Internal)
	})
	mara, nobody, other := h.Player(t, fox, "mara"), h.Player(t, fox, ""), h.Player(t, reel, "mara")
	mara.Header.Set("Accept-Language", "ru")
	if got := mara.seek("look-mara", "Почему вывод задерж"); len(got) != 1 || got[0].ID != article || got[0].Language != "ru" ||
		got[0].Title != "Когда придёт вывод средств" || !strings.HasPrefix(got[0].URL, "/help/ru/") {
		t.Fatalf("in Russian: %+v", got)
	}
	if got := nobody.seek("look-visitor", "withdrawl"); len(got) != 1 || got[0].ID != article || got[0].Language != "en" {
		t.Errorf("misspelt, for a visitor, without what is for staff: %+v", got)
	}
	if got := other.seek("look-mara", "withdrawal"); len(got) != 0 {
		t.Errorf("at another casino: %+v", got)
	}
	for _, text := range []string{"", "wi", "4111 1111 1111 1111", "  \n", "wi 4111111111111111 \x00"} {
		if got := mara.seek("look-mara", text); len(got) != 0 {
			t.Errorf("%q: %+v", text, got)
		}
	}
	whole := mara.open("look-mara", article)
	if whole.Answer.Language != "ru" || !strings.Contains(whole.Answer.HTML, "<strong>за сутки</strong>") || whole.Answer.Dir != "ltr" {
		t.Errorf("%+v", whole)
	}
	if english := nobody.open("look-visitor", article); strings.Contains(english.Answer.HTML, "script") {
		t.Errorf("%q", english.Answer.HTML)
	}
	for _, id := range []string{tenants.PublicID(tenants.ArticlePrefix, internal), tenants.PublicID(tenants.ArticlePrefix, tenants.NewID()), "art_x"} {
		nobody.want(404, "POST", "/answers/"+id+"/read", map[string]any{"look": "look-visitor"}, nil)
	}
	other.want(404, "POST", "/answers/"+article+"/read", map[string]any{"look": "look-mara"}, nil)
	other.want(404, "POST", "/answers/"+article+"/answered", map[string]any{"look": "look-mara"}, nil)
	if a := h.Browser(t, fox).Do("POST", "/chat/api/answers", "application/json", strings.NewReader(`{"text":"withdrawal"}`)); a.StatusCode != 401 {
		t.Errorf("without a session: %d", a.StatusCode)
	}
}

func TestPopularAnswersAndTheWayFromAnArticlesPage(t *testing.T) {
	t.Parallel()
	h, ctx, casinos := openChat(t, "Lucky Fox", "Golden Reel")
	article := payouts(ctx, t, casinos[0])
	var config struct{ Popular []offered }
	h.Player(t, casinos[0], "").want(200, "GET", "/config?language=ru", nil, &config)
	if len(config.Popular) != 1 || config.Popular[0].ID != article || config.Popular[0].Language != "ru" {
		t.Errorf("%+v", config)
	}
	config.Popular = nil
	h.Player(t, casinos[1], "").want(200, "GET", "/config", nil, &config)
	if len(config.Popular) != 0 {
		t.Errorf("another casino's: %+v", config)
	}
	for at, want := range map[tenants.Tenant]bool{casinos[0]: true, casinos[1]: false} {
		page := h.Browser(t, at).Get("/chat?article=" + article)
		if got := strings.Contains(page.Text, `"article":{"id":"`+article); page.StatusCode != 200 || got != want {
			t.Errorf("%s: %d, names the article: %t", at.Name, page.StatusCode, got)
		}
	}
}

func TestNumbersTellWhatAnswersDid(t *testing.T) {
	t.Parallel()
	h, ctx, casinos := openChat(t, "Lucky Fox", "Golden Reel")
	fox, reel := casinos[0], casinos[1]
	article := payouts(ctx, t, fox)
	mara, finn := h.Player(t, fox, "mara"), h.Player(t, fox, "finn")
	mara.seek("look-mara", "withdrawal")
	mara.open("look-mara", article)
	mara.open("look-mara", article)
	start := map[string]any{"client_id": "start-mara", "text": "Where is it?", "look": "look-mara", "article": article}
	var begun struct{ Conversation struct{ ID string } }
	mara.want(201, "POST", "/conversations", start, &begun)
	mara.want(201, "POST", "/conversations", start, nil) // the answer got lost
	finn.seek("look-finn", "withdrawal")
	finn.open("look-finn", article)
	for range 2 {
		finn.want(204, "POST", "/answers/"+article+"/answered", map[string]any{"look": "look-finn"}, nil)
	}
	if _, err := h.DB.Super(t).ExecContext(ctx, `update suggestions set last_at = last_at - interval '25 hours'`); err != nil {
		t.Fatal(err)
	}
	lead := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Lena", authz.Lead))
	page := lead.Get("/answers/numbers?days=7")
	doc := page.Doc(t)
	if got := doc.Find(".numbers-said").Text(); got != "Of 2 players who were shown an answer, 2 read one and 1 didn’t ask afterwards (50 %)." {
		t.Errorf("%d: %q", page.StatusCode, got)
	}
	var line []string
	for _, cell := range doc.Find("section[aria-labelledby=articles] tbody tr > *").EachIter() {
		line = append(line, strings.TrimSpace(cell.Text()))
	}
	if got := strings.Join(line, "|"); got != "When a withdrawal arrives|2|2|1|1|0|0|0" {
		t.Errorf("the article's line: %q", got)
	}
	followed := 0
	for _, link := range doc.Find("a[href*='/rows?']").EachIter() {
		followed++
		href, _ := link.Attr("href")
		want := strings.TrimSpace(link.Text())
		if strong := link.Find("strong"); strong.Length() > 0 {
			want = strong.Text()
		}
		rows := lead.Get(href).Doc(t)
		if got, _, _ := strings.Cut(rows.Find(".numbers-head p").Text(), " "); got != want {
			t.Errorf("%s says %s, its link %s", href, got, want)
		}
	}
	if followed < 10 {
		t.Errorf("only %d numbers lead anywhere", followed)
	}
	asked := lead.Get("/answers/numbers/rows?what=asked&article=" + article).Doc(t)
	if href, _ := asked.Find(".look > p:last-child a").Attr("href"); href != "/inbox/"+begun.Conversation.ID {
		t.Errorf("asked anyway leads to %q", href)
	}
	if a := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Ruta", authz.Operator)).Get("/answers/numbers"); a.StatusCode != 403 {
		t.Errorf("an operator: %d", a.StatusCode)
	}
	elsewhere := h.SignedIn(ctx, t, reel, sample.Agent(ctx, t, reel, "Karl", authz.Lead)).Get("/answers/numbers").Doc(t)
	if elsewhere.Find(".numbers-said").Length() != 0 || elsewhere.Find(".empty").Length() != 1 {
		t.Error("another casino counts these")
	}
	for _, query := range []string{"days=8", "days=x", "language=xx", "topic=top_x", "article=art_x"} {
		if a := lead.Get("/answers/numbers?" + query); a.StatusCode != 404 {
			t.Errorf("%s: %d", query, a.StatusCode)
		}
	}
}

func TestAnswersHaveAPace(t *testing.T) {
	t.Parallel()
	h, _, casinos := openChat(t, "Lucky Fox")
	mara := h.Player(t, casinos[0], "mara")
	refused := 0
	for range 60 {
		if a := mara.Do("POST", "/chat/api/answers", "application/json", strings.NewReader(`{"text":"withdrawal"}`)); a.StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("nobody is ever too fast")
	}
	// Messages have a pace of their own.
	mara.Start("Hello?")
}

// TestWhatIsTypedIsNotKept looks through all that the database holds for the words.
func TestWhatIsTypedIsNotKept(t *testing.T) {
	t.Parallel()
	h, ctx, casinos := openChat(t, "Lucky Fox")
	payouts(ctx, t, casinos[0])
	word := "quicksilver" + strings.Map(func(r rune) rune {
		if r < 'a' {
			return r + 50
		}
		return r
	}, uuid.NewString()[:8])
	mara := h.Player(t, casinos[0], "mara")
	mara.seek("look-mara", "withdrawal "+word+" 4111 1111 1111 1111 ")
	mara.seek("look-mara", word+" ")
	var kept int
	for _, table := range []string{"suggestions", "suggested_articles", "missed_words"} {
		var n int
		if err := h.DB.Super(t).QueryRowContext(ctx, `select count(*) from `+table+` x where x::text like '%'||$1||'%' or x::text like '%mara%' or x::text like '%4111%'`, word).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			t.Errorf("%s keeps what was typed or who typed it", table)
		}
		if err := h.DB.Super(t).QueryRowContext(ctx, `select count(*) from `+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		kept += n
	}
	if kept < 3 {
		t.Errorf("only %d rows: nothing was looked through", kept)
	}
}

// TestAgentsSeeWhatWasRead: what a player read before they asked stands on their card, in the order they read it.
func TestAgentsSeeWhatWasRead(t *testing.T) {
	t.Parallel()
	h, ctx, casinos := openChat(t, "Lucky Fox", "Golden Reel")
	fox, reel := casinos[0], casinos[1]
	article, page := payouts(ctx, t, fox), tenants.PublicID(tenants.ArticlePrefix, sample.Article(ctx, t, fox, "", sample.Text{Language: "en", Title: "House rules in short"}))
	foreign := payouts(ctx, t, reel)
	start := func(name string, more map[string]any) string {
		var begun struct{ Conversation struct{ ID string } }
		more["client_id"], more["text"], more["look"] = "start-"+name, "All the same", "look-"+name
		h.Player(t, fox, name).want(201, "POST", "/conversations", more, &begun)
		return begun.Conversation.ID
	}
	mara := h.Player(t, fox, "mara-reads")
	mara.seek("look-mara", "withdrawal")
	mara.open("look-mara", article)
	lead := h.SignedIn(ctx, t, fox, sample.Agent(ctx, t, fox, "Lena", authz.Lead))
	for id, want := range map[string]string{
		start("mara", map[string]any{"article": page}):    "When a withdrawal arrives|House rules in short",
		start("finn", map[string]any{"article": page}):    "House rules in short",
		start("oleg", map[string]any{"article": foreign}): "",
		start("nora", map[string]any{"article": "art_x"}): "",
	} {
		var got []string
		for _, link := range lead.Get("/inbox/" + id).Doc(t).Find(".read-before a").EachIter() {
			got = append(got, link.Text())
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: read before: %q, want %q", id, got, want)
		}
	}
}
