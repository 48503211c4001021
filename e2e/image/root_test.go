package image

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pitdesk/internal/pgtest"
)

// stamped is the version that the tests' image bears.
const stamped = "9.8.7-test"

// folder holds what the tests build; it goes when they end.
var folder string

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "image"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// The image's user comes by here on the way to its root.
	if err := os.Chmod(folder, 0o755); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := errors.Join(pgtest.Close(), os.RemoveAll(folder)); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// root makes the image's root once, from nothing but what the build is handed.
func root(t *testing.T) string {
	t.Helper()
	path, err := made()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var made = sync.OnceValues(func() (string, error) {
	source, out := filepath.Join(folder, "context"), filepath.Join(folder, "root")
	if err := send("../..", source); err != nil {
		return "", err
	}
	build := exec.Command("sh", ".ci/image", out, stamped)
	build.Dir = source
	if text, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the image's root: %w\n%s", err, text)
	}
	// A runtime makes the folders that it mounts something on.
	if err := os.MkdirAll(filepath.Join(out, "run/secrets/desk"), 0o755); err != nil {
		return "", err
	}
	return out, nil
})

// send copies from a checkout what .dockerignore lets through, as `docker build .` does.
func send(from, to string) error {
	rules, err := ignores(filepath.Join(from, ".dockerignore"))
	if err != nil {
		return err
	}
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil || name == "." {
			return err
		}
		if rules.ignored(filepath.ToSlash(name)) {
			if d.IsDir() && !rules.keepsBelow(filepath.ToSlash(name)) {
				return fs.SkipDir
			}
			return nil
		}
		target := filepath.Join(to, name)
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		// A link costs nothing; the build only reads. Another file system wants a copy.
		if err := os.Link(path, target); err == nil {
			return nil
		}
		text, err := os.ReadFile(path)
		return errors.Join(err, os.WriteFile(target, text, 0o644))
	})
}

// rule is a line of .dockerignore: `**`, `!name`, `**/name` or `**/*suffix`, which are all that ours uses.
type rule struct {
	pattern string
	keeps   bool
}

type rules []rule

func ignores(path string) (rules, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var all rules
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		pattern, keeps := strings.CutPrefix(line, "!")
		all = append(all, rule{pattern, keeps})
	}
	return all, nil
}

// ignored says what the last rule that speaks of name says.
func (r rules) ignored(name string) bool {
	ignored := false
	for _, each := range r {
		if each.speaksOf(name) {
			ignored = !each.keeps
		}
	}
	return ignored
}

// keepsBelow says whether something in a folder may be kept although the folder isn't.
func (r rules) keepsBelow(name string) bool {
	for _, each := range r {
		if each.keeps && strings.HasPrefix(each.pattern, name+"/") {
			return true
		}
	}
	return false
}

func (r rule) speaksOf(name string) bool {
	if r.pattern == "**" {
		return true
	}
	anywhere, found := strings.CutPrefix(r.pattern, "**/")
	if !found {
		return name == r.pattern || strings.HasPrefix(name, r.pattern+"/")
	}
	for _, segment := range strings.Split(name, "/") {
		if ok, _ := filepath.Match(anywhere, segment); ok {
			return true
		}
	}
	return false
}
