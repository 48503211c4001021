package pg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// folder is everything of one embedded cluster:
//
//	lock      held by the one process that supervises
//	running   held by the server and all its processes, whoever their parent is
//	data      the cluster; data.new while initdb works
//	socket    where clients connect, or a link to a shorter path
//	bin       Postgres binaries, when the machine's own are not wanted
type folder struct {
	path    string
	account account
	handle  *os.File // the open folder, inherited by the server
	lock    *os.File
	running *os.File
}

// The server reaches its folder through an inherited handle: the folders above may be closed to its account
// (/root is, and so are tests' own).
const inherited = "/proc/self/fd/3"

// ErrInUse means that another process supervises the folder's server. Attach joins it.
var ErrInUse = errors.New("is in use by another process")

// openFolder makes path and takes its lock. It fails at once when another process holds it.
func openFolder(path string) (*folder, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("database folder: %w", err)
	}
	// Processes are found by the real path of their working directory.
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return nil, err
	}
	f := &folder{path: path}
	if f.account, err = serverAccount(path); err != nil {
		return nil, err
	}
	if err := f.open(); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *folder) open() error {
	if err := errors.Join(f.account.own(f.path), os.Chmod(f.path, 0o700)); err != nil { // #nosec G302 -- a folder needs its x
		return fmt.Errorf("database folder: %w", err)
	}
	var err error
	if f.handle, err = os.Open(f.path); err != nil {
		return err
	}
	if f.lock, err = os.OpenFile(f.at("lock"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	if err := syscall.Flock(int(f.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := os.ReadFile(f.at("lock"))
		return fmt.Errorf("the database folder %s %w (%s): stop it, or choose another folder with PITDESK_DATA",
			f.path, ErrInUse, strings.TrimSpace(string(holder)))
	}
	if err := f.lock.Truncate(0); err != nil {
		return err
	}
	_, err = f.lock.WriteAt([]byte(fmt.Sprintf("pid %d\n", os.Getpid())), 0)
	return err
}

func (f *folder) at(name string) string { return filepath.Join(f.path, name) }

// close lets another process have the folder.
func (f *folder) close() {
	for _, file := range []*os.File{f.running, f.lock, f.handle} {
		if file != nil {
			file.Close()
		}
	}
}

// version is the major version that made the data, or "" when there is none yet.
func (f *folder) version() string {
	text, _ := os.ReadFile(f.at("data/PG_VERSION"))
	return strings.TrimSpace(string(text))
}

// quiet waits until nothing of an earlier server is left: its processes outlive a killed supervisor for as long as they
// need to shut down, and a killed postmaster's children need a moment to notice. Then it clears what the dead left
// behind. There is no limit to the wait: two servers on one folder would destroy it.
func (f *folder) quiet(ctx context.Context, log *slog.Logger) error {
	if err := f.awaitEnd(ctx, log); err != nil {
		return err
	}
	for _, name := range []string{"data/postmaster.pid", "data.new"} {
		if err := os.RemoveAll(f.at(name)); err != nil {
			return err
		}
	}
	return f.clearSocket()
}

func (f *folder) awaitEnd(ctx context.Context, log *slog.Logger) error {
	if f.running != nil {
		f.running.Close()
		f.running = nil
	}
	file, err := os.OpenFile(f.at("running"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var said time.Time
	for {
		// The lock says that a server of ours is alive even where /proc is closed to us; /proc knows of the others.
		locked := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil
		pids := serversIn(f.path)
		if !locked && len(pids) == 0 {
			f.running = file
			return nil
		}
		if time.Since(said) > 5*time.Second {
			said = time.Now()
			log.Info("waiting for an earlier Postgres to end", "folder", f.path, "processes", pids)
		}
		select {
		case <-ctx.Done():
			file.Close()
			return fmt.Errorf("an earlier Postgres still works in %s (processes %v): %w", f.path, pids, ctx.Err())
		case <-tick.C:
		}
	}
}

// serversIn lists Postgres processes that stand in dir or below.
func serversIn(dir string) []string {
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	var pids []string
	for _, link := range links {
		cwd, err := os.Readlink(link)
		if err != nil || (cwd != dir && !strings.HasPrefix(cwd, dir+"/")) {
			continue
		}
		proc := filepath.Dir(link)
		name, _ := os.ReadFile(filepath.Join(proc, "comm")) // #nosec G304 -- under /proc
		switch strings.TrimSpace(string(name)) {
		case "postgres", "postmaster", "initdb":
			pids = append(pids, filepath.Base(proc))
		}
	}
	return pids
}

// maxSocketPath is what fits sockaddr_un.sun_path with its closing zero (unix(7)).
const maxSocketPath = 107

// socketName is the file Postgres makes in its socket folder for port 5432.
const socketName = ".s.PGSQL.5432"

// makeSocket makes the folder of the socket, open to the server's account alone. In a folder with a long path it stands
// in /tmp, and a link says where.
func (f *folder) makeSocket() (string, error) {
	path := f.at("socket")
	if len(filepath.Join(path, socketName)) > maxSocketPath {
		short, err := os.MkdirTemp("/tmp", "pitdesk-")
		if err != nil {
			return "", fmt.Errorf("socket folder: %w", err)
		}
		if err := os.Symlink(short, path); err != nil {
			return "", fmt.Errorf("socket folder: %w", err)
		}
		path = short
	} else if err := os.Mkdir(path, 0o700); err != nil {
		return "", fmt.Errorf("socket folder: %w", err)
	}
	if err := f.account.own(path); err != nil {
		return "", fmt.Errorf("socket folder: %w", err)
	}
	return path, nil
}

func (f *folder) clearSocket() error {
	path := f.at("socket")
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		if target, err := os.Readlink(path); err == nil && strings.HasPrefix(filepath.Base(target), "pitdesk-") {
			os.RemoveAll(target)
		}
	}
	return os.RemoveAll(path)
}
