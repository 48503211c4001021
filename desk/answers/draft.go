package answers

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"golang.org/x/text/language"

	"pitdesk/internal/cards"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// Limits of what is written, in characters.
const (
	maxTitle   = 160
	maxSummary = 400
	maxBody    = 60_000
)

// Draft is what somebody writes.
type Draft struct {
	Title   string
	Summary string // one or two sentences for lists, search engines and link previews
	Slug    string // the address; empty makes one from the title
	Body    string // Markdown
	// Opened is the Mark of the version that was opened for writing; empty where the text didn't exist yet.
	Opened string
}

// New is an article to be.
type New struct {
	Category uuid.UUID
	Topic    *uuid.UUID
	Audience Audience
	Language string // what it is written in first
	Draft    Draft
}

// Create begins an article with a draft in its original language.
func Create(ctx context.Context, tx bun.Tx, n New) (Article, error) {
	if n.Audience == "" {
		n.Audience = Players
	}
	if n.Audience != Players && n.Audience != Internal {
		return Article{}, fault.New(fault.Invalid, "An article is for players or for staff.").On("audience")
	}
	tag, err := tag(n.Language)
	if err != nil {
		return Article{}, err
	}
	if err := placed(ctx, tx, n.Category, n.Topic); err != nil {
		return Article{}, err
	}
	id := tenants.NewID()
	author, _ := by(ctx)
	if _, err := tx.NewRaw(`insert into articles (tenant_id, id, category_id, topic_id, audience, original, position, created_by)
		select current_tenant(), ?0, ?1, ?2, ?3, ?4, coalesce(max(position), 0) + 1, ?5 from articles
		where tenant_id = current_tenant() and category_id = ?1`, id, n.Category, n.Topic, n.Audience, tag, author).Exec(ctx); err != nil {
		return Article{}, fmt.Errorf("new article: %w", err)
	}
	n.Draft.Opened = ""
	if _, err := SaveDraft(ctx, tx, id, tag, n.Draft, 0); err != nil {
		return Article{}, err
	}
	return Get(ctx, tx, id)
}

