package bom

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// licensed is a module's row in docs/parts.md.
var licensed = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]+) \\| (?:program|tests) \\|$")

// ReadLicences finds, in a checkout of the source, under which licence each part comes: modules from docs/parts.md, which is
// written from their own files, and npm packages from views/package-lock.json.
func ReadLicences(source string) (Licences, error) {
	page, err := os.ReadFile(filepath.Join(source, "docs", "parts.md")) // #nosec G304 -- of this repository
	if err != nil {
		return nil, fmt.Errorf("licences: %w", err)
	}
	known := map[string]string{
		"golang/std":  "BSD-3-Clause", // go.dev/LICENSE
		"npm/rapidoc": "MIT",          // api/reference/LICENSE
	}
	for _, row := range licensed.FindAllStringSubmatch(string(page), -1) {
		known["golang/"+row[1]] = strings.ReplaceAll(strings.TrimSpace(row[2]), " and ", " AND ")
	}
	path := filepath.Join(source, "views", "package-lock.json")
	text, err := os.ReadFile(path) // #nosec G304 -- of this repository
	if err != nil {
		return nil, fmt.Errorf("licences: %w", err)
	}
	var lock struct {
		Packages map[string]struct{ License string }
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for folder, p := range lock.Packages {
		if name, found := strings.CutPrefix(folder, "node_modules/"); found && p.License != "" {
			// What htmx calls its licence isn't what SPDX does: https://spdx.org/licenses/0BSD.html
			known["npm/"+name] = strings.ReplaceAll(p.License, "BSD-0-Clause", "0BSD")
		}
	}
	return func(purl string) string {
		name, _, _ := strings.Cut(strings.TrimPrefix(purl, "pkg:"), "@")
		if plain, err := url.PathUnescape(name); err == nil {
			name = plain
		}
		return known[name]
	}, nil
}
