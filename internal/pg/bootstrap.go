package pg

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// The roles. Owner owns the schema and is used by migrations alone; App serves tenants under row security; Control
// serves the named doors to control tables; Search owns the search function and can't sign in.
const (
	RoleOwner   = "pitdesk_owner"
	RoleApp     = "pitdesk_app"
	RoleControl = "pitdesk_control"
	RoleSearch  = "pitdesk_search"
)

// Logins are the passwords of the roles that sign in. An empty one leaves the role as it is, which suits the embedded
// cluster: its socket folder is the lock.
type Logins struct{ Owner, App, Control string }

// Bootstrap makes the roles and the database, and hands the database and its public schema to the owner. It needs a
// superuser and may be repeated.
func Bootstrap(ctx context.Context, superURL, database string, logins Logins) error {
	if err := bootstrapRoles(ctx, superURL, database, logins); err != nil {
		return fmt.Errorf("bootstrap: %w", err)
	}
	config, err := pgx.ParseConfig(superURL)
	if err != nil {
		return fmt.Errorf("bootstrap: %w", err)
	}
	config.Database = database
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("bootstrap: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, `
		alter schema public owner to pitdesk_owner;
		revoke create on schema public from public;
		grant usage on schema public to pitdesk_app, pitdesk_control, pitdesk_search;`)
	if err != nil {
		return fmt.Errorf("bootstrap %s: %w", database, err)
	}
	return nil
}

func bootstrapRoles(ctx context.Context, superURL, database string, logins Logins) error {
	conn, err := pgx.Connect(ctx, superURL)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	// Two processes that start at once take turns.
	if _, err := conn.Exec(ctx, "select pg_advisory_lock(hashtext('pitdesk bootstrap'))"); err != nil {
		return err
	}
	for _, r := range []struct{ name, kind, password string }{
		{RoleOwner, "login", logins.Owner},
		{RoleApp, "login", logins.App},
		{RoleControl, "login", logins.Control},
		{RoleSearch, "nologin", ""},
	} {
		var exists bool
		if err := conn.QueryRow(ctx, "select exists (select from pg_roles where rolname = $1)", r.name).Scan(&exists); err != nil {
			return err
		}
		verb := "create"
		if exists {
			verb = "alter"
		}
		// noinherit: the owner may become the search role to define its function, but never sees rows by its policy.
		sql := fmt.Sprintf("%s role %s %s nosuperuser nobypassrls nocreatedb nocreaterole noinherit", verb, r.name, r.kind)
		if r.password != "" {
			sql += " password " + quote(r.password)
		}
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("role %s: %w", r.name, err)
		}
	}
	if _, err := conn.Exec(ctx, "grant pitdesk_search to pitdesk_owner"); err != nil {
		return err
	}
	var exists bool
	if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", database).Scan(&exists); err != nil {
		return err
	}
	name := pgx.Identifier{database}.Sanitize()
	if !exists {
		if _, err := conn.Exec(ctx, "create database "+name); err != nil {
			return err
		}
	}
	_, err = conn.Exec(ctx, "alter database "+name+" owner to pitdesk_owner; revoke temporary on database "+name+" from public")
	return err
}

// quote writes text as an SQL literal whatever the server's escape settings.
func quote(text string) string {
	return " E'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\x00", "").Replace(text) + "'"
}
