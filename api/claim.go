package api

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

const (
	idempotencyKey = "Idempotency-Key"
	maxIdempotency = 200
)

var (
	errInFlight  = fault.New(fault.InFlight, "The same request is being answered at this moment. Send it again in a second.").After(1e9)
	errKeyReused = fault.New(fault.KeyReused, "This Idempotency-Key was used for another request.")
	errBadIdem   = fault.New(fault.Invalid, "An Idempotency-Key has 1 to %d visible ASCII characters.", maxIdempotency).On(idempotencyKey)
)

// claim is a request that is done once, however often it is sent with its Idempotency-Key. Where it is kept it bears no name:
// whose it is, its key and what it asked are keyed hashes, and the answer is sealed, all with what the caller's secret yields.
type claim struct {
	id, request [32]byte
	seal        cipher.AEAD
	kept        bool    // its answer was kept
	before      *answer // what was answered the first time
}

// claimOf is the claim of a POST with an Idempotency-Key; nil without one.
func claimOf(ctx context.Context, r *http.Request, o *operation, text []byte) (*claim, error) {
	given := r.Header.Get(idempotencyKey)
	if r.Method != http.MethodPost || given == "" {
		return nil, nil
	}
	if len(given) > maxIdempotency || strings.ContainsFunc(given, func(c rune) bool { return c < '!' || c > '~' }) {
		return nil, errBadIdem
	}
	var material [64]byte
	derived, err := hkdf.Key(sha256.New, []byte(bearer(r)), nil, "kept answers", len(material))
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived[:32])
	if err != nil {
		return nil, err
	}
	c := &claim{}
	if c.seal, err = cipher.NewGCM(block); err != nil {
		return nil, err
	}
	actor, _ := authz.From(ctx)
	c.id = keyed(derived[32:], "claim", actor.Tenant.String(), given)
	c.request = keyed(derived[32:], "request", r.Method, r.URL.RequestURI(), string(text))
	return c, nil
}

// keyed is a hash of parts that nobody can make or guess at without the key.
func keyed(key []byte, parts ...string) (sum [32]byte) {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	copy(sum[:], h.Sum(nil))
	return sum
}

// take takes the claim for tx. It returns what was answered before, nil for what is new, and an error where the claim is
// another request's or in another's hand.
func (c *claim) take(ctx context.Context, tx bun.Tx) (*answer, error) {
	var (
		busy            bool
		request, sealed []byte
	)
	err := tx.NewRaw(`select busy, request, answer from claim_answer(?)`, c.id[:]).Scan(ctx, &busy, &request, &sealed)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("claim: %w", err)
	case busy:
		return nil, errInFlight
	case subtle.ConstantTimeCompare(request, c.request[:]) != 1:
		return nil, errKeyReused
	}
	return c.open(sealed)
}

// keptAnswer is an answer at rest.
type keptAnswer struct {
	Status int                 `json:"s"`
	Header map[string][]string `json:"h"`
	Body   []byte              `json:"b"`
}

func (c *claim) open(sealed []byte) (*answer, error) {
	n := c.seal.NonceSize()
	if len(sealed) < n {
		return nil, errors.New("api: a kept answer is too short")
	}
	text, err := c.seal.Open(nil, sealed[:n], sealed[n:], c.id[:])
	if err != nil {
		return nil, fmt.Errorf("kept answer: %w", err)
	}
	var k keptAnswer
	if err := json.Unmarshal(text, &k); err != nil {
		return nil, fmt.Errorf("kept answer: %w", err)
	}
	out := &answer{status: k.Status, header: http.Header(k.Header), body: *bytes.NewBuffer(k.Body)}
	if out.header == nil {
		out.header = http.Header{}
	}
	out.header.Set("Idempotent-Replayed", "true")
	return out, nil
}

// keep keeps what was answered with tx's commit.
func (c *claim) keep(ctx context.Context, tx bun.Tx, out *answer) error {
	text, err := json.Marshal(keptAnswer{out.status, out.header, out.body.Bytes()})
	if err != nil {
		return err
	}
	nonce := make([]byte, c.seal.NonceSize())
	_, _ = rand.Read(nonce)
	c.kept = true
	return tenants.WithCommit(ctx, tx, `select keep_answer(?, ?, ?)`, c.id[:], c.request[:], c.seal.Seal(nonce, nonce, text, c.id[:]))
}

// errReplayed says that a handler has found its request done already: what was answered then is answered again.
var errReplayed = errors.New("api: answered before")

// performApart answers a request whose handler opens the transaction of the deed itself, as only it can: the one in which a casino is
// founded. The handler does its deed through once.
func (a *API) performApart(ctx context.Context, r *http.Request, o *operation, text []byte, c *claim) *answer {
	q := &asked{claim: c}
	out := a.run(context.WithValue(ctx, askedKey{}, q), r, text)
	switch {
	case errors.Is(q.err, errReplayed):
		if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error { return again(ctx, tx, o) }); err != nil {
			return a.refused(ctx, err)
		}
		return c.before
	case !out.failed() && !c.kept:
		a.options.Log.ErrorContext(ctx, "operation kept no answer for its Idempotency-Key", "operation", o.ID)
		return a.refused(ctx, fault.New(fault.Internal, "This didn't work. We have been told."))
	}
	return out
}

// once does the deed of an operation that founds something (operation.founds) inside the deed's own transaction, and keeps the
// answer there when the request has an Idempotency-Key. do returns the answer's JSON value, status is the operation's.
func once(ctx context.Context, tx bun.Tx, status int, do func() (body any, err error)) error {
	q := askedOf(ctx)
	if q == nil || q.claim == nil {
		_, err := do()
		return err
	}
	before, err := q.claim.take(ctx, tx)
	if err != nil {
		return err
	}
	if before != nil {
		q.claim.before = before
		return errReplayed
	}
	body, err := do()
	if err != nil {
		return err
	}
	out := &answer{status: status, header: http.Header{"Content-Type": {"application/json"}}}
	if err := huma.DefaultJSONFormat.Marshal(&out.body, body); err != nil {
		return err
	}
	return q.claim.keep(ctx, tx, out)
}

// ForgetAnswers deletes kept answers whose day is over, and returns how many.
func ForgetAnswers(ctx context.Context) (n int64, err error) {
	err = tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewRaw(`delete from control.kept_answers where kept_at < now() - interval '24 hours'`).Exec(ctx)
		if err != nil {
			return fmt.Errorf("kept answers: %w", err)
		}
		n, err = res.RowsAffected()
		return err
	})
	return n, err
}
