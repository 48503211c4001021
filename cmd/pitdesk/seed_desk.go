package main

import (
	"context"
	"crypto/sha256"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/tenants"
)

const (
	demoInternal = "After a big loss: what to say, and what never"
	demoGuide    = "Stay calm and slow. Say that you have read everything, then answer the question that was asked.\n\n" +
		"## Say\n\n- What happened to the money, with dates.\n- Where limits and a break are set: [the player's own account](/help).\n\n" +
		"> [!WARNING]\n> Never offer a bonus, a spin or a refund as comfort. Pass the conversation to a lead instead.\n\n" +
		"## When they write of despair\n\nEscalate at once, stay in the conversation until a lead has it."
)

// atDesk gives the help centre what one at work has: an article for staff alone, a text that waits for its review, translations
// that their original has left behind, and what readers said.
func (s *seeding) atDesk(ctx context.Context) error {
	writes, publishes := authz.With(ctx, s.one(authz.Operator)), authz.With(ctx, s.one(authz.Lead))
	found, err := answers.Articles(ctx, s.tx, answers.Filter{State: answers.Published, Audience: answers.Players, Limit: 4})
	if err != nil || len(found) < 4 {
		return err
	}
	internal, err := answers.Create(writes, s.tx, answers.New{Category: found[0].Category, Audience: answers.Internal, Language: "en",
		Draft: answers.Draft{Title: demoInternal, Summary: "Calm first, never an offer, a lead early.", Body: demoGuide}})
	if err != nil {
		return err
	}
	if _, err := answers.Publish(publishes, s.tx, internal.ID, "en", internal.Texts[0].Opened); err != nil {
		return err
	}
	changed, err := rewritten(writes, s.tx, found[1])
	if err != nil {
		return err
	}
	if _, err := answers.Publish(publishes, s.tx, changed.Article, changed.Language, changed.Mark()); err != nil {
		return err
	}
	if changed, err = rewritten(writes, s.tx, found[2]); err != nil {
		return err
	}
	if _, err := answers.AskReview(writes, s.tx, changed.Article, changed.Language, changed.Mark()); err != nil {
		return err
	}
	for i, said := range []string{"", "", "", "It doesn't say what to do when my card has expired."} {
		voter := sha256.Sum256([]byte{byte(i)})
		if err := answers.Vote(ctx, s.tx, answers.Ballot{Article: found[3].ID, Language: found[3].Original, Voter: voter[:16], Helpful: said == "", Words: said}); err != nil {
			return err
		}
	}
	return nil
}

// one is a member of a role.
func (s *seeding) one(role authz.Role) authz.Actor {
	for _, m := range s.members {
		if m.Role == role {
			return m
		}
	}
	return authz.System(tenants.Nobody)
}

// demoMore is the sentence that the demo's articles gain.
var demoMore = map[string]string{"en": "On public holidays it can take a day longer.", "ru": "В праздники это может занять на день больше.",
	"lt": "Per šventes tai gali užtrukti diena ilgiau."}

// rewritten is a draft of an article's original with a sentence more.
func rewritten(ctx context.Context, tx bun.Tx, a answers.Article) (answers.Version, error) {
	v, err := answers.LiveVersion(ctx, tx, a.ID, a.Original)
	if err != nil {
		return v, err
	}
	return answers.SaveDraft(ctx, tx, a.ID, a.Original, answers.Draft{Title: v.Title, Summary: v.Summary, Slug: v.Slug,
		Body: v.Body + "\n\n> [!NOTE]\n> " + demoMore[a.Original], Opened: v.Mark()}, 0)
}
