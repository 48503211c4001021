// Command sbom prints the bill of materials of a built program: sbom -version 1.2.3 ./pitdesk
package main

import (
	"debug/buildinfo"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"pitdesk/internal/bom"
)

func main() {
	version := flag.String("version", "dev", "what the program was stamped with")
	source := flag.String("source", ".", "the source that the program was built from")
	flag.Parse()
	if err := run(flag.Arg(0), *version, *source); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(program, version, source string) error {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return err
	}
	parts, err := bom.Bundled(source)
	if err != nil {
		return err
	}
	licences, err := bom.ReadLicences(source)
	if err != nil {
		return err
	}
	bill, err := bom.Of("pitdesk", version, info, parts, licences)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(bill)
}
