package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/desk/answers/deflection"
	"pitdesk/desk/answers/faq"
	"pitdesk/tenants"
)

// demoTyped is what the demo's players have typed in the chat before they asked, or didn't.
var demoTyped = map[string][]string{
	"en": {"my withdrawal is late", "which documents do you need", "free spins not credited", "forgot my password", "how are bets settled", "set a deposit limit"},
	"ru": {"почему долго идёт вывод", "какие нужны документы", "не приходит код", "как пополнить счёт"},
	"lt": {"kodėl vėluoja išmoka", "kokių dokumentų reikia", "pamiršau slaptažodį"},
}

// demoMissed is what they have typed that no article is about.
var demoMissed = map[string]string{"en": "jackpot cashback ", "ru": "кэшбэк джекпот ", "lt": "dovanėlė "}

// demoDays is how far back the demo's players were shown answers.
const demoDays = 42

// answers gives the casino a help centre and a past of players who were shown what stands there. All of it is rows: the pages
// count them as they count anybody's.
func (s *seeding) answers(ctx context.Context, t tenants.Tenant) error {
	lead := s.leads()
	if _, err := faq.Seed(authz.With(ctx, lead), s.tx, s.plan.helps...); err != nil {
		return err
	}
	// The same past at every start, and another one for each casino.
	chance := rand.New(rand.NewPCG(42, uint64(len(s.plan.slug)))) // #nosec G404 -- made-up numbers, the same each time
	key := deflection.Key("only for the demo's past, which nobody goes on with")
	for day := range demoDays {
		for n := range chance.IntN(3) + len(s.plan.helps)/3 {
			language := s.plan.helps[chance.IntN(len(s.plan.helps))]
			look := deflection.Look{ID: deflection.LookID(fmt.Sprintf("demo-%s-%d-%d", s.plan.slug, day, n)), Language: language,
				Visitor: key.Visitor(t.ID, tenants.NewID(), time.Now())}
			if err := s.look(ctx, look, chance); err != nil {
				return err
			}
			at := time.Duration(day*24+2) * time.Hour
			if err := tenants.WithCommit(ctx, s.tx, `update suggestions set begun_at = now() - ?0::interval, last_at = now() - ?0::interval
				where tenant_id = current_tenant() and id = ?1`, fmt.Sprintf("%d seconds", int(at.Seconds())), look.ID); err != nil {
				return err
			}
		}
	}
	for _, language := range s.plan.helps {
		for range deflection.Seekers + chance.IntN(4) {
			if err := deflection.Missed(ctx, s.tx, key, tenants.NewID(), language, deflection.Words(demoMissed[language], true)); err != nil {
				return err
			}
		}
	}
	return s.asked(ctx, t, key, chance)
}

// look is somebody who types, is shown what the help centre finds, and perhaps reads it and is answered.
func (s *seeding) look(ctx context.Context, look deflection.Look, chance *rand.Rand) error {
	typed := demoTyped[look.Language]
	if len(typed) == 0 {
		typed = demoTyped["en"] // who writes in a language that the help centre doesn't speak tries English
	}
	hits, err := answers.Suggest(ctx, s.tx, answers.Query{Language: look.Language, Words: typed[chance.IntN(len(typed))], Limit: deflection.Most})
	if err != nil || len(hits) == 0 {
		return err
	}
	var found []deflection.Article
	for _, h := range hits {
		found = append(found, deflection.Article{ID: h.Article, Language: h.Language})
	}
	if err := deflection.Shown(ctx, s.tx, look, found); err != nil {
		return err
	}
	if chance.IntN(3) == 0 {
		return nil
	}
	read := found[chance.IntN(len(found))]
	if err := deflection.Read(ctx, s.tx, look, read); err != nil || chance.IntN(2) == 0 {
		return err
	}
	return deflection.Answered(ctx, s.tx, look, read.ID)
}

// asked lets the demo's players have looked before they asked.
func (s *seeding) asked(ctx context.Context, t tenants.Tenant, key deflection.Key, chance *rand.Rand) error {
	var begun []struct {
		ID       uuid.UUID `bun:"id"`
		Player   uuid.UUID `bun:"player_id"`
		Language string    `bun:"language"`
	}
	if err := s.tx.NewRaw(`select id, player_id, language from conversations where tenant_id = current_tenant() order by id`).Scan(ctx, &begun); err != nil {
		return err
	}
	for _, c := range begun {
		look := deflection.Look{ID: deflection.LookID("demo-" + c.ID.String()), Language: c.Language, Visitor: key.Visitor(t.ID, c.Player, time.Now())}
		if err := s.look(ctx, look, chance); err != nil {
			return err
		}
		if err := deflection.Asked(ctx, s.tx, look, c.ID, nil); err != nil {
			return err
		}
	}
	return nil
}

// leads is the demo's lead, who lets articles out.
func (s *seeding) leads() authz.Actor {
	for _, m := range s.members {
		if m.Role == authz.Lead {
			return m
		}
	}
	return authz.System(tenants.Nobody)
}
