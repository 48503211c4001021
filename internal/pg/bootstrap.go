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
// superuser, or the CREATEROLE and CREATEDB that managed servers give their administrator, and may be repeated.
func Bootstrap(ctx context.Context, superURL, database string, logins Logins) error {
	config, err := pgx.ParseConfig(superURL)
	if err != nil {
		return fmt.Errorf("bootstrap: %w", err)
	}
	if err := connected(ctx, config, func(conn *pgx.Conn) error { return makeRoles(ctx, conn, database, logins) }); err != nil {
		return fmt.Errorf("bootstrap: %w", err)
	}
	config.Database = database
	name := pgx.Identifier{database}.Sanitize()
	err = connected(ctx, config, func(conn *pgx.Conn) error {
		// The schema before the database: whoever made the database owns the schema only until it hands the database over.
		_, err := conn.Exec(ctx, `
			do $$ begin
				if (select nspowner::regrole::text from pg_namespace where nspname = 'public') <> 'pitdesk_owner' then
					alter schema public owner to pitdesk_owner;
				end if;
			end $$;
			revoke create on schema public from public;
			grant usage on schema public to pitdesk_app, pitdesk_control, pitdesk_search;
			revoke temporary on database `+name+` from public;
			alter database `+name+` owner to pitdesk_owner;`)
		return err
	})
	if err != nil {
		return fmt.Errorf("bootstrap %s: %w", database, err)
	}
	return nil
}

func connected(ctx context.Context, config *pgx.ConnConfig, use func(*pgx.Conn) error) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return use(conn)
}

func makeRoles(ctx context.Context, conn *pgx.Conn, database string, logins Logins) error {
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
		if err := makeRole(ctx, conn, r.name, r.kind, r.password); err != nil {
			return fmt.Errorf("role %s: %w", r.name, err)
		}
	}
	// An administrator who is no superuser hands over only to roles it belongs to.
	_, err := conn.Exec(ctx, `
		do $$ begin
			if not pg_has_role('pitdesk_owner', 'pitdesk_search', 'member') then
				grant pitdesk_search to pitdesk_owner;
			end if;
			if not pg_has_role('pitdesk_owner', 'usage') then
				grant pitdesk_owner to current_user;
			end if;
		end $$`)
	if err != nil {
		return err
	}
	var exists bool
	if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", database).Scan(&exists); err != nil {
		return err
	}
	if exists {
		return nil
	}
	_, err = conn.Exec(ctx, "create database "+pgx.Identifier{database}.Sanitize())
	return err
}

// makeRole makes the role or takes from it what it must not have. noinherit: the owner may become the search role to
// define its function, but never sees rows by its policy.
func makeRole(ctx context.Context, conn *pgx.Conn, name, kind, password string) error {
	var exists, mighty, fits bool
	err := conn.QueryRow(ctx, `
		select count(*) > 0, coalesce(bool_or(rolsuper or rolbypassrls or rolcreatedb or rolcreaterole), false),
		       coalesce(bool_and(rolcanlogin = ($2 = 'login') and not rolinherit), false)
		from pg_roles where rolname = $1`, name, kind).Scan(&exists, &mighty, &fits)
	if err != nil {
		return err
	}
	statements := []string{}
	if !exists {
		statements = append(statements, "create role "+name+" "+kind+" noinherit")
	} else if !fits {
		statements = append(statements, "alter role "+name+" "+kind+" noinherit")
	}
	if mighty {
		statements = append(statements, "alter role "+name+" nosuperuser nobypassrls nocreatedb nocreaterole")
	}
	if password != "" {
		statements = append(statements, "alter role "+name+" password "+quote(password))
	}
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// quote writes text as an SQL literal whatever the server's escape settings.
func quote(text string) string {
	return " E'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\x00", "").Replace(text) + "'"
}
