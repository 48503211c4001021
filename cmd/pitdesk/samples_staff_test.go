package main

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/pquerna/otp/totp"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
	"pitdesk/tenants/domains"
)

const (
	probePassword = "seven slow owls"
	probeSecret   = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

func init() {
	for way, s := range map[string]example{
		"POST /account/profile":                     {body: "name=Ruta&language=en"},
		"POST /account/password":                    {before: passwords, body: "old=seven+slow+owls&password=eleven+quick+herons"},
		"GET /account/second-factor":                {before: begun},
		"GET /account/second-factor/code.png":       {before: begun},
		"POST /account/second-factor/begin":         {before: begun},
		"POST /account/second-factor/confirm":       {before: begun, body: "code={code}"},
		"POST /account/second-factor/codes":         {before: proven, body: "old=seven+slow+owls"},
		"POST /account/second-factor/off":           {before: proven, body: "old=seven+slow+owls"},
		"POST /settings/people/invitations":         {body: "email=i{key}@new.example&name=New&role=operator&language=en&team={team}"},
		"POST /settings/people/{member}":            {body: "role=lead&team={team}"},
		"POST /settings/people/{member}/factor-off": {before: proven},
		"POST /settings/brand":                      {before: branded, body: face + "&do=publish"},
		"POST /settings/brand/look":                 {body: face},
		"POST /settings/brand/publish":              {before: branded, body: "seen={brand}"},
		"POST /settings/brand/roll-back":            {before: branded, body: "seen={brand}&number=1"},
		"GET /settings/brand/theme.css":             {query: "accent=%23c2410c&corners=round"},
		"POST /settings/teams":                      {body: "name=Night+shift"},
		"POST /settings/teams/{team}":               {body: "name=Night+shift+{team}&for_leads=yes"},
		"POST /settings/topics":                     {before: retired, body: "name_en=Parking&to_lead=yes"},
		"POST /settings/topics/{topic}":             {body: "name_en=Parking&name_ru=%D0%9F%D0%B0%D1%80%D0%BA%D0%BE%D0%B2%D0%BA%D0%B0"},
		"POST /settings/chat/origins":               {body: "origin={origin}"},
		"POST /settings/chat/origins/remove":        {body: "origin={origin}"},
		"POST /settings/chat/keys":                  {body: "kind=secret&id=probe"},
		"POST /settings/domains":                    {before: undomained, body: "domain=help.probe.example"},
		"POST /settings/domains/{domain}/main":      {before: servedDomain},
		"POST /v1/domains":                          {before: undomained, body: `{"domain": "help.probe.example"}`},
		"POST /v1/domains/{domain}/main":            {before: servedDomain},
		"POST /settings/api":                        {body: "name=CRM&role=operator&expires=90d"},
	} {
		samples[way] = s
	}
}

// face is a brand as its form sends it.
const face = "seen={brand}&name=Lucky+Fox&accent=%23c2410c&corners=round&side=end&bottom=20&inset=20&greeting_en=Hello"

// branded gives the world's casino a draft of its brand.
func branded(ctx context.Context, t *testing.T, _ *app, w *world) {
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		newest, err := brands.Newest(ctx, tx)
		if err != nil {
			return err
		}
		newest.Brand.Accent = fmt.Sprintf("#%06x", newest.Number+1)
		draft, err := brands.Save(ctx, tx, newest.Brand, newest.Number)
		w.ids["brand"] = strconv.Itoa(draft.Number)
		return err
	})
}

var probeHash = sync.OnceValue(func() string {
	hash, err := argon2id.CreateHash(probePassword, &argon2id.Params{Memory: 8 * 1024, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		panic(err)
	}
	return hash
})

// members changes all members of the world's casino.
func members(ctx context.Context, t *testing.T, w *world, set string, args ...any) {
	t.Helper()
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update memberships set `+set+` where tenant_id = current_tenant()`, args...).Exec(ctx)
		return err
	})
}

// passwords gives everybody the same password.
func passwords(ctx context.Context, t *testing.T, _ *app, w *world) {
	members(ctx, t, w, `password = ?`, probeHash())
}

// begun gives everybody a second factor that is yet to be confirmed, and the world the code that confirms it.
func begun(ctx context.Context, t *testing.T, _ *app, w *world) {
	members(ctx, t, w, `totp_secret = ?, totp_at = null, totp_step = 0`, probeSecret)
	code, err := totp.GenerateCode(probeSecret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	w.ids["code"] = code
}

// proven gives everybody a password and a second factor.
func proven(ctx context.Context, t *testing.T, _ *app, w *world) {
	members(ctx, t, w, `password = ?, totp_secret = ?, totp_at = now(), totp_step = 0`, probeHash(), probeSecret)
}

// retired takes all topics out of the list, so that there is room for another.
func retired(ctx context.Context, t *testing.T, _ *app, w *world) {
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update topics set retired_at = now() where tenant_id = current_tenant()`).Exec(ctx)
		return err
	})
}

// undomained gives up all domains, so that there is room for another.
func undomained(ctx context.Context, t *testing.T, _ *app, w *world) {
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update domains set removed_at = now() where tenant_id = current_tenant()`).Exec(ctx)
		return err
	})
}

// servedDomain has the world's domain served.
func servedDomain(ctx context.Context, t *testing.T, _ *app, w *world) {
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		id, err := tenants.ParseID(tenants.DomainPrefix, w.ids["domain"])
		if err != nil {
			return err
		}
		_, err = domains.Settle(ctx, tx, id, domains.Evidence{Finding: domains.Held, Proof: domains.ByTXT}, true)
		return err
	})
}
