package backup

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// Dump writes the database at url to to, as pg_dump (a path) reads it in one snapshot. url's role must be bound by no row
// policy: pg_dump refuses to leave out rows, and says so.
func Dump(ctx context.Context, pgDump, url string, to io.Writer) error {
	return run(ctx, nil, to, pgDump, "--format=custom", "--compress=3", "--no-password", "--lock-wait-timeout=60s", "--dbname="+url)
}

// Load loads a dump into the empty database at url, all of it or nothing.
func Load(ctx context.Context, pgRestore, url string, from io.Reader) error {
	return run(ctx, from, nil, pgRestore, "--exit-on-error", "--single-transaction", "--no-password", "--dbname="+url)
}

// Readable has pg_restore take a dump apart to its end, without a database.
func Readable(ctx context.Context, pgRestore string, from io.Reader) error {
	return run(ctx, from, io.Discard, pgRestore, "--file=-")
}

func run(ctx context.Context, from io.Reader, to io.Writer, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...) // #nosec G204 -- the program is found by us, its arguments are ours
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "TZ=UTC"}
	cmd.Stdin, cmd.Stdout = from, to
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(said.String()))
	}
	return nil
}

// Piped runs what writes into what reads, and returns the first error of either.
func Piped(write func(io.Writer) error, read func(io.Reader) error) error {
	from, to := io.Pipe()
	wrote := make(chan error, 1)
	go func() {
		err := write(to)
		_ = to.CloseWithError(err)
		wrote <- err
	}()
	failed := read(from)
	_ = from.CloseWithError(io.ErrClosedPipe)
	err := <-wrote
	if err == nil || failed != nil && err == io.ErrClosedPipe {
		return failed
	}
	return err
}
