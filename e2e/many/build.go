package many

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"pitdesk/internal/pgtest"
)

// folder holds what the tests build; it goes when they end.
var folder = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "many") })

// Main runs the tests and removes what they built and the database they ran on.
func Main(m *testing.M) {
	code := m.Run()
	if err := pgtest.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if built, err := folder(); err == nil {
		_ = os.RemoveAll(built)
	}
	os.Exit(code)
}

var present = sync.OnceValues(func() (string, error) { return build("../../cmd/pitdesk", "", "present") })

// Present is the program as it stands in this tree, built once.
func Present(t testing.TB) string {
	t.Helper()
	path, err := present()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Build builds the program of another tree, whose root is given, under a name of its own.
func Build(t testing.TB, root, name string) string {
	t.Helper()
	path, err := build("./cmd/pitdesk", root, name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func build(what, in, name string) (string, error) {
	into, err := folder()
	if err != nil {
		return "", err
	}
	path := filepath.Join(into, name)
	command := exec.Command("go", "build", "-o", path, what)
	command.Dir = in
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
	}
	return path, nil
}
