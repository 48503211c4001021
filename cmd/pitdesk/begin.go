package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/desk"
	"pitdesk/desk/answers/faq"
	"pitdesk/desk/channels/chat"
	"pitdesk/desk/staff"
	"pitdesk/internal/jobs"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
)

// leadsTeam is the team that what needs a lead goes to. The casino may rename it.
const leadsTeam = "Leads"

// begin gives a new casino what every one begins with: an admin, a team for what needs a lead, the topics players ask about, its
// brand where one is given, its trial, and drafts of the commonest answers, which follow by a job.
func begin(ctx context.Context, tx bun.Tx, b tenants.Beginning) (made tenants.Begun, err error) {
	t := tenants.Current(ctx)
	if _, acts := authz.From(ctx); !acts {
		ctx = authz.With(ctx, authz.System(t.ID))
	}
	team, err := staff.AddTeam(ctx, tx, leadsTeam, true)
	if err != nil {
		return made, err
	}
	if b.Admin.Language == "" {
		b.Admin.Language = t.Language
	}
	if made.Admin, err = staff.Hire(ctx, tx, b.Admin, authz.Admin, []uuid.UUID{team.ID}); err != nil {
		return made, err
	}
	if err := desk.SeedTopics(ctx, tx); err != nil {
		return made, err
	}
	if err := dress(ctx, tx, t, b); err != nil {
		return made, err
	}
	if err := billing.Begin(ctx, tx); err != nil {
		return made, err
	}
	return made, jobs.Insert(ctx, tx, answersArgs{t.ID}, nil)
}

// dress gives a new casino its brand, where something of it is known, and lets its site hold the chat.
func dress(ctx context.Context, tx bun.Tx, t tenants.Tenant, b tenants.Beginning) error {
	if b.Accent == "" && b.Site == "" {
		return nil
	}
	brand := brands.Plain(t.Name)
	brand.Site = b.Site
	if b.Accent != "" {
		brand.Accent = b.Accent
	}
	brand, err := brand.Clean()
	if err != nil {
		return err
	}
	if err := brands.Set(ctx, tx, brand); err != nil || brand.Site == "" {
		return err
	}
	site, err := url.Parse(brand.Site)
	if err != nil {
		return err
	}
	return chat.AddOrigin(ctx, tx, site.Scheme+"://"+site.Host)
}

// answersArgs is the job that drafts a new casino's first answers.
type answersArgs struct {
	Tenant uuid.UUID `json:"tenant"`
}

// Kind names the job in the queue.
func (answersArgs) Kind() string { return "draft_answers" }

// draftAnswers fills an empty help centre with drafts in the casino's language, or in English.
func (a *app) draftAnswers(ctx context.Context, args answersArgs) error {
	t, err := a.pools.Doors.ByID(ctx, args.Tenant)
	if err != nil {
		return err
	}
	language := t.Language
	if !slices.Contains(faq.Languages, language) {
		language = faq.Languages[0]
	}
	ctx = authz.With(tenants.With(ctx, t), authz.System(t.ID))
	return tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		_, err := faq.Draft(ctx, tx, language)
		if err != nil {
			return fmt.Errorf("draft answers: %w", err)
		}
		return nil
	})
}
