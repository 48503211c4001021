package backup_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"pitdesk/internal/backup"
)

// forged opens and extracts a backup whose sums are right and in which a file has a name of somebody's choice. It says what came
// of it, and fails the test when something was written outside.
func forged(t *testing.T, name string) error {
	t.Helper()
	sums := fmt.Sprintf("%x  database.dump\n%x  %s\n", sha256.Sum256([]byte("rows")), sha256.Sum256([]byte("evil")), name)
	content := zipOf(t, map[string]string{"database.dump": "rows", name: "evil", "SHA256SUMS": sums,
		"manifest.json": fmt.Sprintf(`{"kind":"support desk backup","form":1,"sums":"%x"}`, sha256.Sum256([]byte(sums)))})
	around := t.TempDir()
	into := filepath.Join(around, "one", "two")
	put(t, filepath.Join(around, "a.zip"), string(content))
	if err := os.MkdirAll(into, 0o700); err != nil {
		t.Fatal(err)
	}
	a, err := backup.Open(filepath.Join(around, "a.zip"))
	if err != nil {
		return err
	}
	defer a.Close()
	err = errors.Join(a.Check(t.Context()), a.Extract(t.Context(), into))
	for path := range tree(t, around) {
		if path != "a.zip" && path != "one/two/good" {
			t.Errorf("%s led to %s", name, path)
		}
	}
	return err
}
