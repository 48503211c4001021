// Command vulns looks for known vulnerabilities with govulncheck, and needs no network for it: what the Go vulnerability database
// says of the modules that we use stands beside this file, in osv.jsonl, without its prose.
//
//	vulns MODULE-FOLDER…                       looks at a folder's packages; fails when its code reaches a vulnerability
//	vulns -keep CHECKOUT -of DATE MODULE-FOLDER…   writes osv.jsonl anew from a checkout of golang/vulndb
//
// A vulnerability that doesn't matter stands in accepted.txt: its id, and why.
package main

import (
	"bufio"
	"bytes"
	_ "embed"
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

//go:embed osv.jsonl
var known []byte

//go:embed accepted.txt
var acceptedText string

// home is where osv.jsonl is written to.
const home = "internal/tools/security/vulns/osv.jsonl"

func main() {
	checkout := flag.String("keep", "", "a checkout of golang/vulndb to read anew")
	of := flag.String("of", "", "the day of the checkout, 2006-01-02")
	flag.Parse()
	var err error
	if *checkout != "" {
		err = keep(*checkout, *of, flag.Args())
	} else {
		err = look(flag.Args())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "vulns:", err)
		os.Exit(1)
	}
}

// osv is what govulncheck reads of an entry (https://ossf.github.io/osv-schema/).
type osv struct {
	SchemaVersion string     `json:"schema_version"`
	ID            string     `json:"id"`
	Modified      string     `json:"modified"`
	Published     string     `json:"published"`
	Withdrawn     string     `json:"withdrawn,omitempty"`
	Aliases       []string   `json:"aliases,omitempty"`
	Summary       string     `json:"summary"`
	Affected      []affected `json:"affected"`
	Database      any        `json:"database_specific,omitempty"`
}

type affected struct {
	Package  pkg             `json:"package"`
	Ranges   json.RawMessage `json:"ranges"`
	Specific json.RawMessage `json:"ecosystem_specific,omitempty"`
}

type pkg struct {
	Name      string `json:"name"`
	Ecosystem string `json:"ecosystem"`
}

// keep writes the entries about modules that the folders' programs are made of, and about Go itself.
func keep(checkout, day string, folders []string) error {
	if day == "" {
		return errors.New("say of which day the checkout is: -of 2006-01-02")
	}
	ours := map[string]bool{"stdlib": true, "toolchain": true}
	for _, folder := range folders {
		list := exec.Command("go", "list", "-m", "-f", "{{.Path}}", "all")
		list.Dir, list.Stderr = folder, os.Stderr
		text, err := list.Output()
		if err != nil {
			return fmt.Errorf("modules of %s: %w", folder, err)
		}
		for module := range strings.FieldsSeq(string(text)) {
			ours[module] = true
		}
	}
	files, err := filepath.Glob(filepath.Join(checkout, "data", "osv", "GO-*.json"))
	if err != nil || len(files) == 0 {
		return errors.Join(err, fmt.Errorf("no entries in %s", checkout))
	}
	slices.Sort(files)
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\"read\":%q,\"from\":\"https://vuln.go.dev, CC-BY-4.0, shortened\"}\n", day)
	kept := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var entry osv
		if err := json.Unmarshal(text, &entry); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if entry.Withdrawn != "" || !slices.ContainsFunc(entry.Affected, func(a affected) bool { return ours[a.Package.Name] }) {
			continue
		}
		line, err := json.Marshal(entry)
		if err != nil {
			return err
		}
		out.Write(append(line, '\n'))
		kept++
	}
	fmt.Printf("vulns: %d of %d entries are about our %d modules\n", kept, len(files), len(ours))
	return os.WriteFile(home, out.Bytes(), 0o600)
}

