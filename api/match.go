package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"pitdesk/internal/fault"
)

var (
	errStale      = fault.New(fault.Stale, "This has changed since you read it. Read it again before you change it.")
	errNeedsMatch = fault.New(fault.NeedsMatch, "Say which state you have read: send its ETag as If-Match.")
	errNoTag      = fault.New(fault.Malformed, "There is no ETag here that If-Match could hold.")
)

// etag is the strong validator of an answer (RFC 9110, section 8.8.3): a hash of its octets, so that it is the same in every process.
func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}

// tagged gives an answer to GET its ETag, and leaves the body out where the asker has it. With expand the answer tells of other
// things too, whose changes its ETag would be about as well: it has none.
func (a *answer) tagged(r *http.Request) *answer {
	if a.status != http.StatusOK || r.URL.Query().Has("expand") {
		return a
	}
	tag := etag(a.body.Bytes())
	a.header.Set("Etag", tag)
	if held := r.Header.Get("If-None-Match"); held != "" && holds(held, tag, true) {
		a.status = http.StatusNotModified
		a.body.Reset()
		a.header.Del("Content-Type")
	}
	return a
}

// holds says whether a list of validators has tag, or is "*". Weak ones count only where weak says so (RFC 9110, section 8.8.3.2).
func holds(list, tag string, weak bool) bool {
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimSpace(one)
		if weak {
			one = strings.TrimPrefix(one, "W/")
		}
		if one == "*" || one == tag {
			return true
		}
	}
	return false
}

// thing is the address of what a request to change something is about: its own where that can be read, else the nearest above it,
// as /conversations/{conversation} is for …/resolve. Empty: none.
func (a *API) thing(path string) string {
	for path != prefix && path != "" {
		if o := a.operationOf(http.MethodGet, path); o != nil && o.media == "" {
			return path
		}
		path = path[:strings.LastIndexByte(path, '/')]
	}
	return ""
}

// look reads a thing in the transaction of ctx, as whoever asks.
func (a *API) look(ctx context.Context, r *http.Request, thing string) *answer {
	get, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.Host+thing, nil) // #nosec G704 -- a request that is never sent: it asks our own router
	if err != nil {
		return a.refused(ctx, err)
	}
	get.Header = http.Header{"Accept-Language": r.Header["Accept-Language"]}
	return a.run(context.WithValue(ctx, askedKey{}, nil), get, nil)
}

// matches refuses a change of what isn't any more as the asker has read it, and returns the address of the thing. What can't be
// read is refused as reading it is.
func (a *API) matches(ctx context.Context, r *http.Request, match string) (thing string, refusal *answer, err error) {
	if thing = a.thing(r.URL.EscapedPath()); thing == "" {
		return "", nil, errNoTag
	}
	now := a.look(ctx, r, thing)
	switch {
	case now.failed():
		return "", now, errRefused
	case !holds(match, etag(now.body.Bytes()), false):
		return "", nil, errStale
	}
	return thing, nil, nil
}
