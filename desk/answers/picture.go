package answers

import (
	"context"
	"fmt"
	"regexp"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/internal/fault"
)

// Picture is a picture in articles: kept by tenants/pictures, known here by its size.
type Picture struct {
	Name   string `bun:"name"`
	Width  int    `bun:"width"`
	Height int    `bun:"height"`
}

const picturePath = "/pictures/"

var (
	pictureForm  = regexp.MustCompile(`^[0-9a-f]{32}\.(png|jpg)$`)
	pictureLinks = regexp.MustCompile(`/pictures/([0-9a-f]{32}\.(?:png|jpg))`)
)

func pictureName(name string) bool { return pictureForm.MatchString(name) }

// maxPictures bounds the pictures whose size one page asks for.
const maxPictures = 200

// picturesIn are the names of the casino's pictures that a text mentions.
func picturesIn(body string) (names []string) {
	seen := map[string]bool{}
	for _, m := range pictureLinks.FindAllStringSubmatch(body, -1) {
		if !seen[m[1]] && len(names) < maxPictures {
			seen[m[1]] = true
			names = append(names, m[1])
		}
	}
	return names
}

// AddPicture notes a picture that was kept for articles; article may be nil.
func AddPicture(ctx context.Context, tx bun.Tx, article *uuid.UUID, p Picture) error {
	if !pictureName(p.Name) || p.Width <= 0 || p.Height <= 0 {
		return fault.New(fault.Invalid, "This isn't a picture.")
	}
	who, _ := by(ctx)
	if _, err := tx.NewRaw(`insert into article_pictures (tenant_id, name, width, height, article_id, added_by)
		values (current_tenant(), ?, ?, ?, ?, ?) on conflict (tenant_id, name) do nothing`, p.Name, p.Width, p.Height, article, who).Exec(ctx); err != nil {
		return fmt.Errorf("picture of an article: %w", err)
	}
	return nil
}

// Pictures are those of the names that the casino has, with their sizes.
func Pictures(ctx context.Context, tx bun.Tx, names []string) ([]Picture, error) {
	if len(names) == 0 {
		return nil, nil
	}
	var all []Picture
	if err := tx.NewRaw(`select name, width, height from article_pictures where tenant_id = current_tenant() and name = any (?::text[])`,
		pgdialect.Array(names)).Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("pictures of an article: %w", err)
	}
	return all, nil
}
