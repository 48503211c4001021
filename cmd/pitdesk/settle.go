package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"
	"golang.org/x/sys/unix"

	"pitdesk/desk"
	"pitdesk/internal/pg"
	"pitdesk/tenants"
)

// rebuilt is what came out of a restore.
type rebuilt struct {
	proof
	casinos, files   int
	orphans, missing int // files that no row names, which were removed; rows whose file isn't there
}

func (r rebuilt) String() string {
	return fmt.Sprintf("%d casinos, %d conversations with %d entries, every log whole, %d files", r.casinos, r.conversations, r.entries, r.files)
}

// settle begins a new epoch in a database that was just loaded, brings files in line with it and verifies everything.
func (a *app) settle(ctx context.Context, why string) (r rebuilt, err error) {
	ctx = a.context(ctx)
	if err := tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error { return desk.BeginEpoch(ctx, tx, why) }); err != nil {
		return r, err
	}
	if a.settings.Bucket.endpoint == nil {
		if err := a.matchFiles(ctx, &r); err != nil {
			return r, err
		}
	}
	quiet, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return r, err
	}
	defer quiet.Close()
	var broken error
	err = tenants.Each(ctx, func(ctx context.Context, t tenants.Tenant) error {
		got, err := a.prove(ctx, func(line string) { broken = errors.Join(broken, errors.New(line)) })
		r.casinos++
		r.conversations += got.conversations
		r.entries += got.entries
		return errors.Join(err, a.verifyAudit(ctx, &output{quiet, quiet}))
	})
	if err := errors.Join(err, broken, a.verifyDeeds(ctx, &output{quiet, quiet})); err != nil {
		return r, fmt.Errorf("verify: %w", err)
	}
	return r, nil
}

// matchFiles removes the files that came after the database's moment: no row will ever lead to them, nor remove them.
func (a *app) matchFiles(ctx context.Context, r *rebuilt) error {
	conn, err := pgx.Connect(ctx, a.database.cluster.URL(pg.Superuser, databaseName))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	// The superuser, because this is about all casinos at once and about nothing but keys.
	rows, _ := conn.Query(ctx, "select blob from files union all select blob from exports where blob is not null")
	keys, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	named := make(map[string]bool, len(keys))
	for _, key := range keys {
		named[key] = true
	}
	root := a.settings.fileFolder()
	var orphans []string
	for _, folder := range []string{"files", "exports"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) || err == nil && e.IsDir() {
				return nil
			}
			if err != nil {
				return err
			}
			key, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			if named[key] {
				delete(named, key)
				return nil
			}
			orphans = append(orphans, key)
			return nil
		})
		if err != nil {
			return err
		}
	}
	r.missing, r.orphans = len(named), len(orphans)
	for _, key := range orphans {
		if err := os.Remove(filepath.Join(root, key)); err != nil {
			return err
		}
	}
	return nil
}

// syncAll waits until everything on a folder's file system is on the disk.
func syncAll(folder *os.File) error { return unix.Syncfs(int(folder.Fd())) }