// SaveDraft writes a text down without showing it to anybody: into the open version, or into a new one behind what is
// published. For a translation basedOn is the number of the original's text it was made from; zero means the newest. Saving a
// text that waits for its review takes the question back.
func SaveDraft(ctx context.Context, tx bun.Tx, article uuid.UUID, lang string, d Draft, basedOn int) (Version, error) {
	tag, err := tag(lang)
	if err != nil {
		return Version{}, err
	}
	a, err := holdInUse(ctx, tx, article)
	if err != nil {
		return Version{}, err
	}
	if d, err = clean(d); err != nil {
		return Version{}, err
	}
	if err := checkOpened(ctx, tx, article, tag, d.Opened); err != nil {
		return Version{}, err
	}
	if d.Slug, err = freeSlug(ctx, tx, article, tag, d); err != nil {
		return Version{}, err
	}
	base, err := madeFrom(ctx, tx, a, tag, basedOn)
	if err != nil {
		return Version{}, err
	}
	author, name := by(ctx)
	res, err := tx.NewRaw(`update article_versions set title = ?, summary = ?, slug = ?, body = ?, state = 'draft', saves = saves + 1,
			author_id = ?, author_name = ?, based_on = coalesce(?, based_on), asked_id = null, asked_name = '', asked_at = null, saved_at = now()
		where tenant_id = current_tenant() and article_id = ? and language = ? and state in ('draft', 'review', 'sent_back')`,
		d.Title, d.Summary, d.Slug, d.Body, author, name, base, article, tag).Exec(ctx)
	if err != nil {
		return Version{}, fmt.Errorf("draft of %s: %w", article, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		if _, err := tx.NewRaw(`insert into article_versions
				(tenant_id, article_id, language, number, title, summary, slug, body, state, author_id, author_name, based_on)
			select current_tenant(), ?0, ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, 'draft', ?6, ?7, ?8 from article_versions
			where tenant_id = current_tenant() and article_id = ?0 and language = ?1`,
			article, tag, d.Title, d.Summary, d.Slug, d.Body, author, name, base).Exec(ctx); err != nil {
			return Version{}, fmt.Errorf("draft of %s: %w", article, err)
		}
	}
	return OpenVersion(ctx, tx, article, tag)
}

// checkOpened refuses to save over what somebody else has saved since. Where the newest version was discarded, either it or
// the one before it may have been looked at.
func checkOpened(ctx context.Context, tx bun.Tx, article uuid.UUID, lang, mark string) error {
	var last []Version
	if err := tx.NewRaw(`(select ?0 from article_versions where tenant_id = current_tenant() and article_id = ?1 and language = ?2 order by number desc limit 1)
		union all (select ?0 from article_versions where tenant_id = current_tenant() and article_id = ?1 and language = ?2 and state <> 'discarded'
			order by number desc limit 1)`, bun.Safe(versionColumns), article, lang).Scan(ctx, &last); err != nil {
		return fmt.Errorf("versions of %s: %w", article, err)
	}
	if len(last) == 0 && mark == "" {
		return nil
	}
	if len(last) == 0 {
		return fault.New(fault.Conflict, "There is no draft of this text any more.")
	}
	for _, v := range last {
		if v.Mark() == mark {
			return nil
		}
	}
	return errChanged(last[len(last)-1])
}

// madeFrom is which of the original's texts a translation was made from; nil for the original itself, and where an open
// translation keeps what it has.
func madeFrom(ctx context.Context, tx bun.Tx, a Article, lang string, basedOn int) (*int, error) {
	if lang == a.Original {
		return nil, nil
	}
	last, err := newest(ctx, tx, a.ID, a.Original)
	if err != nil {
		return nil, err
	}
	if basedOn < 0 || basedOn > last {
		return nil, fault.New(fault.Invalid, "The original has no text of this number.").On("based_on")
	}
	if basedOn == 0 {
		if _, err := OpenVersion(ctx, tx, a.ID, lang); err == nil {
			return nil, nil
		}
		basedOn = last
	}
	return &basedOn, nil
}

// Discard drops the open version: it stays among the versions, and what is published stays as it is.
func Discard(ctx context.Context, tx bun.Tx, article uuid.UUID, lang, mark string) error {
	if _, err := holdInUse(ctx, tx, article); err != nil {
		return err
	}
	v, err := opened(ctx, tx, article, lang, mark)
	if err != nil {
		return err
	}
	_, name := by(ctx)
	return change(ctx, tx, v, `state = 'discarded', ended_at = now(), ended_by = ?`, name)
}

// Restore makes a new draft of what an older version said. Where somebody is writing already, it answers Conflict.
func Restore(ctx context.Context, tx bun.Tx, article uuid.UUID, lang string, number int) (Version, error) {
	if _, err := holdInUse(ctx, tx, article); err != nil {
		return Version{}, err
	}
	old, err := VersionOf(ctx, tx, article, lang, number)
	if err != nil {
		return old, err
	}
	if _, err := OpenVersion(ctx, tx, article, lang); err == nil {
		return old, fault.New(fault.Conflict, "There is a draft of this text already. Publish or discard it first.")
	}
	author, name := by(ctx)
	if _, err := tx.NewRaw(`insert into article_versions
			(tenant_id, article_id, language, number, title, summary, slug, body, state, author_id, author_name, based_on)
		select current_tenant(), o.article_id, o.language, (select max(number) + 1 from article_versions
				where tenant_id = current_tenant() and article_id = ?0 and language = ?1),
			o.title, o.summary, o.slug, o.body, 'draft', ?3, ?4, o.based_on
		from article_versions o where o.tenant_id = current_tenant() and o.article_id = ?0 and o.language = ?1 and o.number = ?2`,
		article, lang, number, author, name).Exec(ctx); err != nil {
		return old, fmt.Errorf("restore %s: %w", article, err)
	}
	return OpenVersion(ctx, tx, article, lang)
}

// change sets columns of a version.
func change(ctx context.Context, tx bun.Tx, v Version, set string, args ...any) error {
	_, err := tx.NewRaw(`update article_versions set `+set+` where tenant_id = current_tenant() and article_id = ? and language = ? and number = ?`,
		append(args, v.Article, v.Language, v.Number)...).Exec(ctx)
	if err != nil {
		return fmt.Errorf("version %d of %s: %w", v.Number, v.Article, err)
	}
	return nil
}

// clean puts a draft into the form it is kept in. Card numbers don't rest here either.
func clean(d Draft) (Draft, error) {
	d.Title, d.Summary = strings.Join(strings.Fields(tidy(d.Title)), " "), strings.Join(strings.Fields(tidy(d.Summary)), " ")
	d.Body = strings.TrimSpace(strings.ReplaceAll(tidy(d.Body), "\r\n", "\n"))
	switch {
	case d.Title == "":
		return d, fault.New(fault.Invalid, "An article needs a title.").On("title")
	case utf8.RuneCountInString(d.Title) > maxTitle:
		return d, fault.New(fault.Invalid, "A title has %d characters at most.", maxTitle).On("title")
	case utf8.RuneCountInString(d.Summary) > maxSummary:
		return d, fault.New(fault.Invalid, "A summary has %d characters at most.", maxSummary).On("summary")
	case utf8.RuneCountInString(d.Body) > maxBody:
		return d, fault.New(fault.Invalid, "An article has %d characters at most.", maxBody).On("body")
	}
	return d, nil
}

// tidy drops what no text may hold.
func tidy(s string) string {
	s, _ = cards.Mask(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), ""))
	return s
}

// tag is the form in which a language stands in tables and addresses: "ru", "pt-BR".
func tag(lang string) (string, error) {
	t, err := language.Parse(lang)
	if err != nil || t == language.Und || len(lang) > 20 {
		return "", fault.New(fault.Invalid, "This isn't a language we know.").On("language")
	}
	return t.String(), nil
}
