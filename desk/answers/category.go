package answers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// maxCategories bounds a casino's list, retired ones not counted: nobody finds their way among more.
const maxCategories = 60

// Category is a shelf of the help centre.
type Category struct {
	ID        uuid.UUID
	Slug      string // in its address, the same in all languages
	Icon      string // one of Icons, or empty
	Position  int
	RetiredAt *time.Time
	Names     map[string]Named // by language
	Articles  int              // that aren't archived, whatever their audience and state
}

// Named is what a category is called in a language.
type Named struct{ Name, About string }

// Name is what a category is called in a language, else in the fallback, else in English, else in any.
func (c Category) Name(language, fallback string) string { return c.named(language, fallback).Name }

// About is a category's line of explanation in the language that Name takes.
func (c Category) About(language, fallback string) string { return c.named(language, fallback).About }

func (c Category) named(languages ...string) Named {
	for _, l := range append(languages, "en") {
		if n, ok := c.Names[l]; ok && n.Name != "" {
			return n
		}
	}
	first := ""
	for l, n := range c.Names {
		if n.Name != "" && (first == "" || l < first) {
			first = l
		}
	}
	if first == "" {
		return Named{Name: c.Slug}
	}
	return c.Names[first]
}

// Icons are the pictures a category may have, of the set that pages use.
var Icons = []string{"book-open", "user", "lock", "id-card", "landmark", "banknote", "gift", "dices", "trophy", "wrench", "smartphone", "shield-check",
	"heart", "scale", "message-circle", "circle-help"}

// Categories are a casino's categories in its order, retired ones last.
func Categories(ctx context.Context, tx bun.Tx) ([]Category, error) {
	var rows []struct {
		ID        uuid.UUID  `bun:"id"`
		Slug      string     `bun:"slug"`
		Icon      string     `bun:"icon"`
		Position  int        `bun:"position"`
		RetiredAt *time.Time `bun:"retired_at"`
		Language  string     `bun:"language"`
		Name      string     `bun:"name"`
		About     string     `bun:"about"`
		Articles  int        `bun:"articles"`
	}
	err := tx.NewRaw(`select c.id, c.slug, c.icon, c.position, c.retired_at, coalesce(n.language, '') as language, coalesce(n.name, '') as name,
			coalesce(n.about, '') as about,
			(select count(*) from articles a where a.tenant_id = current_tenant() and a.category_id = c.id and a.archived_at is null) as articles
		from answer_categories c left join answer_category_names n on n.tenant_id = c.tenant_id and n.category_id = c.id
		where c.tenant_id = current_tenant() order by c.retired_at is not null, c.position, c.id, n.language`).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("categories: %w", err)
	}
	var all []Category
	for _, r := range rows {
		if len(all) == 0 || all[len(all)-1].ID != r.ID {
			all = append(all, Category{ID: r.ID, Slug: r.Slug, Icon: r.Icon, Position: r.Position, RetiredAt: r.RetiredAt,
				Names: map[string]Named{}, Articles: r.Articles})
		}
		if r.Language != "" {
			all[len(all)-1].Names[r.Language] = Named{r.Name, r.About}
		}
	}
	return all, nil
}

// AddCategory adds a category to the end of the list. An empty slug is made from its name in English, else from any.
func AddCategory(ctx context.Context, tx bun.Tx, c Category) (Category, error) {
	names, err := checkNames(c.Names)
	if err != nil {
		return c, err
	}
	if err := checkIcon(c.Icon); err != nil {
		return c, err
	}
	all, err := Categories(ctx, tx)
	if err != nil {
		return c, err
	}
	used, last, taken := 0, 0, map[string]bool{}
	for _, o := range all {
		taken[o.Slug], last = true, max(last, o.Position)
		if o.RetiredAt == nil {
			used++
		}
	}
	if used >= maxCategories {
		return c, fault.New(fault.Conflict, "A help centre has %d categories at most.", maxCategories)
	}
	c.ID, c.Names, c.Position, c.RetiredAt, c.Articles = tenants.NewID(), names, last+1, nil, 0
	asked := c.Slug != ""
	if c.Slug = Slug(c.Slug); c.Slug == "" {
		c.Slug = Slug(c.Name("en", "en"))
	}
	if c.Slug == "" {
		c.Slug = "category"
	}
	if asked && taken[c.Slug] {
		return c, fault.New(fault.Conflict, "Another category has this address already.").On("slug")
	}
	for n, base := 2, cut(c.Slug, maxSlug-4); taken[c.Slug]; n++ {
		c.Slug = fmt.Sprintf("%s-%d", base, n)
	}
	if _, err := tx.NewRaw(`insert into answer_categories (tenant_id, id, slug, icon, position) values (current_tenant(), ?, ?, ?, ?)`,
		c.ID, c.Slug, c.Icon, c.Position).Exec(ctx); err != nil {
		return c, fmt.Errorf("new category: %w", err)
	}
	if err := setNames(ctx, tx, c.ID, names); err != nil {
		return c, err
	}
	return c, memory.Changed(ctx, tx)
}

// ChangeCategory gives a category other names and another icon. Its address stays: people have it in their bookmarks.
func ChangeCategory(ctx context.Context, tx bun.Tx, id uuid.UUID, names map[string]Named, icon string) error {
	names, err := checkNames(names)
	if err != nil {
		return err
	}
	if err := checkIcon(icon); err != nil {
		return err
	}
	if err := holdCategory(ctx, tx, id); err != nil {
		return err
	}
	if _, err := tx.NewRaw(`update answer_categories set icon = ? where tenant_id = current_tenant() and id = ?`, icon, id).Exec(ctx); err != nil {
		return fmt.Errorf("category %s: %w", id, err)
	}
	if _, err := tx.NewRaw(`delete from answer_category_names where tenant_id = current_tenant() and category_id = ?`, id).Exec(ctx); err != nil {
		return fmt.Errorf("category %s: %w", id, err)
	}
	if err := setNames(ctx, tx, id, names); err != nil {
		return err
	}
	return memory.Changed(ctx, tx)
}

