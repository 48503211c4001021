package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"pitdesk/internal/backup"
	"pitdesk/internal/pg"
)

type backupCommand struct {
	To    string `arg:"" help:"The file to write, or a folder, in which it is named by the time."`
	Keep  int    `placeholder:"N" help:"Afterwards remove all but the newest N of the folder's backups."`
	Check bool   `help:"Restore what was written beside the data, and verify every log, before it gets its name."`
}

// errNotEmbedded is what both commands say of a Postgres that isn't ours to copy.
var errNotEmbedded = errors.New("PITDESK_DATABASE_URL is set: a Postgres of your own is backed up with its own tools, see docs/backup.md")

// Run writes a backup, beside a serving process or without one. It changes nothing in the data folder.
func (c *backupCommand) Run(ctx context.Context, s *Settings, o *output) error {
	if s.DatabaseURL != "" {
		return errNotEmbedded
	}
	path, folder, err := c.target(s)
	if err != nil {
		return err
	}
	cluster, _, err := keptCluster(ctx, s)
	if err != nil {
		return err
	}
	defer (&database{cluster: cluster}).close()
	url := cluster.URL(pg.Superuser, databaseName)
	m, err := about(ctx, s, url)
	if err != nil {
		return err
	}
	dump, err := tool(s, "pg_dump", m.Postgres)
	if err != nil {
		return err
	}
	source := backup.Source{Folder: s.Data, Leave: []string{"pg", restoring, restored}, Files: "files",
		Dump: func(ctx context.Context, to io.Writer) error { return backup.Dump(ctx, dump, url, to) }}
	if s.Bucket.endpoint != nil {
		source.Leave = append(source.Leave, "files")
	}
	m, err = backup.Make(ctx, path, source, m, func(a *backup.Archive) error { return c.check(ctx, s, a, filepath.Dir(path), o) })
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.out, "Wrote %s: %.1f MB, the database and %d files. All of it was read again and is whole.\n", path, float64(info.Size())/1e6, m.Files)
	if m.FilesIn != "" {
		fmt.Fprintf(o.out, "Files are kept in %s and are not in it.\n", m.FilesIn)
	}
	if folder == "" || c.Keep == 0 {
		return nil
	}
	removed, err := backup.Retain(folder, c.Keep)
	for _, name := range removed {
		fmt.Fprintf(o.out, "Removed %s.\n", name)
	}
	return err
}

// target is where the backup goes, and the folder whose older ones may be removed.
func (c *backupCommand) target(s *Settings) (path, folder string, err error) {
	if c.Keep < 0 {
		return "", "", fmt.Errorf("--keep is %d: 1 or more", c.Keep)
	}
	if path, err = filepath.Abs(c.To); err != nil {
		return "", "", err
	}
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		folder = path
		path = filepath.Join(folder, backup.Name(time.Now()))
	} else if strings.HasSuffix(c.To, "/") {
		return "", "", fmt.Errorf("the folder %s isn't there", c.To)
	}
	if c.Keep > 0 && folder == "" {
		return "", "", fmt.Errorf("--keep counts the backups of a folder, and %s is none", c.To)
	}
	data, err := realPath(s.Data)
	if err != nil {
		return "", "", fmt.Errorf("PITDESK_DATA: %w", err)
	}
	into, err := realPath(filepath.Dir(path))
	if err != nil {
		return "", "", err
	}
	if into == data || strings.HasPrefix(into, data+"/") {
		return "", "", fmt.Errorf("%s is within the data folder, which it is to be a copy of: write it elsewhere", c.To)
	}
	return path, folder, nil
}

func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}

// keptCluster is the database that is there: the one that another process serves, or the same started for a while. It makes
// none and migrates none.
func keptCluster(ctx context.Context, s *Settings) (cluster *pg.Cluster, guest bool, err error) {
	folder, err := filepath.Abs(filepath.Join(s.Data, "pg"))
	if err != nil {
		return nil, false, err
	}
	if _, err := os.Stat(filepath.Join(folder, "data", "PG_VERSION")); err != nil {
		return nil, false, fmt.Errorf("there is no database in %s: %w", s.Data, err)
	}
	cluster, err = pg.Start(ctx, pg.Options{Dir: folder, Logger: s.log, Durable: true})
	if errors.Is(err, pg.ErrInUse) {
		cluster, err = pg.Attach(ctx, folder)
		guest = true
	}
	return cluster, guest, err
}

// about asks the database what a backup says of it.
func about(ctx context.Context, s *Settings, url string) (m backup.Manifest, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return m, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	m.Program = version
	err = conn.QueryRow(ctx, `select current_setting('server_version_num')::int / 10000, (select max(version_id) from goose_db_version),
		(select coalesce(array_agg(extname::text order by extname), '{}') from pg_extension where extowner = 'pitdesk_owner'::regrole)`).
		Scan(&m.Postgres, &m.Migration, &m.Extensions)
	if err != nil {
		return m, fmt.Errorf("the database has no schema of ours: %w", err)
	}
	if s.Bucket.endpoint != nil {
		m.FilesIn = "the bucket " + s.Bucket.Name
	}
	return m, nil
}

// tool is a program of Postgres that is new enough for a database of a major version.
func tool(s *Settings, name string, major int) (string, error) {
	path, has, err := pg.Tool(filepath.Join(s.Data, "pg"), name)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%s of Postgres is missing: install postgresql-client-%s", name, has)
	}
	var n int
	if _, err := fmt.Sscan(has, &n); err != nil || n < major {
		return "", fmt.Errorf("%s is Postgres %s, and the database Postgres %d: install postgresql-%d, or point PITDESK_PG_BIN to it", path, has, major, major)
	}
	return path, nil
}

// check reads the dump as a restore does. With --check it restores all of it into a scratch folder beside the backup.
func (c *backupCommand) check(ctx context.Context, s *Settings, a *backup.Archive, beside string, o *output) error {
	load, err := tool(s, "pg_restore", a.Manifest.Postgres)
	if err != nil {
		return err
	}
	if !c.Check {
		return backup.Piped(func(to io.Writer) error { return a.Dump(ctx, to) },
			func(from io.Reader) error { return backup.Readable(ctx, load, from) })
	}
	clearChecks(ctx, beside)
	scratch, err := os.MkdirTemp(beside, checks)
	if err != nil {
		return err
	}
	unlock, err := alone(scratch)
	if err != nil {
		return err
	}
	defer func() { _ = clear(context.WithoutCancel(ctx), scratch); unlock() }()
	r, err := rebuild(ctx, s, a, filepath.Join(scratch, "data"), "a check of a backup")
	if err != nil {
		return fmt.Errorf("the backup can't be restored: %w", err)
	}
	fmt.Fprintf(o.out, "Restored for a check: %s.\n", r)
	return nil
}

// checks begins the names of the folders that checks restore into.
const checks = ".desk-check-"

// clearChecks removes what killed checks left in a folder: nobody holds those.
func clearChecks(ctx context.Context, folder string) {
	old, _ := filepath.Glob(filepath.Join(folder, checks+"*"))
	for _, path := range old {
		if unlock, err := alone(path); err == nil {
			_ = clear(ctx, path)
			unlock()
		}
	}
}
