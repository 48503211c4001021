package chat

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

// Origins are the origins (RFC 6454) whose pages may hold the casino's chat in a frame.
func Origins(ctx context.Context, tx bun.Tx) ([]string, error) {
	var all []string
	err := tx.NewRaw(`select origin from chat_origins where tenant_id = current_tenant() order by origin`).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("chat origins: %w", err)
	}
	return all, nil
}

// originForm is what the table takes; sites with other letters write their hosts in punycode, as browsers do.
var originForm = regexp.MustCompile(`^https?://[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?$`)

// AddOrigin lets an origin's pages hold the chat. One that may already is left as it is.
func AddOrigin(ctx context.Context, tx bun.Tx, origin string) error {
	origin = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(origin), "/"))
	u, err := url.Parse(origin)
	if err != nil || len(origin) > 300 || !originForm.MatchString(origin) || u.Hostname() == "" {
		return fault.New(fault.Invalid, "An origin looks like https://www.casino.example, without a path.").On("origin")
	}
	_, err = tx.NewRaw(`insert into chat_origins (tenant_id, origin) values (current_tenant(), ?) on conflict do nothing`,
		origin).Exec(ctx)
	if err != nil {
		return fmt.Errorf("chat origin %s: %w", origin, err)
	}
	return nil
}

// RemoveOrigin ends that; one that never might is fine.
func RemoveOrigin(ctx context.Context, tx bun.Tx, origin string) error {
	_, err := tx.NewRaw(`delete from chat_origins where tenant_id = current_tenant() and origin = ?`, origin).Exec(ctx)
	if err != nil {
		return fmt.Errorf("chat origin: %w", err)
	}
	return nil
}
