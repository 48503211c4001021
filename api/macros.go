package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Macro is a reply that is written once and used often, and what is done to the conversation with it.
type Macro struct {
	ID string `json:"id" example:"mac_06ey3pjmrskbk9ks8x4w2ptxqg"`
	MacroFields
	Uses       int        `json:"uses" example:"41" doc:"How often it was used in the last 90 days."`
	LastUsedAt *time.Time `json:"last_used_at,omitempty" doc:"Within the last 90 days."`
	CreatedAt  time.Time  `json:"created_at"`
	ChangedAt  time.Time  `json:"changed_at"`
	RetiredAt  *time.Time `json:"retired_at,omitempty" doc:"Since when nobody is offered it any more."`
}

// MacroFields are what can be set of a macro.
type MacroFields struct {
	Name          string            `json:"name" maxLength:"80" example:"Payout is late"`
	Shortcut      string            `json:"shortcut,omitempty" maxLength:"31" example:"late" doc:"What agents type after a slash to find it at once."`
	Team          string            `json:"team,omitempty" example:"tea_06ey3pjmrskbk9ks8x4w2ptxqg" doc:"The team that uses it. Absent: everybody."`
	Texts         map[string]string `json:"texts" doc:"By language, with blanks such as {{player.name}} or {{player.first_name|there}}. None: it only does."`
	Topic         string            `json:"topic,omitempty" example:"top_06ey3pjmrskbk9ks8x4w2ptxqg" doc:"What the conversation is about afterwards."`
	Tags          []string          `json:"tags" maxItems:"10" doc:"Tags that are added."`
	Assign        string            `json:"assign,omitempty" maxLength:"30" example:"me" doc:"Who has the conversation afterwards: me, nobody, or the id of an agent or a team. Absent: as before."`
	SnoozeMinutes *int              `json:"snooze_minutes,omitempty" minimum:"5" maximum:"525600" example:"180" doc:"For how long the conversation is put away."`
	Resolve       bool              `json:"resolve,omitempty" doc:"Whether it is resolved afterwards."`
}

type macroBody struct {
	Strict
	MacroFields
}

// macroPatch names what changes; null takes a value away.
type macroPatch struct {
	Strict
	Name          *string            `json:"name,omitempty" nullable:"true" maxLength:"80"`
	Shortcut      *string            `json:"shortcut,omitempty" nullable:"true" maxLength:"31"`
	Team          *string            `json:"team,omitempty" nullable:"true" maxLength:"30"`
	Texts         map[string]*string `json:"texts,omitempty" nullable:"true" doc:"By language; null takes a text away."`
	Topic         *string            `json:"topic,omitempty" nullable:"true" maxLength:"30"`
	Tags          []string           `json:"tags,omitempty" maxItems:"10"`
	Assign        *string            `json:"assign,omitempty" nullable:"true" maxLength:"30"`
	SnoozeMinutes *int               `json:"snooze_minutes,omitempty" nullable:"true" minimum:"5" maximum:"525600"`
	Resolve       *bool              `json:"resolve,omitempty" nullable:"true"`
}

func macroOf(m desk.Macro) Macro {
	out := Macro{ID: tenants.PublicID(tenants.MacroPrefix, m.ID), Uses: m.Uses, LastUsedAt: utc(m.LastUsed), CreatedAt: m.CreatedAt.UTC(),
		ChangedAt: m.ChangedAt.UTC(), RetiredAt: utc(m.RetiredAt), MacroFields: MacroFields{Name: m.Name, Shortcut: m.Shortcut, Texts: m.Texts, Tags: m.Tags,
			Team: publicOrNone(tenants.TeamPrefix, m.Team), Topic: publicOrNone(tenants.TopicPrefix, m.Topic), Assign: string(m.Assign),
			SnoozeMinutes: m.SnoozeMinutes, Resolve: m.Resolve}}
	switch m.Assign {
	case desk.AssignAgent:
		out.Assign = publicOrNone(tenants.MemberPrefix, m.AssignAgent)
	case desk.AssignTeam:
		out.Assign = publicOrNone(tenants.TeamPrefix, m.AssignTeam)
	}
	return out
}