// look runs govulncheck over folders.
func look(folders []string) error {
	accepted := map[string]string{}
	for line := range strings.Lines(acceptedText) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, why, _ := strings.Cut(line, " ")
		if len(strings.TrimSpace(why)) < 20 {
			return fmt.Errorf("accepted.txt: %s needs a reason", id)
		}
		accepted[id] = why
	}
	database, day, entries, err := unpack()
	if err != nil {
		return err
	}
	defer os.RemoveAll(database)
	fmt.Printf("vulns: %d entries of %s\n", entries, day)
	found := map[string]bool{}
	for _, folder := range folders {
		ids, err := reached(database, folder)
		if err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
		for id := range ids {
			found[id] = true
		}
	}
	var open []string
	for id := range found {
		if accepted[id] == "" {
			open = append(open, id)
		}
	}
	slices.Sort(open)
	for id := range accepted {
		if !found[id] {
			fmt.Printf("vulns: %s is no longer reached: take it out of accepted.txt\n", id)
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("our code reaches %s (https://pkg.go.dev/vuln/)", strings.Join(open, ", "))
	}
	return nil
}

// unpack lays the entries out as govulncheck wants them (https://go.dev/doc/security/vuln/database).
func unpack() (folder, day string, entries int, err error) {
	if folder, err = os.MkdirTemp("", "vulndb"); err != nil {
		return "", "", 0, err
	}
	type vuln struct {
		ID       string `json:"id"`
		Modified string `json:"modified"`
	}
	type module struct {
		Path  string `json:"path"`
		Vulns []vuln `json:"vulns"`
	}
	modules := map[string]*module{}
	write := func(name string, v any) {
		if err == nil {
			var text []byte
			if text, err = json.Marshal(v); err == nil {
				err = errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700), os.WriteFile(filepath.Join(folder, name), text, 0o600))
			}
		}
	}
	lines := bufio.NewScanner(bytes.NewReader(known))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var entry osv
		var head struct{ Read string }
		if e := errors.Join(json.Unmarshal(lines.Bytes(), &entry), json.Unmarshal(lines.Bytes(), &head)); e != nil {
			return folder, day, entries, e
		}
		if head.Read != "" {
			day = head.Read
			continue
		}
		entries++
		write("ID/"+entry.ID+".json", entry)
		for _, a := range entry.Affected {
			m := modules[a.Package.Name]
			if m == nil {
				m = &module{Path: a.Package.Name}
				modules[a.Package.Name] = m
			}
			if !slices.ContainsFunc(m.Vulns, func(v vuln) bool { return v.ID == entry.ID }) {
				m.Vulns = append(m.Vulns, vuln{entry.ID, day + "T00:00:00Z"})
			}
		}
	}
	var all []*module
	for _, m := range modules {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *module) int { return strings.Compare(a.Path, b.Path) })
	write("index/modules.json", all)
	write("index/db.json", map[string]string{"modified": day + "T00:00:00Z"})
	return folder, day, entries, errors.Join(err, lines.Err())
}

// reached are the vulnerabilities whose symbols a folder's packages call, by id.
func reached(database, folder string) (map[string]bool, error) {
	program := os.Getenv("GOVULNCHECK")
	if program == "" {
		program = "govulncheck"
	}
	run := exec.Command(program, "-db", "file://"+database, "-format", "json", "-C", folder, "./...")
	run.Stderr = os.Stderr
	text, err := run.Output()
	if err != nil {
		return nil, fmt.Errorf("govulncheck: %w", err)
	}
	ids := map[string]bool{}
	messages := json.NewDecoder(bytes.NewReader(text))
	for messages.More() {
		var m struct {
			Finding *struct {
				OSV   string `json:"osv"`
				Trace []struct {
					Function string `json:"function"`
					Package  string `json:"package"`
					Position *struct {
						Filename string `json:"filename"`
						Line     int    `json:"line"`
					} `json:"position"`
				} `json:"trace"`
			} `json:"finding"`
		}
		if err := messages.Decode(&m); err != nil {
			return nil, fmt.Errorf("govulncheck's answer: %w", err)
		}
		if f := m.Finding; f != nil && len(f.Trace) > 0 && f.Trace[0].Function != "" && !ids[f.OSV] {
			ids[f.OSV] = true
			last := f.Trace[len(f.Trace)-1]
			at := last.Package + "." + last.Function
			if last.Position != nil {
				at += fmt.Sprintf(" (%s:%d)", last.Position.Filename, last.Position.Line)
			}
			fmt.Printf("vulns: %s: %s.%s is reached from %s\n", f.OSV, f.Trace[0].Package, f.Trace[0].Function, at)
		}
	}
	return ids, nil
}
