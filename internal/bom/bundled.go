package bom

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// builders make what is bundled and leave nothing of theirs in it.
var builders = []string{"@tailwindcss/cli"}

// rapidoc stands at the head of the viewer of the API's reference.
var rapidoc = regexp.MustCompile(`^/\*! RapiDoc (\d+\.\d+\.\d+) `)

// Bundled finds the npm packages whose code is in the pages, in a checkout of the source.
func Bundled(source string) ([]Part, error) {
	path := filepath.Join(source, "views", "package.json")
	text, err := os.ReadFile(path) // #nosec G304 -- a file of the module cache or of this repository
	if err != nil {
		return nil, fmt.Errorf("bundled parts: %w", err)
	}
	var packages struct{ DevDependencies map[string]string }
	if err := json.Unmarshal(text, &packages); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var parts []Part
	for name, version := range packages.DevDependencies {
		if !slices.Contains(builders, name) {
			parts = append(parts, Part{name, version})
		}
	}
	path = filepath.Join(source, "api", "reference", "viewer.js")
	if text, err = os.ReadFile(path); err != nil { // #nosec G304 -- a file of the module cache or of this repository
		return nil, fmt.Errorf("bundled parts: %w", err)
	}
	found := rapidoc.FindSubmatch(text)
	if found == nil {
		return nil, fmt.Errorf("%s doesn't say which RapiDoc it is", path)
	}
	return append(parts, Part{"rapidoc", string(found[1])}), nil
}
