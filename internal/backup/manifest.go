package backup

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Form is the newest form of file that this program reads, and the one it writes.
const Form = 1

// kind tells our files from other zips.
const kind = "support desk backup"

// Names within the file.
const (
	dumpName     = "database.dump"
	sumsName     = "SHA256SUMS"
	manifestName = "manifest.json"
	dataFolder   = "data/"
)

// Manifest is what a file says of itself.
type Manifest struct {
	Kind       string    `json:"kind"`
	Form       int       `json:"form"`
	MadeAt     time.Time `json:"made_at"`
	Program    string    `json:"program"`    // the version that made it
	Postgres   int       `json:"postgres"`   // the database's major version
	Migration  int64     `json:"migration"`  // the newest one that had run
	Extensions []string  `json:"extensions"` // of Postgres, made by the schema's owner
	FilesIn    string    `json:"files_in"`   // empty: in here; else where they were kept and stayed
	Files      int       `json:"files"`      // how many are in here
	Size       int64     `json:"size"`       // octets of everything in here, unpacked
	Sums       string    `json:"sums"`       // SHA-256 of SHA256SUMS
}

// Errors of a file that can't be used. Their text is for whoever runs the command.
var (
	ErrForeign = errors.New("is no backup of this program")
	ErrNewer   = errors.New("was made by a newer program: restore it with that one")
	ErrCorrupt = errors.New("is damaged or was cut off")
)

// readManifest reads what a zip says of itself.
func readManifest(z *zip.Reader) (m Manifest, err error) {
	file, err := z.Open(manifestName)
	if err != nil {
		return m, ErrForeign
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 1<<20))
	if err != nil {
		return m, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if err := json.Unmarshal(text, &m); err != nil || m.Kind != kind {
		return m, ErrForeign
	}
	if m.Form > Form {
		return m, ErrNewer
	}
	return m, nil
}
