package fault

import "net/http"

// Code says what kind of trouble an error is, and with that which status an edge answers.
type Code string

// The codes. An edge maps them with Status; nothing else chooses a status.
const (
	Invalid         Code = "invalid"         // understood, but a value breaks a rule: 422
	Malformed       Code = "malformed"       // can't be read at all: 400
	Unauthenticated Code = "unauthenticated" // nobody knows who asks: 401
	Forbidden       Code = "forbidden"       // known, visible, but not allowed: 403
	NotFound        Code = "not_found"       // absent, or not for these eyes: 404
	Conflict        Code = "conflict"        // somebody was faster, or it is already so: 409
	TooLarge        Code = "too_large"       // more bytes than the limit: 413
	Unsupported     Code = "unsupported"     // a type of content we don't take: 415
	TooMany         Code = "too_many"        // throttled, see RetryAfter: 429
	Unavailable     Code = "unavailable"     // we are at fault for a moment, see RetryAfter: 503
	Internal        Code = "internal"        // we are at fault: 500
)

var statuses = map[Code]int{
	Invalid:         http.StatusUnprocessableEntity,
	Malformed:       http.StatusBadRequest,
	Unauthenticated: http.StatusUnauthorized,
	Forbidden:       http.StatusForbidden,
	NotFound:        http.StatusNotFound,
	Conflict:        http.StatusConflict,
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
