package pg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Extend makes Postgres' own extensions in the public schema, as the schema's owner: whoever makes one owns it.
func Extend(ctx context.Context, ownerURL string, extensions []string) error {
	config, err := pgx.ParseConfig(ownerURL)
	if err != nil {
		return err
	}
	return connected(ctx, config, func(conn *pgx.Conn) error {
		for _, name := range extensions {
			if _, err := conn.Exec(ctx, "create extension if not exists "+pgx.Identifier{name}.Sanitize()+" schema public"); err != nil {
				return fmt.Errorf("extension %s: %w", name, err)
			}
		}
		return nil
	})
}

// Analyze counts what a database holds, without which one that was just loaded plans badly.
func Analyze(ctx context.Context, superURL string) error {
	config, err := pgx.ParseConfig(superURL)
	if err != nil {
		return err
	}
	return connected(ctx, config, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "analyze")
		return err
	})
}
