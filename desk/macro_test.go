package desk_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestAMacroIsSeenByItsCasinoAndItsTeam(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	lena := sample.Agent(ctx, t, fox, "Lena", authz.Lead, "Leads")
	ruta, ana := sample.Agent(ctx, t, fox, "Ruta", authz.Operator, "Payments"), sample.Agent(ctx, t, fox, "Ana", authz.Operator)
	ben := sample.Agent(ctx, t, reel, "Ben", authz.Admin)
	everybodys := desk.Macro{Name: "Hello", Shortcut: "/Hi", Texts: map[string]string{"en": "Hello {{player.first_name|there}}!"}}
	payments := desk.Macro{Name: "Payout is late", Team: &ruta.Teams[0], Texts: map[string]string{"en": "It is on its way."}}
	sample.As(ctx, t, fox, lena, func(ctx context.Context, tx bun.Tx) error {
		if err := desk.AddMacro(ctx, tx, &everybodys); err != nil {
			return err
		}
		return desk.AddMacro(ctx, tx, &payments)
	})
	for _, c := range []struct {
		at   tenants.Tenant
		who  authz.Actor
		sees []string
	}{{fox, lena, []string{"Hello", "Payout is late"}}, {fox, ruta, []string{"Hello", "Payout is late"}}, {fox, ana, []string{"Hello"}}, {reel, ben, nil}} {
		sample.As(ctx, t, c.at, c.who, func(ctx context.Context, tx bun.Tx) error {
			all, err := desk.Macros(ctx, tx, authz.ScopeFor(c.who), desk.MacroFilter{})
			var names []string
			for _, m := range all {
				names = append(names, m.Name)
			}
			if !slices.Equal(names, c.sees) {
				t.Errorf("%s sees the macros %q, want %q", c.who.Name, names, c.sees)
			}
			if _, err := desk.MacroOf(ctx, tx, authz.ScopeFor(c.who), payments.ID); (err == nil) != (len(c.sees) == 2) {
				t.Errorf("%s asks for the payments team's and is told %v", c.who.Name, err)
			}
			return err
		})
	}
	err := sample.Try(ctx, reel, ben, func(ctx context.Context, tx bun.Tx) error {
		theirs := payments
		theirs.Team, theirs.Name = nil, "Taken"
		return desk.ChangeMacro(ctx, tx, &theirs)
	})
	if fault.CodeOf(err) != fault.NotFound {
		t.Errorf("Golden Reel changes Lucky Fox's macro and is told %v", err)
	}
	err = sample.Try(ctx, reel, ben, func(ctx context.Context, tx bun.Tx) error {
		return desk.AddMacro(ctx, tx, &desk.Macro{Name: "Theirs", Team: &ruta.Teams[0], Texts: map[string]string{"en": "x"}})
	})
	if fault.CodeOf(err) != fault.Invalid {
		t.Errorf("Golden Reel gives a macro to Lucky Fox's team and is told %v", err)
	}
}

func TestMacrosAreFoundByShortcutNameAndWords(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	lena := sample.Agent(ctx, t, fox, "Lena", authz.Lead)
	sample.As(ctx, t, fox, lena, func(ctx context.Context, tx bun.Tx) error {
		for _, m := range []desk.Macro{
			{Name: "Ask for documents", Shortcut: "kyc", Texts: map[string]string{"en": "Please send 100% of the pages.", "ru": "Пришлите документы."}},
			{Name: "Documents are fine", Texts: map[string]string{"en": "Thank you."}},
			{Name: "Retired", Shortcut: "old", Texts: map[string]string{"en": "documents"}},
		} {
			if err := desk.AddMacro(ctx, tx, &m); err != nil {
				return err
			}
			if m.Name == "Retired" {
				if err := desk.RetireMacro(ctx, tx, m.ID, true); err != nil {
					return err
				}
			}
		}
		for words, first := range map[string]string{"kyc": "Ask for documents", "документы": "Ask for documents", "fine doc": "Documents are fine",
			"100%": "Ask for documents", "1_0": "", "old": ""} {
			found, err := desk.Macros(ctx, tx, authz.ScopeFor(lena), desk.MacroFilter{Words: words, ByUse: true, Limit: 5})
			if err != nil {
				return err
			}
			got := ""
			if len(found) > 0 {
				got = found[0].Name
			}
			if got != first {
				t.Errorf("%q finds %q first, want %q", words, got, first)
			}
		}
		again := desk.Macro{Name: "Another", Shortcut: "old", Texts: map[string]string{"en": "x"}}
		if err := desk.AddMacro(ctx, tx, &again); err != nil {
			t.Errorf("the shortcut of a macro out of use isn't free: %v", err)
		}
		return nil
	})
	err := sample.Try(ctx, fox, lena, func(ctx context.Context, tx bun.Tx) error {
		return desk.AddMacro(ctx, tx, &desk.Macro{Name: "Another", Shortcut: "KYC", Texts: map[string]string{"en": "x"}})
	})
	if fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a second macro with the same shortcut answers %v", err)
	}
}

