package api

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/tenants"
	"pitdesk/tenants/keys"
	"pitdesk/tenants/resellers"
)

// registerKeys declares what can be done about keys: a casino's, or a reseller's own.
func (a *API) registerKeys() {
	rotated, ended := exampleMadeKey, exampleKept
	rotated.Old = &OldSecret{Hint: "dk_3f9k2m", Until: at(24 * 60)}
	ended.RotatedAt = new(at(0))
	about := " With a reseller's key and without Desk-Tenant these are the reseller's own keys."
	add(a, operation{Operation: Operation{"list-keys", http.MethodGet, "/keys", authz.KeyRead}, tag: keysTag, either: true, summary: "List the keys to this API",
		answer: page[KeptKey]{Data: []KeptKey{exampleKept}}, description: "The good ones, the newest first, then the latest that have ended." + about}, paged(a.listKeys, func(v KeptKey) string { return v.ID }))
	add(a, operation{Operation: Operation{"create-key", http.MethodPost, "/keys", authz.KeyChange}, tag: keysTag, either: true, status: http.StatusCreated,
		summary: "Make a key", body: exampleKeyNew, answer: exampleMadeKey,
		description: "`secret` is told this once. A key can't make one that may more than itself. At most 50 can be good at once." + about}, a.createKey)
	add(a, operation{Operation: Operation{"rotate-key", http.MethodPost, "/keys/{keyid}/rotate", authz.KeyChange}, tag: keysTag, either: true,
		summary: "Give a key a new secret", body: keyRotation{KeepOldFor: new(86400)}, answer: rotated,
		description: "The present secret stays good beside the new one for `keep_old_for` seconds, a day unless you say otherwise, so that your programs " +
			"change over one by one. While the one before is still good the answer is 409: end it first."}, a.rotateKey)
	add(a, operation{Operation: Operation{"end-old-secret", http.MethodPost, "/keys/{keyid}/end-old-secret", authz.KeyChange}, tag: keysTag, either: true,
		summary: "End the secret that was replaced", answer: ended, description: "Before its time. Where there is none any more the answer is 404."}, a.endOldSecret)
	add(a, operation{Operation: Operation{"revoke-key", http.MethodDelete, "/keys/{keyid}", authz.KeyChange}, tag: keysTag, either: true, status: http.StatusNoContent,
		summary: "Revoke a key", description: "It opens nothing from then on, within five seconds wherever this API is served."}, a.revokeKey)
}

