package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"pitdesk/internal/fault"
)

// Folder is a Store in a folder of this machine.
type Folder struct{ root *os.Root }

// NewFolder opens a store in a folder, which is made when it is missing. Only the program's user may look into it.
func NewFolder(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("file store: %w", err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("file store: %w", err)
	}
	return &Folder{root}, nil
}

// Put writes beside the final name, onto the disk, and renames: a crash leaves the file whole or absent.
func (f *Folder) Put(_ context.Context, key string, content io.Reader) (err error) {
	if err := check(key); err != nil {
		return err
	}
	if err := f.root.MkdirAll(filepath.Dir(key), 0o700); err != nil {
		return fmt.Errorf("put %s: %w", key, err)
	}
	part := key + "." + strings.ToLower(rand.Text()) + ".part" // two may write the same key at once
	file, err := f.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("put %s: %w", key, err)
	}
	defer func() {
		if err != nil {
			_ = f.root.Remove(part)
		}
	}()
	_, err = io.Copy(file, content)
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = f.root.Rename(part, key)
	}
	if err != nil {
		return fmt.Errorf("put %s: %w", key, err)
	}
	return nil
}

// Open opens a file for reading.
func (f *Folder) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	if err := check(key); err != nil {
		return nil, err
	}
	file, err := f.root.Open(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "There is nothing here.").Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", key, err)
	}
	return file, nil
}

// Delete removes a file.
func (f *Folder) Delete(_ context.Context, key string) error {
	if err := check(key); err != nil {
		return err
	}
	if err := f.root.Remove(key); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete %s: %w", key, err)
	}
	return nil
}
