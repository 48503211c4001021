package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryPackageAndPageHasItsLine holds the architecture's page against the packages there are, and the README's list against
// the pages.
func TestEveryPackageAndPageHasItsLine(t *testing.T) {
	t.Parallel()
	const root = "../.."
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	house, readme := read("docs/ARCHITECTURE.md"), read("README.md")
	packages := map[string]bool{}
	err := filepath.WalkDir(root, func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && at != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || name == "tools" || name == "bin" || name == "data") {
			return fs.SkipDir
		}
		if strings.HasSuffix(name, ".go") {
			folder, err := filepath.Rel(root, filepath.Dir(at))
			packages[filepath.ToSlash(folder)] = true
			return err
		}
		return nil
	})
	if err != nil || len(packages) < 50 {
		t.Fatal(len(packages), err)
	}
	for p := range packages {
		if !strings.Contains(house, "`"+p+"`") {
			t.Errorf("docs/ARCHITECTURE.md has no line for %s", p)
		}
	}
	pages, err := filepath.Glob(root + "/docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		name := filepath.Base(page)
		if n := strings.Count(readme, "](docs/"+name+")"); n != 1 {
			t.Errorf("the README leads to docs/%s %d times, want once", name, n)
		}
	}
}