// macro is what b says as the desk's own.
func (b MacroFields) macro() (desk.Macro, error) {
	m := desk.Macro{Name: b.Name, Shortcut: b.Shortcut, Texts: b.Texts, Tags: b.Tags, SnoozeMinutes: b.SnoozeMinutes, Resolve: b.Resolve}
	var err error
	if m.Team, err = maybeID(tenants.TeamPrefix, "team", b.Team); err != nil {
		return m, err
	}
	if m.Topic, err = maybeID(tenants.TopicPrefix, "topic", b.Topic); err != nil {
		return m, err
	}
	switch {
	case strings.HasPrefix(b.Assign, tenants.TeamPrefix+"_"):
		m.Assign = desk.AssignTeam
		m.AssignTeam, err = maybeID(tenants.TeamPrefix, "assign", b.Assign)
	case b.Assign == "" || b.Assign == "me" || b.Assign == "nobody":
		m.Assign = desk.AssignTo(b.Assign)
	default:
		m.Assign = desk.AssignAgent
		m.AssignAgent, err = maybeID(tenants.MemberPrefix, "assign", b.Assign)
	}
	return m, err
}

type macrosIn struct {
	Words         string `query:"q" maxLength:"80" example:"payout" doc:"Only macros with these words in their shortcut, name or texts."`
	Retired       bool   `query:"retired" doc:"Those out of use too."`
	Limit         int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
	StartingAfter string `query:"starting_after" maxLength:"200" doc:"The next of the page before."`
}

type macrosOut struct{ Body page[Macro] }

// macrosCursor is the kind of the cursors of lists of macros.
const macrosCursor = 'm'

