package answers_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/fault"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// centre is a casino with one category, an operator and a lead.
type centre struct {
	t        *testing.T
	ctx      context.Context
	at       tenants.Tenant
	operator authz.Actor
	lead     authz.Actor
	category uuid.UUID
}

func open(t *testing.T) *centre {
	t.Helper()
	_, ctx := sample.New(t)
	return house(ctx, t, "Lucky Fox")
}

func house(ctx context.Context, t *testing.T, name string) *centre {
	t.Helper()
	c := &centre{t: t, ctx: ctx, at: sample.Tenant(ctx, t, name)}
	c.operator = sample.Agent(ctx, t, c.at, "Ola Berg", authz.Operator)
	c.lead = sample.Agent(ctx, t, c.at, "Lena Park", authz.Lead)
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error {
		made, err := answers.AddCategory(ctx, tx, answers.Category{Icon: "banknote", Names: map[string]answers.Named{
			"en": {Name: "Payments"}, "ru": {Name: "Платежи"}}})
		c.category = made.ID
		return err
	})
	return c
}

func (c *centre) as(who authz.Actor, fn func(ctx context.Context, tx bun.Tx) error) {
	c.t.Helper()
	sample.As(c.ctx, c.t, c.at, who, fn)
}

func (c *centre) try(who authz.Actor, fn func(ctx context.Context, tx bun.Tx) error) error {
	return sample.Try(c.ctx, c.at, who, fn)
}

// draft creates an article for players in English.
func (c *centre) draft(title, body string) answers.Article {
	c.t.Helper()
	return c.article(answers.New{Category: c.category, Language: "en", Draft: answers.Draft{Title: title, Body: body}})
}

func (c *centre) article(n answers.New) (a answers.Article) {
	c.t.Helper()
	c.as(c.operator, func(ctx context.Context, tx bun.Tx) (err error) {
		a, err = answers.Create(ctx, tx, n)
		return err
	})
	return a
}

// publish lets the open text of a language out.
func (c *centre) publish(article uuid.UUID, language string) (v answers.Version) {
	c.t.Helper()
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) (err error) {
		if v, err = answers.OpenVersion(ctx, tx, article, language); err != nil {
			return err
		}
		v, err = answers.Publish(ctx, tx, article, language, v.Mark())
		return err
	})
	return v
}

func (c *centre) save(article uuid.UUID, language string, d answers.Draft, basedOn int) (v answers.Version) {
	c.t.Helper()
	c.as(c.operator, func(ctx context.Context, tx bun.Tx) (err error) {
		v, err = answers.SaveDraft(ctx, tx, article, language, d, basedOn)
		return err
	})
	return v
}

func (c *centre) get(article uuid.UUID) (a answers.Article) {
	c.t.Helper()
	c.as(c.operator, func(ctx context.Context, tx bun.Tx) (err error) {
		a, err = answers.Get(ctx, tx, article)
		return err
	})
	return a
}

// read is what a player finds at an address; nil where there is nothing.
func (c *centre) read(language, slug string) *answers.Page {
	c.t.Helper()
	var p answers.Page
	err := tenants.In(tenants.With(c.ctx, c.at), c.at.ID, func(ctx context.Context, tx bun.Tx) (err error) {
		p, err = answers.Read(ctx, tx, language, slug)
		return err
	})
	if fault.CodeOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return &p
}

