package answers_test

import (
	"context"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestPlayersNeverMeetWhatIsForStaff(t *testing.T) {
	t.Parallel()
	c := open(t)
	a := c.article(answers.New{Category: c.category, Audience: answers.Internal, Language: "en",
		Draft: answers.Draft{Title: "Chargeback script", Body: "Internal words."}})
	c.publish(a.ID, "en")
	if c.read("en", "chargeback-script") != nil || len(c.find("en", "chargeback")) > 0 {
		t.Error("a player read or found an article for staff")
	}
	mara := sample.Player(c.ctx, t, c.at, "Mara")
	hits := func(who authz.Actor) (all []answers.Hit) {
		c.as(who, func(ctx context.Context, tx bun.Tx) (err error) {
			all, err = answers.Search(ctx, tx, answers.Query{Language: "en", Words: "chargeback", Audience: answers.Internal})
			return err
		})
		return all
	}
	if len(hits(sample.AsPlayer(c.at, mara))) > 0 {
		t.Error("a player who asks for them finds articles for staff")
	}
	if len(hits(c.operator)) != 1 {
		t.Error("an operator doesn't find them")
	}
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error {
		g, err := answers.Contents(ctx)
		if len(g.In(ctx, "en")) > 0 || len(g.Popular(ctx, "en")) > 0 {
			t.Error("the contents name an article for staff")
		}
		on, _ := answers.On(ctx, tx, c.category, "en", 0, 10)
		listed, _ := answers.Listing(ctx, tx, 0, 10)
		if len(on)+len(listed) > 0 {
			t.Error("lists for players name an article for staff")
		}
		if err := answers.Vote(ctx, tx, answers.Ballot{Article: a.ID, Language: "en", Voter: make([]byte, 16)}); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a vote on it: %v", err)
		}
		return err
	})
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error {
		return answers.Place(ctx, tx, a.ID, c.category, nil, answers.Players)
	})
	if c.read("en", "chargeback-script") == nil || len(c.find("en", "chargeback")) != 1 {
		t.Error("it is for players now, and isn't there")
	}
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error {
		return answers.Place(ctx, tx, a.ID, c.category, nil, answers.Internal)
	})
	if c.read("en", "chargeback-script") != nil || len(c.find("en", "chargeback")) > 0 {
		t.Error("it is internal again, and players still reach it")
	}
}

func TestOneCasinoNeverMeetsAnothersArticles(t *testing.T) {
	t.Parallel()
	fox := open(t)
	reel := house(fox.ctx, t, "Golden Reel")
	a := fox.draft("How to withdraw", "![map](/pictures/00112233445566778899aabbccddeeff.png)")
	fox.as(fox.operator, func(ctx context.Context, tx bun.Tx) error {
		return answers.AddPicture(ctx, tx, &a.ID, answers.Picture{Name: "00112233445566778899aabbccddeeff.png", Width: 10, Height: 20})
	})
	fox.publish(a.ID, "en")
	if p := fox.read("en", "how-to-withdraw"); p == nil || !strings.Contains(p.HTML, `width="10" height="20"`) {
		t.Fatalf("at home: %+v", p)
	}
	if reel.read("en", "how-to-withdraw") != nil || len(reel.find("en", "withdraw")) > 0 || len(reel.find("en", "withdrwa")) > 0 {
		t.Error("the other casino's players read or find it")
	}
	for name, deed := range map[string]func(ctx context.Context, tx bun.Tx) error{
		"get":     func(ctx context.Context, tx bun.Tx) error { _, err := answers.Get(ctx, tx, a.ID); return err },
		"archive": func(ctx context.Context, tx bun.Tx) error { return answers.Archive(ctx, tx, a.ID) },
		"save": func(ctx context.Context, tx bun.Tx) error {
			_, err := answers.SaveDraft(ctx, tx, a.ID, "lt", answers.Draft{Title: "x"}, 0)
			return err
		},
		"versions": func(ctx context.Context, tx bun.Tx) error {
			_, err := answers.Versions(ctx, tx, a.ID, "en")
			return err
		},
		"vote": func(ctx context.Context, tx bun.Tx) error {
			return answers.Vote(ctx, tx, answers.Ballot{Article: a.ID, Language: "en", Voter: make([]byte, 16), Helpful: true})
		},
		"retire":   func(ctx context.Context, tx bun.Tx) error { return answers.RetireCategory(ctx, tx, fox.category) },
		"category": func(ctx context.Context, tx bun.Tx) error { return answers.MoveCategory(ctx, tx, fox.category, 1) },
	} {
		if err := reel.try(reel.lead, deed); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%s of another casino's: %v", name, err)
		}
	}
	err := reel.try(reel.lead, func(ctx context.Context, tx bun.Tx) error {
		_, err := answers.Create(ctx, tx, answers.New{Category: fox.category, Language: "en", Draft: answers.Draft{Title: "x"}})
		return err
	})
	wantFault(t, err, fault.Invalid, "This category isn't there any more.")
	reel.as(reel.lead, func(ctx context.Context, tx bun.Tx) error {
		all, err := answers.Articles(ctx, tx, answers.Filter{})
		pictures, _ := answers.Pictures(ctx, tx, []string{"00112233445566778899aabbccddeeff.png"})
		g, _ := answers.Contents(ctx)
		votes, _ := answers.Tallies(ctx, tx, a.ID)
		if len(all)+len(pictures)+len(g.Popular(ctx, "en"))+len(votes) > 0 || len(g.Shelves) != 1 || g.Shelves[0].ID == fox.category {
			t.Errorf("the other casino's staff see %v %v %+v %v", all, pictures, g, votes)
		}
		return err
	})
	b := reel.draft("How to withdraw", "Other words.")
	if reel.publish(b.ID, "en").Slug != "how-to-withdraw" {
		t.Error("an address is taken by another casino")
	}
}

