package fault_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"pitdesk/internal/fault"
)

func TestEveryCodeHasItsStatus(t *testing.T) {
	t.Parallel()
	want := map[fault.Code]int{
		fault.Invalid: 422, fault.Malformed: 400, fault.Unauthenticated: 401, fault.Forbidden: 403,
		fault.NotFound: 404, fault.Conflict: 409, fault.TooLarge: 413, fault.Unsupported: 415,
		fault.TooMany: 429, fault.Unavailable: 503, fault.Internal: 500, "never declared": 500,
	}
	for code, status := range want {
		if got := code.Status(); got != status {
			t.Errorf("%s: status %d, want %d", code, got, status)
		}
	}
}

func TestTheOutermostSentenceWins(t *testing.T) {
	t.Parallel()
	inner := fault.New(fault.NotFound, "There is no such player.")
	outer := fault.New(fault.Conflict, "All %d seats are taken.", 5).Because(inner)
	err := fmt.Errorf("invite mara: %w", outer)

	if got := fault.CodeOf(err); got != fault.Conflict {
		t.Errorf("code %s, want %s", got, fault.Conflict)
	}
	if got := fault.Sentence(err); got != "All 5 seats are taken." {
		t.Errorf("sentence %q", got)
	}
	if !errors.Is(err, inner) {
		t.Error("the cause is lost")
	}
	if got := err.Error(); got != "invite mara: All 5 seats are taken.: There is no such player." {
		t.Errorf("log line %q", got)
	}
}

func TestAnErrorAmongTheArgumentsShowsItsSentenceOnly(t *testing.T) {
	t.Parallel()
	secret := errors.New("open /srv/desk/key: permission denied")
	err := fault.New(fault.Invalid, "The picture could not be read: %v", secret).On("avatar")
	if got := fault.Sentence(err); strings.Contains(got, "/srv") {
		t.Errorf("sentence tells an internal path: %q", got)
	}
	if !errors.Is(err, secret) {
		t.Error("the argument is not unwrapped")
	}
	if err.Field != "avatar" {
		t.Errorf("field %q", err.Field)
	}
}

func TestCopiesLeaveTheOriginalAlone(t *testing.T) {
	t.Parallel()
	plain := fault.New(fault.TooMany, "Please wait a moment.")
	_ = plain.After(time.Second).On("message").Because(io.EOF)
	if plain.RetryAfter != 0 || plain.Field != "" || errors.Is(plain, io.EOF) {
		t.Errorf("changed in place: %+v", plain)
	}
}

func TestForeignErrorsAreRecognised(t *testing.T) {
	t.Parallel()
	dial := &net.OpError{Op: "dial", Net: "unix", Err: errors.New("connect: no such file or directory")}
	for name, c := range map[string]struct {
		err   error
		code  fault.Code
		retry bool
	}{
		"unknown":              {errors.New("pq: relation does not exist"), fault.Internal, false},
		"cancelled":            {fmt.Errorf("list: %w", context.Canceled), fault.Unavailable, false},
		"deadline":             {fmt.Errorf("list: %w", context.DeadlineExceeded), fault.Unavailable, true},
		"body too large":       {&http.MaxBytesError{Limit: 10}, fault.TooLarge, false},
		"dial":                 {fmt.Errorf("begin: %w", dial), fault.Unavailable, true},
		"cut off mid answer":   {fmt.Errorf("begin: %w", io.ErrUnexpectedEOF), fault.Unavailable, true},
		"connection closed":    {fmt.Errorf("begin: %w", pgconn.ErrConnClosed), fault.Unavailable, true},
		"connection given up":  {sql.ErrConnDone, fault.Unavailable, true},
		"closed pool":          {fmt.Errorf("begin: %w", errors.New("closed pool")), fault.Unavailable, true},
		"admin shutdown":       {&pgconn.PgError{Code: "57P01"}, fault.Unavailable, true},
		"starting up":          {&pgconn.PgError{Code: "57P03"}, fault.Unavailable, true},
		"connection failure":   {&pgconn.PgError{Code: "08006"}, fault.Unavailable, true},
		"too many connections": {&pgconn.PgError{Code: "53300"}, fault.Unavailable, true},
		"deadlock":             {&pgconn.PgError{Code: "40P01"}, fault.Unavailable, true},
		"statement timeout":    {&pgconn.PgError{Code: "57014"}, fault.Unavailable, true},
		"NUL in text":          {&pgconn.PgError{Code: "22021"}, fault.Invalid, false},
		"broken constraint":    {&pgconn.PgError{Code: "23505"}, fault.Internal, false},
		"no state":             {&pgconn.PgError{}, fault.Internal, false},
	} {
		e := fault.Of(c.err)
		if e.Code != c.code || (e.RetryAfter > 0) != c.retry {
			t.Errorf("%s: %s, retry after %s", name, e.Code, e.RetryAfter)
		}
		if s := fault.Sentence(c.err); s == "" || strings.Contains(s, "pq:") || strings.Contains(s, "SQLSTATE") {
			t.Errorf("%s: sentence %q", name, s)
		}
	}
}

func TestARealRefusedConnectionIsUnavailable(t *testing.T) {
	t.Parallel()
	_, err := pgconn.Connect(t.Context(), "host="+t.TempDir()+" user=nobody dbname=none")
	if got := fault.CodeOf(err); got != fault.Unavailable {
		t.Fatalf("code %s for %v", got, err)
	}
}

func TestNothingIsNoFault(t *testing.T) {
	t.Parallel()
	if fault.Of(nil) != nil || fault.CodeOf(nil) != "" || fault.StatusOf(nil) != 200 || fault.Sentence(nil) != "" {
		t.Error("nil is taken for trouble")
	}
}
