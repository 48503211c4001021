package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pitdesk/internal/fault"
)

// deskVersion is the header that names the date of the surface which a request is written for.
const deskVersion = "Desk-Version"

// versions are the dates from which on the surface meant something else than before, oldest first. A request that names none is
// answered as the oldest: what runs today runs tomorrow.
var versions = []string{"2026-11-01"}

type versionKey struct{}

// speaks is the date of the surface that a request is answered by. Dates compare as texts: speaks(ctx) >= "2027-03-01".
func speaks(ctx context.Context) string {
	v, _ := ctx.Value(versionKey{}).(string)
	return v
}

// speak finds the date of the surface that a request is for: the newest that isn't after the one it names.
func (a *API) speak(ctx context.Context, h http.Header, r *http.Request) (context.Context, error) {
	v, named := a.versions[0], r.Header.Get(deskVersion)
	if named != "" {
		day, err := time.Parse(time.DateOnly, named)
		if err != nil || named < v || day.After(time.Now().UTC()) {
			return ctx, fault.New(fault.Invalid, "This version isn't served. Name a day from %s until today.", v).On(deskVersion)
		}
		i, found := slices.BinarySearch(a.versions, named)
		if !found {
			i--
		}
		v = a.versions[i]
	}
	h.Set(deskVersion, v)
	return context.WithValue(ctx, versionKey{}, v), nil
}

// fading tells in an answer's headers that an operation shouldn't be used any more (RFC 9745) and when it ends (RFC 8594).
func (o *operation) fading(h http.Header) {
	if o.deprecated.IsZero() {
		return
	}
	h.Set("Deprecation", "@"+strconv.FormatInt(o.deprecated.Unix(), 10))
	if !o.sunset.IsZero() {
		h.Set("Sunset", o.sunset.UTC().Format(http.TimeFormat))
	}
	if o.instead != "" {
		h.Set("Link", "<"+prefix+o.instead+`>; rel="successor-version"`) // RFC 5829, section 3.4
	}
}

// parameters are the headers that requests to o may have, as the document tells of them.
func (o operation) parameters() []*huma.Param {
	names := []string{deskVersion}
	if !o.above {
		names = append(names, tenantHeader)
	}
	switch o.Method {
	case http.MethodGet:
		if o.media == "" {
			names = append(names, "If-None-Match")
		}
	case http.MethodPost:
		names = append(names, idempotencyKey, "If-Match")
	default:
		names = append(names, "If-Match")
	}
	var all []*huma.Param
	for _, name := range names {
		all = append(all, &huma.Param{Ref: "#/components/parameters/" + strings.ReplaceAll(name, "-", "")})
	}
	return all
}

// requestHeaders are what parameters refers to.
func requestHeaders() map[string]*huma.Param {
	text := func(most int, example string) *huma.Schema {
		return &huma.Schema{Type: huma.TypeString, MaxLength: &most, Examples: []any{example}}
	}
	all := map[string]*huma.Param{}
	for _, p := range []*huma.Param{
		{Name: deskVersion, Schema: text(10, versions[0]), Description: "The day for whose form of this interface the request is written. Absent: the oldest that is served."},
		{Name: tenantHeader, Schema: text(40, "ten_06ey3pjmrskbk9ks8x4w2ptxqg"), Description: "Which casino it is about. Needed with a key that reaches several."},
		{Name: idempotencyKey, Schema: text(maxIdempotency, "order-4711"), Description: "Yours, one for each deed. Sent again within a day with the same body, the request isn't " +
			"done again: the first answer comes again, with Idempotent-Replayed. Another body answers 422, one that is being answered at this moment 409. Refused requests aren't kept."},
		{Name: "If-Match", Schema: text(1000, `"q5v2m4zr7x3c6n1b8k0j9h"`), Description: "The ETag that you have read, of what the address names or of the nearest thing above it that can be read. " +
			"Where it has changed since, nothing is done and the answer is 412."},
		{Name: "If-None-Match", Schema: text(1000, `"q5v2m4zr7x3c6n1b8k0j9h"`), Description: "The ETag that you have. Where it still holds, the answer is 304 without a body."},
	} {
		p.In = "header"
		all[strings.ReplaceAll(p.Name, "-", "")] = p
	}
	return all
}

// headers are those that o's own answer has, as the document tells of them.
func (o operation) headers() map[string]*huma.Param {
	all := map[string]*huma.Param{"Request-Id": requestID, deskVersion: versionHeader, "RateLimit": rateHeader, "RateLimit-Policy": policyHeader}
	switch {
	case o.Method == http.MethodPost:
		all["Idempotent-Replayed"] = replayedHeader
	case o.media == "":
		all["ETag"] = tagHeader
	}
	return all
}

func header(kind, description string) *huma.Header {
	return &huma.Header{Description: description, Schema: &huma.Schema{Type: kind}}
}

// Headers that answers have.
var (
	requestID      = header(huma.TypeString, "Names this request in the desk's logs: quote it when you ask about one.")
	retryAfter     = header(huma.TypeInteger, "Seconds to wait before asking again.")
	versionHeader  = header(huma.TypeString, "The day for whose form of this interface the request was answered.")
	rateHeader     = header(huma.TypeString, "How many requests this key has left, and in how many seconds all are there again.")
	policyHeader   = header(huma.TypeString, "How many requests this key may send (q) in how many seconds (w).")
	replayedHeader = header(huma.TypeString, "true: this was answered before, and isn't done again.")
	tagHeader      = header(huma.TypeString, "The state of what was read, for If-Match and If-None-Match.")
)
