package players_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/uptrace/bun"

	"pitdesk/desk/players"
	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// casino is one with a shared secret (kid "shared") and an Ed25519 key (kid "pair").
type casino struct {
	tenants.Tenant
	secret  []byte
	private ed25519.PrivateKey
	public  ed25519.PublicKey
}

func newCasino(ctx context.Context, t *testing.T, name string) casino {
	t.Helper()
	c := casino{Tenant: sample.Tenant(ctx, t, name), secret: []byte(players.NewSecret())}
	c.public, c.private, _ = ed25519.GenerateKey(rand.Reader)
	c.in(ctx, t, func(ctx context.Context, tx bun.Tx) error {
		return errors.Join(
			players.AddKey(ctx, tx, players.Key{ID: "shared", Alg: players.HS256, Key: c.secret}),
			players.AddKey(ctx, tx, players.Key{ID: "pair", Alg: players.EdDSA, Key: c.public}))
	})
	return c
}

func (c casino) in(ctx context.Context, t *testing.T, fn func(ctx context.Context, tx bun.Tx) error) {
	t.Helper()
	if err := tenants.In(tenants.With(ctx, c.Tenant), c.ID, fn); err != nil {
		t.Fatal(err)
	}
}

func (c casino) enter(ctx context.Context, a players.Ask) (s players.Session, err error) {
	err = tenants.In(tenants.With(ctx, c.Tenant), c.ID, func(ctx context.Context, tx bun.Tx) error {
		s, err = players.Enter(ctx, tx, a)
		return err
	})
	return s, err
}