func TestWhatIsKeptInMemoryFollowsEveryChange(t *testing.T) {
	t.Parallel()
	c := open(t)
	reel := house(c.ctx, t, "Golden Reel")
	a := c.draft("Limits", "One.")
	v := c.publish(a.ID, "en")
	kept := func(c *centre) string {
		t.Helper()
		p, err := answers.ReadKept(tenants.With(c.ctx, c.at), "en", "limits")
		if fault.CodeOf(err) == fault.NotFound {
			return ""
		}
		if err != nil {
			t.Fatal(err)
		}
		return p.HTML
	}
	for range 2 {
		if kept(c) != "<p>One.</p>\n" || kept(reel) != "" {
			t.Errorf("at first %q, at another casino %q", kept(c), kept(reel))
		}
	}
	c.save(a.ID, "en", answers.Draft{Title: "Limits", Body: "Two.", Opened: v.Mark()}, 0)
	if kept(c) != "<p>One.</p>\n" {
		t.Error("a draft is read")
	}
	c.publish(a.ID, "en")
	if kept(c) != "<p>Two.</p>\n" {
		t.Errorf("after a new text came out: %q", kept(c))
	}
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error {
		return answers.Place(ctx, tx, a.ID, c.category, nil, answers.Internal)
	})
	if kept(c) != "" {
		t.Error("it is for staff now, and players read it from memory")
	}
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error {
		return answers.Place(ctx, tx, a.ID, c.category, nil, answers.Players)
	})
	if kept(c) == "" {
		t.Error("it is for players again")
	}
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error { return answers.Unpublish(ctx, tx, a.ID, "en") })
	if kept(c) != "" {
		t.Error("it was taken back, and players read it from memory")
	}
}

func TestAnOlderWritersHTMLIsWrittenAnew(t *testing.T) {
	t.Parallel()
	c := open(t)
	a := c.draft("Limits", "One.")
	c.publish(a.ID, "en")
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update article_versions set html = '<p>old</p>', renderer = 0 where tenant_id = current_tenant()`).Exec(ctx)
		return err
	})
	if p := c.read("en", "limits"); p == nil || p.HTML != "<p>One.</p>\n" {
		t.Errorf("read %+v", p)
	}
	c.as(c.lead, func(ctx context.Context, tx bun.Tx) error {
		v, err := answers.LiveVersion(ctx, tx, a.ID, "en")
		if v.HTML != "<p>One.</p>\n" || v.Renderer != answers.RendererVersion {
			t.Errorf("kept %q by writer %d", v.HTML, v.Renderer)
		}
		return err
	})
}
