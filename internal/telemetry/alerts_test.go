package telemetry

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEachAlertHasItsEntryInTheRunbook(t *testing.T) {
	t.Parallel()
	rules, book := read(t, "../../charts/pitdesk/files/alerts.yaml"), read(t, "../../docs/runbook.md")
	entries := map[string]string{}
	for _, part := range strings.Split(book, "\n## ")[1:] {
		name, text, _ := strings.Cut(part, "\n")
		entries[name] = text
	}
	parts := strings.Split(rules, "- alert: ")[1:]
	for _, part := range parts {
		name, _, _ := strings.Cut(part, "\n")
		entry, ok := entries[name]
		if !ok || !strings.Contains(entry, "\n1. ") {
			t.Errorf("the runbook doesn't say what to do about %s", name)
		}
		delete(entries, name)
		if !strings.Contains(part, "runbook_url: docs/runbook.md#"+strings.ToLower(name)+"\n") {
			t.Errorf("%s doesn't lead to its entry", name)
		}
		severity := regexp.MustCompile(`severity: (page|ticket)}`).FindStringSubmatch(part)
		if severity == nil || !strings.HasPrefix(entry, "*"+severity[1]+".*") {
			t.Errorf("%s: rule and runbook disagree about who is to be told when (%q)", name, severity)
		}
		for _, want := range []string{"summary: ", "description: ", "expr: "} {
			if !strings.Contains(part, want) {
				t.Errorf("%s has no %s", name, want)
			}
		}
	}
	for name := range entries {
		t.Errorf("the runbook's entry %s has no alert", name)
	}
	if len(parts) < 20 {
		t.Errorf("%d alerts were found", len(parts))
	}
}

func TestTheDashboardCanBeRead(t *testing.T) {
	t.Parallel()
	var board struct {
		UID    string
		Panels []struct {
			ID          int
			Type, Title string
			Description string
			GridPos     struct{ X, Y, W, H int }
			Targets     []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "../../charts/pitdesk/files/dashboard.json")), &board); err != nil {
		t.Fatal(err)
	}
	seen, held := map[int]bool{}, map[[2]int]string{}
	for _, p := range board.Panels {
		if seen[p.ID] {
			t.Errorf("two panels are number %d", p.ID)
		}
		seen[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other := held[[2]int{x, y}]; other != "" || x >= 24 {
					t.Fatalf("%q lies over %q, or beyond the edge", p.Title, other)
				}
				held[[2]int{x, y}] = p.Title
			}
		}
		if p.Type == "row" {
			continue
		}
		if p.Description == "" || len(p.Targets) == 0 {
			t.Errorf("%q says nothing, or asks nothing", p.Title)
		}
		for _, target := range p.Targets {
			if !strings.Contains(target.Expr, `job=~"$job"`) {
				t.Errorf("%q asks all jobs: %s", p.Title, target.Expr)
			}
		}
	}
}