// find are the titles a player finds, in order.
func (c *centre) find(language, words string) []string {
	c.t.Helper()
	var titles []string
	err := tenants.In(tenants.With(c.ctx, c.at), c.at.ID, func(ctx context.Context, tx bun.Tx) error {
		hits, err := answers.Search(ctx, tx, answers.Query{Language: language, Words: words, Audience: answers.Internal})
		for _, h := range hits {
			titles = append(titles, h.Title)
		}
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return titles
}

func wantFault(t *testing.T, err error, code fault.Code, part string) {
	t.Helper()
	if fault.CodeOf(err) != code || !strings.Contains(fault.Sentence(err), part) {
		t.Errorf("got %v %q, want %s with %q", fault.CodeOf(err), fault.Sentence(err), code, part)
	}
}

func TestPlayersReadWhatIsPublishedWhileANewerDraftWaits(t *testing.T) {
	t.Parallel()
	c := open(t)
	a := c.draft("How to withdraw", "First **words**.")
	if c.read("en", "how-to-withdraw") != nil {
		t.Fatal("a draft is read by players")
	}
	first := c.publish(a.ID, "en")
	if first.ReviewerName != "Lena Park" || first.AuthorName != "Ola Berg" || first.OwnReview() {
		t.Errorf("who wrote and who let it out: %+v", first)
	}
	c.save(a.ID, "en", answers.Draft{Title: "How to withdraw", Body: "Second words.", Opened: first.Mark()}, 0)
	p := c.read("en", "how-to-withdraw")
	if p == nil || !strings.Contains(p.HTML, "First <strong>words</strong>") {
		t.Fatalf("players read %+v", p)
	}
	got := c.get(a.ID).Texts[0]
	if got.Live != 1 || got.Number != 2 || got.State != answers.Drafted {
		t.Errorf("staff see %+v", got)
	}
	c.publish(a.ID, "en")
	if p := c.read("en", "how-to-withdraw"); p == nil || !strings.Contains(p.HTML, "Second") || p.Number != 2 {
		t.Fatalf("players read %+v", p)
	}
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error {
		all, err := answers.Versions(ctx, tx, a.ID, "en")
		if len(all) != 2 || all[1].State != answers.Superseded || all[1].EndedAt == nil || all[1].Body != "First **words**." {
			t.Errorf("versions: %+v", all)
		}
		return err
	})
}

func TestATranslationIsOlderThanTheOriginalUntilItFollows(t *testing.T) {
	t.Parallel()
	c := open(t)
	a := c.draft("How to withdraw", "Words.")
	one := c.publish(a.ID, "en")
	c.save(a.ID, "ru", answers.Draft{Title: "Как вывести деньги", Body: "Слова."}, 0)
	ru := c.publish(a.ID, "ru")
	if text, _ := c.get(a.ID).Text("ru"); text.Stale || text.BasedOn != 1 || text.Slug != "kak-vyvesti-dengi" {
		t.Errorf("fresh translation: %+v", text)
	}
	c.save(a.ID, "en", answers.Draft{Title: "How to withdraw", Body: "More words.", Opened: one.Mark()}, 0)
	if text, _ := c.get(a.ID).Text("ru"); text.Stale {
		t.Error("a draft of the original makes the translation old")
	}
	c.publish(a.ID, "en")
	if text, _ := c.get(a.ID).Text("ru"); !text.Stale {
		t.Error("the original was published anew, and the translation isn't marked")
	}
	stale := func() int {
		var all []answers.Article
		c.as(c.operator, func(ctx context.Context, tx bun.Tx) (err error) {
			all, err = answers.Articles(ctx, tx, answers.Filter{Stale: true})
			return err
		})
		return len(all)
	}
	if stale() != 1 {
		t.Error("the list of old translations misses it")
	}
	c.save(a.ID, "ru", answers.Draft{Title: "Как вывести деньги", Body: "Больше слов.", Opened: ru.Mark()}, 2)
	if text, _ := c.get(a.ID).Text("ru"); text.Stale || stale() != 0 {
		t.Errorf("the translation followed: %+v", text)
	}
	err := c.try(c.operator, func(ctx context.Context, tx bun.Tx) error {
		_, err := answers.SaveDraft(ctx, tx, a.ID, "lt", answers.Draft{Title: "Kaip išsiimti"}, 9)
		return err
	})
	wantFault(t, err, fault.Invalid, "no text of this number")
}

func TestTwoWhoWriteAtOnceNoticeEachOther(t *testing.T) {
	t.Parallel()
	c := open(t)
	a := c.draft("Bonus rules", "Words.")
	seen := a.Texts[0].Opened
	c.save(a.ID, "en", answers.Draft{Title: "Bonus rules", Body: "Ola's words.", Opened: seen}, 0)
	err := c.try(c.lead, func(ctx context.Context, tx bun.Tx) error {
		_, err := answers.SaveDraft(ctx, tx, a.ID, "en", answers.Draft{Title: "Bonus rules", Body: "Lena's words.", Opened: seen}, 0)
		return err
	})
	wantFault(t, err, fault.Conflict, "Ola Berg changed this text")
	err = c.try(c.lead, func(ctx context.Context, tx bun.Tx) error {
		_, err := answers.Publish(ctx, tx, a.ID, "en", seen)
		return err
	})
	wantFault(t, err, fault.Conflict, "Ola Berg changed this text")
	err = c.try(c.lead, func(ctx context.Context, tx bun.Tx) error {
		_, err := answers.SaveDraft(ctx, tx, a.ID, "en", answers.Draft{Title: "Bonus rules", Body: "From nothing."}, 0)
		return err
	})
	wantFault(t, err, fault.Conflict, "changed this text")
}

func TestAReviewKeepsWhoAskedAndWhoDecided(t *testing.T) {
	t.Parallel()
	c := open(t)
	a := c.draft("Limits", "Words.")
	var v answers.Version
	c.as(c.operator, func(ctx context.Context, tx bun.Tx) (err error) {
		v, err = answers.AskReview(ctx, tx, a.ID, "en", a.Texts[0].Opened)
		return err
	})
	if v.State != answers.Review || v.AskedName != "Ola Berg" || v.AskedAt == nil {
		t.Errorf("asked: %+v", v)
	}
	err := c.try(c.lead, func(ctx context.Context, tx bun.Tx) error {
		_, err := answers.SendBack(ctx, tx, a.ID, "en", v.Mark(), " ")
		return err
	})
	wantFault(t, err, fault.Invalid, "Say what should change.")
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) (err error) {
		v, err = answers.SendBack(ctx, tx, a.ID, "en", v.Mark(), "Name the daily limit.")
		return err
	})
	if v.State != answers.SentBack || v.Note != "Name the daily limit." || v.ReviewerName != "Lena Park" || v.ReviewedAt == nil {
		t.Errorf("sent back: %+v", v)
	}
	v = c.save(a.ID, "en", answers.Draft{Title: "Limits", Body: "€ 500 a day.", Opened: v.Mark()}, 0)
	if v.State != answers.Drafted || v.AskedAt != nil || v.Note == "" {
		t.Errorf("saved again: %+v", v)
	}
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) (err error) {
		v, err = answers.SaveDraft(ctx, tx, a.ID, "en", answers.Draft{Title: "Limits", Body: "€ 600 a day.", Opened: v.Mark()}, 0)
		return err
	})
	if v = c.publish(a.ID, "en"); !v.OwnReview() {
		t.Error("a lead published their own words, and the version doesn't say so")
	}
}

