package deflection_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/desk"
	"pitdesk/desk/answers/deflection"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var key = deflection.Key("a key of this test alone, nobody else's")

// centre is a casino with two articles.
type centre struct {
	t      *testing.T
	ctx    context.Context
	db     *pgtest.DB
	at     tenants.Tenant
	payout deflection.Article
	papers deflection.Article
}

func open(t *testing.T) *centre {
	t.Helper()
	d, ctx := sample.New(t)
	return at(ctx, t, d.DB, "Lucky Fox")
}

func at(ctx context.Context, t *testing.T, db *pgtest.DB, name string) *centre {
	t.Helper()
	c := &centre{t: t, ctx: ctx, db: db, at: sample.Tenant(ctx, t, name)}
	c.payout = deflection.Article{ID: sample.Article(ctx, t, c.at, "withdrawals", sample.Text{Language: "en", Title: "How long a withdrawal takes"}), Language: "en"}
	c.papers = deflection.Article{ID: sample.Article(ctx, t, c.at, "", sample.Text{Language: "en", Title: "Which documents we need"}), Language: "en"}
	return c
}

func (c *centre) in(fn func(ctx context.Context, tx bun.Tx) error) {
	c.t.Helper()
	if err := tenants.In(tenants.With(c.ctx, c.at), c.at.ID, fn); err != nil {
		c.t.Fatal(err)
	}
}

// somebody is a player who is about to ask.
type somebody struct {
	*centre
	player uuid.UUID
	look   deflection.Look
}

func (c *centre) somebody(name string) somebody {
	c.t.Helper()
	p := sample.Player(c.ctx, c.t, c.at, name)
	return somebody{c, p, deflection.Look{ID: deflection.LookID(name), Visitor: key.Visitor(c.at.ID, p, time.Now()), Language: "en"}}
}

func (s somebody) shown(all ...deflection.Article) {
	s.t.Helper()
	s.in(func(ctx context.Context, tx bun.Tx) error { return deflection.Shown(ctx, tx, s.look, all) })
}

func (s somebody) reads(a deflection.Article) {
	s.t.Helper()
	s.in(func(ctx context.Context, tx bun.Tx) error { return deflection.Read(ctx, tx, s.look, a) })
}

func (s somebody) isAnswered(a deflection.Article) {
	s.t.Helper()
	s.in(func(ctx context.Context, tx bun.Tx) error { return deflection.Answered(ctx, tx, s.look, a.ID) })
}

func (s somebody) asks(from *deflection.Article) desk.Conversation {
	s.t.Helper()
	conversation := sample.Conversation(s.ctx, s.t, s.at, s.player, "All the same, where is it?")
	s.in(func(ctx context.Context, tx bun.Tx) error {
		return deflection.Asked(ctx, tx, s.look, conversation.ID, from)
	})
	return conversation
}

// aDayLater lets a day go by for all looks so far.
func (c *centre) aDayLater() {
	c.t.Helper()
	if _, err := c.db.Super(c.t).ExecContext(c.ctx, `update suggestions set begun_at = begun_at - interval '25 hours', last_at = last_at - interval '25 hours'`); err != nil {
		c.t.Fatal(err)
	}
}

func (c *centre) count(cut deflection.Cut) (t deflection.Tally) {
	c.t.Helper()
	if cut.Since.IsZero() {
		cut.Since = time.Now().AddDate(0, 0, -7)
	}
	c.in(func(ctx context.Context, tx bun.Tx) (err error) {
		t, err = deflection.Count(ctx, tx, cut)
		return err
	})
	return t
}

