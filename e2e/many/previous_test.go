package many_test

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pitdesk/e2e/many"
)

// previous is the program of the release before, built from the commit that .ci/previous names. told is false where the
// repository has no such commit, as a shallow clone hasn't; the program is then the present one.
func previous(t *testing.T) (binary string, told bool) {
	t.Helper()
	line, err := os.ReadFile("../../.ci/previous")
	if err != nil {
		t.Fatal(err)
	}
	commit, _, _ := strings.Cut(string(line), " ")
	if err := exec.Command("git", "cat-file", "-e", commit+"^{commit}").Run(); err != nil {
		t.Logf("NOT ROLLED FROM THE RELEASE BEFORE: its commit %s isn't in this clone (git fetch --unshallow brings it). "+
			"What follows rolls between two builds of the present tree.", commit)
		return many.Present(t), false
	}
	tree := t.TempDir()
	archive := exec.Command("git", "-C", "../..", "archive", "--format=tar", commit)
	out, err := archive.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := archive.Start(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(unpack(out, tree), archive.Wait()); err != nil {
		t.Fatalf("git archive %s: %v", commit, err)
	}
	return many.Build(t, tree, "previous"), true
}

// unpack writes an archive's files below a folder.
func unpack(from io.Reader, into string) error {
	for archive := tar.NewReader(from); ; {
		head, err := archive.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if head.Typeflag != tar.TypeReg || !filepath.IsLocal(head.Name) {
			continue
		}
		path := filepath.Join(into, head.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		file, err := os.Create(path)
		if err != nil {
			return err
		}
		_, err = io.Copy(file, archive)
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
}
