package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/authz"
	"pitdesk/internal/cards"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
)

// Bounds of a casino's macros.
const (
	maxMacros    = 500
	maxMacroText = 4000 // characters
	maxMacroTags = 10
	macroUseDays = 90 // how far back uses are counted
)

// AssignTo is to whom a macro gives a conversation.
type AssignTo string

// The ways a macro gives a conversation.
const (
	AssignNone   AssignTo = ""
	AssignMe     AssignTo = "me" // whoever uses it
	AssignNobody AssignTo = "nobody"
	AssignAgent  AssignTo = "agent"
	AssignTeam   AssignTo = "team"
)

// Macro is a reply that is written once and used often, and what is done to the conversation with it.
type Macro struct {
	ID            uuid.UUID         `bun:"id"`
	Name          string            `bun:"name"`
	Shortcut      string            `bun:"shortcut"` // what is typed after "/" to find it at once; may be empty
	Team          *uuid.UUID        `bun:"team_id"`  // the team that has it; nil: everybody
	Texts         map[string]string `bun:"-"`        // by language, with {{blanks}}; none: it only does
	Topic         *uuid.UUID        `bun:"topic_id"`
	Tags          []string          `bun:"tags,array"`
	Assign        AssignTo          `bun:"assign"`
	AssignAgent   *uuid.UUID        `bun:"assign_agent_id"`
	AssignTeam    *uuid.UUID        `bun:"assign_team_id"`
	SnoozeMinutes *int              `bun:"snooze_minutes"` // from the moment it is used
	Resolve       bool              `bun:"resolve"`
	CreatedAt     time.Time         `bun:"created_at"`
	ChangedAt     time.Time         `bun:"changed_at"`
	RetiredAt     *time.Time        `bun:"retired_at"`

	Uses       int        `bun:"uses"` // in the last 90 days
	LastUsed   *time.Time `bun:"last_used"`
	TeamName   *string    `bun:"team_name"`
	TopicKey   *string    `bun:"topic_key"`
	TopicNames []byte     `bun:"topic_names"`
	ToName     *string    `bun:"to_name"`    // of the agent or team that gets the conversation
	TopicGone  bool       `bun:"topic_gone"` // retired since: it isn't set any more
	AgentGone  bool       `bun:"agent_gone"` // can't sign in any more: nothing is given to them

	TextsJSON json.RawMessage `bun:"texts"`
}

const macroColumns = `m.id, m.name, coalesce(m.shortcut, '') as shortcut, m.team_id, m.texts, m.topic_id, m.tags, m.assign, m.assign_agent_id,
	m.assign_team_id, m.snooze_minutes, m.resolve, m.created_at, m.changed_at, m.retired_at, coalesce(u.uses, 0) as uses, u.last_used,
	g.name as team_name, t.key as topic_key, t.names as topic_names, coalesce(a.name, h.name) as to_name,
	coalesce(t.retired_at is not null, false) as topic_gone, coalesce(a.disabled_at is not null, false) as agent_gone`

const macroJoins = ` from macros m
	left join teams g on g.tenant_id = m.tenant_id and g.id = m.team_id
	left join topics t on t.tenant_id = m.tenant_id and t.id = m.topic_id
	left join memberships a on a.tenant_id = m.tenant_id and a.id = m.assign_agent_id
	left join teams h on h.tenant_id = m.tenant_id and h.id = m.assign_team_id
	left join (select macro_id, count(*) as uses, max(at) as last_used from macro_uses
		where tenant_id = current_tenant() and at > now() - interval '90 days' group by 1) u on u.macro_id = m.id `

// MacroFilter narrows a list of macros.
type MacroFilter struct {
	Words   string     // each must stand in the shortcut, the name or a text
	Retired bool       // those out of use too
	ByUse   bool       // the most used first; else by name
	ByAge   bool       // the oldest first
	After   *uuid.UUID // with ByAge: those made after it
	Limit   int        // 0: all there can be
}

// Macros are the macros that somebody with a scope may use: those of everybody and of their teams. Leads and admins see all.
func Macros(ctx context.Context, tx bun.Tx, s authz.Scope, f MacroFilter) ([]Macro, error) {
	where, args := "where m.tenant_id = current_tenant()", []any{}
	if !f.Retired {
		where += " and m.retired_at is null"
	}
	if !s.All {
		where += " and (m.team_id is null or m.team_id = any (?))"
		args = append(args, pgdialect.Array(s.Teams))
	}
	order := "m.retired_at is not null, lower(m.name), m.id"
	if f.ByUse {
		order = "coalesce(u.uses, 0) desc, " + order
	}
	if f.ByAge {
		order = "m.id"
	}
	if f.After != nil {
		where += " and m.id > ?"
		args = append(args, *f.After)
	}
	words := strings.Fields(strings.ToLower(f.Words))
	for _, w := range words {
		where += ` and concat_ws(' ', m.shortcut, lower(m.name), lower(m.texts::text)) like ?`
		args = append(args, "%"+likeEscape.Replace(w)+"%")
	}
	if len(words) > 0 && !f.ByAge {
		order = "coalesce(m.shortcut = ?, false) desc, coalesce(m.shortcut like ?, false) desc, lower(m.name) like ? desc, " + order
		first := likeEscape.Replace(words[0])
		args = append(args, words[0], first+"%", "%"+first+"%")
	}
	if f.Limit <= 0 {
		f.Limit = 2 * maxMacros
	}
	var all []Macro
	err := tx.NewRaw(`select `+macroColumns+macroJoins+where+` order by `+order+` limit ?`, append(args, f.Limit)...).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("macros: %w", err)
	}
	for i := range all {
		_ = json.Unmarshal(all[i].TextsJSON, &all[i].Texts)
	}
	return all, nil
}