// KeptKey is a key as its owner sees it: never its secret.
type KeptKey struct {
	ID        string     `json:"id" example:"key_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Name      string     `json:"name" example:"CRM"`
	Role      string     `json:"role" enum:"operator,lead,admin,reseller"`
	Scopes    []string   `json:"scopes,omitempty" example:"[\"conversations:read\"]" doc:"What it is for. Absent: whatever its role may."`
	Networks  []string   `json:"networks,omitempty" example:"[\"203.0.113.0/24\"]" doc:"Where it may be used from. Absent: anywhere."`
	Hint      string     `json:"hint" example:"dk_7w3nq1" doc:"How its secret begins."`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
	RevokedAt *time.Time `json:"revoked_at,omitempty"`
	RotatedAt *time.Time `json:"rotated_at,omitempty" doc:"When it was given its present secret, where that isn't its first."`
	UsedAt    *time.Time `json:"used_at,omitempty" doc:"When its present secret was last used, to the minute."`
	Old       *OldSecret `json:"old_secret,omitempty" doc:"The secret that was replaced, while it is good."`
}

// OldSecret is a secret that was replaced and is still good.
type OldSecret struct {
	Hint   string     `json:"hint" example:"dk_3f9k2m"`
	Until  time.Time  `json:"until"`
	UsedAt *time.Time `json:"used_at,omitempty" doc:"When it was last used: programs that haven't changed over."`
}

// MadeKey is a key with its secret.
type MadeKey struct {
	KeptKey
	Secret string `json:"secret" example:"dk_7w3nq1…" doc:"Told this once."`
}

type keyNew struct {
	Strict
	Name      string     `json:"name" minLength:"1" maxLength:"120" example:"CRM"`
	Role      string     `json:"role,omitempty" enum:"operator,lead,admin" doc:"Of a casino's key, and needed there; a reseller's has no other than reseller."`
	Scopes    []string   `json:"scopes,omitempty" minItems:"1" maxItems:"40" example:"[\"conversations:read\"]" doc:"Absent: whatever its role may."`
	Networks  []string   `json:"networks,omitempty" minItems:"1" maxItems:"20" example:"[\"203.0.113.0/24\"]" doc:"Addresses or CIDR ranges. Absent: anywhere."`
	ExpiresAt *time.Time `json:"expires_at,omitempty" doc:"Absent: good until it is revoked."`
}

type keyRotation struct {
	Strict
	KeepOldFor *int `json:"keep_old_for,omitempty" minimum:"0" maximum:"2592000" example:"86400" doc:"Seconds; a day where it is absent."`
}

// KeyPath is the key that a path names.
type KeyPath struct {
	Key string `path:"keyid" example:"key_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

type keptKeyOut struct{ Body KeptKey }

type madeKeyOut struct{ Body MadeKey }

func keptFrom(k tenants.KeptKey) KeptKey {
	out := KeptKey{ID: tenants.PublicID(tenants.KeyPrefix, k.ID), Name: k.Name, Role: k.Role, Scopes: k.Scopes, Networks: k.Networks, Hint: k.Hint,
		CreatedAt: k.CreatedAt.UTC(), ExpiresAt: utc(k.ExpiresAt), RevokedAt: utc(k.RevokedAt), RotatedAt: utc(k.RotatedAt), UsedAt: utc(k.LastUsedAt)}
	if k.OldUntil != nil {
		out.Old = &OldSecret{k.OldHint, k.OldUntil.UTC(), utc(k.OldUsedAt)}
	}
	return out
}

// ring is whose keys a request is about, as verbs on them.
type ring struct {
	all    func() ([]tenants.KeptKey, error)
	get    func(id uuid.UUID) (tenants.KeptKey, error)
	make   func(n tenants.NewKey) (tenants.MadeKey, error)
	rotate func(id uuid.UUID, keep time.Duration) (tenants.MadeKey, error)
	endOld func(id uuid.UUID) error
	revoke func(id uuid.UUID) error
}

// onKeys runs fn on the casino's keys, or above casinos on the reseller's own, after asking for p.
func onKeys(ctx context.Context, p authz.Permission, id uuid.UUID, about string, fn func(r ring) error) error {
	if _, ok := tenants.FromContext(ctx); ok {
		return writing(ctx, func(ctx context.Context, tx bun.Tx) error {
			if err := authz.Ask(ctx, tx, p, authz.Facts{Object: id}); err != nil {
				return err
			}
			return fn(ring{
				all: func() ([]tenants.KeptKey, error) { return keys.All(ctx, tx) },
				get: func(id uuid.UUID) (tenants.KeptKey, error) { return keys.Get(ctx, tx, id) },
				make: func(n tenants.NewKey) (tenants.MadeKey, error) {
					if err := billing.Require(ctx, billing.API); err != nil {
						return tenants.MadeKey{}, err
					}
					return keys.Make(ctx, tx, n)
				},
				rotate: func(id uuid.UUID, keep time.Duration) (tenants.MadeKey, error) { return keys.Rotate(ctx, tx, id, keep) },
				endOld: func(id uuid.UUID) error { return keys.EndOldSecret(ctx, tx, id) },
				revoke: func(id uuid.UUID) error { return keys.Revoke(ctx, tx, id) },
			})
		})
	}
	actor, _ := authz.From(ctx)
	own := actor.Reseller
	return tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.AskAbove(ctx, tx, p, authz.Whose{Reseller: own, Object: id, About: about}); err != nil {
			return err
		}
		return fn(ring{
			all:  func() ([]tenants.KeptKey, error) { return resellers.Keys(ctx, tx, own) },
			get:  func(id uuid.UUID) (tenants.KeptKey, error) { return resellers.KeyOf(ctx, tx, own, id) },
			make: func(n tenants.NewKey) (tenants.MadeKey, error) { return resellers.MakeKey(ctx, tx, own, n) },
			rotate: func(id uuid.UUID, keep time.Duration) (tenants.MadeKey, error) {
				return resellers.RotateKey(ctx, tx, own, id, keep)
			},
			endOld: func(id uuid.UUID) error { return resellers.EndOldSecret(ctx, tx, own, id) },
			revoke: func(id uuid.UUID) error { return resellers.RevokeKey(ctx, tx, own, id) },
		})
	})
}

