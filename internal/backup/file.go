package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// nameless is a file without a name until it is whole: however the process ends before, the file system forgets it.
type nameless struct {
	*os.File
	path string
	temp string // the name it has all the same, on file systems that know no nameless files
}

// create begins a file that shall stand at path, which must be free.
func create(path string) (*nameless, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, fmt.Errorf("%s is there already: a backup overwrites nothing", path)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	folder := filepath.Dir(path)
	fd, err := unix.Open(folder, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err == nil {
		return &nameless{File: os.NewFile(uintptr(fd), path), path: path}, nil
	}
	if !errors.Is(err, unix.EOPNOTSUPP) && !errors.Is(err, unix.EISDIR) {
		return nil, &os.PathError{Op: "open", Path: folder, Err: err}
	}
	temp := path + ".part"
	file, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600) // #nosec G304 -- the operator's own choice
	if err != nil {
		return nil, err
	}
	return &nameless{File: file, path: path, temp: temp}, nil
}

// keep gives the file its name, once its bytes are on the disk.
func (n *nameless) keep() error {
	if err := n.Sync(); err != nil {
		return err
	}
	if n.temp != "" {
		if err := os.Link(n.temp, n.path); err != nil {
			return err
		}
	} else if err := unix.Linkat(unix.AT_FDCWD, "/proc/self/fd/"+strconv.Itoa(int(n.Fd())), unix.AT_FDCWD, n.path, unix.AT_SYMLINK_FOLLOW); err != nil {
		return &os.LinkError{Op: "link", Old: "the backup", New: n.path, Err: err}
	}
	folder, err := os.Open(filepath.Dir(n.path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func (n *nameless) Close() error {
	if n.temp != "" {
		_ = os.Remove(n.temp)
	}
	return n.File.Close()
}

// tries is how often a backup is begun anew because the keys changed under it.
const tries = 3

// Make writes a backup, reads all of it again, has it checked further when check isn't nil, and only then gives it its name.
// Until then there is nothing at path, however the process ends.
func Make(ctx context.Context, path string, s Source, m Manifest, check func(*Archive) error) (Manifest, error) {
	for try := 1; ; try++ {
		made, err := makeOnce(ctx, path, s, m, check)
		if !errors.Is(err, errKeys) || try == tries {
			return made, err
		}
	}
}

func makeOnce(ctx context.Context, path string, s Source, m Manifest, check func(*Archive) error) (Manifest, error) {
	file, err := create(path)
	if err != nil {
		return m, err
	}
	defer file.Close()
	if m, err = Write(ctx, file, s, m); err != nil {
		return m, err
	}
	a, err := open(file.File, path)
	if err != nil {
		return m, err
	}
	if err := a.Check(ctx); err != nil {
		return m, fmt.Errorf("what was written can't be read again: %w", err)
	}
	if check != nil {
		if err := check(a); err != nil {
			return m, err
		}
	}
	return m, file.keep()
}
