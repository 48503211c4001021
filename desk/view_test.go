package desk_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestViewsAreOnesOwnOrEverybodys(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	lena := sample.Agent(ctx, t, fox, "Lena", authz.Lead)
	ruta, ana := sample.Agent(ctx, t, fox, "Ruta", authz.Operator, "Payments"), sample.Agent(ctx, t, fox, "Ana", authz.Operator)
	ben := sample.Agent(ctx, t, reel, "Ben", authz.Admin)
	shared, own := desk.View{Name: "Everybody's"}, desk.View{Name: "Mine", Owner: &ruta.ID, Holder: desk.HeldByMe}
	sample.As(ctx, t, fox, lena, func(ctx context.Context, tx bun.Tx) error { return desk.AddView(ctx, tx, &shared) })
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error { return desk.AddView(ctx, tx, &own) })
	for _, c := range []struct {
		at   tenants.Tenant
		who  authz.Actor
		sees int
	}{{fox, lena, 1}, {fox, ruta, 2}, {fox, ana, 1}, {reel, ben, 0}} {
		sample.As(ctx, t, c.at, c.who, func(ctx context.Context, tx bun.Tx) error {
			all, err := desk.Views(ctx, tx)
			topics, beside, sideErr := desk.Sides(ctx, tx)
			if sideErr != nil || len(topics) != 2 || len(beside) != len(all) {
				t.Errorf("beside the list %s has %d topics and %d views, %v", c.who.Name, len(topics), len(beside), sideErr)
			}
			for i := range all {
				all[i].CreatedAt, all[i].ChangedAt = beside[i].CreatedAt, beside[i].ChangedAt
				if !reflect.DeepEqual(beside[i], all[i]) {
					t.Errorf("beside the list stands %+v, kept is %+v", beside[i], all[i])
				}
			}
			if len(all) != c.sees {
				t.Errorf("%s sees %d views, want %d", c.who.Name, len(all), c.sees)
			}
			if _, err := desk.ViewOf(ctx, tx, own.ID); (err == nil) != (c.who.ID == ruta.ID) {
				t.Errorf("%s asks for Ruta's view and is told %v", c.who.Name, err)
			}
			return err
		})
	}
	for who, want := range map[*authz.Actor]fault.Code{&ana: fault.NotFound, &ben: fault.NotFound} {
		at := fox
		if who == &ben {
			at = reel
		}
		if err := sample.Try(ctx, at, *who, func(ctx context.Context, tx bun.Tx) error { return desk.DropView(ctx, tx, own.ID) }); fault.CodeOf(err) != want {
			t.Errorf("%s drops Ruta's view and is told %v", who.Name, err)
		}
	}
	for name, do := range map[string]func(ctx context.Context, tx bun.Tx) error{
		"makes": func(ctx context.Context, tx bun.Tx) error { return desk.AddView(ctx, tx, &desk.View{Name: "All"}) },
		"changes": func(ctx context.Context, tx bun.Tx) error {
			v := shared
			v.Owner = &ruta.ID
			return desk.ChangeView(ctx, tx, &v)
		},
		"drops": func(ctx context.Context, tx bun.Tx) error { return desk.DropView(ctx, tx, shared.ID) },
	} {
		if err := sample.Try(ctx, fox, ruta, do); fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("an operator %s everybody's view and is told %v", name, err)
		}
	}
	err := sample.Try(ctx, reel, ben, func(ctx context.Context, tx bun.Tx) error {
		return desk.AddView(ctx, tx, &desk.View{Name: "Theirs", Team: &ruta.Teams[0]})
	})
	if fault.CodeOf(err) != fault.Invalid {
		t.Errorf("Golden Reel's view of Lucky Fox's team answers %v", err)
	}
}

func TestAViewCountsWhatItsListShows(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	lena, ruta := sample.Agent(ctx, t, fox, "Lena", authz.Lead), sample.Agent(ctx, t, fox, "Ruta", authz.Operator)
	for i, name := range []string{"Mara", "Jonas", "Oleg", "Greta"} {
		c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, name), "Hello")
		sample.As(ctx, t, fox, lena, func(ctx context.Context, tx bun.Tx) error {
			if i < 2 {
				if err := desk.Tag(ctx, tx, &c, "late"); err != nil {
					return err
				}
			}
			if i > 1 {
				_, err := desk.Assign(ctx, tx, &c, desk.Holder{Agent: &lena.ID}, nil)
				return err
			}
			return nil
		})
	}
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		tags, err := desk.Tags(ctx, tx)
		if err != nil {
			return err
		}
		all := []desk.View{{Name: "late", Tag: &tags[0].ID}, {Name: "mine", Holder: desk.HeldByMe}, {Name: "lena's", Holder: desk.HeldByAgent, Assignee: &lena.ID},
			{Name: "free and waiting", Holder: desk.HeldByNobody, Order: desk.Waiting}, {Name: "resolved", State: desk.Resolved}}
		for i := range all {
			all[i].Owner = &ruta.ID
			if err := desk.AddView(ctx, tx, &all[i]); err != nil {
				return err
			}
		}
		for _, who := range []authz.Actor{ruta, lena} {
			ctx := authz.With(ctx, who)
			counts, err := desk.CountViews(ctx, tx, authz.ScopeFor(who), all)
			if err != nil {
				return err
			}
			for _, v := range all {
				page, err := desk.List(ctx, tx, authz.ScopeFor(who), v.Filter(who.ID), who.ID)
				if err != nil {
					return err
				}
				if counts[v.ID] != len(page.Rows) {
					t.Errorf("%s's view %q counts %d and shows %d", who.Name, v.Name, counts[v.ID], len(page.Rows))
				}
			}
		}
		if counts, _ := desk.CountViews(authz.With(ctx, lena), tx, authz.ScopeFor(lena), all); counts[all[1].ID] != 2 || counts[all[0].ID] != 2 {
			t.Errorf("Lena has two and two are late, counted are %v", counts)
		}
		return nil
	})
}