func TestWhatBecameOfThoseWhoWereShownAnAnswer(t *testing.T) {
	t.Parallel()
	c := open(t)
	mara, finn, oleg, nora := c.somebody("Mara"), c.somebody("Finn"), c.somebody("Oleg"), c.somebody("Nora")
	mara.shown(c.papers, c.payout)
	mara.shown(c.payout)
	mara.reads(c.payout)
	mara.reads(c.payout) // said twice
	mara.asks(nil)
	finn.shown(c.payout)
	finn.reads(c.payout)
	finn.isAnswered(c.payout)
	oleg.shown(c.papers)
	nora.reads(c.papers) // one of the popular ones
	if got, want := c.count(deflection.Cut{}), (deflection.Tally{Shown: 4, Read: 3, Answered: 1, Asked: 1, Open: 3}); got != want {
		t.Fatalf("while all may still ask: %+v, want %+v", got, want)
	}
	c.aDayLater()
	got := c.count(deflection.Cut{})
	if want := (deflection.Tally{Shown: 4, Read: 3, Answered: 1, Asked: 1, Left: 3}); got != want {
		t.Fatalf("a day later: %+v, want %+v", got, want)
	}
	if got.Share() != 75 {
		t.Errorf("%d %% didn't ask", got.Share())
	}
	var topic uuid.UUID
	c.in(func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(`select id from topics where key = 'withdrawals'`).Scan(ctx, &topic)
	})
	if got, want := c.count(deflection.Cut{Topic: &topic}), (deflection.Tally{Shown: 2, Read: 2, Answered: 1, Asked: 1, Left: 1}); got != want {
		t.Errorf("of withdrawals: %+v, want %+v", got, want)
	}
	if got := c.count(deflection.Cut{Language: "ru"}); got != (deflection.Tally{}) {
		t.Errorf("in Russian: %+v", got)
	}
	if got := c.count(deflection.Cut{Since: time.Now()}); got != (deflection.Tally{}) {
		t.Errorf("of today: %+v", got)
	}
}

func TestEachNumberHasItsRows(t *testing.T) {
	t.Parallel()
	c := open(t)
	mara, finn, oleg := c.somebody("Mara"), c.somebody("Finn"), c.somebody("Oleg")
	mara.shown(c.papers, c.payout)
	mara.reads(c.payout)
	conversation := mara.asks(nil)
	finn.shown(c.papers)
	finn.asks(nil) // without reading
	came := oleg.asks(&c.papers)
	c.aDayLater()
	cut := deflection.Cut{Since: time.Now().AddDate(0, 0, -7)}
	c.in(func(ctx context.Context, tx bun.Tx) error {
		total, err := deflection.Count(ctx, tx, cut)
		if err != nil {
			return err
		}
		for what, want := range map[deflection.What]int{deflection.WasShown: total.Shown, deflection.WasRead: total.Read, deflection.WasAnswered: total.Answered,
			deflection.HasAsked: total.Asked, deflection.HasLeft: total.Left, deflection.IsOpen: total.Open, deflection.CameByPage: 1} {
			rows, people, err := deflection.Rows(ctx, tx, cut, what, time.Now(), 10)
			if err != nil {
				return err
			}
			if people != want || len(rows) != want {
				t.Errorf("%s: %d people in %d rows, want %d", what, people, len(rows), want)
			}
		}
		byArticle, err := deflection.ByArticle(ctx, tx, cut, 10)
		if err != nil {
			return err
		}
		if len(byArticle) != 2 || byArticle[0].ID != c.papers.ID || byArticle[0].Shown != 2 || byArticle[0].Asked != 0 || byArticle[0].FromPage != 1 ||
			byArticle[1].Read != 1 || byArticle[1].Asked != 1 || byArticle[1].Title != "How long a withdrawal takes" {
			t.Errorf("by article: %+v", byArticle)
		}
		for _, a := range byArticle {
			of := cut
			of.Article = &a.ID
			for what, want := range map[deflection.What]int{deflection.WasShown: a.Shown, deflection.WasRead: a.Read, deflection.HasAsked: a.Asked, deflection.CameByPage: a.FromPage} {
				if _, people, err := deflection.Rows(ctx, tx, of, what, time.Now(), 10); err != nil || people != want {
					t.Errorf("%s, %s: %d people, want %d (%v)", a.Title, what, people, want, err)
				}
			}
		}
		asked, _, err := deflection.Rows(ctx, tx, deflection.Cut{Since: cut.Since, Article: &c.payout.ID}, deflection.HasAsked, time.Now(), 10)
		if err != nil {
			return err
		}
		if len(asked) != 1 || asked[0].Conversation == nil || *asked[0].Conversation != conversation.ID {
			t.Fatalf("asked after reading: %+v", asked)
		}
		items, err := asked[0].Articles()
		if err != nil || len(items) != 2 || items[0].Position != 1 || items[1].Position != 2 || items[0].Read || !items[1].Read {
			t.Errorf("what was shown: %+v, %v", items, err)
		}
		byPage, _, err := deflection.Rows(ctx, tx, cut, deflection.CameByPage, time.Now(), 10)
		if err != nil || len(byPage) != 1 || *byPage[0].Conversation != came.ID {
			t.Errorf("from the page: %+v, %v", byPage, err)
		}
		return nil
	})
}