// likeEscape makes what somebody typed a plain part of a pattern.
var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// MacroOf returns a macro in a scope, or NotFound. One that is out of use is found too.
func MacroOf(ctx context.Context, tx bun.Tx, s authz.Scope, id uuid.UUID) (Macro, error) {
	var m Macro
	err := tx.NewRaw(`select `+macroColumns+macroJoins+`where m.tenant_id = current_tenant() and m.id = ?`, id).Scan(ctx, &m)
	if err != nil {
		return m, notFoundOr(err, fmt.Sprintf("macro %s", id))
	}
	if !s.All && m.Team != nil && !slices.Contains(s.Teams, *m.Team) {
		return m, tenants.ErrNotFound
	}
	return m, json.Unmarshal(m.TextsJSON, &m.Texts)
}

// AddMacro adds a macro to the casino's. A shortcut that another has is a Conflict.
func AddMacro(ctx context.Context, tx bun.Tx, m *Macro) error {
	if err := m.check(ctx, tx); err != nil {
		return err
	}
	var n int
	if err := tx.NewRaw(`select count(*) from macros where tenant_id = current_tenant() and retired_at is null`).Scan(ctx, &n); err != nil {
		return err
	}
	if n >= maxMacros {
		return fault.New(fault.Conflict, "A casino has %d macros at most.", maxMacros)
	}
	a, _ := authz.From(ctx)
	var by any
	if a.Kind == authz.KindAgent {
		by = a.ID
	}
	m.ID = tenants.NewID()
	_, err := tx.NewRaw(`insert into macros (tenant_id, id, name, shortcut, team_id, texts, topic_id, tags, assign, assign_agent_id, assign_team_id,
			snooze_minutes, resolve, created_by)
		values (current_tenant(), ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, ?)`, append(m.values(), by)...).Exec(ctx)
	return macroFault(err)
}

// ChangeMacro replaces everything that is set of a macro. An unknown one is NotFound.
func ChangeMacro(ctx context.Context, tx bun.Tx, m *Macro) error {
	if err := m.check(ctx, tx); err != nil {
		return err
	}
	v := m.values()
	res, err := tx.NewRaw(`update macros set name = ?, shortcut = ?, team_id = ?, texts = ?::jsonb, topic_id = ?, tags = ?, assign = ?, assign_agent_id = ?,
			assign_team_id = ?, snooze_minutes = ?, resolve = ?, changed_at = now()
		where tenant_id = current_tenant() and id = ?`, append(v[1:], v[0])...).Exec(ctx)
	return oneRow(res, macroFault(err))
}

// RetireMacro takes a macro out of use, or back into it. What it was used for stays.
func RetireMacro(ctx context.Context, tx bun.Tx, id uuid.UUID, retired bool) error {
	res, err := tx.NewRaw(`update macros set retired_at = case when ? then coalesce(retired_at, now()) end, changed_at = now()
		where tenant_id = current_tenant() and id = ?`, retired, id).Exec(ctx)
	return oneRow(res, macroFault(err))
}

func (m *Macro) values() []any {
	texts, _ := json.Marshal(m.Texts) // strings by string always can be
	return []any{m.ID, m.Name, orNull(m.Shortcut), m.Team, string(texts), m.Topic, pgdialect.Array(m.Tags), string(m.Assign), m.AssignAgent,
		m.AssignTeam, m.SnoozeMinutes, m.Resolve}
}

var badShortcut = regexp.MustCompile(`[\s/]`)

