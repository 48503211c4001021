// Command gosec runs the security linter's rules over packages and prints what they find, one line each. It is the linter's own
// engine without its program, which brings much else along. It ends with 1 when something is found.
//
// An exception stands beside its line, "#nosec G304 -- why": one without a rule's name or without a reason is a finding too.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/securego/gosec/v2"
	"github.com/securego/gosec/v2/analyzers"
	"github.com/securego/gosec/v2/issue"
	"github.com/securego/gosec/v2/rules"
)

func main() {
	without := flag.String("without", "", "rules that are left out, with commas between")
	except := flag.String("except", "", "folders that are left out, with commas between")
	flag.Parse()
	comma := func(r rune) bool { return r == ',' }
	found, err := run(strings.FieldsFunc(*without, comma), strings.FieldsFunc(*except, comma), flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "gosec:", err)
		os.Exit(2)
	}
	for _, line := range found {
		fmt.Println(line)
	}
	if len(found) > 0 {
		os.Exit(1)
	}
}

func run(without, except, patterns []string) ([]string, error) {
	config := gosec.NewConfig()
	quiet := log.New(io.Discard, "", 0)
	a := gosec.NewAnalyzer(config, false, true, false, runtime.GOMAXPROCS(0), quiet)
	a.LoadRules(rules.Generate(false, rules.NewRuleFilter(true, without...)).RulesInfo())
	a.LoadAnalyzers(analyzers.Generate(false, analyzers.NewAnalyzerFilter(true, without...)).AnalyzersInfo())
	var packages []string
	for _, pattern := range patterns {
		paths, err := gosec.PackagePaths(pattern, gosec.ExcludedDirsRegExp(except))
		if err != nil {
			return nil, err
		}
		packages = append(packages, paths...)
	}
	if err := a.Process(nil, packages...); err != nil {
		return nil, err
	}
	issues, metrics, failures := a.Report()
	var lines []string
	for file, errs := range failures {
		for _, e := range errs {
			lines = append(lines, fmt.Sprintf("%s:%d: %s", place(file), e.Line, e.Err))
		}
	}
	for _, i := range issues {
		if i.NoSec || i.Severity == issue.Low && i.Confidence == issue.Low {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s:%s: %s (%s, %s confidence) %s", place(i.File), i.Line, i.RuleID, i.Severity, i.Confidence, i.What))
	}
	unreasoned, err := exceptions(packages)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(os.Stderr, "gosec: %d files, %d lines, %d exceptions\n", metrics.NumFiles, metrics.NumLines, metrics.NumNosec)
	lines = append(lines, unreasoned...)
	slices.Sort(lines)
	return lines, nil
}

var (
	exception = regexp.MustCompile(`#nosec\b`)
	reasoned  = regexp.MustCompile(`#nosec( G\d{3})+ -- \S.{8,}`)
)

// exceptions are the exceptions that don't say what they are from, or why.
func exceptions(folders []string) (lines []string, err error) {
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			for n, line := range bytes.Split(text, []byte("\n")) {
				if exception.Match(line) && !reasoned.Match(line) {
					lines = append(lines, fmt.Sprintf("%s:%d: an exception says its rule and why: #nosec G000 -- the reason", place(file), n+1))
				}
			}
		}
	}
	return lines, nil
}

// place is a file's path from here.
func place(file string) string {
	here, err := os.Getwd()
	if err != nil {
		return file
	}
	if rel, err := filepath.Rel(here, file); err == nil && !strings.HasPrefix(rel, "..") {
		return rel
	}
	return file
}
