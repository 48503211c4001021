package signups

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/internal/jobs"
	"pitdesk/tenants"
)

// Clerk takes sign-ups in. Key makes codes useless to whoever reads the database: the same in every process, 32 octets or more. Own are
// names that nobody may look like besides those that all know: the vendor's.
type Clerk struct {
	Key []byte
	Own []string
}

// lasts is how long somebody has to prove the address and choose a password.
const lasts = time.Hour

// How often is taken, within the time: from one network, to one address, letters for one sign-up in all, and wrong codes for
// one. A guess is right once in a million.
const (
	networkHour, networkDay = 8, 30
	emailHour, emailDay     = 3, 6
	mostLetters             = 3
	mostTries               = 5
)

// Request is what somebody asks for.
type Request struct {
	Name, Slug, Email, Language string
	Address                     string // where they come from
}

// Begin notes a sign-up and has a letter sent to the address. It returns the token of the page that asks for the code; the
// address is proven by the letter alone.
func (c Clerk) Begin(ctx context.Context, q Request) (token string, err error) {
	if q.Name = strings.TrimSpace(q.Name); q.Name == "" || utf8.RuneCountInString(q.Name) > 120 || strings.ContainsFunc(q.Name, func(r rune) bool { return r < ' ' }) {
		return "", fault.New(fault.Invalid, "A casino's name has 1 to 120 characters.").On("name")
	}
	if q.Slug, err = Check(ctx, q.Slug, c.Own); err != nil {
		return "", err
	}
	token = newToken()
	hash := hashed(token)
	err = tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := c.pace(ctx, tx, q); err != nil {
			return err
		}
		id := tenants.NewID()
		if _, err := tx.NewRaw(`insert into control.sign_ups (id, slug, name, email, language, network, expires_at, token_hash)
			values (?, ?, ?, ?, ?, ?, now() + ?::interval, ?)`, id, q.Slug, q.Name, q.Email, q.Language, network(q.Address), span(lasts), hash).Exec(ctx); err != nil {
			return fmt.Errorf("sign up: %w", err)
		}
		return jobs.Insert(ctx, tx, LetterArgs{SignUp: id}, nil)
	})
	return token, err
}

// pace refuses what is asked too often. Those who ask for the same address or from the same network wait for each other, so
// that many at once are counted too.
func (c Clerk) pace(ctx context.Context, tx bun.Tx, q Request) error {
	if _, err := tx.NewRaw(`select pg_advisory_xact_lock(hashtextextended('sign_up:' || k, 0)) from unnest(array[?, ?]) k order by k`,
		q.Email, network(q.Address)).Exec(ctx); err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	var n struct {
		NetworkHour, NetworkDay, EmailHour, EmailDay int
	}
	if err := tx.NewRaw(`select
			count(*) filter (where network = ?0 and begun_at > now() - interval '1 hour') as network_hour,
			count(*) filter (where network = ?0) as network_day,
			count(*) filter (where email = ?1 and begun_at > now() - interval '1 hour') as email_hour,
			count(*) filter (where email = ?1) as email_day
		from control.sign_ups where (network = ?0 or email = ?1) and begun_at > now() - interval '1 day'`, network(q.Address), q.Email).Scan(ctx, &n); err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	switch {
	case n.NetworkDay >= networkDay, n.EmailDay >= emailDay:
		return fault.New(fault.TooMany, "Too many desks were asked for from here. Please try again tomorrow.").After(24 * time.Hour)
	case n.NetworkHour >= networkHour, n.EmailHour >= emailHour:
		return fault.New(fault.TooMany, "Too many desks were asked for from here. Please try again in an hour.").After(time.Hour)
	}
	return nil
}

// SignUp is one that stands: not spent, or spent on Tenant.
type SignUp struct {
	ID                          uuid.UUID
	Name, Slug, Email, Language string
	Proven                      bool      // whoever holds the token has read the letter
	Tenant                      uuid.UUID // Nobody until it is founded
	ExpiresAt                   time.Time
}

