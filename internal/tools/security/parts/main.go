// Command parts lists what the program is built from and under which licence each part comes, from the licence files themselves. Run in
// the repository's root, it fails where docs/parts.md isn't what it would write, or where a licence isn't one that we have agreed to.
//
//	parts            compares
//	parts -write     writes docs/parts.md
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const page = "docs/parts.md"

// agreed are the licences that parts may come under. All let us ship them in a closed product, if we name them. The Mozilla licence is
// for parts that we don't change.
var agreed = []string{"0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Zlib", "CC0-1.0", "Unlicense", "CC-BY-4.0", "OFL-1.1"}

// byHand are licences of modules whose files this can't tell apart, after a person has read them.
var byHand = map[string]string{}

// carried are parts that are in the repository themselves: where, what, and under which licence.
var carried = [][3]string{
	{"`api/reference/viewer.js`", "RapiDoc 9.3.8, one element renamed", "MIT"},
	{"`internal/tools/security/vulns/osv.jsonl`", "the Go vulnerability database, shortened", "CC-BY-4.0"},
	{"`views/assets/htmx.js`", "htmx with hx-sse", "0BSD"},
	{"`views/assets/*.css`", "Tailwind CSS and daisyUI, generated", "MIT"},
	{"`views/icons`", "Lucide", "ISC"},
}

type part struct{ path, licence, use string }

func main() {
	write := flag.Bool("write", false, "write "+page)
	flag.Parse()
	if err := run(*write); err != nil {
		fmt.Fprintln(os.Stderr, "parts:", err)
		os.Exit(1)
	}
}

func run(write bool) error {
	text, err := list()
	if err != nil {
		return err
	}
	if write {
		return os.WriteFile(page, text, 0o644) // #nosec G306 -- a page for everybody
	}
	was, err := os.ReadFile(page)
	if err != nil || !bytes.Equal(was, text) {
		return errors.Join(err, fmt.Errorf("%s isn't fresh: sh .ci/security parts", page))
	}
	return nil
}

func list() ([]byte, error) {
	program, err := modules("./cmd/pitdesk")
	if err != nil {
		return nil, err
	}
	all, err := modules("-test", "./...")
	if err != nil {
		return nil, err
	}
	var parts []part
	var refused []string
	for path, folder := range all {
		licence, err := licenceOf(path, folder)
		if err != nil {
			return nil, err
		}
		for _, one := range strings.Split(licence, " and ") {
			if !slices.Contains(agreed, one) {
				refused = append(refused, path+": "+licence)
			}
		}
		use := "tests"
		if _, ok := program[path]; ok {
			use = "program"
		}
		parts = append(parts, part{path, licence, use})
	}
	if len(refused) > 0 {
		slices.Sort(refused)
		return nil, fmt.Errorf("nobody has agreed to the licence of\n  %s", strings.Join(refused, "\n  "))
	}
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(a.path, b.path) })
	npm, err := packages("views/package-lock.json")
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString(`# Parts

What Pitdesk is made of besides what we wrote, and under which licence. ` + "`sh .ci/security parts`" + ` writes this page from
the licence files themselves; the gate fails when it is stale or a part comes under a licence that isn't on that program's list.
Versions stand in ` + "`go.mod`" + ` and ` + "`views/package-lock.json`" + `. Fonts aren't among the parts: pages use the reader's own.

## Go modules

"program" is in the binary; "tests" is needed to test it.

| module | licence | for |
|---|---|---|
`)
	for _, p := range parts {
		fmt.Fprintf(&out, "| `%s` | %s | %s |\n", p.path, p.licence, p.use)
	}
	out.WriteString("\n## In the repository\n\n| where | what | licence |\n|---|---|---|\n")
	for _, c := range carried {
		fmt.Fprintf(&out, "| %s | %s | %s |\n", c[0], c[1], c[2])
	}
	out.WriteString("\n## npm packages\n\nThey build styles and scripts; what they make is in the repository, they aren't.\n\n| package | licence |\n|---|---|\n")
	for _, p := range npm {
		fmt.Fprintf(&out, "| `%s` | %s |\n", p.path, p.licence)
	}
	return out.Bytes(), nil
}

