package chat

import (
	"context"
	"fmt"
	"net/url"
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

// AddOrigin lets an origin's pages hold the chat. One that may already is left as it is.
func AddOrigin(ctx context.Context, tx bun.Tx, origin string) error {
	u, err := url.Parse(strings.ToLower(strings.TrimSuffix(strings.TrimSpace(origin), "/")))
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || u.Path != "" || u.RawQuery != "" || u.User != nil || strings.Contains(u.Host, "*") {
		return fault.New(fault.Invalid, "An origin looks like https://www.casino.example, without a path.").On("origin")
	}
	_, err = tx.NewRaw(`insert into chat_origins (tenant_id, origin) values (current_tenant(), ?) on conflict do nothing`,
		u.Scheme+"://"+u.Host).Exec(ctx)
	if err != nil {
		return fmt.Errorf("chat origin %s: %w", origin, err)
	}
	return nil
}
