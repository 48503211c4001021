package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryTestThatSecurityNamesExists holds SECURITY.md against the tests there are: a promise whose test is gone is none.
func TestEveryTestThatSecurityNamesExists(t *testing.T) {
	t.Parallel()
	const root = "../.."
	page, err := os.ReadFile(filepath.Join(root, "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`([\\w/]+)\\.(Test\\w+)`").FindAllStringSubmatch(string(page), -1)
	if len(named) < 80 {
		t.Errorf("SECURITY.md names %d tests", len(named))
	}
	source := map[string]string{}
	for _, n := range named {
		folder, name := n[1], n[2]
		if source[folder] == "" {
			files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				text, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				source[folder] += string(text)
			}
		}
		if !strings.Contains(source[folder], "func "+name+"(t *testing.T)") {
			t.Errorf("SECURITY.md names %s in %s, which isn't there", name, folder)
		}
	}
	for row := range strings.Lines(string(page)) {
		if strings.HasPrefix(row, "| ") && strings.Count(row, "|") == 4 && !strings.Contains(row, "`") && !strings.Contains(row, "who") &&
			!strings.Contains(row, "shown by") && strings.Contains(string(page[strings.Index(string(page), "## What holds"):]), row) {
			t.Errorf("nothing shows %s", row)
		}
	}
}
