package office

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/seal"
	"pitdesk/internal/totp"
	"pitdesk/tenants"
)

var (
	errCode     = fault.New(fault.Invalid, "This code isn't right, or was used already.").On("code")
	errFactorOn = fault.New(fault.Conflict, "The second factor is on already.")
	errMustHave = fault.New(fault.Conflict, "Whoever works for the deployment must have a second factor.")
)

// Secrets are where the secrets of second factors rest.
var Secrets = seal.Shelf{Table: "control.console_people", Clear: "totp_secret", Sealed: "totp_sealed", Row: []string{"id"},
	Rests: "totp_secret <> ''", Text: true}

// Secret is the secret that a person is putting into an app: the one begun earlier, or a new one. It is shown until a code proves
// that the app has it.
func Secret(ctx context.Context, tx bun.Tx, person uuid.UUID) (string, error) {
	fresh, err := totp.Secret()
	if err != nil {
		return "", err
	}
	var secret string
	var sealed []byte
	err = tx.NewRaw(`select coalesce(totp_secret, ''), totp_sealed from control.console_people where id = ? and totp_at is null for update`, person).
		Scan(ctx, &secret, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return "", errFactorOn
	}
	if err != nil {
		return "", fmt.Errorf("second factor: %w", err)
	}
	if secret == "" && sealed == nil {
		return fresh, keep(ctx, tx, person, fresh)
	}
	return opened(ctx, person, secret, sealed)
}

// keep writes a person's secret.
func keep(ctx context.Context, tx bun.Tx, person uuid.UUID, secret string) error {
	clear, sealed, err := Secrets.Seal(ctx, tx, []byte(secret), person.String())
	if err != nil {
		return err
	}
	_, err = tx.NewRaw(`update control.console_people set totp_secret = ?, totp_sealed = ? where id = ?`, string(clear), sealed, person).Exec(ctx)
	return err
}

func opened(ctx context.Context, person uuid.UUID, clear string, sealed []byte) (string, error) {
	secret, err := Secrets.Open(ctx, []byte(clear), sealed, person.String())
	return string(secret), err
}

// Confirm turns a person's second factor on when code shows that the app has the secret. It ends all of their sessions and
// returns the token of a new one.
func Confirm(ctx context.Context, token, code string, from From) (fresh string, err error) {
	s, attempt, err := attempt(ctx, token, from)
	if err != nil {
		return "", err
	}
	if s.Person.Factor {
		return "", errFactorOn
	}
	err = tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		secret, err := Secret(ctx, tx, s.Person.ID)
		if err != nil {
			return err
		}
		step, ok := totp.Step(secret, totp.Clean(code))
		if !ok {
			return errCode
		}
		if _, err := tx.NewRaw(`update control.console_people set totp_at = now(), totp_step = ? where id = ?`, step, s.Person.ID).Exec(ctx); err != nil {
			return fmt.Errorf("second factor: %w", err)
		}
		if fresh, err = reopen(ctx, tx, s, attempt, from); err != nil {
			return err
		}
		return authz.RecordAbove(ctx, tx, s.Actor(from), "factor_on", "person", s.Person.whose(), nil)
	})
	return fresh, err
}

// DropOwn takes a person's own second factor away against a code. The deployment's own people can't.
func DropOwn(ctx context.Context, token, code string, from From) error {
	s, attempt, err := attempt(ctx, token, from)
	if err != nil {
		return err
	}
	if s.Person.Role() == authz.Vendor {
		return errMustHave
	}
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		ok, err := useCode(ctx, tx, s.Person.ID, code)
		if err != nil {
			return err
		}
		if !ok {
			return errCode
		}
		if err := passed(ctx, tx, attempt); err != nil {
			return err
		}
		if _, err := tx.NewRaw(`update control.console_people set totp_at = null, totp_secret = null, totp_sealed = null, totp_step = 0 where id = ?`, s.Person.ID).Exec(ctx); err != nil {
			return fmt.Errorf("second factor: %w", err)
		}
		return authz.RecordAbove(ctx, tx, s.Actor(from), "factor_off", "person", s.Person.whose(), nil)
	})
}

// Prove takes the code of a session that began with the link alone. It ends that session and returns the token of the one that
// takes its place.
func Prove(ctx context.Context, token, code string, from From) (fresh string, err error) {
	s, attempt, err := attempt(ctx, token, from)
	if err != nil {
		return "", err
	}
	if s.Next != GiveCode {
		return "", errNotSignedIn
	}
	err = tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		ok, err := useCode(ctx, tx, s.Person.ID, code)
		if err != nil {
			return err
		}
		if !ok { // what failed is written down too, so this transaction commits
			return authz.RecordAbove(ctx, tx, s.Actor(from), "sign_in_failed", "session", s.Person.whose(), map[string]any{"by": "code"})
		}
		if fresh, err = reopen(ctx, tx, s, attempt, from); err != nil {
			return err
		}
		return authz.RecordAbove(ctx, tx, s.Actor(from), "sign_in", "session", s.Person.whose(), map[string]any{"by": "code"})
	})
	if err == nil && fresh == "" {
		err = errCode
	}
	return fresh, err
}

// attempt finds who holds a token and counts an attempt at their code.
func attempt(ctx context.Context, token string, from From) (s Signed, id uuid.UUID, err error) {
	err = tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if s, err = Find(ctx, token); err != nil {
			return err
		}
		id, err = try(ctx, tx, "code:"+s.Person.ID.String(), from.network(), codeTries)
		return err
	})
	return s, id, err
}

// reopen ends a session whose step is done, with the others that wait, and opens one that is whole.
func reopen(ctx context.Context, tx bun.Tx, s Signed, attempt uuid.UUID, from From) (string, error) {
	if err := passed(ctx, tx, attempt); err != nil {
		return "", err
	}
	if _, err := tx.NewRaw(`delete from control.console_sessions where person_id = ? and (id = ? or proven_at is null)`, s.Person.ID, s.Session).Exec(ctx); err != nil {
		return "", err
	}
	return begin(ctx, tx, s.Person.ID, true, from)
}

// useCode takes a person's code, each one once: the step moves on in the statement that checks it.
func useCode(ctx context.Context, tx bun.Tx, person uuid.UUID, code string) (bool, error) {
	var secret string
	var sealed []byte
	err := tx.NewRaw(`select totp_secret, totp_sealed from control.console_people where id = ? and totp_at is not null`, person).Scan(ctx, &secret, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("second factor: %w", err)
	}
	if secret, err = opened(ctx, person, secret, sealed); err != nil {
		return false, err
	}
	step, ok := totp.Step(secret, totp.Clean(code))
	if !ok {
		return false, nil
	}
	res, err := tx.NewRaw(`update control.console_people set totp_step = ? where id = ? and totp_step < ?`, step, person, step).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("second factor: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// SetSecret gives a person a second factor whose secret is known elsewhere already, for the demo and tests.
func SetSecret(ctx context.Context, tx bun.Tx, person uuid.UUID, secret string) error {
	if err := keep(ctx, tx, person, secret); err != nil {
		return err
	}
	_, err := tx.NewRaw(`update control.console_people set totp_at = now() where id = ?`, person).Exec(ctx)
	return err
}
