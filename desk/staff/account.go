package staff

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

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
)

// CheckName says what is wrong with a person's name.
func CheckName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n < 1 || n > 120 || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", fault.New(fault.Invalid, "A name has 1 to 120 characters.").On("name")
	}
	return name, nil
}

func checkLanguage(ctx context.Context, language string) (string, error) {
	if l := i18n.Spoken(ctx, language); l != "" {
		return l, nil
	}
	return "", fault.New(fault.Invalid, "This language isn't spoken here.").On("language")
}

// SetProfile gives a member another name and language.
func (s *Sessions) SetProfile(ctx context.Context, tx bun.Tx, member uuid.UUID, name, language string) error {
	name, err := CheckName(name)
	if err != nil {
		return err
	}
	if language, err = checkLanguage(ctx, language); err != nil {
		return err
	}
	if _, err := tx.NewRaw(`update memberships set name = ?, language = ? where tenant_id = current_tenant() and id = ?`,
		name, language, member).Exec(ctx); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	tenants.AfterCommit(ctx, s.Forget)
	return nil
}

var errOldPassword = fault.New(fault.Invalid, "This isn't your present password.").On("old")

// ChangePassword gives the member of ctx a new password, ends their other sessions and tells them by mail. It opens its own
// transactions, as SignIn does.
func (s *Sessions) ChangePassword(ctx context.Context, old, password string) error {
	m, err := s.ownPassword(ctx, old)
	if err != nil {
		return err
	}
	if err := checkPassword(password, m.Email, m.Name); err != nil {
		return err
	}
	hashed, err := hash(ctx, password)
	if err != nil {
		return err
	}
	a, _ := authz.From(ctx)
	return tenants.In(ctx, a.Tenant, func(ctx context.Context, tx bun.Tx) error {
		if err := record(ctx, tx, "password_changed"); err != nil {
			return err
		}
		return s.newPassword(ctx, tx, a.ID, hashed, a.Session)
	})
}

// CheckOwnPassword compares the present password of the member of ctx, as often as a sign-in would.
func (s *Sessions) CheckOwnPassword(ctx context.Context, password string) error {
	_, err := s.ownPassword(ctx, password)
	return err
}

func (s *Sessions) ownPassword(ctx context.Context, password string) (m member, err error) {
	a, ok := authz.From(ctx)
	if !ok {
		return m, errNotSignedIn
	}
	var attempt uuid.UUID
	err = tenants.In(ctx, a.Tenant, func(ctx context.Context, tx bun.Tx) (err error) {
		if attempt, err = try(ctx, tx, codeAccount("password", a.ID), From{Address: a.Address}.network(), signInTries); err != nil {
			return err
		}
		return tx.NewRaw(memberColumns+`and id = ?`, a.ID).Scan(ctx, &m)
	})
	if err != nil {
		return m, err
	}
	right, err := matches(ctx, password[:min(len(password), 1000)], m.Password)
	if err != nil {
		return m, err
	}
	if !right {
		return m, errOldPassword
	}
	return m, tenants.In(ctx, a.Tenant, func(ctx context.Context, tx bun.Tx) error { return passed(ctx, tx, attempt) })
}

// Session is one place where a member is signed in.
type Session struct {
	ID        uuid.UUID `bun:"id"`
	Address   string    `bun:"address"`
	Browser   string    `bun:"browser"`
	CreatedAt time.Time `bun:"created_at"`
	SeenAt    time.Time `bun:"seen_at"`
}

// SessionsOf are a member's sessions that count, the one seen last first.
func SessionsOf(ctx context.Context, tx bun.Tx, member uuid.UUID) ([]Session, error) {
	var all []Session
	err := tx.NewRaw(`select id, address, browser, created_at, seen_at from staff_sessions
		where tenant_id = current_tenant() and membership_id = ? and expires_at > now() and seen_at > now() - interval '`+idleText+`'
		and proven_at is not null order by seen_at desc, id`, member).Scan(ctx, &all)
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	return all, nil
}

// EndOne closes one of a member's own sessions. One that has ended, or is somebody else's, is left alone.
func (s *Sessions) EndOne(ctx context.Context, tx bun.Tx, member, session uuid.UUID) error {
	var id uuid.UUID
	err := tx.NewRaw(`delete from staff_sessions where tenant_id = current_tenant() and membership_id = ? and id = ? returning id`,
		member, session).Scan(ctx, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	s.ended(ctx, id)
	return nil
}
