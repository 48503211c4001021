package backup

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Source is what a backup is made of.
type Source struct {
	Folder string   // the data folder
	Leave  []string // names in it that stay behind, such as the database's own folder
	Files  string   // the name in it under which files are kept; they are looked for before and after the dump
	Dump   func(ctx context.Context, to io.Writer) error
}

// errKeys means that a key was made or taken away while the database was read: rows and keys might not fit together.
var errKeys = errors.New("the keys changed while the database was read")

// writer is a file that is being written.
type writer struct {
	z     *zip.Writer
	sums  bytes.Buffer
	m     Manifest
	there map[string]bool
	kept  map[string][sha256.Size]byte // the small things that must not change meanwhile
}

// Write writes a backup to out. m says what Write can't know; the rest of it is filled in.
func Write(ctx context.Context, out io.Writer, s Source, m Manifest) (Manifest, error) {
	w := &writer{z: zip.NewWriter(out), m: m, there: map[string]bool{}, kept: map[string][sha256.Size]byte{}}
	w.m.Kind, w.m.Form, w.m.MadeAt = kind, Form, time.Now().UTC().Truncate(time.Second)
	names, err := list(s)
	if err != nil {
		return w.m, err
	}
	if err := w.folder(ctx, s, names); err != nil {
		return w.m, err
	}
	if err := w.entry(dumpName, zip.Store, time.Time{}, func(to io.Writer) error { return s.Dump(ctx, to) }); err != nil {
		return w.m, fmt.Errorf("dump: %w", err)
	}
	if names, err = list(s); err != nil {
		return w.m, err
	}
	if err := w.unchanged(s, names); err != nil {
		return w.m, err
	}
	if slices.Contains(names, s.Files) {
		if err := w.folder(ctx, s, []string{s.Files}); err != nil {
			return w.m, err
		}
	}
	return w.m, w.close()
}

// list names what stands at the top of the data folder and comes along.
func list(s Source) ([]string, error) {
	entries, err := os.ReadDir(s.Folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !slices.Contains(s.Leave, e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// folder adds what isn't there yet. What vanishes meanwhile was removed on purpose.
func (w *writer) folder(ctx context.Context, s Source, names []string) error {
	for _, name := range names {
		err := walk(filepath.Join(s.Folder, name), name, 0, func(path, name string) error {
			if err := ctx.Err(); err != nil || w.there[name] {
				return err
			}
			err := w.file(path, name, !within(name, s.Files))
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func within(name, folder string) bool { return folder != "" && strings.HasPrefix(name, folder+"/") }

// deepest is how many folders stand in each other at most.
const deepest = 12

// walk visits all plain files, links followed: keys are often mounted as links. Half-written ones are passed over.
func walk(path, name string, depth int, visit func(path, name string) error) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().IsRegular() && !strings.HasSuffix(name, ".part"):
		return visit(path, name)
	case !info.IsDir():
		return nil
	case depth == deepest:
		return fmt.Errorf("%s: folders in folders without end", path)
	}
	entries, err := os.ReadDir(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if err := walk(filepath.Join(path, e.Name()), name+"/"+e.Name(), depth+1, visit); err != nil {
			return err
		}
	}
	return nil
}

// file adds one. It is opened first, so that one that has gone leaves no trace.
func (w *writer) file(path, name string, small bool) error {
	from, err := os.Open(path) // #nosec G304 -- within the operator's own data folder
	if err != nil {
		return err
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	method := zip.Store // pictures and documents are packed as they are
	if small {
		method = zip.Deflate
	}
	sum := sha256.New()
	err = w.entry(dataFolder+name, method, info.ModTime(), func(to io.Writer) error {
		_, err := io.Copy(io.MultiWriter(to, sum), from)
		return err
	})
	if err != nil {
		return err
	}
	w.there[name] = true
	if small && isKey(name) {
		w.kept[name] = [sha256.Size]byte(sum.Sum(nil))
	}
	if !small {
		w.m.Files++
	}
	return nil
}

// growing are the files of the folder that no row depends on: the notebook, which only grows, and what the demo tells people.
var growing = []string{"heads.log", "demo.json"}

func isKey(name string) bool { return !slices.Contains(growing, name) }

// unchanged compares the keys with those that were written.
func (w *writer) unchanged(s Source, names []string) error {
	now := map[string][sha256.Size]byte{}
	for _, name := range names {
		if name == s.Files {
			continue
		}
		err := walk(filepath.Join(s.Folder, name), name, 0, func(path, name string) error {
			if !isKey(name) {
				return nil
			}
			content, err := os.ReadFile(path) // #nosec G304 -- within the operator's own data folder
			now[name] = sha256.Sum256(content)
			return err
		})
		if err != nil {
			return err
		}
	}
	if !maps.Equal(now, w.kept) {
		return errKeys
	}
	return nil
}

// counted passes on what is written and sums it up.
type counted struct {
	to  io.Writer
	sum hash.Hash
	n   int64
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.sum.Write(b[:n])
	c.n += int64(n)
	return n, err
}

func (w *writer) entry(name string, method uint16, at time.Time, write func(io.Writer) error) error {
	if at.IsZero() {
		at = w.m.MadeAt
	}
	to, err := w.z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: at.UTC()})
	if err != nil {
		return err
	}
	c := &counted{to: to, sum: sha256.New()}
	if err := write(c); err != nil {
		return err
	}
	w.m.Size += c.n
	_, err = fmt.Fprintf(&w.sums, "%x  %s\n", c.sum.Sum(nil), name)
	return err
}

func (w *writer) close() error {
	sums := w.sums.Bytes()
	to, err := w.z.CreateHeader(&zip.FileHeader{Name: sumsName, Method: zip.Deflate, Modified: w.m.MadeAt})
	if err != nil {
		return err
	}
	if _, err := to.Write(sums); err != nil {
		return err
	}
	w.m.Sums = fmt.Sprintf("%x", sha256.Sum256(sums))
	if to, err = w.z.CreateHeader(&zip.FileHeader{Name: manifestName, Method: zip.Deflate, Modified: w.m.MadeAt}); err != nil {
		return err
	}
	encoder := json.NewEncoder(to)
	encoder.SetIndent("", "  ")
	return errors.Join(encoder.Encode(w.m), w.z.Close())
}
