package main

import (
	"context"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/desk"
	"pitdesk/desk/answers"
	"pitdesk/desk/channels/chat"
	"pitdesk/desk/staff"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
)

var ieva = tenants.Newcomer{Email: "ieva@fox.example", Name: "Ieva", Language: "lt"}

func TestWhatACasinoBeginsWith(t *testing.T) {
	t.Parallel()
	a, ctx, _ := testApp(t)
	var begun tenants.Begun
	made, err := a.pools.Doors.Found(ctx, tenants.New{Slug: "lucky-fox", Name: "Lucky Fox", Language: "lt"}, func(ctx context.Context, tx bun.Tx) (err error) {
		begun, err = begin(ctx, tx, tenants.Beginning{Admin: ieva, Site: "https://WWW.fox.example/play", Accent: "#aa2200"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.draftAnswers(ctx, answersArgs{made.ID}); err != nil {
		t.Fatal(err)
	}
	if err := a.draftAnswers(ctx, answersArgs{made.ID}); err != nil {
		t.Fatal("a job that is done twice:", err)
	}
	err = tenants.In(tenants.With(ctx, made), made.ID, func(ctx context.Context, tx bun.Tx) error {
		admin, err := staff.MemberOf(ctx, tx, begun.Admin)
		if err != nil || admin.Email != ieva.Email || admin.Role != "admin" || admin.Language != "lt" || len(admin.Teams) != 1 {
			t.Errorf("the first admin is %+v, %v", admin, err)
		}
		topics, err := desk.Topics(ctx, tx)
		if err != nil || len(topics) != 14 {
			t.Errorf("%d topics, %v", len(topics), err)
		}
		brand, err := brands.Get(ctx, tx)
		if err != nil || brand.Name != "Lucky Fox" || brand.Accent != "#aa2200" {
			t.Errorf("its brand is %+v, %v", brand, err)
		}
		origins, err := chat.Origins(ctx, tx)
		if err != nil || len(origins) != 1 || origins[0] != "https://www.fox.example" {
			t.Errorf("its chat may stand on %v, %v", origins, err)
		}
		all, err := answers.Articles(ctx, tx, answers.Filter{Limit: 100})
		if err != nil || len(all) < 20 {
			t.Errorf("%d answers, %v", len(all), err)
		}
		for _, article := range all {
			if article.Original != "lt" || article.Texts[0].Live != 0 || article.Texts[0].State != answers.Drafted {
				t.Errorf("an answer nobody has read is %s in %s, live %d", article.Texts[0].State, article.Original, article.Texts[0].Live)
			}
		}
		var queued int
		if err := tx.NewRaw(`select count(*) from river.river_job where kind = 'draft_answers'`).Scan(ctx, &queued); err != nil || queued != 1 {
			t.Errorf("%d jobs will draft answers, %v", queued, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestACasinoWithoutAnAdminIsntThere(t *testing.T) {
	t.Parallel()
	a, ctx, _ := testApp(t)
	_, err := a.pools.Doors.Found(ctx, tenants.New{Slug: "lucky-fox", Name: "Lucky Fox"}, func(ctx context.Context, tx bun.Tx) error {
		_, err := begin(ctx, tx, tenants.Beginning{Admin: tenants.Newcomer{Email: "nobody", Name: "Ieva"}})
		return err
	})
	if fault.CodeOf(err) != fault.Invalid {
		t.Fatalf("an admin without an address: %v", err)
	}
	if _, err := a.pools.Doors.ByHost(ctx, "lucky-fox.localhost"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the casino is there all the same: %v", err)
	}
}