var errGone = fault.New(fault.NotFound, "This sign-up is too old, or was never begun. Please begin again.")

// Find returns the sign-up of a token: of the page that asks for the code, or of the link in the letter, which proves the address.
func (c Clerk) Find(ctx context.Context, token string) (s SignUp, err error) {
	hash := hashed(token)
	var tenant *uuid.UUID
	err = tenants.AboveNow(ctx).NewRaw(`select id, name, slug, email, language, coalesce(proof_hash = ?0, false), tenant_id, expires_at from control.sign_ups
		where (token_hash = ?0 or proof_hash = ?0) and (expires_at > now() or founded_at is not null) and tries < ?1`, hash, mostTries).
		Scan(ctx, &s.ID, &s.Name, &s.Slug, &s.Email, &s.Language, &s.Proven, &tenant, &s.ExpiresAt)
	if errors.Is(err, sql.ErrNoRows) {
		return s, errGone
	}
	if err != nil {
		return s, fmt.Errorf("sign-up: %w", err)
	}
	if tenant != nil {
		s.Tenant = *tenant
	}
	return s, nil
}

// Prove takes the code of the letter for a sign-up that isn't proven yet. After five wrong ones the sign-up is over.
func (c Clerk) Prove(ctx context.Context, s SignUp, code string) (SignUp, error) {
	if s.Proven || s.Tenant != tenants.Nobody {
		return s, nil
	}
	mac := c.codeHash(s.ID, digits(code))
	var left int
	wrong := false
	err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		var right bool
		if err := tx.NewRaw(`select coalesce(code_hash = ?, false) from control.sign_ups where id = ? and tries < ? and expires_at > now() for update`,
			mac, s.ID, mostTries).Scan(ctx, &right); err != nil {
			return err
		}
		if right {
			return nil
		}
		wrong = true
		return tx.NewRaw(`update control.sign_ups set tries = tries + 1 where id = ? returning ? - tries`, s.ID, mostTries).Scan(ctx, &left)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return s, errGone
	case err != nil:
		return s, fmt.Errorf("sign-up: %w", err)
	case wrong && left <= 0:
		return s, errGone
	case wrong:
		return s, fault.New(fault.Invalid, "This isn't the code that we have sent.").On("code")
	}
	s.Proven = true
	return s, nil
}

// Again has the letter sent once more, with a new code; three are sent in all.
func (c Clerk) Again(ctx context.Context, s SignUp) error {
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewRaw(`update control.sign_ups set letters = letters + 1 where id = ? and letters < ? and founded_at is null and expires_at > now()`,
			s.ID, mostLetters).Exec(ctx)
		if err != nil {
			return fmt.Errorf("sign-up: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return fault.New(fault.TooMany, "We have written three times. Please look into the folder for spam, or begin again with another address.")
		}
		return jobs.Insert(ctx, tx, LetterArgs{SignUp: s.ID}, nil)
	})
}

// codeHash is what is kept of a code.
func (c Clerk) codeHash(id uuid.UUID, code string) []byte {
	mac := hmac.New(sha256.New, c.Key)
	mac.Write([]byte("sign-up code:"))
	mac.Write(id[:])
	mac.Write([]byte(code))
	return mac.Sum(nil)
}

// digits are those of a code as it was typed or pasted: with spaces or hyphens, in whatever digits a keyboard writes.
func digits(code string) string {
	var b strings.Builder
	for _, r := range code {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= '٠' && r <= '٩':
			b.WriteRune('0' + r - '٠')
		case r >= '۰' && r <= '۹':
			b.WriteRune('0' + r - '۰')
		}
	}
	return b.String()
}

func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // the system's randomness doesn't fail
	}
	return fmt.Sprintf("%06d", n)
}

func newToken() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

func hashed(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func span(d time.Duration) string { return fmt.Sprintf("%d seconds", int(d.Seconds())) }

// network is the part of an address that is counted by: all of IPv4, and of IPv6 the /64 of one household (RFC 6177, section 2).
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}
