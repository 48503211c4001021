package staff

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/internal/jobs"
	"pitdesk/tenants"
)

// Occasion is why a letter is written.
type Occasion string

// The occasions.
const (
	LetterInvitation Occasion = "invitation"       // ID is the invitation
	LetterReset      Occasion = "reset"            // ID is the password reset
	LetterRecovery   Occasion = "recovery_used"    // ID is the member, as below
	LetterPassword   Occasion = "password_changed" //
	LetterFactorOff  Occasion = "factor_off"       //
	LetterDomainOff  Occasion = "domain_off"       // ID is the member, About the domain
	LetterLicence    Occasion = "licence"          // ID is the member, About the alert
	LetterVisit      Occasion = "visit"            // ID is the member, About the visit
)

// LetterArgs are the job that writes one letter: ids and no secret. A link's token is made when the letter is.
type LetterArgs struct {
	Tenant   uuid.UUID `json:"tenant"`
	Occasion Occasion  `json:"occasion"`
	ID       uuid.UUID `json:"id"`
	About    uuid.UUID `json:"about,omitzero"` // what an admin is told about; the mailer knows what it is
}

// Kind names the job.
func (LetterArgs) Kind() string { return "staff_letter" }

// Letter is what is to be said to one person, in their language and under the casino's name.
type Letter struct {
	Casino    tenants.Tenant
	Occasion  Occasion
	To        string
	Name      string
	Language  string
	InvitedBy string // of an invitation; may be empty
	Path      string // of the link on the casino's own host; empty where there is none
	Left      int    // recovery codes that are left
	About     uuid.UUID
}

// Mailer sends letters.
type Mailer interface {
	Mail(ctx context.Context, l Letter) error
}

func post(ctx context.Context, tx bun.Tx, o Occasion, id uuid.UUID) error {
	return jobs.Insert(ctx, tx, LetterArgs{Tenant: tenants.Current(ctx).ID, Occasion: o, ID: id}, nil)
}

// TellAdmins has a letter written to each admin of the casino who can sign in: o says about what, about which one.
func TellAdmins(ctx context.Context, tx bun.Tx, o Occasion, about uuid.UUID) error {
	var admins []uuid.UUID
	if err := tx.NewRaw(`select id from memberships where tenant_id = current_tenant() and role = 'admin' and disabled_at is null
		order by id`).Scan(ctx, &admins); err != nil {
		return fmt.Errorf("tell admins: %w", err)
	}
	for _, id := range admins {
		if err := jobs.Insert(ctx, tx, LetterArgs{Tenant: tenants.Current(ctx).ID, Occasion: o, ID: id, About: about}, nil); err != nil {
			return err
		}
	}
	return nil
}

// WriteLetter does one job of LetterArgs. A link's token is stored before the letter leaves; when sending fails, the next try
// makes a new one. What needs no letter any more (an invitation revoked, a reset used) sends none.
func WriteLetter(ctx context.Context, mailer Mailer, args LetterArgs) error {
	t, err := tenants.PoolsOf(ctx).Doors.ByID(ctx, args.Tenant)
	if err != nil {
		return fmt.Errorf("letter: %w", err)
	}
	ctx = tenants.With(ctx, t)
	l := Letter{Casino: t, Occasion: args.Occasion, About: args.About}
	err = tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		switch args.Occasion {
		case LetterInvitation:
			return l.invitation(ctx, tx, args.ID)
		case LetterReset:
			return l.reset(ctx, tx, args.ID)
		}
		return l.notice(ctx, tx, args.ID)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("letter %s: %w", args.Occasion, err)
	}
	if err := mailer.Mail(ctx, l); err != nil {
		return fmt.Errorf("letter %s: %w", args.Occasion, err)
	}
	return tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		switch args.Occasion {
		case LetterInvitation:
			_, err = tx.NewRaw(`update invitations set mailed_at = now() where tenant_id = current_tenant() and id = ?`, args.ID).Exec(ctx)
		case LetterReset:
			_, err = tx.NewRaw(`update password_resets set mailed_at = now() where tenant_id = current_tenant() and id = ?`, args.ID).Exec(ctx)
		}
		return err
	})
}

func (l *Letter) invitation(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	token := newToken()
	hash := HashToken(token)
	l.Path = "/invitation/" + token
	return tx.NewRaw(`update invitations i set token_hash = ? where i.tenant_id = current_tenant() and i.id = ?
			and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
		returning i.email, i.name, i.language, coalesce((select m.name from memberships m
			where m.tenant_id = i.tenant_id and m.id = i.invited_by), '')`, hash[:], id).
		Scan(ctx, &l.To, &l.Name, &l.Language, &l.InvitedBy)
}

func (l *Letter) reset(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	token := newToken()
	hash := HashToken(token)
	l.Path = "/reset/" + token
	return tx.NewRaw(`update password_resets r set token_hash = ? from memberships m where r.tenant_id = current_tenant() and r.id = ?
			and m.tenant_id = r.tenant_id and m.id = r.membership_id and m.disabled_at is null
			and r.used_at is null and r.expires_at > now()
		returning m.email, m.name, m.language`, hash[:], id).Scan(ctx, &l.To, &l.Name, &l.Language)
}

func (l *Letter) notice(ctx context.Context, tx bun.Tx, member uuid.UUID) error {
	return tx.NewRaw(`select m.email, m.name, m.language, (select count(*) from recovery_codes c
			where c.tenant_id = m.tenant_id and c.membership_id = m.id and c.used_at is null)
		from memberships m where m.tenant_id = current_tenant() and m.id = ? and m.disabled_at is null`, member).
		Scan(ctx, &l.To, &l.Name, &l.Language, &l.Left)
}
