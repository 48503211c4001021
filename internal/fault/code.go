package fault

import (
	"maps"
	"net/http"
	"slices"
)

// Code says what kind of trouble an error is, and with that which status an edge answers.
type Code string

// The codes. An edge maps them with Status; nothing else chooses a status.
const (
	Invalid         Code = "invalid"                // understood, but a value breaks a rule: 422
	Malformed       Code = "malformed"              // can't be read at all: 400
	Unauthenticated Code = "unauthenticated"        // nobody knows who asks: 401
	Forbidden       Code = "forbidden"              // known, visible, but not allowed: 403
	NotFound        Code = "not_found"              // absent, or not for these eyes: 404
	Conflict        Code = "conflict"               // somebody was faster, or it is already so: 409
	ReadOnly        Code = "read_only"              // the casino takes nothing new at present: 403
	Suspended       Code = "suspended"              // the casino is shut: 403
	NotInPlan       Code = "not_in_plan"            // the casino's plan doesn't have it: 403
	Stale           Code = "stale"                  // it has changed since it was read (If-Match): 412
	NeedsMatch      Code = "precondition_required"  // say what was read, with If-Match: 428
	InFlight        Code = "in_flight"              // the same request is being done at this moment: 409
	KeyReused       Code = "idempotency_key_reused" // this key was used for another request: 422
	TooLarge        Code = "too_large"              // more bytes than the limit: 413
	Unsupported     Code = "unsupported"            // a type of content we don't take: 415
	TooMany         Code = "too_many"               // throttled, see RetryAfter: 429
	Unavailable     Code = "unavailable"            // we are at fault for a moment, see RetryAfter: 503
	Internal        Code = "internal"               // we are at fault: 500
)

var statuses = map[Code]int{
	Invalid:         http.StatusUnprocessableEntity,
	Malformed:       http.StatusBadRequest,
	Unauthenticated: http.StatusUnauthorized,
	Forbidden:       http.StatusForbidden,
	NotFound:        http.StatusNotFound,
	Conflict:        http.StatusConflict,
	ReadOnly:        http.StatusForbidden,
	Suspended:       http.StatusForbidden,
	NotInPlan:       http.StatusForbidden,
	Stale:           http.StatusPreconditionFailed,
	NeedsMatch:      http.StatusPreconditionRequired,
	InFlight:        http.StatusConflict,
	KeyReused:       http.StatusUnprocessableEntity,
	TooLarge:        http.StatusRequestEntityTooLarge,
	Unsupported:     http.StatusUnsupportedMediaType,
	TooMany:         http.StatusTooManyRequests,
	Unavailable:     http.StatusServiceUnavailable,
	Internal:        http.StatusInternalServerError,
}

// Status is the HTTP status of c; a code nobody declared is a fault of ours.
func (c Code) Status() int {
	if s, ok := statuses[c]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// Codes are all codes there are, in order.
func Codes() []Code { return slices.Sorted(maps.Keys(statuses)) }
