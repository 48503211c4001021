package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/internal/telemetry"
	"pitdesk/tenants"
)

// answer is what an operation answered, before it is on the wire.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

// Header, Write and WriteHeader make an answer an http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

func (a *answer) failed() bool { return a.status >= http.StatusBadRequest }

// send puts the answer on the wire.
func (a *answer) send(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // #nosec G705 -- an answer as it was made, with its own type and nosniff
}

// asked is one request on its way through its operation.
type asked struct {
	err   error  // what the handler answered it with
	claim *claim // of its Idempotency-Key; nil where none has to be seen to by the handler
	read  bool   // If-Match held: who asks has read what is there
	quiet bool   // its faults may be mended by doing it again, so they aren't logged yet
}

type askedKey struct{}

func askedOf(ctx context.Context) *asked {
	q, _ := ctx.Value(askedKey{}).(*asked)
	return q
}

// matched says whether who asks has proved, by If-Match, to have read what is there now.
func matched(ctx context.Context) bool {
	q := askedOf(ctx)
	return q != nil && q.read
}

// operationOf is the operation that a method and a path lead to; nil where there is none.
func (a *API) operationOf(method, path string) *operation {
	r, err := http.NewRequest(method, "http://desk"+path, nil) // #nosec G704 -- a request that is never sent: it asks our own router
	if err != nil {
		return nil
	}
	_, pattern := a.mux.Handler(r)
	return a.byPattern[pattern]
}

// run lets the mux answer a request, whose body is text.
func (a *API) run(ctx context.Context, r *http.Request, text []byte) *answer {
	r = r.WithContext(ctx)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	out := &answer{header: http.Header{}}
	a.mux.ServeHTTP(out, r)
	return out
}

func (a *API) refused(ctx context.Context, err error) *answer {
	out := &answer{header: http.Header{}}
	a.problem(ctx, err).answer(out)
	return out
}

// errRefused rolls back the transaction of a request that was refused.
var errRefused = errors.New("api: refused")

// attempts is how often a request is tried whose transaction raced with another's.
const attempts = 4

// perform answers a request to o. With an Idempotency-Key or If-Match, what is looked up, done and kept for it stands in one
// transaction, which the handler joins: all of it holds or none.
func (a *API) perform(r *http.Request, o *operation, text []byte) *answer {
	ctx := r.Context()
	match := r.Header.Get("If-Match")
	c, err := claimOf(ctx, r, o, text)
	switch {
	case err == nil && match == "" && o.match && r.Method != http.MethodGet:
		err = errNeedsMatch
	case o.level(ctx) != nil: // the handler's wrapper refuses it
		c, match = nil, ""
	}
	if err != nil {
		return a.refused(ctx, err)
	}
	if c != nil && o.founds {
		return a.performApart(ctx, r, o, text, c)
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		match = ""
	}
	if c == nil && match == "" {
		return a.run(ctx, r, text)
	}
	var out *answer
	for n := range attempts {
		out, err = a.together(ctx, r, o, text, c, match, n == attempts-1)
		if !raced(err) {
			break
		}
	}
	switch {
	case err == nil:
		return out
	case raced(err) && match != "":
		return a.refused(ctx, errStale)
	case out == nil || !out.failed():
		return a.refused(ctx, err)
	}
	return out
}

// raced says whether a transaction failed only because another was beside it.
func raced(err error) bool {
	var pe *pgconn.PgError
	return desk.Raced(err) || errors.As(err, &pe) && pe.Code == "40001" // serialization_failure
}

// together is one attempt at a request in one transaction.
func (a *API) together(ctx context.Context, r *http.Request, o *operation, text []byte, c *claim, match string, last bool) (out *answer, err error) {
	if match != "" {
		ctx = tenants.Steadily(ctx)
	}
	begin := tenants.Above
	if actor, _ := authz.From(ctx); actor.Tenant != tenants.Nobody {
		begin = func(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
			return tenants.In(ctx, tenants.Current(ctx).ID, fn)
		}
	}
	err = begin(ctx, func(ctx context.Context, tx bun.Tx) error {
		if c != nil {
			if out, err = c.take(ctx, tx); err != nil {
				return err
			}
			if out != nil {
				return again(ctx, tx, o)
			}
		}
		var thing string
		if match != "" {
			if thing, out, err = a.matches(ctx, r, match); err != nil {
				return err
			}
		}
		q := &asked{quiet: !last, read: thing != ""}
		out = a.run(context.WithValue(ctx, askedKey{}, q), r, text)
		if q.err != nil {
			return q.err
		}
		if out.failed() {
			return errRefused
		}
		if thing != "" {
			if now := a.look(ctx, r, thing); !now.failed() {
				out.header.Set("Etag", etag(now.body.Bytes()))
			}
		}
		if c != nil {
			return c.keep(ctx, tx, out)
		}
		return nil
	})
	return out, err
}

// again asks for the permission once more before a kept answer is given again.
func again(ctx context.Context, tx bun.Tx, o *operation) error {
	actor, _ := authz.From(ctx)
	if actor.Tenant != tenants.Nobody {
		return authz.Ask(ctx, tx, o.Permission, authz.Facts{})
	}
	return authz.AskAbove(ctx, tx, o.Permission, authz.Whose{Reseller: actor.Reseller})
}

// answerTo answers a request whose body is text.
func (a *API) answerTo(w http.ResponseWriter, r *http.Request, text []byte) {
	o := a.operationOf(r.Method, r.URL.EscapedPath())
	if o != nil {
		telemetry.Found(r.Context(), telemetry.API, o.Method+" "+o.Path)
	}
	if o == nil || o.media != "" {
		r.Body = io.NopCloser(bytes.NewReader(text))
		if len(text) == 0 {
			r.Body = http.NoBody
		}
		a.mux.ServeHTTP(w, r)
		return
	}
	if r.Method == http.MethodPatch && !patchType(r.Header.Get("Content-Type")) {
		a.refused(r.Context(), errPatchType).send(w)
		return
	}
	out := a.perform(r, o, text)
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		out = out.tagged(r)
	}
	o.fading(out.header)
	out.send(w)
}

var errPatchType = fault.New(fault.Unsupported, "Send what changes as application/merge-patch+json.")

// patchType says whether a body of this type is taken for a merge patch (RFC 7396). application/json means the same.
func patchType(content string) bool {
	kind, _, _ := strings.Cut(content, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	return kind == "" || kind == "application/merge-patch+json" || kind == "application/json"
}
