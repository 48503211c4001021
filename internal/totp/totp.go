// Package totp is the second factor: codes by time (RFC 6238) from an app on a phone. It keeps nothing; whoever keeps a secret
// keeps the step of its last code too, so that each code works once.
package totp

import (
	"crypto/subtle"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// stepLength is how long a code is shown (RFC 6238, section 5.2); the step before and the one after are taken too, for
// clocks that are off.
const stepLength = 30 * time.Second

// Secret makes a new secret of 160 random bits, in the letters that people type into an app.
func Secret() (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "x", AccountName: "x", SecretSize: 20})
	if err != nil {
		return "", fmt.Errorf("second factor: %w", err)
	}
	return key.Secret(), nil
}

// Key is what an app scans: a house's name and a person's address beside the secret (the Key Uri Format of Google
// Authenticator's wiki).
func Key(house, email, secret string) (*otp.Key, error) {
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + house + ":" + email}
	u.RawQuery = url.Values{"secret": {secret}, "issuer": {house}}.Encode()
	return otp.NewKeyFromURL(u.String())
}

// Step is the time step that a code belongs to, if it is right now or was a step ago or will be in one.
func Step(secret, code string) (int64, bool) {
	if secret == "" || len(code) != 6 {
		return 0, false
	}
	now := time.Now()
	for _, off := range []time.Duration{0, -stepLength, stepLength} {
		at := now.Add(off)
		want, err := totp.GenerateCode(secret, at)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return at.Unix() / int64(stepLength.Seconds()), true
		}
	}
	return 0, false
}

// Clean takes out what people type between the signs.
func Clean(code string) string {
	if len(code) > 100 {
		return ""
	}
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(code))
}
