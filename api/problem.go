package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
)

// Problem is every error's answer (RFC 9457). Its type is stable; its sentence is for people and may change.
type Problem struct {
	Type   string         `json:"type" format:"uri-reference" example:"/problems/invalid" doc:"What sort of problem this is. Decide by it, or by the status."`
	Title  string         `json:"title" example:"Unprocessable Entity" doc:"The status in words."`
	Status int            `json:"status" example:"422" doc:"The HTTP status."`
	Detail string         `json:"detail" example:"The time to wake up must lie ahead." doc:"What happened, in the language of Accept-Language (English where we don't speak it)."`
	Errors []ProblemField `json:"errors,omitempty" doc:"The parts of the request that were refused, where it was about parts."`

	retryAfter int
}

// ProblemField is one part of a request that was refused.
type ProblemField struct {
	Field   string `json:"field" example:"until" doc:"Its name; of nested ones the way there, such as files[1]."`
	Message string `json:"message" example:"expected string" doc:"What was wrong with it, in English."`
}

// Error, GetStatus, ContentType and GetHeaders make a Problem an answer of huma's.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is a problem's own media type.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders says when to ask again, and how to prove who asks.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	return h
}

// problemOf says an error to outsiders.
func problemOf(ctx context.Context, err error) *Problem {
	f := fault.Of(err)
	status := f.Code.Status()
	p := &Problem{Type: "/problems/" + string(f.Code), Title: http.StatusText(status), Status: status, Detail: i18n.Fault(ctx, err)}
	if f.Field != "" {
		p.Errors = []ProblemField{{Field: f.Field, Message: f.Sentence()}}
	}
	var l *listed
	if errors.As(err, &l) {
		p.Errors = l.fields
	}
	if f.RetryAfter > 0 {
		p.retryAfter = max(1, int(f.RetryAfter.Seconds()))
	}
	return p
}

// listed is an error that names every part at fault.
type listed struct {
	error
	fields []ProblemField
}

func (l *listed) Unwrap() error { return l.error }

// answer writes a problem where huma isn't at work.
func (p *Problem) answer(w http.ResponseWriter) {
	for k, v := range p.GetHeaders() {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// huma keeps these choices in variables of its package; ours is the only API in the program.
func init() {
	huma.DefaultArrayNullable = false
	huma.ValidateStrictCasing = true
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return refusal(context.Background(), status, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return refusal(ctx.Context(), status, errs)
	}
}

// refusal turns what huma found wrong with a request into a problem. What was sent isn't repeated: it may be somebody's secret.
func refusal(ctx context.Context, status int, errs []error) *Problem {
	var said *fault.Error
	for _, err := range errs {
		if errors.As(err, &said) {
			return problemOf(ctx, said)
		}
	}
	var fields []ProblemField
	for _, err := range errs {
		var detailer huma.ErrorDetailer
		if !errors.As(err, &detailer) {
			continue
		}
		d := detailer.ErrorDetail()
		fields = append(fields, ProblemField{Field: fieldName(d.Location), Message: d.Message})
	}
	var p *Problem
	switch {
	case status == http.StatusUnsupportedMediaType:
		return problemOf(ctx, fault.New(fault.Unsupported, "Send JSON, as application/json."))
	case status == http.StatusBadRequest && len(fields) == 0:
		return problemOf(ctx, fault.New(fault.Malformed, "This needs a body in JSON."))
	case status == http.StatusBadRequest:
		p = problemOf(ctx, fault.New(fault.Malformed, "The body isn't JSON: %s.", fields[0].Message))
		fields = nil
	case status == http.StatusUnprocessableEntity && len(fields) > 0:
		what := fields[0].Message
		if fields[0].Field != "" {
			what = fields[0].Field + ": " + what
		}
		p = problemOf(ctx, fault.New(fault.Invalid, "This can't be taken: %s.", what))
	default:
		return problemOf(ctx, fault.New(fault.Internal, "This didn't work. We have been told."))
	}
	p.Errors = fields
	return p
}

// fieldName is where a fault lies, as the sender wrote it: body.text is text, query.limit is limit.
func fieldName(location string) string {
	for _, place := range []string{"body", "query", "path", "header"} {
		if rest, ok := strings.CutPrefix(location, place+"."); ok {
			return rest
		}
		if location == place {
			return ""
		}
	}
	return location
}
