package staff

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// From is where a request came from.
type From struct {
	Address, Browser, RequestID string
}

// network is the part of an address that attempts are counted by: all of IPv4, and of IPv6 the /64 that one household or server
// has to itself (RFC 6177, section 2).
func (f From) network() string {
	ip, err := netip.ParseAddr(f.Address)
	if err != nil {
		return f.Address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}

// Entered is a sign-in that succeeded. NeedsCode says that the second factor is still to be given; until then the session
// opens nothing but that question.
type Entered struct {
	Token     string
	NeedsCode bool
}

// errWrong is the one answer to an unknown address, a wrong password and a disabled member.
var errWrong = fault.New(fault.Invalid, "This e-mail and password don't match.")

// SignIn proves a member of the casino of ctx by password. It opens its own transactions, because a password is compared
// between two of them: comparing takes time, and no connection should wait for it.
func (s *Sessions) SignIn(ctx context.Context, email, password string, from From) (Entered, error) {
	email = CleanEmail(email)
	if !mailable(email) || len(password) > 1000 {
		return Entered{}, errWrong
	}
	t := tenants.Current(ctx)
	var attempt uuid.UUID
	var m member
	err := tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) (err error) {
		if attempt, err = try(ctx, tx, email, from.network(), signInTries); err != nil {
			return err
		}
		m, err = memberByEmail(ctx, tx, email)
		return err
	})
	if err != nil {
		return Entered{}, err
	}
	ok, err := matches(ctx, password, m.Password)
	if err != nil {
		return Entered{}, err
	}
	if ok = ok && m.enabled(); !ok {
		return Entered{}, s.refuse(ctx, m, from, "password")
	}
	var in Entered
	err = tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := passed(ctx, tx, attempt); err != nil {
			return err
		}
		in.NeedsCode = m.TOTP
		if in.Token, err = s.Begin(ctx, tx, m.ID, !m.TOTP, from.Address, from.Browser); err != nil || m.TOTP {
			return err
		}
		return authz.Record(ctx, tx, m.actor(t, from), "sign_in", "session", nil)
	})
	return in, err
}

// refuse writes down a sign-in that failed on a known member and returns the answer, which doesn't say that they are known.
func (s *Sessions) refuse(ctx context.Context, m member, from From, by string) error {
	if m.ID == tenants.Nobody {
		return errWrong
	}
	t := tenants.Current(ctx)
	err := tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		return authz.Record(ctx, tx, m.actor(t, from), "sign_in_failed", "session", map[string]any{"by": by})
	})
	if err != nil {
		return err
	}
	return errWrong
}

// SignOut ends the session of a token and writes it down. One that has ended already is fine.
func (s *Sessions) SignOut(ctx context.Context, token string, from From) error {
	t := tenants.Current(ctx)
	return tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		signed, err := find(ctx, tx, sessionKey{t.ID, HashToken(token)})
		if fault.CodeOf(err) == fault.Unauthenticated {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.End(ctx, tx, token); err != nil {
			return err
		}
		a := signed.Actor
		a.Address, a.RequestID = from.Address, from.RequestID
		if signed.Visit != nil {
			return s.leave(authz.With(ctx, a), tx, signed.Visit.ID, "visitor")
		}
		return authz.Record(ctx, tx, a, "sign_out", "session", nil)
	})
}

// member is a membership as its door needs it.
type member struct {
	ID       uuid.UUID `bun:"id"`
	Email    string    `bun:"email"`
	Name     string    `bun:"name"`
	Role     string    `bun:"role"`
	Language string    `bun:"language"`
	Password string    `bun:"password"`
	Disabled bool      `bun:"disabled"`
	TOTP     bool      `bun:"totp"`
}

func (m member) enabled() bool { return m.ID != tenants.Nobody && !m.Disabled }

func (m member) actor(t tenants.Tenant, from From) authz.Actor {
	return authz.Actor{Kind: authz.KindAgent, Tenant: t.ID, ID: m.ID, Role: authz.Role(m.Role), Name: m.Name,
		Address: from.Address, RequestID: from.RequestID}
}

const memberColumns = `select id, email, name, role, language, coalesce(password, '') as password, disabled_at is not null as disabled,
	totp_at is not null as totp from memberships where tenant_id = current_tenant() `

// memberByEmail returns the member who signs in with an address; the zero member where there is none.
func memberByEmail(ctx context.Context, tx bun.Tx, email string) (m member, err error) {
	err = tx.NewRaw(memberColumns+`and email = ?`, email).Scan(ctx, &m)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return member{}, fmt.Errorf("member: %w", err)
	}
	return m, nil
}

// CleanEmail is an address as it is stored and compared.
func CleanEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// CheckEmail is an address as it is stored, or what is wrong with it.
func CheckEmail(email string) (string, error) {
	if email = CleanEmail(email); !mailable(email) {
		return email, fault.New(fault.Invalid, "This isn't an e-mail address.").On("email")
	}
	return email, nil
}

// mailable says whether an address is of a form that mail can be sent to; it keeps to what people have, not to all of RFC 5321.
func mailable(email string) bool {
	name, host, ok := strings.Cut(email, "@")
	if !ok || name == "" || len(email) > 254 || len(name) > 64 || !utf8.ValidString(email) || !strings.Contains(host, ".") ||
		strings.HasPrefix(host, ".") || strings.HasSuffix(host, ".") || strings.Contains(host, "..") {
		return false
	}
	return !strings.ContainsFunc(email, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune(`"(),:;<>[\]`, r)
	}) && !strings.Contains(host, "@")
}
