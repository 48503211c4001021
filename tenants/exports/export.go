// Package exports writes everything that a casino has into one file, for its admins to take along: a zip of JSON lines, one file
// for each kind of thing, and of what players and agents have sent. What opens doors stays behind: passwords, tokens, secrets.
package exports

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/blob"
	"pitdesk/internal/fault"
	"pitdesk/internal/jobs"
	"pitdesk/tenants"
)

// KeptFor is how long a file is there to be downloaded.
const KeptFor = 7 * 24 * time.Hour

// Export is one file, written or being written.
type Export struct {
	ID        uuid.UUID  `bun:"id"`
	AskedBy   string     `bun:"asked_by"`
	AskedAt   time.Time  `bun:"asked_at"`
	DoneAt    *time.Time `bun:"done_at"`   // nil while it is being written
	FailedAt  *time.Time `bun:"failed_at"` // nothing came of it
	Size      int64      `bun:"size"`      // octets
	ExpiresAt *time.Time `bun:"expires_at"`
	Blob      string     `bun:"blob"`
}

const columns = `select id, asked_by, asked_at, done_at, failed_at, coalesce(size, 0) as size, expires_at, coalesce(blob, '') as blob from exports
	where tenant_id = current_tenant() `

// Args are the job that writes one.
type Args struct {
	Tenant uuid.UUID `json:"tenant"`
	Export uuid.UUID `json:"export"`
}

// Kind names the job in the queue.
func (Args) Kind() string { return "write_export" }

// Ask has a file written. While another is being written it is a Conflict.
func Ask(ctx context.Context, tx bun.Tx) (Export, error) {
	a, _ := authz.From(ctx)
	id := tenants.NewID()
	// One that nobody has finished within a day won't be.
	if _, err := tx.NewRaw(`update exports set failed_at = now() where tenant_id = current_tenant() and done_at is null and failed_at is null
		and asked_at < now() - interval '1 day'`).Exec(ctx); err != nil {
		return Export{}, fmt.Errorf("export: %w", err)
	}
	res, err := tx.NewRaw(`insert into exports (tenant_id, id, asked_by) values (current_tenant(), ?, ?) on conflict do nothing`, id, a.Name).Exec(ctx)
	if err != nil {
		return Export{}, fmt.Errorf("export: %w", err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return Export{}, fault.New(fault.Conflict, "A file is being written already. It will be there in a moment.")
	}
	if err := jobs.Insert(ctx, tx, Args{tenants.Current(ctx).ID, id}, nil); err != nil {
		return Export{}, err
	}
	return Get(ctx, tx, id)
}

// Get is one of the casino's files.
func Get(ctx context.Context, tx bun.Tx, id uuid.UUID) (e Export, err error) {
	err = tx.NewRaw(columns+`and id = ?`, id).Scan(ctx, &e)
	if errors.Is(err, sql.ErrNoRows) {
		return e, tenants.ErrNotFound
	}
	return e, err
}

// All are the casino's files, the newest first, 100 at most.
func All(ctx context.Context, tx bun.Tx) (all []Export, err error) {
	if err = tx.NewRaw(columns+`order by id desc limit 100`).Scan(ctx, &all); err != nil {
		return nil, fmt.Errorf("exports: %w", err)
	}
	return all, nil
}

// Open is a file's content, NotFound before it is written and after its time.
func (e Export) Open(ctx context.Context, files blob.Store) (blobReader, error) {
	if e.DoneAt == nil || files == nil || e.ExpiresAt.Before(time.Now()) {
		return nil, tenants.ErrNotFound
	}
	return files.Open(ctx, e.Blob)
}

// Name is what the file is called on its reader's disk.
func (e Export) Name(slug string) string {
	return slug + "-" + e.AskedAt.UTC().Format("2006-01-02") + ".zip"
}

// Clear removes the files whose time is over.
func Clear(ctx context.Context, tx bun.Tx, files blob.Store) error {
	var blobs []string
	err := tx.NewRaw(`delete from exports where tenant_id = current_tenant() and expires_at < now() returning blob`).Scan(ctx, &blobs)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("exports: %w", err)
	}
	tenants.AfterCommit(ctx, func() {
		for _, b := range blobs {
			_ = files.Delete(context.WithoutCancel(ctx), b)
		}
	})
	return nil
}