// check tidies what is set of m and says what is wrong with it.
func (m *Macro) check(ctx context.Context, tx bun.Tx) (err error) {
	if m.Name, err = shortText(m.Name); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(m.Name); n < 1 || n > 80 {
		return fault.New(fault.Invalid, "A macro's name has 1 to 80 characters.").On("name")
	}
	m.Shortcut = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(m.Shortcut), "/"))
	if n := utf8.RuneCountInString(m.Shortcut); n > 30 || badShortcut.MatchString(m.Shortcut) || !utf8.ValidString(m.Shortcut) || strings.ContainsRune(m.Shortcut, 0) {
		return fault.New(fault.Invalid, "A shortcut has 30 characters at most, without spaces or slashes.").On("shortcut")
	}
	texts := map[string]string{}
	for lang, text := range m.Texts {
		if text, err = CleanText(text); err != nil {
			return err
		}
		if text == "" {
			continue
		}
		field := "text_" + lang
		if !slices.Contains(i18n.Known(ctx), lang) {
			return fault.New(fault.Invalid, "The casino doesn't speak %q.", lang).On("texts")
		}
		if n := utf8.RuneCountInString(text); n > maxMacroText {
			return fault.New(fault.Invalid, "A macro's text has %d characters at most, this has %d.", maxMacroText, n).On(field)
		}
		if err := checkBlanks(text); err != nil {
			return err.On(field)
		}
		texts[lang], _ = cards.Mask(text)
	}
	m.Texts = texts
	tags := []string{}
	for _, tag := range m.Tags {
		if tag, err = shortText(tag); err != nil {
			return err
		}
		if tag == "" || slices.Contains(tags, tag) {
			continue
		}
		if utf8.RuneCountInString(tag) > 40 {
			return fault.New(fault.Invalid, "A tag has 1 to 40 characters.").On("tags")
		}
		tags = append(tags, tag)
	}
	if m.Tags = tags; len(tags) > maxMacroTags {
		return fault.New(fault.Invalid, "A macro adds %d tags at most.", maxMacroTags).On("tags")
	}
	if err := m.checkDeeds(ctx, tx); err != nil {
		return err
	}
	if len(m.Texts) == 0 && !m.Does() {
		return fault.New(fault.Invalid, "A macro says something or does something.").On("text_" + tenants.Current(ctx).Language)
	}
	return nil
}

func (m *Macro) checkDeeds(ctx context.Context, tx bun.Tx) error {
	switch m.Assign {
	case AssignNone, AssignMe, AssignNobody, AssignAgent, AssignTeam:
	default:
		return fault.New(fault.Invalid, "Say to whom: an agent or a team.").On("assign")
	}
	if m.Assign != AssignAgent {
		m.AssignAgent = nil
	}
	if m.Assign != AssignTeam {
		m.AssignTeam = nil
	}
	if m.Assign == AssignAgent && m.AssignAgent == nil || m.Assign == AssignTeam && m.AssignTeam == nil {
		return fault.New(fault.Invalid, "Say to whom: an agent or a team.").On("assign")
	}
	if m.SnoozeMinutes != nil && (*m.SnoozeMinutes < 5 || *m.SnoozeMinutes > 525600) {
		return fault.New(fault.Invalid, "A macro snoozes for 5 minutes to a year.").On("snooze")
	}
	if m.Resolve && m.SnoozeMinutes != nil {
		return fault.New(fault.Invalid, "A macro either snoozes or resolves.").On("snooze")
	}
	for _, each := range []struct {
		id    *uuid.UUID
		sql   string
		field string
		gone  *fault.Error
	}{
		{m.Team, `select true from teams where tenant_id = current_tenant() and id = ?`, "team", fault.New(fault.Invalid, "This team isn't there any more.")},
		{m.AssignTeam, `select true from teams where tenant_id = current_tenant() and id = ?`, "assign", fault.New(fault.Invalid, "This team isn't there any more.")},
		{m.AssignAgent, `select true from memberships where tenant_id = current_tenant() and id = ? and disabled_at is null`, "assign",
			fault.New(fault.Invalid, "This agent isn't there any more.")},
		{m.Topic, `select true from topics where tenant_id = current_tenant() and id = ? and retired_at is null`, "topic",
			fault.New(fault.Invalid, "This topic isn't there any more.")},
	} {
		if each.id == nil {
			continue
		}
		var there bool
		if err := tx.NewRaw(each.sql, *each.id).Scan(ctx, &there); err != nil {
			return unknownHolder(err, each.gone.On(each.field))
		}
	}
	return nil
}

// Does says whether m does anything besides saying its text.
func (m *Macro) Does() bool {
	return m.Topic != nil || len(m.Tags) > 0 || m.Assign != AssignNone || m.SnoozeMinutes != nil || m.Resolve
}

// shortText is a line somebody typed, tidied: valid, its spaces single, card numbers masked.
func shortText(s string) (string, error) {
	s, err := CleanText(s)
	s, _ = cards.Mask(strings.Join(strings.Fields(s), " "))
	return s, err
}

func macroFault(err error) error {
	var pe *pgconn.PgError
	if errors.As(err, &pe) && pe.Code == "23505" && pe.ConstraintName == "macros_shortcut" {
		return fault.New(fault.Conflict, "Another macro has this shortcut.").On("shortcut")
	}
	if err != nil {
		return fmt.Errorf("macro: %w", err)
	}
	return nil
}

// oneRow is NotFound where a change met nothing.
func oneRow(res interface{ RowsAffected() (int64, error) }, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, tenants.ErrNotFound)
	}
	return nil
}