func (a *API) listMacros(ctx context.Context, in *macrosIn) (*macrosOut, error) {
	f := desk.MacroFilter{Words: in.Words, Retired: in.Retired, ByAge: true, Limit: in.Limit + 1}
	if in.StartingAfter != "" {
		after, err := readIDCursor(macrosCursor, in.StartingAfter)
		if err != nil {
			return nil, err
		}
		f.After = &after
	}
	var found []desk.Macro
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		scope, err := authz.ScopeOf(ctx, tx, authz.MacroRead)
		if err != nil {
			return err
		}
		found, err = desk.Macros(ctx, tx, scope, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	next := ""
	if len(found) > in.Limit {
		found = found[:in.Limit]
		next = idCursor(macrosCursor, found[len(found)-1].ID)
	}
	data, err := each(found, nil, macroOf)
	return &macrosOut{pageOf(data, next)}, err
}

// MacroPath is the macro that a path names.
type MacroPath struct {
	Macro string `path:"macro" example:"mac_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

type macroOut struct{ Body Macro }

// oneMacro does something to or with the macro that a path names, after asking for p, and answers with it as it is then.
func oneMacro(ctx context.Context, public string, p authz.Permission, do func(ctx context.Context, tx bun.Tx, m desk.Macro) error) (*macroOut, error) {
	id, err := tenants.ParseID(tenants.MacroPrefix, public)
	if err != nil {
		id = uuid.Nil // asked all the same: what isn't an id answers as an unknown one does
	}
	var out macroOut
	run := in
	if p.Read {
		run = reading
	}
	err = run(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, p, authz.Facts{Object: id, About: "macros"}); err != nil {
			return err
		}
		actor, _ := authz.From(ctx)
		m, err := desk.MacroOf(ctx, tx, authz.ScopeFor(actor), id)
		if err == nil && do != nil {
			if err = do(ctx, tx, m); err == nil {
				m, err = desk.MacroOf(ctx, tx, authz.ScopeFor(actor), id)
			}
		}
		out.Body = macroOf(m)
		return err
	})
	return &out, err
}

func (a *API) getMacro(ctx context.Context, in *MacroPath) (*macroOut, error) {
	return oneMacro(ctx, in.Macro, authz.MacroRead, nil)
}

type newMacroIn struct{ Body macroBody }

func (a *API) addMacro(ctx context.Context, body *newMacroIn) (*macroOut, error) {
	var out macroOut
	err := in(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.MacroChange, authz.Facts{About: "macros"}); err != nil {
			return err
		}
		m, err := body.Body.macro()
		if err != nil {
			return err
		}
		if err := desk.AddMacro(ctx, tx, &m); err != nil {
			return err
		}
		m, err = desk.MacroOf(ctx, tx, authz.Scope{All: true}, m.ID)
		out.Body = macroOf(m)
		return err
	})
	return &out, err
}

type macroChangeIn struct {
	MacroPath
	Body    macroPatch
	RawBody []byte
}

func (a *API) changeMacro(ctx context.Context, in *macroChangeIn) (*macroOut, error) {
	return oneMacro(ctx, in.Macro, authz.MacroChange, func(ctx context.Context, tx bun.Tx, m desk.Macro) error {
		set, err := merged(macroOf(m).MacroFields, in.RawBody)
		if err != nil {
			return fault.New(fault.Invalid, "This can't be laid over what is there.").Because(err)
		}
		to, err := set.macro()
		if err != nil {
			return err
		}
		to.ID = m.ID
		return desk.ChangeMacro(ctx, tx, &to)
	})
}

func (a *API) retireMacro(ctx context.Context, in *MacroPath) (*macroOut, error) {
	return oneMacro(ctx, in.Macro, authz.MacroChange, func(ctx context.Context, tx bun.Tx, m desk.Macro) error {
		return desk.RetireMacro(ctx, tx, m.ID, true)
	})
}

func (a *API) restoreMacro(ctx context.Context, in *MacroPath) (*macroOut, error) {
	return oneMacro(ctx, in.Macro, authz.MacroChange, func(ctx context.Context, tx bun.Tx, m desk.Macro) error {
		return desk.RetireMacro(ctx, tx, m.ID, false)
	})
}

// registerMacros declares what programs may do with macros.
func (a *API) registerMacros() {
	op := func(id, method, path string, p authz.Permission) Operation { return Operation{id, method, path, p} }
	add(a, operation{Operation: op("list-macros", http.MethodGet, "/macros", authz.MacroRead), tag: macrosTag, summary: "List macros",
		answer: examplePage(exampleMacro), description: "The oldest first. A key with an operator's role sees those of everybody."}, a.listMacros)
	add(a, operation{Operation: op("get-macro", http.MethodGet, "/macros/{macro}", authz.MacroRead), tag: macrosTag, summary: "Get a macro",
		answer: exampleMacro}, a.getMacro)
	add(a, operation{Operation: op("add-macro", http.MethodPost, "/macros", authz.MacroChange), tag: macrosTag, status: http.StatusCreated,
		summary: "Write a macro", body: exampleMacro.MacroFields, answer: exampleMacro,
		description: "Blanks are filled when it is used: " + "{{" + strings.Join(desk.MacroBlanks, "}}, {{") + "}}. After a bar stands what is said where the value isn't known."}, a.addMacro)
	add(a, operation{Operation: op("change-macro", http.MethodPatch, "/macros/{macro}", authz.MacroChange), tag: macrosTag, summary: "Change a macro",
		body: map[string]any{"resolve": true, "snooze_minutes": nil, "texts": map[string]any{"ru": nil}}, answer: exampleMacro,
		description: "What the body doesn't name stays; null takes a value away."}, a.changeMacro)
	add(a, operation{Operation: op("retire-macro", http.MethodDelete, "/macros/{macro}", authz.MacroChange), tag: macrosTag, summary: "Take a macro out of use",
		answer: exampleMacro, description: "Nobody is offered it any more. What it was used for stays."}, a.retireMacro)
	add(a, operation{Operation: op("restore-macro", http.MethodPost, "/macros/{macro}/restore", authz.MacroChange), tag: macrosTag, summary: "Use a macro again",
		answer: exampleMacro, description: "Where another macro has its shortcut meanwhile, the answer is 409."}, a.restoreMacro)
	a.registerMacroUse()
	a.registerViews()
	a.registerSearch()
	a.registerStatistics()
}

var exampleMacro = Macro{ID: "mac_06ey3pjmrskbk9ks8x4w2ptxqg", Uses: 41, CreatedAt: exampleTime, ChangedAt: exampleTime, MacroFields: MacroFields{
	Name: "Payout is late", Shortcut: "late", Topic: exampleTopic, Tags: []string{"bank's side"}, Assign: "me", SnoozeMinutes: new(180),
	Texts: map[string]string{"en": "Hello {{player.first_name|there}}, your bank has it. It arrives within a day."}}}
