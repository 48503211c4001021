package views

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"pitdesk/internal/i18n"
)

// MacroDeed is one thing that a macro does besides its words.
type MacroDeed struct{ Icon, Text string }

// MacroOffer is a macro as the composer offers it, its blanks filled for the conversation.
type MacroOffer struct {
	ID       string
	Name     string
	Shortcut string
	Text     string // empty: it only does
	Lang     string // of the text
	Language string // what the reader calls it; empty where it is the player's
	Deeds    []MacroDeed
	Apply    string // where it is posted to when nothing is said
}

// deeds are o's deeds as the page's script keeps them.
func (o MacroOffer) deeds() string {
	texts := make([]string, 0, len(o.Deeds))
	for _, d := range o.Deeds {
		texts = append(texts, d.Text)
	}
	raw, _ := json.Marshal(texts)
	return string(raw)
}

// MacroListProps is the casino's macros, as far as the reader may use them.
type MacroListProps struct {
	Settings SettingsProps
	Macros   []MacroLine
	Words    string // looked for
	May      bool   // the reader may change them
}

// MacroLine is one macro in the list.
type MacroLine struct {
	ID        string
	Name      string
	Shortcut  string
	Team      string // empty: everybody's
	Text      string
	Lang      string
	Languages []string
	Deeds     []MacroDeed
	Uses      int // in 90 days
	Retired   bool
}

// MacroFormProps is a macro's page.
type MacroFormProps struct {
	Settings                  SettingsProps
	ID                        string // empty: a new one
	Name, Shortcut            string
	Team, Topic, Tags, Assign string
	Texts                     map[string]string
	Languages                 []string // it can have texts in, the casino's own first
	Snooze                    int      // minutes; zero: it doesn't
	Resolve                   bool
	Retired                   bool
	Uses                      int
	May                       bool
	Blanks                    []string
	Sample                    map[string]string // what the preview fills blanks with
	Teams, Topics, Agents     []Choice
	Fault                     Fault
}

func (p MacroFormProps) action() string {
	if p.ID == "" {
		return "/settings/macros"
	}
	return "/settings/macros/" + p.ID
}

func (p MacroFormProps) title(ctx context.Context) string {
	if p.ID == "" {
		return i18n.T(ctx, "macros.new")
	}
	return p.Name
}

func (p MacroFormProps) sample() string {
	raw, _ := json.Marshal(p.Sample)
	return string(raw)
}

// fields are the names of all fields, so that a fault without one of them stands over the form.
func (p MacroFormProps) fields() []string {
	all := []string{"name", "shortcut", "team", "topic", "tags", "assign", "after", "snooze"}
	for _, lang := range p.Languages {
		all = append(all, "text_"+lang)
	}
	return all
}

// spans are the snoozes on offer, in minutes, and the one that is set where it is another.
func (p MacroFormProps) spans() []int {
	all := []int{60, 180, 1440, 4320, 10080}
	for _, n := range all {
		if n == p.Snooze {
			return all
		}
	}
	if p.Snooze > 0 {
		all = append(all, p.Snooze)
	}
	return all
}

func snoozeWord(ctx context.Context, minutes int) string {
	return i18n.T(ctx, "macros.does_snooze", "Span", i18n.Span(ctx, time.Duration(minutes)*time.Minute))
}

func snoozeValue(minutes int) string { return "snooze-" + strconv.Itoa(minutes) }

// blankWord is what people call a blank.
func blankWord(ctx context.Context, blank string) string {
	switch blank {
	case "player.name":
		return i18n.T(ctx, "macros.blank_player_name")
	case "player.first_name":
		return i18n.T(ctx, "macros.blank_player_first_name")
	case "agent.name":
		return i18n.T(ctx, "macros.blank_agent_name")
	case "agent.first_name":
		return i18n.T(ctx, "macros.blank_agent_first_name")
	case "casino.name":
		return i18n.T(ctx, "macros.blank_casino_name")
	}
	return i18n.T(ctx, "macros.blank_topic")
}