func TestAnOldVersionComesBackAsADraft(t *testing.T) {
	t.Parallel()
	c := open(t)
	a := c.draft("Hours", "Day and night.")
	one := c.publish(a.ID, "en")
	c.save(a.ID, "en", answers.Draft{Title: "Opening hours", Body: "Never.", Opened: one.Mark()}, 0)
	restore := func() (v answers.Version, err error) {
		err = c.try(c.operator, func(ctx context.Context, tx bun.Tx) (err error) {
			v, err = answers.Restore(ctx, tx, a.ID, "en", 1)
			return err
		})
		return v, err
	}
	_, err := restore()
	wantFault(t, err, fault.Conflict, "There is a draft of this text already.")
	two := c.publish(a.ID, "en")
	v, err := restore()
	if err != nil || v.Number != 3 || v.State != answers.Drafted || v.Body != "Day and night." || v.Title != "Hours" {
		t.Errorf("restored: %+v %v", v, err)
	}
	if p := c.read("en", two.Slug); p == nil || p.Title != "Opening hours" {
		t.Errorf("players read %+v", p)
	}
	c.as(c.operator, func(ctx context.Context, tx bun.Tx) error { return answers.Discard(ctx, tx, a.ID, "en", v.Mark()) })
	if text, _ := c.get(a.ID).Text("en"); text.Number != 2 || text.State != answers.Published {
		t.Errorf("after the draft was discarded: %+v", text)
	}
}

func TestOldAddressesLeadOnUntilAnotherTakesThem(t *testing.T) {
	t.Parallel()
	c := open(t)
	a := c.draft("How to withdraw", "Words.")
	one := c.publish(a.ID, "en")
	c.save(a.ID, "en", answers.Draft{Title: "Withdrawals", Slug: "withdrawals", Body: "Words.", Opened: one.Mark()}, 0)
	if p := c.read("en", "withdrawals"); p != nil {
		t.Error("a draft's address is read already")
	}
	c.publish(a.ID, "en")
	if p := c.read("en", "how-to-withdraw"); p == nil || p.Slug != "withdrawals" {
		t.Errorf("the old address: %+v", p)
	}
	err := c.try(c.operator, func(ctx context.Context, tx bun.Tx) error {
		_, err := answers.Create(ctx, tx, answers.New{Category: c.category, Language: "en", Draft: answers.Draft{Title: "X", Slug: "withdrawals", Body: "x"}})
		return err
	})
	wantFault(t, err, fault.Conflict, "has this address already")
	b := c.draft("How to withdraw", "Other words.")
	c.publish(b.ID, "en")
	if p := c.read("en", "how-to-withdraw"); p == nil || p.Article != b.ID {
		t.Errorf("the address was taken over, and leads to %+v", p)
	}
	for title, want := range map[string]string{"Withdrawals": "withdrawals-2", "Ставки: что и как?": "stavki-chto-i-kak", "Išmokėjimai": "ismokejimai",
		"سحب الأموال": "سحب-الاموال", "!!!": "article", "Search": "article-search"} {
		if got := c.draft(title, "Words.").Texts[0].Slug; got != want {
			t.Errorf("%s: address %q, want %q", title, got, want)
		}
	}
}

func TestWhatIsTakenBackOrArchivedIsGoneForPlayers(t *testing.T) {
	t.Parallel()
	c := open(t)
	a := c.draft("Self-exclusion", "How to take a break.")
	c.publish(a.ID, "en")
	there := func(want bool) {
		t.Helper()
		if got := c.read("en", "self-exclusion") != nil; got != want {
			t.Errorf("read: %v", got)
		}
		if got := len(c.find("en", "self exclusion")) > 0; got != want {
			t.Errorf("found: %v", got)
		}
	}
	there(true)
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error { return answers.Archive(ctx, tx, a.ID) })
	there(false)
	err := c.try(c.operator, func(ctx context.Context, tx bun.Tx) error {
		_, err := answers.Restore(ctx, tx, a.ID, "en", 1)
		return err
	})
	wantFault(t, err, fault.Conflict, "This article is archived.")
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error { return answers.Unarchive(ctx, tx, a.ID) })
	there(true)
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error { return answers.Unpublish(ctx, tx, a.ID, "en") })
	there(false)
	if text, _ := c.get(a.ID).Text("en"); text.Live != 0 || text.State != answers.Superseded {
		t.Errorf("taken back: %+v", text)
	}
}
