package audit

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

// Use is one place in the source that asks for a text.
type Use struct {
	Text   string // the id, or the format of a fault
	Prefix bool   // Text is the beginning of an id put together at run time
	At     string // file:line, relative to the root
}

// Source is what a module's Go, templ and TypeScript files ask for, tests left out.
type Source struct {
	IDs      []Use
	Formats  []Use
	Problems []string // calls whose text can't be read from the source
	Strings  map[string]bool
}

const (
	i18nPath  = "pitdesk/internal/i18n"
	faultPath = "pitdesk/internal/fault"
)

// Read walks the module at root.
func Read(root string) (*Source, error) {
	s := &Source{Strings: map[string]bool{}}
	var files []*goFile
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		switch {
		case strings.HasSuffix(name, "_test.go"):
			return nil
		case strings.HasSuffix(name, ".go"):
			f, err := parse(root, path)
			files = append(files, f)
			return err
		case strings.HasSuffix(name, ".templ"):
			return s.readTempl(root, path)
		case strings.HasSuffix(name, ".ts"), strings.HasSuffix(name, ".tsx"):
			return s.readScript(root, path)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	passing := map[string]int{}
	for _, f := range files {
		passingOn(f, passing)
	}
	for _, f := range files {
		s.readGo(f, passing)
	}
	sort.Slice(s.IDs, func(i, j int) bool { return s.IDs[i].Text < s.IDs[j].Text })
	sort.Slice(s.Formats, func(i, j int) bool { return s.Formats[i].Text < s.Formats[j].Text })
	return s, nil
}

var (
	templCall = regexp.MustCompile(`i18n\.[TN]\(\s*[\w.]+\s*,\s*"([^"\\]*)"\s*(\+?)`)
	bare      = regexp.MustCompile("['\"`]([a-z_.]+)['\"`]")
	quoted    = regexp.MustCompile("[\"'`]([a-z_]+(?:\\.[a-z0-9_]+)+)")

	// A surface that speaks in the browser has a words.ts, whose t says the texts of the folder's name.
	scriptWords = regexp.MustCompile(`import \{[^}]*\bt\b[^}]*\} from ['"]\./words['"]`)
	scriptCall  = regexp.MustCompile("(?:^|[^\\w.])t\\(\\s*['\"`]([a-z_.]+)['\"`]")
)

func (s *Source) readTempl(root, path string) error {
	raw, rel, err := open(root, path)
	if err != nil {
		return err
	}
	for _, hit := range templCall.FindAllStringSubmatchIndex(raw, -1) {
		s.IDs = append(s.IDs, Use{Text: raw[hit[2]:hit[3]], Prefix: hit[5] > hit[4], At: at(rel, raw, hit[0])})
	}
	s.mention(raw)
	return nil
}

func (s *Source) readScript(root, path string) error {
	raw, rel, err := open(root, path)
	if err != nil {
		return err
	}
	if scriptWords.MatchString(raw) || filepath.Base(path) == "words.ts" {
		surface := filepath.Base(filepath.Dir(path))
		for _, hit := range scriptCall.FindAllStringSubmatchIndex(raw, -1) {
			id := surface + "." + raw[hit[2]:hit[3]]
			s.Strings[id] = true
			s.IDs = append(s.IDs, Use{Text: id, At: at(rel, raw, hit[2])})
		}
		// t(seen ? 'seen' : 'delivered')
		for _, hit := range bare.FindAllStringSubmatch(raw, -1) {
			s.Strings[surface+"."+hit[1]] = true
		}
	}
	s.mention(raw)
	return nil
}

// mention notes whatever looks like an id, so that it counts as used.
func (s *Source) mention(raw string) {
	for _, hit := range quoted.FindAllStringSubmatch(raw, -1) {
		s.Strings[hit[1]] = true
	}
}

func open(root, path string) (raw, rel string, err error) {
	all, err := os.ReadFile(path) // #nosec G304 -- our own sources
	if err != nil {
		return "", "", err
	}
	rel, err = filepath.Rel(root, path)
	return string(all), rel, err
}

func at(rel, raw string, offset int) string {
	return fmt.Sprintf("%s:%d", rel, 1+strings.Count(raw[:offset], "\n"))
}
