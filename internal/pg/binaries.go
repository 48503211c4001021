package pg

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// EnvBin names the folder of initdb and postgres when they stand where nobody looks.
const EnvBin = "PITDESK_PG_BIN"

// ErrNoBinaries means this machine has no Postgres to embed; its text says how to get one.
var ErrNoBinaries = errors.New("no Postgres found: install it with `apt-get install postgresql`, " +
	"or set " + EnvBin + " to the folder that holds initdb and postgres, " +
	"or set PITDESK_DATABASE_URL to a server of your own")

// binaries are one installed Postgres.
type binaries struct {
	folder string
	major  string // as in PG_VERSION: "15"
}

func (b binaries) path(name string) string { return filepath.Join(b.folder, name) }

// debianRoot is where Debian and Ubuntu keep one folder per major version.
const debianRoot = "/usr/lib/postgresql"

// findBinaries looks in the environment, in own (the data folder's bin), in Debian's folders and in PATH. Among Debian's
// it prefers the version that made the data (have, may be empty), else the newest.
func findBinaries(own, have string) (binaries, error) {
	if dir := os.Getenv(EnvBin); dir != "" {
		b, err := inspect(dir)
		if err != nil {
			return b, fmt.Errorf("%s: %w", EnvBin, err)
		}
		return b, nil
	}
	if complete(own) {
		return inspect(own)
	}
	if have != "" && complete(filepath.Join(debianRoot, have, "bin")) {
		return inspect(filepath.Join(debianRoot, have, "bin"))
	}
	if dir := newestDebian(debianRoot); dir != "" {
		return inspect(dir)
	}
	for _, name := range []string{"initdb", "postgres"} {
		// Distributions link the tools into PATH but often not the server; the links lead to the folder that has both.
		if found, err := exec.LookPath(name); err == nil {
			if real, err := filepath.EvalSymlinks(found); err == nil && complete(filepath.Dir(real)) {
				return inspect(filepath.Dir(real))
			}
		}
	}
	return binaries{}, ErrNoBinaries
}

// newestDebian returns the bin folder with the highest version below root, or "".
func newestDebian(root string) string {
	entries, _ := os.ReadDir(root)
	var versions []int
	for _, e := range entries {
		if v, err := strconv.Atoi(e.Name()); err == nil && complete(filepath.Join(root, e.Name(), "bin")) {
			versions = append(versions, v)
		}
	}
	if len(versions) == 0 {
		return ""
	}
	return filepath.Join(root, strconv.Itoa(slices.Max(versions)), "bin")
}

func complete(dir string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		info, err := os.Stat(filepath.Join(dir, name)) // #nosec G703 -- the path is the operator's own setting
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return true
}

// inspect asks the server in dir for its version: "postgres (PostgreSQL) 15.13 (Debian …)".
func inspect(dir string) (binaries, error) {
	if !complete(dir) {
		return binaries{}, fmt.Errorf("%s holds no initdb and postgres to execute", dir)
	}
	out, err := exec.Command(filepath.Join(dir, "postgres"), "--version").Output() // #nosec G204 G702 -- the program is found by us, its arguments are ours
	if err != nil {
		return binaries{}, fmt.Errorf("%s/postgres --version: %w", dir, err)
	}
	major, err := majorOf(string(out))
	if err != nil {
		return binaries{}, fmt.Errorf("%s/postgres: %w", dir, err)
	}
	return binaries{folder: dir, major: major}, nil
}

func majorOf(banner string) (string, error) {
	_, rest, ok := strings.Cut(banner, "(PostgreSQL) ")
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if !ok || digits == 0 {
		return "", fmt.Errorf("unexpected version %q", strings.TrimSpace(banner))
	}
	return rest[:digits], nil
}

// Tool is the path of another program of the Postgres that Start would use for dir, such as pg_dump.
func Tool(dir, name string) (path, major string, err error) {
	b, err := findBinaries(filepath.Join(dir, "bin"), "")
	if err != nil {
		return "", "", err
	}
	return b.path(name), b.major, nil
}
