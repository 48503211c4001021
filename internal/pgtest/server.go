package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"pitdesk/internal/pg"
	"pitdesk/migrations"
)

const (
	// Prefix begins the name of every run's folder in Root. A later run removes those whose file "lock" nobody holds.
	Prefix = "pitdesk-test-"
	// template is the migrated database that every test's own is copied from.
	template = "pitdesk_template"
)

// server is the process's one cluster, started by the first test that needs it.
var server struct {
	sync.Mutex
	folder  string
	cluster *pg.Cluster
	err     error
}

// Main runs the tests and takes the cluster away after them, its folder included. Without it the server still ends
// with the process, and a later run clears the folder.
func Main(m *testing.M) {
	code := m.Run()
	if err := Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// Close ends the cluster if a test has started one, for a TestMain that has more to do. No test may run after it.
func Close() error {
	server.Lock()
	defer server.Unlock()
	if server.cluster == nil {
		return nil
	}
	// The data is thrown away: no reason to wait for a checkpoint.
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	server.cluster.Stop(ctx)
	server.cluster = nil
	server.err = errors.New("pgtest is closed")
	return os.RemoveAll(server.folder)
}

// cluster returns the running one; the first caller starts it and migrates the template.
func cluster() (*pg.Cluster, error) {
	server.Lock()
	defer server.Unlock()
	if server.cluster == nil && server.err == nil {
		server.cluster, server.err = start()
	}
	return server.cluster, server.err
}

// memory is Linux' folder in memory. A new database is hundreds of small files: 20 ms there, 400 ms on many a disk.
const memory = "/dev/shm"

// roomy is what memory must have free to be used, in bytes; containers often have 64 MB of it.
const roomy = 2 << 30

// Root is where folders of databases go: memory when it has room, else the system's temporary folder.
func Root() string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err == nil && fs.Bavail*uint64(fs.Bsize) >= roomy && syscall.Access(memory, 2) == nil {
		return memory
	}
	return os.TempDir()
}

func start() (*pg.Cluster, error) {
	for _, old := range []string{memory, os.TempDir()} {
		clearLeftovers(old)
	}
	folder, err := os.MkdirTemp(Root(), Prefix)
	if err != nil {
		return nil, err
	}
	server.folder = folder
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c, err := pg.Start(ctx, pg.Options{Dir: folder, Settings: map[string]string{"max_wal_size": "192MB", "min_wal_size": "32MB"}})
	if err != nil {
		return nil, err
	}
	if err := pg.Bootstrap(ctx, c.URL(pg.Superuser, "postgres"), template, pg.Logins{}); err != nil {
		return nil, err
	}
	return c, pg.Migrate(ctx, c.URL(pg.RoleOwner, template), migrations.FS, nil)
}

// clearLeftovers removes the folders of runs that were killed: their supervisor's lock is free.
func clearLeftovers(root string) {
	folders, _ := filepath.Glob(filepath.Join(root, Prefix+"*"))
	for _, folder := range folders {
		// A folder without its lock may be one that another process has only just made.
		info, err := os.Stat(folder)
		if err != nil || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		for _, name := range []string{"lock", "running"} {
			if err == nil && held(filepath.Join(folder, name)) {
				err = errors.New("in use")
			}
		}
		if err == nil {
			os.RemoveAll(folder)
		}
	}
}

func held(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil
}
