package fault

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// retrySoon is how long a caller should wait when the database is away: a restart of the embedded one takes about a
// second, a failover of a managed one up to half a minute.
const retrySoon = 2 * time.Second

// recognise turns an error that nobody gave a sentence into one an outsider may read.
func recognise(err error) *Error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return New(TooLarge, "This is too large. At most %d bytes are accepted.", tooLarge.Limit).Because(err)
	case errors.Is(err, context.Canceled):
		return New(Unavailable, "The request was cancelled before it was finished.").Because(err)
	}
	// The server's own words come before the shape of the connection: a refused text arrives over a healthy one.
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return fromState(said.Code, err)
	}
	if unreachable(err) {
		return away(err)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return New(Unavailable, "This took too long. Please try again.").After(retrySoon).Because(err)
	}
	return New(Internal, "Something went wrong on our side. Please try again in a moment.").Because(err)
}

func away(err error) *Error {
	return New(Unavailable, "We cannot reach our records for a moment. Please try again.").After(retrySoon).Because(err)
}

// fromState reads a SQLSTATE (PostgreSQL documentation, Appendix A).
func fromState(state string, err error) *Error {
	switch state {
	case "22021", "22P05": // a NUL or another byte the database's encoding can't hold
		return New(Invalid, "The text contains characters that cannot be stored.").Because(err)
	case "57014", "55P03": // statement or lock timeout
		return New(Unavailable, "This took too long. Please try again.").After(retrySoon).Because(err)
	case "40001", "40P01": // serialization failure, deadlock: nothing was written
		return New(Unavailable, "Several people changed this at once. Please try again.").After(time.Second).Because(err)
	case "25006", "25P03", "3D000", "58000", "58030": // read-only after failover, idle too long, gone, disk
		return away(err)
	}
	if len(state) < 2 {
		return New(Internal, "Something went wrong on our side. Please try again in a moment.").Because(err)
	}
	switch state[:2] {
	case "08", "57", "53": // connection, shutting down or starting up, out of connections, memory or disk
		return away(err)
	}
	return New(Internal, "Something went wrong on our side. Please try again in a moment.").Because(err)
}

// unreachable says whether err means that the database can't be talked to, as opposed to what it answered.
func unreachable(err error) bool {
	var refused *pgconn.ConnectError
	var network *net.OpError
	switch {
	case errors.As(err, &refused), errors.As(err, &network):
		return true
	case errors.Is(err, pgconn.ErrConnClosed), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone):
		return true
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return true
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return true
	}
	// A pool that is closed or could not acquire says so in words only.
	switch err.Error() {
	case "closed pool", "sql: database is closed":
		return true
	}
	inner := errors.Unwrap(err)
	return inner != nil && unreachable(inner)
}
