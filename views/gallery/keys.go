package main

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"pitdesk/views"
)

// keyStates are the casino's keys, bound and being rotated, and its files to take along.
func keyStates() []state {
	return []state{
		{"settings-api-bound", func(ctx context.Context) templ.Component {
			now := time.Now()
			return views.APISettings(views.APISettingsProps{Settings: settingsOf(ctx, "api"), Keys: []views.APIKeyLine{{ID: "key_x", Name: longName, Role: words(ctx, "role.lead"),
				Hint: "dk_7w3nq1", Created: now.Add(-90 * 24 * time.Hour), Used: &now, Scopes: []string{"conversations:read", "players:read", "statistics:read"},
				Networks: []string{"203.0.113.0/24", "2001:db8:0:7::/64"}, Old: "dk_3f9k2m", OldUntil: now.Add(20 * time.Hour), OldUsed: &now}},
				New: views.NewAPIKeyProps{Role: "lead", Terms: []string{"30d"}, Scopes: []views.ScopeChoice{{Scope: "conversations:read", On: true}, {Scope: "players:write"}},
					Networks: "here", Fault: views.Fault{Field: "networks", Sentence: words(ctx, "common.unavailable_text")}}})
		}},
		{"settings-export", func(ctx context.Context) templ.Component {
			now, until := time.Now(), time.Now().Add(7*24*time.Hour)
			return views.Export(views.ExportProps{Settings: settingsOf(ctx, "export"), Files: []views.ExportLine{{By: longName, Asked: now},
				{Href: "/settings/export/x", Asked: now.Add(-time.Hour), Until: &until, Size: 482113}, {Asked: now.Add(-48 * time.Hour), Failed: true}}})
		}},
		{"settings-export-empty", func(ctx context.Context) templ.Component {
			return views.Export(views.ExportProps{Settings: settingsOf(ctx, "export")})
		}},
	}
}

func settingsOf(ctx context.Context, here string) views.SettingsProps {
	return views.SettingsProps{Page: page(ctx, words(ctx, "settings."+here), "settings"), Title: words(ctx, "settings."+here), Here: here}
}
