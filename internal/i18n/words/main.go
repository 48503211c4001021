// Command words looks after the catalogs.
//
//	go run ./internal/i18n/words check    what is missing, in which file; fails when something is
//	go run ./internal/i18n/words add      puts the faults' sentences that are missing into errors.en.json, sorts all files
//	go run ./internal/i18n/words unused   ids that no source file mentions
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"pitdesk/internal/i18n"
	"pitdesk/internal/i18n/audit"
)

const folder = "internal/i18n/catalogs"

func main() {
	what := "check"
	if len(os.Args) > 1 {
		what = os.Args[1]
	}
	if err := run(what); err != nil {
		fmt.Fprintln(os.Stderr, "words:", err)
		os.Exit(1)
	}
}

func run(what string) error {
	all, err := audit.Load(os.DirFS(folder))
	if err != nil {
		return err
	}
	source, err := audit.Read(".")
	if err != nil {
		return err
	}
	switch what {
	case "check":
		problems := append(all.Problems(), audit.Disagreements(source, all)...)
		for _, p := range problems {
			fmt.Println(p)
		}
		if len(problems) > 0 {
			return fmt.Errorf("%d texts need a hand", len(problems))
		}
		return nil
	case "add":
		return add(all, source)
	case "unused":
		for _, id := range audit.Unused(source, all) {
			fmt.Println(id)
		}
		return nil
	}
	return fmt.Errorf("there is no %q; try check, add or unused", what)
}

func add(all audit.Catalogs, source *audit.Source) error {
	for _, format := range audit.MissingFormats(source, all) {
		fmt.Printf("errors.%s.json: %q, now for the other languages\n", i18n.Default, format)
		all[audit.Errors][i18n.Default][format] = audit.Text{"other": format}
	}
	for surface, langs := range all {
		for lang, texts := range langs {
			var out bytes.Buffer
			to := json.NewEncoder(&out)
			to.SetEscapeHTML(false)
			to.SetIndent("", "  ")
			if err := to.Encode(texts); err != nil {
				return err
			}
			name := filepath.Join(folder, surface+"."+lang+".json")
			if err := os.WriteFile(name, out.Bytes(), 0o644); err != nil { // #nosec G306 -- a file of the repository
				return err
			}
		}
	}
	return nil
}