// MoveCategory changes places with the category before (by < 0) or after it; at the list's ends it does nothing.
func MoveCategory(ctx context.Context, tx bun.Tx, id uuid.UUID, by int) error {
	if err := holdCategory(ctx, tx, id); err != nil {
		return err
	}
	var ids []uuid.UUID
	if err := tx.NewRaw(`select id from answer_categories where tenant_id = current_tenant() and retired_at is null order by position, id for update`).
		Scan(ctx, &ids); err != nil {
		return fmt.Errorf("categories: %w", err)
	}
	for i, this := range ids {
		other := i + 1
		if by < 0 {
			other = i - 1
		}
		if this == id && other >= 0 && other < len(ids) {
			ids[i], ids[other] = ids[other], ids[i]
			break
		}
	}
	for i, this := range ids {
		if _, err := tx.NewRaw(`update answer_categories set position = ?0 where tenant_id = current_tenant() and id = ?1 and position <> ?0`, i+1, this).
			Exec(ctx); err != nil {
			return fmt.Errorf("category %s: %w", this, err)
		}
	}
	return memory.Changed(ctx, tx)
}

// RetireCategory takes a category out of the list. One that has articles stays until they are moved or archived.
func RetireCategory(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	if err := holdCategory(ctx, tx, id); err != nil {
		return err
	}
	var left int
	if err := tx.NewRaw(`select count(*) from articles where tenant_id = current_tenant() and category_id = ? and archived_at is null`, id).
		Scan(ctx, &left); err != nil {
		return err
	}
	if left > 0 {
		return fault.New(fault.Conflict, "There are %d articles in this category. Move or archive them first.", left)
	}
	return retire(ctx, tx, id, `coalesce(retired_at, now())`)
}

// RestoreCategory brings a category back.
func RestoreCategory(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	if err := holdCategory(ctx, tx, id); err != nil {
		return err
	}
	return retire(ctx, tx, id, `null`)
}

func retire(ctx context.Context, tx bun.Tx, id uuid.UUID, to bun.Safe) error {
	if _, err := tx.NewRaw(`update answer_categories set retired_at = ? where tenant_id = current_tenant() and id = ?`, to, id).Exec(ctx); err != nil {
		return fmt.Errorf("category %s: %w", id, err)
	}
	return memory.Changed(ctx, tx)
}

func holdCategory(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	var found uuid.UUID
	err := tx.NewRaw(`select id from answer_categories where tenant_id = current_tenant() and id = ? for update`, id).Scan(ctx, &found)
	if errors.Is(err, sql.ErrNoRows) {
		return tenants.ErrNotFound
	}
	return err
}

func setNames(ctx context.Context, tx bun.Tx, id uuid.UUID, names map[string]Named) error {
	for language, n := range names {
		if _, err := tx.NewRaw(`insert into answer_category_names (tenant_id, category_id, language, name, about)
			values (current_tenant(), ?, ?, ?, ?)`, id, language, n.Name, n.About).Exec(ctx); err != nil {
			return fmt.Errorf("names of category %s: %w", id, err)
		}
	}
	return nil
}

func checkNames(names map[string]Named) (map[string]Named, error) {
	kept := map[string]Named{}
	for language, n := range names {
		n.Name, n.About = strings.Join(strings.Fields(tidy(n.Name)), " "), strings.Join(strings.Fields(tidy(n.About)), " ")
		if n.Name == "" {
			continue
		}
		t, err := tag(language)
		if err != nil {
			return nil, err
		}
		if utf8.RuneCountInString(n.Name) > 80 {
			return nil, fault.New(fault.Invalid, "A category's name has %d characters at most.", 80).On("name_" + t)
		}
		if utf8.RuneCountInString(n.About) > 200 {
			return nil, fault.New(fault.Invalid, "A category's line of explanation has %d characters at most.", 200).On("about_" + t)
		}
		kept[t] = n
	}
	if len(kept) == 0 {
		return nil, fault.New(fault.Invalid, "A category needs a name in one language at least.").On("name_en")
	}
	return kept, nil
}

func checkIcon(icon string) error {
	for _, known := range Icons {
		if icon == known {
			return nil
		}
	}
	if icon != "" {
		return fault.New(fault.Invalid, "There is no such icon.").On("icon")
	}
	return nil
}

// placed says whether an article can stand in a category and be about a topic.
func placed(ctx context.Context, tx bun.Tx, category uuid.UUID, topic *uuid.UUID) error {
	var there bool
	if err := tx.NewRaw(`select exists (select from answer_categories where tenant_id = current_tenant() and id = ? and retired_at is null)`, category).
		Scan(ctx, &there); err != nil {
		return err
	}
	if !there {
		return fault.New(fault.Invalid, "This category isn't there any more.").On("category")
	}
	if topic == nil {
		return nil
	}
	if err := tx.NewRaw(`select exists (select from topics where tenant_id = current_tenant() and id = ? and retired_at is null)`, *topic).
		Scan(ctx, &there); err != nil {
		return err
	}
	if !there {
		return fault.New(fault.Invalid, "This topic isn't there any more.").On("topic")
	}
	return nil
}