// sign makes an identity. change edits what a right one would say.
func sign(t *testing.T, method jwt.SigningMethod, kid any, key any, change func(jwt.MapClaims)) string {
	t.Helper()
	claims := jwt.MapClaims{"sub": "player-4711", "jti": tenants.NewID().String(), "exp": time.Now().Add(5 * time.Minute).Unix()}
	if change != nil {
		change(claims)
	}
	token := jwt.NewWithClaims(method, claims)
	if kid != nil {
		token.Header["kid"] = kid
	}
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAProvenPlayer(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := newCasino(ctx, t, "Lucky Fox")
	first, err := fox.enter(ctx, players.Ask{Identity: sign(t, jwt.SigningMethodHS256, "shared", fox.secret, func(c jwt.MapClaims) {
		c["name"], c["email"], c["country"], c["vip"], c["status"] = "Mara", "mara@players.example", "lt", "gold", "at_risk"
	})})
	if err != nil {
		t.Fatal(err)
	}
	p := first.Player
	if !first.Proven || *p.Sub != "player-4711" || *p.Name != "Mara" || *p.Country != "LT" || p.Status != players.AtRisk || p.ProvenAt == nil {
		t.Errorf("entered as %+v", p)
	}
	if left := time.Until(first.Expires); left > players.ProvenFor || left < players.ProvenFor-time.Minute {
		t.Errorf("the session lasts %s", left)
	}
	// By the other key the same player comes back; what is left out stays, but nobody's silence keeps a status.
	second, err := fox.enter(ctx, players.Ask{Identity: sign(t, jwt.SigningMethodEdDSA, "pair", fox.private, nil)})
	if err != nil {
		t.Fatal(err)
	}
	if second.Player.ID != p.ID || *second.Player.Name != "Mara" || second.Player.Status != players.Unknown {
		t.Errorf("came back as %+v", second.Player)
	}
}

func TestNoCardNumberComesInWithAnIdentity(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := newCasino(ctx, t, "Lucky Fox")
	const pan = "5399041236547891"
	s, err := fox.enter(ctx, players.Ask{Identity: sign(t, jwt.SigningMethodHS256, "shared", fox.secret, func(c jwt.MapClaims) {
		c["name"], c["email"], c["phone"], c["vip"] = "Mara "+pan, pan+"@players.example", pan, "card "+pan
	})})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []*string{s.Player.Name, s.Player.Email, s.Player.Phone, s.Player.VIP} {
		if text != nil && strings.Contains(*text, pan[6:12]) {
			t.Errorf("kept %q", *text)
		}
	}
	// A phone number is none.
	s, err = fox.enter(ctx, players.Ask{Identity: sign(t, jwt.SigningMethodHS256, "shared", fox.secret, func(c jwt.MapClaims) {
		c["phone"] = "+370 612 34567"
	})})
	if err != nil || *s.Player.Phone != "+370 612 34567" {
		t.Errorf("the phone number is kept as %+v, %v", s.Player, err)
	}
}

func TestIdentitiesThatAreRefused(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	fox, reel := newCasino(ctx, t, "Lucky Fox"), newCasino(ctx, t, "Golden Reel")
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	hs := func(change func(jwt.MapClaims)) string {
		return sign(t, jwt.SigningMethodHS256, "shared", fox.secret, change)
	}
	with := func(name string, value any) string { return hs(func(c jwt.MapClaims) { c[name] = value }) }
	without := func(name string) string { return hs(func(c jwt.MapClaims) { delete(c, name) }) }
	in := func(d time.Duration) int64 { return time.Now().Add(d).Unix() }
	parts := strings.Split(hs(nil), ".")
	payload, _ := json.Marshal(map[string]any{"sub": "player-1", "jti": "j", "exp": in(time.Minute)})
	encoded := base64.RawURLEncoding.EncodeToString

	for name, c := range map[string]struct{ token, says string }{
		"nothing like a token":   {"hello", "three parts"},
		"two parts":              {parts[0] + "." + parts[1], "three parts"},
		"not base64":             {"!." + parts[1] + "." + parts[2], "three parts"},
		"endless":                {strings.Repeat("a", 9000) + ".b.c", "three parts"},
		"alg none":               {sign(t, jwt.SigningMethodNone, "shared", jwt.UnsafeAllowNoneSignatureType, nil), "HS256 or EdDSA"},
		"alg none, no kid":       {encoded([]byte(`{"alg":"none"}`)) + "." + encoded(payload) + ".", "HS256 or EdDSA"},
		"alg nOnE":               {encoded([]byte(`{"alg":"nOnE","kid":"shared"}`)) + "." + encoded(payload) + ".", "HS256 or EdDSA"},
		"RS256":                  {sign(t, jwt.SigningMethodRS256, "shared", rsaKey, nil), "HS256 or EdDSA"},
		"HS512":                  {sign(t, jwt.SigningMethodHS512, "shared", fox.secret, nil), "HS256 or EdDSA"},
		"the public key as HMAC": {sign(t, jwt.SigningMethodHS256, "pair", []byte(fox.public), nil), "must be signed by EdDSA"},
		"EdDSA for a secret":     {sign(t, jwt.SigningMethodEdDSA, "shared", fox.private, nil), "must be signed by HS256"},
		"no kid":                 {sign(t, jwt.SigningMethodHS256, nil, fox.secret, nil), "kid"},
		"a kid that is no text":  {sign(t, jwt.SigningMethodHS256, 7, fox.secret, nil), "kid"},
		"an unknown kid":         {sign(t, jwt.SigningMethodHS256, "x' or 1=1", fox.secret, nil), "doesn't know"},
		"another secret":         {sign(t, jwt.SigningMethodHS256, "shared", []byte(players.NewSecret()), nil), "doesn't fit"},
		"another casino's":       {sign(t, jwt.SigningMethodHS256, "shared", reel.secret, nil), "doesn't fit"},
		"a changed payload":      {parts[0] + "." + encoded(payload) + "." + parts[2], "doesn't fit"},
		"no signature":           {parts[0] + "." + parts[1] + ".", "doesn't fit"},
		"expired":                {with("exp", in(-time.Second)), "expired"},
		"good for too long":      {with("exp", in(11*time.Minute)), "10 minutes"},
		"good for ever":          {with("exp", 99999999999), "10 minutes"},
		"no exp":                 {without("exp"), "lacks exp"},
		"exp in words":           {with("exp", "tomorrow"), "seconds"},
		"exp beyond numbers":     {with("exp", 1e300), "seconds"},
		"exp below numbers":      {with("exp", -1), "seconds"},
		"signed in the future":   {with("iat", in(5*time.Minute)), "iat"},
		"not yet":                {with("nbf", in(5*time.Minute)), "nbf"},
		"no jti":                 {without("jti"), "lacks jti"},
		"no sub":                 {without("sub"), "lacks sub"},
		"an empty sub":           {with("sub", "  "), "lacks sub"},
		"a number for sub":       {with("sub", 4711), "sub must be a text"},
		"a sub of a novel":       {with("sub", strings.Repeat("x", 201)), "200"},
		"NUL in the name":        {with("name", "Ma\x00ra"), "name"},
		"no e-mail":              {with("email", "mara"), "e-mail"},
		"a country":              {with("country", "LTU"), "country"},
		"a country of digits":    {with("country", "12"), "country"},
		"a status":               {with("status", "fine"), "status"},
		"no language":            {with("language", "!!"), "language"},
	} {
		s, err := fox.enter(ctx, players.Ask{Identity: c.token})
		if fault.CodeOf(err) != fault.Unauthenticated || !strings.Contains(fault.Sentence(err), c.says) {
			t.Errorf("%s: %+v, %v; want a refusal that says %q", name, s, err, c.says)
		}
	}
	var written int
	if err := d.DB.Super(t).QueryRow(`select (select count(*) from players) + (select count(*) from player_sessions) + (select count(*) from identity_tokens_used)`).
		Scan(&written); err != nil || written != 0 {
		t.Errorf("refused identities left %d rows (%v)", written, err)
	}
}

func TestAnIdentityIsGoodOnce(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := newCasino(ctx, t, "Lucky Fox"), newCasino(ctx, t, "Golden Reel")
	token := sign(t, jwt.SigningMethodHS256, "shared", fox.secret, nil)
	var entered, replayed atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := fox.enter(ctx, players.Ask{Identity: token})
			switch {
			case err == nil:
				entered.Add(1)
			case fault.CodeOf(err) == fault.Unauthenticated && strings.Contains(err.Error(), "before"):
				replayed.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if entered.Load() != 1 || replayed.Load() != 7 {
		t.Errorf("%d entered and %d were told of the replay, want 1 and 7", entered.Load(), replayed.Load())
	}
	// What one casino's player has used says nothing of another's.
	same := func(c casino) string {
		return sign(t, jwt.SigningMethodHS256, "shared", c.secret, func(m jwt.MapClaims) { m["jti"] = "the-same" })
	}
	for _, c := range []casino{fox, reel} {
		if _, err := c.enter(ctx, players.Ask{Identity: same(c)}); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	fox.in(ctx, t, func(ctx context.Context, tx bun.Tx) error { return players.RevokeKey(ctx, tx, "shared") })
	if _, err := fox.enter(ctx, players.Ask{Identity: sign(t, jwt.SigningMethodHS256, "shared", fox.secret, nil)}); fault.CodeOf(err) != fault.Unauthenticated {
		t.Errorf("a revoked key: %v", err)
	}
}

func FuzzIdentity(f *testing.F) {
	f.Add("a.b.c")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("eyJhbGciOiJIUzI1NiIsImtpZCI6InNoYXJlZCJ9.e30.AAAA")
	_, ctx := sample.New(f)
	at := sample.Tenant(ctx, f, "Lucky Fox")
	f.Fuzz(func(t *testing.T, token string) {
		err := tenants.In(tenants.With(ctx, at), at.ID, func(ctx context.Context, tx bun.Tx) error {
			_, err := players.Enter(ctx, tx, players.Ask{Identity: token})
			return err
		})
		if token != "" && fault.CodeOf(err) != fault.Unauthenticated {
			t.Errorf("%q: %v", token, err)
		}
	})
}
