package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"pitdesk/internal/backup"
	"pitdesk/internal/pg"
	"pitdesk/migrations"
)

type restoreCommand struct {
	File string `arg:"" help:"A file that backup wrote."`
}

// Within the data folder: what is being restored, and what has been and only needs to be moved up.
const (
	restoring = "restoring"
	restored  = "restored"
)

// Run makes an empty data folder what it was when the backup was made. Nothing is served from it before all of that has
// succeeded; killed at any moment, it can be run again.
func (c *restoreCommand) Run(ctx context.Context, s *Settings, o *output) error {
	if s.DatabaseURL != "" {
		return errNotEmbedded
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return fmt.Errorf("PITDESK_DATA: %w", err)
	}
	folder, err := realPath(s.Data)
	if err != nil {
		return err
	}
	unlock, err := alone(folder)
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := os.Stat(filepath.Join(folder, restored)); err == nil {
		if err := moveUp(folder); err != nil {
			return err
		}
		return errors.New("an earlier restore of this folder was all but done, and is finished now; nothing was read from " + c.File)
	}
	if err := wantEmpty(folder); err != nil {
		return err
	}
	a, err := backup.Open(c.File)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := clear(ctx, filepath.Join(folder, restoring)); err != nil {
		return err
	}
	r, err := rebuild(ctx, s, a, filepath.Join(folder, restoring), fmt.Sprintf("restored from a backup made at %s", a.Manifest.MadeAt.Format(time.RFC3339)))
	if err != nil {
		return errors.Join(err, clear(context.WithoutCancel(ctx), filepath.Join(folder, restoring)))
	}
	if err := os.Rename(filepath.Join(folder, restoring), filepath.Join(folder, restored)); err != nil {
		return err
	}
	if err := moveUp(folder); err != nil {
		return err
	}
	fmt.Fprintf(o.out, "Restored what was backed up at %s: %s. The feed goes on in a new epoch.\n", a.Manifest.MadeAt.Format(time.RFC3339), r)
	if r.missing > 0 {
		fmt.Fprintf(o.out, "%d files that the database names were not in the backup.\n", r.missing)
	}
	if a.Manifest.FilesIn != "" {
		fmt.Fprintf(o.out, "Files were kept in %s: set the same PITDESK_S3_ settings.\n", a.Manifest.FilesIn)
	}
	return nil
}

// alone keeps a second restore out of the folder.
func alone(folder string) (unlock func(), err error) {
	handle, err := os.Open(folder) // #nosec G304 -- the operator's own data folder
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(handle.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = handle.Close()
		return nil, fmt.Errorf("another restore works in %s", folder)
	}
	return func() { _ = handle.Close() }, nil
}

// wantEmpty refuses a folder that holds anything but what a killed restore or a file system leaves there.
func wantEmpty(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != restoring && e.Name() != "lost+found" {
			return fmt.Errorf("%s is not empty, there is %s in it: a backup is restored into an empty folder, so move this one away", folder, e.Name())
		}
	}
	return nil
}

// clear removes what a killed restore left. Its Postgres may need a moment to end.
func clear(ctx context.Context, folder string) error {
	for {
		err := os.RemoveAll(folder)
		if err == nil || !errors.Is(err, syscall.ENOTEMPTY) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// moveUp puts what was restored into its place, the database last. It may be repeated.
func moveUp(folder string) error {
	from := filepath.Join(folder, restored)
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	slices.SortStableFunc(entries, func(a, b fs.DirEntry) int { return last(a) - last(b) })
	for _, e := range entries {
		if err := os.Rename(filepath.Join(from, e.Name()), filepath.Join(folder, e.Name())); err != nil {
			return err
		}
	}
	if err := os.Remove(from); err != nil {
		return err
	}
	handle, err := os.Open(folder) // #nosec G304 -- the operator's own data folder
	if err != nil {
		return err
	}
	return errors.Join(handle.Sync(), handle.Close())
}

func last(e fs.DirEntry) int {
	if e.Name() == "pg" {
		return 1
	}
	return 0
}

// wantRestored refuses a data folder in which a restore was cut off.
func wantRestored(data string) error {
	for _, name := range []string{restoring, restored} {
		if _, err := os.Stat(filepath.Join(data, name)); err == nil {
			return fmt.Errorf("a restore into %s was cut off: run `pitdesk restore` again", data)
		}
	}
	return nil
}

// rebuild makes a data folder from a backup: its files, its database, migrated to what this program needs, in a new epoch of the
// feed; and verifies every casino's log.
func rebuild(ctx context.Context, s *Settings, a *backup.Archive, folder, why string) (r rebuilt, err error) {
	if newest := migrations.Newest(); a.Manifest.Migration > newest {
		return r, fmt.Errorf("the backup %w: its database has seen migration %d, and this program knows them up to %d", backup.ErrNewer, a.Manifest.Migration, newest)
	}
	load, err := tool(s, "pg_restore", a.Manifest.Postgres)
	if err != nil {
		return r, err
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		return r, err
	}
	if err := a.Extract(ctx, folder); err != nil {
		return r, err
	}
	inner := *s
	inner.Data, inner.guest = folder, false
	if err := loadDatabase(ctx, &inner, a, load); err != nil {
		return r, err
	}
	app, err := openApp(ctx, &inner)
	if err != nil {
		return r, err
	}
	defer app.close()
	if r, err = app.settle(ctx, why); err != nil {
		return r, err
	}
	r.files = a.Manifest.Files - r.orphans
	handle, err := os.Open(folder) // #nosec G304 -- the operator's own data folder
	if err != nil {
		return r, err
	}
	defer handle.Close()
	return r, syncAll(handle)
}

// loadDatabase makes a cluster in s's data folder and fills it from a. The extensions are made before, by the schema's owner, as
// they were: a dump doesn't say whose they are.
func loadDatabase(ctx context.Context, s *Settings, a *backup.Archive, pgRestore string) error {
	cluster, err := pg.Start(ctx, pg.Options{Dir: filepath.Join(s.Data, "pg"), Logger: s.log, Durable: true})
	if err != nil {
		return err
	}
	defer (&database{cluster: cluster}).close()
	if err := pg.Bootstrap(ctx, cluster.URL(pg.Superuser, "postgres"), databaseName, pg.Logins{}); err != nil {
		return err
	}
	if err := pg.Extend(ctx, cluster.URL(pg.RoleOwner, databaseName), a.Manifest.Extensions); err != nil {
		return err
	}
	url := cluster.URL(pg.Superuser, databaseName)
	err = backup.Piped(func(to io.Writer) error { return a.Dump(ctx, to) },
		func(from io.Reader) error { return backup.Load(ctx, pgRestore, url, from) })
	if err != nil {
		return fmt.Errorf("load the database: %w", err)
	}
	return pg.Analyze(ctx, url)
}