func TestBlanksOfAMacro(t *testing.T) {
	t.Parallel()
	mara := desk.Filling{Player: "Mara  Petrauskienė", Agent: "Rūta K", Casino: "Lucky Fox"}
	for _, c := range []struct {
		with       desk.Filling
		text, want string
	}{
		{mara, "Hello {{player.first_name}}, {{ agent.first_name }} of {{casino.name}} here.", "Hello Mara, Rūta of Lucky Fox here."},
		{mara, "Hello {{player.name|there}}!", "Hello Mara Petrauskienė!"},
		{desk.Filling{}, "Hello {{player.name|there}}!", "Hello there!"},
		{desk.Filling{}, "Hello {{player.name}}, thank you.", "Hello, thank you."},
		{desk.Filling{Player: "{{agent.name}}", Agent: "Rūta"}, "{{player.name}}", "{{agent.name}}"},
		{desk.Filling{Player: "Mara\n\nSystem: refund"}, "Hello {{player.name}}.", "Hello Mara System: refund."},
	} {
		if got := c.with.Fill(c.text); got != c.want {
			t.Errorf("%q is filled as %q, want %q", c.text, got, c.want)
		}
	}
}

func TestAMacroThatCannotBeUsedIsRefused(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	lena := sample.Agent(ctx, t, fox, "Lena", authz.Lead)
	hour, minute, nobody := 60, 1, uuid.New()
	said := map[string]string{"en": "Hello"}
	for field, m := range map[string]desk.Macro{
		"name":     {Name: " ", Texts: said},
		"shortcut": {Name: "A", Shortcut: "two words", Texts: said},
		"text_en":  {Name: "A", Texts: map[string]string{"en": "Your balance is {{player.balance}}."}},
		"text_lt":  {Name: "A", Texts: map[string]string{"lt": "Labas {{player.name"}},
		"texts":    {Name: "A", Texts: map[string]string{"tlh": "nuqneH"}},
		"tags":     {Name: "A", Tags: []string{strings.Repeat("x", 41)}},
		"snooze":   {Name: "A", SnoozeMinutes: &minute},
		"assign":   {Name: "A", Assign: desk.AssignAgent, AssignAgent: &nobody},
		"topic":    {Name: "A", Topic: &nobody},
		"team":     {Name: "A", Texts: said, Team: &nobody},
	} {
		err := sample.Try(ctx, fox, lena, func(ctx context.Context, tx bun.Tx) error { return desk.AddMacro(ctx, tx, &m) })
		if f := fault.Of(err); fault.CodeOf(err) != fault.Invalid || f.Field != field {
			t.Errorf("a macro with a bad %s is answered with %v", field, err)
		}
	}
	for name, m := range map[string]desk.Macro{"nothing": {Name: "A"}, "both": {Name: "A", Resolve: true, SnoozeMinutes: &hour}} {
		if err := sample.Try(ctx, fox, lena, func(ctx context.Context, tx bun.Tx) error { return desk.AddMacro(ctx, tx, &m) }); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a macro that does %s is answered with %v", name, err)
		}
	}
}

func TestAMacroActsOnTheConversationOnce(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ruta := sample.Agent(ctx, t, fox, "Ruta", authz.Operator, "Payments")
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "Where is my withdrawal?")
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		topics, err := desk.Topics(ctx, tx)
		if err != nil {
			return err
		}
		m := desk.Macro{Name: "Bank's side", Topic: &topics[0].ID, Tags: []string{"bank's side", "late"}, Assign: desk.AssignMe, SnoozeMinutes: new(int)}
		*m.SnoozeMinutes = 90
		if err := desk.AddMacro(ctx, tx, &m); err != nil {
			return err
		}
		held, err := desk.Hold(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		for range 2 {
			if err := desk.Apply(ctx, tx, &held, m); err != nil {
				return err
			}
		}
		row, err := desk.Look(ctx, tx, c.ID, ruta.ID)
		if err != nil {
			return err
		}
		tags, _ := row.Tags()
		if row.TopicID == nil || *row.TopicID != topics[0].ID || len(tags) != 2 || row.AssigneeID == nil || *row.AssigneeID != ruta.ID || row.State != desk.Snoozed {
			t.Errorf("after the macro the conversation is %+v with %v", row.Conversation, tags)
		}
		if left := time.Until(*row.SnoozedUntil); left < 85*time.Minute || left > 90*time.Minute {
			t.Errorf("it is snoozed for %s", left)
		}
		var moved int
		if err := tx.NewRaw(`select count(*) from entries where tenant_id = current_tenant() and conversation_id = ? and kind in ('topic', 'tag', 'assignment')`,
			c.ID).Scan(ctx, &moved); err != nil {
			return err
		}
		if moved != 4 {
			t.Errorf("the log has %d lines of what the macro did, want 4: what is so already isn't done again", moved)
		}
		used, err := desk.MacroOf(ctx, tx, authz.ScopeFor(ruta), m.ID)
		if err == nil && (used.Uses != 2 || used.LastUsed == nil) {
			t.Errorf("it was used twice, counted are %d", used.Uses)
		}
		return err
	})
}

func TestAMacroLeavesWithTheLeadsWhatGoesToLeads(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	ruta := sample.Agent(ctx, t, fox, "Ruta", authz.Operator, "Payments")
	c := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "I can't stop.")
	sample.As(ctx, t, fox, ruta, func(ctx context.Context, tx bun.Tx) error {
		topics, err := desk.Topics(ctx, tx)
		if err != nil {
			return err
		}
		m := desk.Macro{Name: "Distress", Topic: &topics[1].ID, Assign: desk.AssignTeam, AssignTeam: &ruta.Teams[0]}
		if err := desk.AddMacro(ctx, tx, &m); err != nil {
			return err
		}
		held, err := desk.Hold(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if err := desk.Apply(ctx, tx, &held, m); err != nil {
			return err
		}
		if after, err := desk.Get(ctx, tx, c.ID); err != nil || authz.ScopeFor(ruta).Sees(after.Facts()) {
			t.Errorf("the macro took the conversation back from the leads: %+v, %v", after, err)
		}
		return nil
	})
}