// modules are the folders of the modules that packages need, by path.
func modules(args ...string) (map[string]string, error) {
	args = append([]string{"list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}"}, args...)
	run := exec.Command("go", args...) // #nosec G204 -- the arguments stand above
	run.Stderr = os.Stderr
	text, err := run.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	all := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if path, folder, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			all[path] = folder
		}
	}
	return all, nil
}

// marks are words that a licence's text has and no other's.
var marks = []struct{ licence, words string }{
	{"Apache-2.0", "apache license version 2.0"},
	{"MPL-2.0", "mozilla public license version 2.0"},
	{"MPL-2.0", "mozilla public license, version 2.0"},
	{"BSD-3-Clause", "endorse or promote products derived from"},
	{"BSD-2-Clause", "redistributions in binary form must reproduce the above copyright notice"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose"},
	{"ISC", "permission to use, copy, modify, and distribute this software for any purpose"},
	{"CC0-1.0", "cc0 1.0 universal"},
	{"Unlicense", "this is free and unencumbered software released into the public domain"},
	{"Zlib", "this software is provided 'as-is', without any express or implied warranty"},
	{"GPL", "gnu general public license"},
	{"LGPL", "gnu lesser general public license"},
	{"AGPL", "gnu affero general public license"},
}

// licenceOf reads the licence files at a module's root.
func licenceOf(path, folder string) (string, error) {
	if licence := byHand[path]; licence != "" {
		return licence, nil
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	var found []string
	for _, f := range files {
		name := strings.ToUpper(f.Name())
		if f.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "UNLICENSE") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, f.Name())) // #nosec G304 -- of the module cache
		if err != nil {
			return "", err
		}
		found = append(found, told(string(text))...)
	}
	slices.Sort(found)
	if found = slices.Compact(found); len(found) == 0 {
		return "", fmt.Errorf("%s: no licence is told in %s", path, folder)
	}
	return strings.Join(found, " and "), nil
}

// told are the licences that a text is of.
func told(text string) (all []string) {
	text = strings.ToLower(strings.Join(strings.Fields(strings.NewReplacer("*", " ", "#", " ", "//", " ", "’", "'", "“", `"`).Replace(text)), " "))
	for _, m := range marks {
		if !strings.Contains(text, m.words) || slices.Contains(all, m.licence) {
			continue
		}
		// The Mozilla licence names the GNU ones; the clauses of the shorter BSD licence stand in the longer one.
		if m.licence == "BSD-2-Clause" && slices.Contains(all, "BSD-3-Clause") || strings.HasSuffix(m.licence, "GPL") && slices.Contains(all, "MPL-2.0") {
			continue
		}
		all = append(all, m.licence)
	}
	return all
}

// packages are those of a lock file of npm's, each with the licence that it declares.
func packages(lock string) ([]part, error) {
	text, err := os.ReadFile(lock) // #nosec G304 -- named above
	if err != nil {
		return nil, err
	}
	var file struct {
		Packages map[string]struct {
			License string `json:"license"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", lock, err)
	}
	var all []part
	for place, p := range file.Packages {
		at := strings.LastIndex(place, "node_modules/")
		if at < 0 {
			continue
		}
		name := place[at+len("node_modules/"):]
		if p.License == "BSD-0-Clause" { // an older name of the same
			p.License = "0BSD"
		}
		if !slices.Contains(agreed, p.License) {
			return nil, fmt.Errorf("nobody has agreed to the licence of npm's %s: %q", name, p.License)
		}
		all = append(all, part{path: name, licence: p.License})
	}
	slices.SortFunc(all, func(a, b part) int { return strings.Compare(a.path, b.path) })
	return slices.CompactFunc(all, func(a, b part) bool { return a.path == b.path }), nil
}
