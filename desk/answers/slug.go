package answers

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

const maxSlug = 80

// reserved are words that addresses under a language mean otherwise.
var reserved = map[string]bool{"search": true, "c": true}

// Slug makes an address of a title: its words, folded, with hyphens between them. A title without a letter gives "".
func Slug(title string) string {
	var b strings.Builder
	for _, w := range wordsOf(fold(title)) {
		if b.Len()+len(w)+1 > maxSlug {
			if b.Len() == 0 {
				b.WriteString(cut(w, maxSlug))
			}
			break
		}
		if b.Len() > 0 {
			b.WriteByte('-')
		}
		b.WriteString(w)
	}
	return b.String()
}

// cut shortens s to at most n octets, between two letters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// freeSlug is the address a draft asks for, in the form addresses have, or one made from its title that no other article has.
func freeSlug(ctx context.Context, tx bun.Tx, article uuid.UUID, lang string, d Draft) (string, error) {
	asked := strings.TrimSpace(d.Slug)
	slug := Slug(asked)
	if asked != "" {
		if slug == "" || reserved[slug] {
			return "", fault.New(fault.Invalid, "This address can't be used. Letters, digits and hyphens make one.").On("slug")
		}
		taken, err := slugTaken(ctx, tx, article, lang, slug)
		if err == nil && taken {
			err = errTaken
		}
		return slug, err
	}
	if slug = Slug(d.Title); slug == "" || reserved[slug] {
		slug = strings.Trim("article-"+slug, "-")
	}
	base := cut(slug, maxSlug-5)
	for n := 2; ; n++ {
		taken, err := slugTaken(ctx, tx, article, lang, slug)
		if err != nil || !taken {
			return slug, err
		}
		if n > 999 {
			return "", errTaken
		}
		slug = fmt.Sprintf("%s-%d", base, n)
	}
}

var errTaken = fault.New(fault.Conflict, "Another article has this address already.").On("slug")

// slugTaken says whether another article is read at an address, or is being written for it.
func slugTaken(ctx context.Context, tx bun.Tx, article uuid.UUID, lang, slug string) (taken bool, err error) {
	err = tx.NewRaw(`select exists (select from article_slugs where tenant_id = current_tenant() and language = ?0 and slug = ?1
				and current and article_id <> ?2)
			or exists (select from article_versions where tenant_id = current_tenant() and language = ?0 and slug = ?1
				and state in ('draft', 'review', 'sent_back') and article_id <> ?2)`, lang, slug, article).Scan(ctx, &taken)
	return taken, err
}

// claimSlug makes an address lead to an article from now on. The ones it had keep leading to it.
func claimSlug(ctx context.Context, tx bun.Tx, v Version) error {
	if _, err := tx.NewRaw(`update article_slugs set current = false
		where tenant_id = current_tenant() and article_id = ? and language = ? and current and slug <> ?`, v.Article, v.Language, v.Slug).Exec(ctx); err != nil {
		return fmt.Errorf("address of %s: %w", v.Article, err)
	}
	// An address that another article had once, and has no more, is taken over.
	res, err := tx.NewRaw(`insert into article_slugs as s (tenant_id, language, slug, article_id) values (current_tenant(), ?, ?, ?)
		on conflict (tenant_id, language, slug) do update set article_id = excluded.article_id, current = true, since = now()
		where not s.current or s.article_id = excluded.article_id`, v.Language, v.Slug, v.Article).Exec(ctx)
	if err != nil {
		return fmt.Errorf("address of %s: %w", v.Article, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return errTaken
	}
	return nil
}