func (a *API) listKeys(ctx context.Context, _ *nothing) (*struct{ Body page[KeptKey] }, error) {
	out := &struct{ Body page[KeptKey] }{}
	err := onKeys(ctx, authz.KeyRead, uuid.Nil, "", func(r ring) error {
		all, err := r.all()
		data, err := each(all, err, keptFrom)
		out.Body = pageOf(data, "")
		return err
	})
	return out, err
}

func (a *API) createKey(ctx context.Context, in *struct{ Body keyNew }) (*madeKeyOut, error) {
	networks, err := tenants.ParseNetworks(in.Body.Networks)
	if err != nil {
		return nil, err
	}
	out := &madeKeyOut{}
	err = onKeys(ctx, authz.KeyChange, uuid.Nil, in.Body.Name, func(r ring) error {
		made, err := r.make(tenants.NewKey{Name: in.Body.Name, Role: in.Body.Role, Scopes: in.Body.Scopes, Networks: networks, ExpiresAt: in.Body.ExpiresAt})
		if err != nil {
			return err
		}
		out.Body, err = madeFrom(r, made)
		return err
	})
	return out, err
}

func madeFrom(r ring, made tenants.MadeKey) (MadeKey, error) {
	k, err := r.get(made.ID)
	return MadeKey{keptFrom(k), made.Secret}, err
}

func (a *API) rotateKey(ctx context.Context, in *struct {
	KeyPath
	Body keyRotation
}) (*madeKeyOut, error) {
	id, err := tenants.ParseID(tenants.KeyPrefix, in.Key)
	if err != nil {
		return nil, err
	}
	keep := tenants.KeepOldSecret
	if in.Body.KeepOldFor != nil {
		keep = time.Duration(*in.Body.KeepOldFor) * time.Second
	}
	out := &madeKeyOut{}
	err = onKeys(ctx, authz.KeyChange, id, "rotate", func(r ring) error {
		made, err := r.rotate(id, keep)
		if err != nil {
			return err
		}
		out.Body, err = madeFrom(r, made)
		return err
	})
	return out, err
}

func (a *API) endOldSecret(ctx context.Context, in *KeyPath) (*keptKeyOut, error) {
	id, err := tenants.ParseID(tenants.KeyPrefix, in.Key)
	if err != nil {
		return nil, err
	}
	out := &keptKeyOut{}
	err = onKeys(ctx, authz.KeyChange, id, "end_old_secret", func(r ring) error {
		if err := r.endOld(id); err != nil {
			return err
		}
		k, err := r.get(id)
		out.Body = keptFrom(k)
		return err
	})
	return out, err
}

func (a *API) revokeKey(ctx context.Context, in *KeyPath) (*struct{}, error) {
	id, err := tenants.ParseID(tenants.KeyPrefix, in.Key)
	if err != nil {
		return nil, err
	}
	return nil, onKeys(ctx, authz.KeyChange, id, "revoke", func(r ring) error { return r.revoke(id) })
}

var exampleKept = KeptKey{ID: "key_06ey3pjmrskbk9ks8x4w2ptxqg", Name: "CRM", Role: "lead", Scopes: []string{"conversations:read"},
	Networks: []string{"203.0.113.0/24"}, Hint: "dk_7w3nq1", CreatedAt: at(0)}

var exampleMadeKey = MadeKey{exampleKept, "dk_7w3nq1kx0b5ztm9rj2fhv8c4pyd6gs3nqk7wx0b5ztm9rj2fhv8"}

var exampleKeyNew = keyNew{Name: "CRM", Role: "lead", Scopes: []string{"conversations:read"}, Networks: []string{"203.0.113.0/24"}}
