package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pitdesk/authz"
	"pitdesk/internal/fault"
)

// operation is what is declared of an Operation besides its handler.
type operation struct {
	Operation
	tag, summary, description string
	status                    int // 0: 200
	body, answer              any // examples of the request's and the answer's JSON
	media                     string
	// above: it is about a reseller's things and not within one casino. Its handler asks authz.AskAbove.
	above bool
	// either: it is about one casino's things or about a reseller's own, whichever the request is about. See asking.
	either bool
	// founds: its handler opens the deed's own transaction, and does the deed in it through once.
	founds bool
	// match: it can't be done without If-Match.
	match bool
	// also are permissions that the handler may ask besides, for what the request adds to it.
	also []authz.Permission
	// deprecated is since when it shouldn't be used any more, sunset when it ends, and instead what does it then. Zero: it stays.
	deprecated, sunset time.Time
	instead            string
}

// add makes an operation out of a declaration and a handler. The handler asks authz for the permission the declaration names,
// and for no other; one that doesn't answers 500 and says so in the log.
func add[I, O any](a *API, o operation, handle func(ctx context.Context, in *I) (*O, error)) {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	spec := huma.Operation{
		OperationID: o.ID, Method: o.Method, Path: o.Path, Tags: []string{o.tag}, Summary: o.summary, DefaultStatus: o.status,
		Description: strings.TrimSpace(o.description + "\n\nThe key's role needs `" + o.Permission.String() + "`."),
		Errors:      o.refusals(), MaxBodyBytes: -1, BodyReadTimeout: -1, // both see readBody
		Extensions: map[string]any{"x-permission": o.Permission.String()}, Deprecated: !o.deprecated.IsZero(),
		Parameters: o.parameters(),
	}
	if o.media != "" {
		spec.Responses = map[string]*huma.Response{strconv.Itoa(o.status): {Description: http.StatusText(o.status),
			Content: map[string]*huma.MediaType{o.media: {Schema: &huma.Schema{Type: huma.TypeString}, Example: o.answer}}}}
	}
	huma.Register(a.huma, spec, func(ctx context.Context, in *I) (*O, error) {
		if err := o.level(ctx); err != nil {
			return nil, a.problem(ctx, err)
		}
		ctx, asked := authz.Collect(ctx)
		out, err := handle(ctx, in)
		if q := askedOf(ctx); q != nil && err != nil {
			q.err = err
			if q.quiet && raced(err) || errors.Is(err, errReplayed) {
				return nil, problemOf(ctx, err)
			}
		}
		if err == nil && !asked.Only(o.Permission, o.also...) {
			a.options.Log.ErrorContext(ctx, "operation asked other permissions than it declares", "operation", o.ID, "asked", asked.All())
			err = fault.New(fault.Internal, "This didn't work. We have been told.")
			if q := askedOf(ctx); q != nil {
				q.err = err
			}
		}
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
	a.illustrate(o)
	o.Path = prefix + o.Path
	a.operations = append(a.operations, o.Operation)
	a.byPattern[o.Method+" "+o.Path] = &o
}

// refusals are the statuses an operation may answer besides its own.
func (o operation) refusals() []int {
	all := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusServiceUnavailable}
	if strings.Contains(o.Path, "{") {
		all = append(all, http.StatusNotFound)
	}
	if o.Method != http.MethodGet {
		all = append(all, http.StatusConflict, http.StatusPreconditionFailed)
	}
	if o.match {
		all = append(all, http.StatusPreconditionRequired)
	}
	if o.body != nil || prefix+o.Path == uploadPath {
		all = append(all, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	return all
}

// illustrate puts the examples into the document, and the headers that every answer has.
func (a *API) illustrate(o operation) {
	path := a.huma.OpenAPI().Paths[o.Path]
	spec := map[string]*huma.Operation{http.MethodGet: path.Get, http.MethodPost: path.Post, http.MethodPut: path.Put,
		http.MethodDelete: path.Delete, http.MethodPatch: path.Patch}[o.Method]
	if o.body != nil {
		content := spec.RequestBody.Content
		content["application/json"].Example = o.body
		if o.Method == http.MethodPatch {
			content["application/merge-patch+json"] = content["application/json"]
			delete(content, "application/json")
		}
	}
	own := strconv.Itoa(o.status)
	shared := a.huma.OpenAPI().Components.Responses
	for status, r := range spec.Responses {
		if status == own {
			r.Headers = o.headers()
			if o.answer != nil && o.media == "" {
				r.Content["application/json"].Example = o.answer
			}
			continue
		}
		name := strings.ReplaceAll(r.Description, " ", "")
		if shared[name] == nil {
			r.Headers = map[string]*huma.Param{"Request-Id": requestID, "Desk-Version": versionHeader, "RateLimit": rateHeader, "RateLimit-Policy": policyHeader}
			if status == "429" || status == "503" {
				r.Headers["Retry-After"] = retryAfter
			}
			shared[name] = r
		}
		spec.Responses[status] = &huma.Response{Ref: "#/components/responses/" + name}
	}
}

// Strict makes a body refuse members that it doesn't know.
type Strict struct {
	_ struct{} `additionalProperties:"false"`
}
