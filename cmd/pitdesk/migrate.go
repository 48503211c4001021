package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"

	"pitdesk/desk"
	"pitdesk/internal/pg"
	"pitdesk/migrations"
)

type migrateCommand struct {
	BootstrapURL string `env:"PITDESK_BOOTSTRAP_URL" help:"Postgres as a superuser: makes the roles and the database first, with the names and passwords of the other URLs. Needed once."`
	Restored     string `placeholder:"WHY" help:"The database was restored from a backup: readers of the feed are told to begin anew. Say why."`
}

// Run migrates as the schema's owner. The embedded database is made and migrated by starting it.
func (c *migrateCommand) Run(ctx context.Context, s *Settings) error {
	if file := os.Getenv("PITDESK_BOOTSTRAP_URL_FILE"); file != "" && c.BootstrapURL == "" {
		text, err := os.ReadFile(file) // #nosec G304 G703 -- the path is the operator's own setting
		if err != nil {
			return fmt.Errorf("PITDESK_BOOTSTRAP_URL_FILE: %w", err)
		}
		c.BootstrapURL = strings.TrimSpace(string(text))
	}
	if s.DatabaseURL != "" && s.OwnerDatabaseURL == "" {
		return errOwner
	}
	if c.BootstrapURL != "" {
		if err := bootstrap(ctx, c.BootstrapURL, s); err != nil {
			return err
		}
	}
	d, err := openDatabase(ctx, s)
	if err != nil {
		return err
	}
	defer d.close()
	if d.cluster == nil {
		if err := pg.Migrate(ctx, d.owner, migrations.FS, s.log); err != nil {
			return err
		}
	}
	if c.Restored != "" {
		return raiseEpoch(ctx, d.owner, c.Restored)
	}
	return nil
}

// bootstrap makes the roles and the database that the settings name.
func bootstrap(ctx context.Context, superURL string, s *Settings) error {
	if s.DatabaseURL == "" {
		return fmt.Errorf("PITDESK_BOOTSTRAP_URL is set, PITDESK_DATABASE_URL isn't: the embedded database needs no bootstrap")
	}
	var logins pg.Logins
	database := ""
	for _, each := range []struct {
		setting, url, role string
		password           *string
	}{
		{"PITDESK_DATABASE_URL", s.DatabaseURL, pg.RoleApp, &logins.App},
		{"PITDESK_CONTROL_DATABASE_URL", s.ControlDatabaseURL, pg.RoleControl, &logins.Control},
		{"PITDESK_OWNER_DATABASE_URL", s.OwnerDatabaseURL, pg.RoleOwner, &logins.Owner},
	} {
		config, err := pgx.ParseConfig(each.url)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", each.setting, err)
		case config.User != each.role:
			return fmt.Errorf("%s signs in as %q: bootstrap makes the role %s", each.setting, config.User, each.role)
		case database != "" && config.Database != database:
			return fmt.Errorf("%s names the database %q, PITDESK_DATABASE_URL %q: they must be one", each.setting, config.Database, database)
		}
		database = config.Database
		*each.password = config.Password
	}
	return pg.Bootstrap(ctx, superURL, database, logins)
}

// raiseEpoch makes cursors from before a restore known as old: transaction numbers begin anew with it.
func raiseEpoch(ctx context.Context, ownerURL, why string) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, desk.NewEpoch, why); err != nil {
		return fmt.Errorf("raise the epoch: %w", err)
	}
	return nil
}
