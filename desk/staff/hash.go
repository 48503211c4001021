package staff

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"pitdesk/internal/fault"
)

// strong is argon2id as RFC 9106, section 4, second recommendation: 64 MiB, three passes.
var strong = &argon2id.Params{Memory: 64 * 1024, Iterations: 3, Parallelism: 4, SaltLength: 16, KeyLength: 32}

// hashing is strong, but for tests, which make hundreds of passwords under the race detector.
var hashing = sync.OnceValue(func() *argon2id.Params {
	p := *strong
	if testing.Testing() {
		p.Memory, p.Iterations = 1024, 1
	}
	return &p
})

// nobodysHash is compared with where there is no member, so that an unknown account takes as long as a known one. It has the
// parameters of hashing and is no password's: its key is all zeros.
func nobodysHash() string {
	p := hashing()
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$bm9ib2R5cyBzYWx0IGhlcg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		p.Memory, p.Iterations, p.Parallelism)
}

// Each hash takes 64 MiB, so as many run at once as there are processors; the rest wait a little and are then turned away.
// A flood of sign-ins can't take more memory than that.
var (
	hashers     = make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))
	hashPatient = 5 * time.Second
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
	out, err := argon2id.CreateHash(password, hashing())
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
		hash = nobodysHash()
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return ok && known, nil
}
