package players

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"
	"github.com/uptrace/bun"
	"golang.org/x/text/language"

	"pitdesk/internal/cards"
	"pitdesk/internal/fault"
)

// Bounds of an identity token.
const (
	maxIdentity  = 8 << 10 // octets
	maxAhead     = 10 * time.Minute
	forgivenSkew = time.Minute // of the casino's clock, for iat and nbf
)

// claims are what a proven identity says, checked.
type claims struct {
	sub, jti                                   string
	expires                                    time.Time
	name, email, phone, language, vip, country string
	status                                     Status
}

func refuse(format string, args ...any) error {
	return fault.New(fault.Unauthenticated, format, args...).On("identity")
}

// prove checks an identity token: the key its kid names at this casino, exactly that key's algorithm, the signature, the
// times, and what it says. It writes nothing. Every refusal is Unauthenticated with the reason.
func prove(ctx context.Context, tx bun.Tx, token string) (claims, error) {
	if len(token) > maxIdentity || !utf8.ValidString(token) || strings.Count(token, ".") != 2 {
		return claims{}, refuse("The identity isn't a signed token in three parts.")
	}
	var said error
	parser := jwt.NewParser(jwt.WithValidMethods([]string{HS256, EdDSA}), jwt.WithoutClaimsValidation(), jwt.WithJSONNumber())
	all := jwt.MapClaims{}
	_, err := parser.ParseWithClaims(token, all, func(t *jwt.Token) (any, error) {
		id, _ := t.Header["kid"].(string)
		if id == "" || strings.ContainsRune(id, 0) {
			said = refuse("The identity's header names no key (kid).")
			return nil, said
		}
		k, ok, err := key(ctx, tx, id)
		switch {
		case err != nil:
			said = err
		case !ok:
			said = refuse("The identity is signed with a key that this desk doesn't know.")
		case t.Method.Alg() != k.Alg:
			said = refuse("The identity must be signed by %s, as its key is.", k.Alg)
		case k.Alg == EdDSA:
			return ed25519.PublicKey(k.Key), nil
		}
		return k.Key, said
	})
	switch {
	case said != nil:
		return claims{}, said
	case errors.Is(err, jwt.ErrTokenMalformed):
		return claims{}, refuse("The identity isn't a signed token in three parts.")
	case errors.Is(err, jwt.ErrTokenUnverifiable), errors.Is(err, jwt.ErrTokenSignatureInvalid) && unsigned(token):
		return claims{}, refuse("The identity must be signed by HS256 or EdDSA.")
	case err != nil:
		return claims{}, refuse("The identity's signature doesn't fit.")
	}
	return read(all, time.Now())
}

// unsigned says whether a token names an algorithm that is none of ours.
func unsigned(token string) bool {
	t, _, err := jwt.NewParser().ParseUnverified(token, jwt.MapClaims{})
	return err != nil || (t.Method.Alg() != HS256 && t.Method.Alg() != EdDSA)
}

// read checks what a signed token says.
func read(all jwt.MapClaims, now time.Time) (claims, error) {
	var c claims
	exp, ok, err := moment(all, "exp")
	switch {
	case err != nil:
		return c, err
	case !ok:
		return c, refuse("The identity lacks exp.")
	case !exp.After(now):
		return c, refuse("The identity has expired.")
	case exp.After(now.Add(maxAhead + time.Second)): // a second, because exp is often rounded up
		return c, refuse("The identity is good for too long: exp may be at most 10 minutes ahead.")
	}
	c.expires = exp
	for _, name := range []string{"iat", "nbf"} {
		at, ok, err := moment(all, name)
		if err != nil {
			return c, err
		}
		if ok && at.After(now.Add(forgivenSkew)) {
			return c, refuse("The identity's %s is in the future.", name)
		}
	}
	for _, field := range []struct {
		name     string
		into     *string
		most     int
		required bool
	}{
		{"sub", &c.sub, 200, true}, {"jti", &c.jti, 200, true}, {"name", &c.name, 120, false}, {"email", &c.email, 254, false},
		{"phone", &c.phone, 40, false}, {"language", &c.language, 35, false}, {"vip", &c.vip, 40, false}, {"country", &c.country, 2, false},
	} {
		text, err := words(all, field.name, field.most)
		if err != nil {
			return c, err
		}
		if text == "" && field.required {
			return c, refuse("The identity lacks %s.", field.name)
		}
		*field.into = text
	}
	for _, field := range []*string{&c.name, &c.phone, &c.vip} {
		*field, _ = cards.Mask(*field)
	}
	if _, found := cards.Mask(c.email); found > 0 {
		c.email = "" // masked it would be another address
	}
	if c.country = strings.ToUpper(c.country); c.country != "" && !country.MatchString(c.country) {
		return c, refuse("The identity's country isn't two letters of ISO 3166-1.")
	}
	if c.email != "" {
		if a, err := mail.ParseAddress(c.email); err != nil || a.Address != c.email {
			return c, refuse("The identity's email isn't an e-mail address.")
		}
	}
	if c.language != "" {
		if _, err := language.Parse(c.language); err != nil {
			return c, refuse("The identity's language isn't a BCP 47 tag.")
		}
	}
	status, err := words(all, "status", 20)
	if err != nil {
		return c, err
	}
	switch c.status = Status(status); c.status {
	case "":
		c.status = Unknown
	case Active, AtRisk, Excluded, Unknown:
	default:
		return c, refuse("The identity's status must be active, at_risk, excluded or unknown.")
	}
	return c, nil
}

var country = regexp.MustCompile(`^[A-Z]{2}$`)

// words reads a claim that is a text of at most so many characters, without control characters.
func words(all jwt.MapClaims, name string, most int) (string, error) {
	v, ok := all[name]
	if !ok || v == nil {
		return "", nil
	}
	text, ok := v.(string)
	text = strings.TrimSpace(text)
	if !ok || !utf8.ValidString(text) || utf8.RuneCountInString(text) > most || strings.ContainsFunc(text, unicode.IsControl) {
		return "", refuse("The identity's %s must be a text of at most %d characters.", name, most)
	}
	return text, nil
}

// moment reads a NumericDate (RFC 7519, section 2).
func moment(all jwt.MapClaims, name string) (time.Time, bool, error) {
	v, ok := all[name]
	if !ok {
		return time.Time{}, false, nil
	}
	number, ok := v.(json.Number)
	if !ok {
		return time.Time{}, false, refuse("The identity's %s must be a number of seconds.", name)
	}
	seconds, err := number.Float64()
	if err != nil || math.IsNaN(seconds) || seconds < 0 || seconds > 1e11 {
		return time.Time{}, false, refuse("The identity's %s must be a number of seconds.", name)
	}
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(part*1e9)), true, nil
}

// spend notes that a token's jti was used. Of two at once, one waits for the other and is refused.
func spend(ctx context.Context, tx bun.Tx, c claims) error {
	res, err := tx.NewRaw(`insert into identity_tokens_used (tenant_id, jti, expires_at) values (current_tenant(), ?, ?)
		on conflict do nothing`, c.jti, c.expires).Exec(ctx)
	if err != nil {
		return fmt.Errorf("spend identity: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return refuse("The identity was used before. Sign a new one for each exchange.")
	}
	// A token past its exp is refused by that, so its jti needn't be kept.
	if time.Now().UnixNano()%64 == 0 {
		_, err = tx.NewRaw(`delete from identity_tokens_used where tenant_id = current_tenant() and expires_at < now() - interval '1 minute'`).Exec(ctx)
	}
	return err
}
