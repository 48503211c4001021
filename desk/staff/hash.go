package staff

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/alexedwards/argon2id"

	"pitdesk/internal/fault"
)

// hashing is argon2id as RFC 9106, section 4, second recommendation: 64 MiB, three passes.
var hashing = &argon2id.Params{Memory: 64 * 1024, Iterations: 3, Parallelism: 4, SaltLength: 16, KeyLength: 32}

// nobodysHash is compared with where there is no member, so that an unknown account takes as long as a known one. It has the
// parameters of hashing and is no password's.
const nobodysHash = "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5cyBzYWx0IGhlcg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// Each hash takes 64 MiB, so as many run at once as there are processors; the rest wait a little and are then turned away.
// A flood of sign-ins can't take more memory than that.
var (
	hashers     = make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))
	hashPatient = 3 * time.Second
)

var errBusy = fault.New(fault.Unavailable, "Too many people are signing in at this moment. Please try again.").After(5 * time.Second)

func hasher(ctx context.Context) (release func(), err error) {
	patience := time.NewTimer(hashPatient)
	defer patience.Stop()
	select {
	case hashers <- struct{}{}:
		return func() { <-hashers }, nil
	case <-patience.C:
		return nil, errBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash never runs in a request's transaction: it takes a tenth of a second and may wait for others.
func hash(ctx context.Context, password string) (string, error) {
	release, err := hasher(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	out, err := argon2id.CreateHash(password, hashing)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return out, nil
}

// matches compares a password with a member's hash; an empty hash is compared with nobody's and never matches.
func matches(ctx context.Context, password, hash string) (bool, error) {
	release, err := hasher(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	known := hash != ""
	if !known {
		hash = nobodysHash
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return ok && known, nil
}
