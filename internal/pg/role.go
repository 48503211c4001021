package pg

import (
	"context"
	"database/sql"
	"fmt"
)

// Querier is what both database/sql and bun offer.
type Querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// CheckRole refuses a connection that row security would not bind: a superuser, a role with BYPASSRLS, an owner of
// the database or of tables, or a member of any of these. The program must not serve from it.
func CheckRole(ctx context.Context, db Querier) error {
	var name string
	var super, bypass, owner bool
	err := db.QueryRowContext(ctx, `
		select current_user,
		  exists (select from pg_roles r where r.rolsuper and pg_has_role(current_user, r.oid, 'member')),
		  exists (select from pg_roles r where r.rolbypassrls and pg_has_role(current_user, r.oid, 'member')),
		  exists (select from pg_database d where d.datname = current_database() and pg_has_role(current_user, d.datdba, 'member'))
		  or exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
		          where n.nspname in ('public', 'control') and c.relkind in ('r', 'p')
		            and pg_has_role(current_user, c.relowner, 'member'))`).Scan(&name, &super, &bypass, &owner)
	if err != nil {
		return fmt.Errorf("check the database role: %w", err)
	}
	switch {
	case super:
		return fmt.Errorf("the database role %q is a superuser, which sees every casino's rows: connect as %s, the control tables' doors as %s", name, RoleApp, RoleControl)
	case bypass:
		return fmt.Errorf("the database role %q has BYPASSRLS, which sees every casino's rows: connect as %s, the control tables' doors as %s", name, RoleApp, RoleControl)
	case owner:
		return fmt.Errorf("the database role %q owns the database or tables in it and could lift their row policies: connect as %s, the control tables' doors as %s", name, RoleApp, RoleControl)
	}
	return nil
}
