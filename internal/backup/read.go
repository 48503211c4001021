package backup

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// Archive is a backup that is being read.
type Archive struct {
	Manifest Manifest

	path  string
	file  *os.File
	z     *zip.Reader
	sums  map[string]string // by name within the zip
	order []string
}

// Open opens a backup and reads what it says of itself. Whether the rest of it is whole, Check says.
func Open(path string) (*Archive, error) {
	file, err := os.Open(path) // #nosec G304 -- the operator's own choice
	if err != nil {
		return nil, err
	}
	a, err := open(file, path)
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return a, nil
}

// magic begins every zip (APPNOTE.TXT, 4.3.7).
var magic = []byte("PK\x03\x04")

func open(file *os.File, path string) (*Archive, error) {
	a := &Archive{path: path, file: file}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	head := make([]byte, len(magic))
	if _, err := file.ReadAt(head, 0); err != nil || !bytes.Equal(head, magic) {
		return nil, a.trouble(ErrForeign)
	}
	if a.z, err = zip.NewReader(file, info.Size()); err != nil {
		return nil, a.trouble(fmt.Errorf("%w: %w", ErrCorrupt, err))
	}
	if a.Manifest, err = readManifest(a.z); err != nil {
		return nil, a.trouble(err)
	}
	if err := a.readSums(); err != nil {
		return nil, a.trouble(err)
	}
	return a, nil
}

func (a *Archive) trouble(err error) error { return fmt.Errorf("%s %w", a.path, err) }

// Close ends the reading.
func (a *Archive) Close() error { return a.file.Close() }

// sumLine is a line of SHA256SUMS. What it names stays within its folder: no name begins or ends with a dot or slash, none has
// two of them together.
var sumLine = regexp.MustCompile(`^([0-9a-f]{64})  ((?:[^/\x00-\x1f\\]+/)*[^/\x00-\x1f\\]+)$`)

// readSums reads the list of what is in the file, and compares it with what is.
func (a *Archive) readSums() error {
	file, err := a.z.Open(sumsName)
	if err != nil {
		return fmt.Errorf("%w: it has no %s", ErrCorrupt, sumsName)
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != a.Manifest.Sums {
		return fmt.Errorf("%w: %s isn't the one that was written", ErrCorrupt, sumsName)
	}
	a.sums = map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		m := sumLine.FindStringSubmatch(lines.Text())
		if m == nil || m[2] != path.Clean(m[2]) || strings.HasPrefix(m[2], "../") || (m[2] != dumpName && !strings.HasPrefix(m[2], dataFolder)) {
			return fmt.Errorf("%w: %s names what can't be in it", ErrCorrupt, sumsName)
		}
		a.sums[m[2]] = m[1]
		a.order = append(a.order, m[2])
	}
	if lines.Err() != nil || a.sums[dumpName] == "" || len(a.z.File) != len(a.sums)+2 {
		return fmt.Errorf("%w: it doesn't hold what %s lists", ErrCorrupt, sumsName)
	}
	return nil
}

// Check reads all of it and compares it with its sums.
func (a *Archive) Check(ctx context.Context) error {
	for _, name := range a.order {
		if err := a.copy(ctx, io.Discard, name); err != nil {
			return err
		}
	}
	return nil
}

// copy writes one thing to to. An error may come after all of it was written: only then is its sum known.
func (a *Archive) copy(ctx context.Context, to io.Writer, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	file, err := a.z.Open(name)
	if err != nil {
		return a.trouble(fmt.Errorf("%w: %w", ErrCorrupt, err))
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(to, io.TeeReader(&damage{file, a}, sum)); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != a.sums[name] {
		return a.trouble(fmt.Errorf("%w: %s isn't what was written", ErrCorrupt, name))
	}
	return nil
}

// damage says of an error in reading that it is the file's.
type damage struct {
	from io.Reader
	a    *Archive
}

func (d *damage) Read(b []byte) (int, error) {
	n, err := d.from.Read(b)
	if err != nil && err != io.EOF {
		err = d.a.trouble(fmt.Errorf("%w: %w", ErrCorrupt, err))
	}
	return n, err
}

// Dump writes the database's dump to to.
func (a *Archive) Dump(ctx context.Context, to io.Writer) error { return a.copy(ctx, to, dumpName) }

// Extract writes what lay in the data folder into a folder, which must hold none of it.
func (a *Archive) Extract(ctx context.Context, folder string) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range a.order {
		at, ok := strings.CutPrefix(name, dataFolder)
		if !ok {
			continue
		}
		if err := root.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			return err
		}
		file, err := root.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		err = a.copy(ctx, file, name)
		if closed := file.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return err
		}
	}
	return nil
}