func TestWhatArrivesLateChangesNothing(t *testing.T) {
	t.Parallel()
	c := open(t)
	mara := c.somebody("Mara")
	first := mara.asks(nil)
	mara.shown(c.payout) // found while the first words were on their way already
	mara.reads(c.payout)
	mara.asks(nil)
	if got := c.count(deflection.Cut{}); got != (deflection.Tally{}) {
		t.Errorf("%+v", got)
	}
	c.in(func(ctx context.Context, tx bun.Tx) error {
		var of uuid.UUID
		if err := tx.NewRaw(`select conversation_id from suggestions where id = ?`, mara.look.ID).Scan(ctx, &of); err != nil || of != first.ID {
			t.Errorf("the look ended in %s, want %s (%v)", of, first.ID, err)
		}
		return nil
	})
}

func TestOneCasinosNumbersAreNobodyElses(t *testing.T) {
	t.Parallel()
	c := open(t)
	reel := at(c.ctx, t, c.db, "Golden Reel")
	mara, other := c.somebody("Mara"), reel.somebody("Mara")
	mara.shown(c.payout)
	mara.reads(c.payout)
	other.shown(reel.payout)
	if got := reel.count(deflection.Cut{}); got.Shown != 1 || got.Read != 0 {
		t.Errorf("%+v", got)
	}
	err := tenants.In(tenants.With(c.ctx, reel.at), reel.at.ID, func(ctx context.Context, tx bun.Tx) error {
		return deflection.Read(ctx, tx, other.look, c.payout)
	})
	if err == nil {
		t.Error("another casino's article was noted as read")
	}
}

func TestMissedWordsAreReadableOnceSeveralLookedForThem(t *testing.T) {
	t.Parallel()
	c := open(t)
	missed := func() (all []deflection.MissedWord) {
		c.in(func(ctx context.Context, tx bun.Tx) (err error) {
			all, err = deflection.MissedWords(ctx, tx, deflection.Cut{Since: time.Now().AddDate(0, 0, -7)}, 10)
			return err
		})
		return all
	}
	text := "Where is the jackpot, my card is 4111 1111 1111 1111 and mail mara@players.example "
	for i, name := range []string{"Mara", "Finn", "Oleg"} {
		if got := missed(); len(got) != 0 {
			t.Fatalf("readable after %d: %+v", i, got)
		}
		var rests int
		c.in(func(ctx context.Context, tx bun.Tx) error {
			return tx.NewRaw(`select count(*) from missed_words where word is not null`).Scan(ctx, &rests)
		})
		if rests != 0 {
			t.Fatalf("%d words rest readable after %d", rests, i)
		}
		p := c.somebody(name)
		for range 2 {
			c.in(func(ctx context.Context, tx bun.Tx) error {
				return deflection.Missed(ctx, tx, key, p.player, "en", deflection.Words(text, true))
			})
		}
	}
	got := missed()
	if len(got) != 3 || got[0].People != 3 {
		t.Fatalf("%+v", got)
	}
	for i, want := range []string{"card", "jackpot", "mail"} { // no number, no address, no stop word
		if got[i].Word != want {
			t.Errorf("%d: %q, want %q", i, got[i].Word, want)
		}
	}
}

func TestWordsOfWhatIsTyped(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]int{"": {0, 0}, "jack": {0, 1}, "где мой выв": {2, 3}, "ab cd": {0, 0}, "a1b2c3 x@y.zz 4111111111111111": {0, 0},
		"the same the same": {2, 2}, "don’t": {0, 1}, "https://evil.example/x": {0, 0}, "\xff\xfe": {0, 0}} {
		for i, finished := range []bool{false, true} {
			if got := deflection.Words(text, finished); len(got) != want[i] {
				t.Errorf("%q, %t: %q", text, finished, got)
			}
		}
	}
}

func TestOldRowsGo(t *testing.T) {
	t.Parallel()
	c := open(t)
	mara := c.somebody("Mara")
	mara.shown(c.payout)
	for years, want := range map[int]int{0: 1, 2: 0} {
		c.in(func(ctx context.Context, tx bun.Tx) error {
			if _, err := deflection.Clear(ctx, tx, time.Now().AddDate(years, 0, 0)); err != nil {
				return err
			}
			var n int
			if err := tx.NewRaw(`select count(*) from suggestions`).Scan(ctx, &n); err != nil {
				return err
			}
			if years > 0 && n != want {
				t.Errorf("%d looks after %d years", n, years)
			}
			return nil
		})
	}
}
