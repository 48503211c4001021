package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/alecthomas/kong"
)

// placed are the settings that the chart's templates fill in by themselves, or that no deployment in Kubernetes has.
var placed = map[string]string{
	"PITDESK_ADDR":         "a port of the pod's own",
	"PITDESK_TLS_ADDR":     "edge.enabled",
	"PITDESK_PRIVATE_ADDR": "privatePort",
	"PITDESK_DATA":         "the mounted folder",
	"PITDESK_NO_JOBS":      "web serves, worker works",
	"PITDESK_STRIPE_URL":   "for tests",
	"PITDESK_PG_BIN":       "the image has no Postgres",
	"NATS_URL":             "PITDESK_NATS_URL says the same",
}

// TestTheChartTakesEverySetting holds the chart's schema against the program: a setting that is added here and not there can't be
// set by anybody who installs the chart.
func TestTheChartTakesEverySetting(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../charts/pitdesk/values.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	type names struct{ Properties map[string]any }
	type holder struct {
		Properties struct{ Values names }
	}
	var schema struct {
		Properties struct {
			Settings names
			Secrets  holder
			Migrate  struct{ Properties struct{ Secrets holder } }
		}
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	taken := map[string]string{}
	for where, these := range map[string]names{"settings": schema.Properties.Settings, "secrets": schema.Properties.Secrets.Properties.Values,
		"migrate.secrets": schema.Properties.Migrate.Properties.Secrets.Properties.Values} {
		for name := range these.Properties {
			if taken[name] != "" {
				t.Errorf("%s is in both %s and %s", name, taken[name], where)
			}
			taken[name] = where
		}
	}
	if taken["PITDESK_HEAD_KEY"] == "secrets" { // the file that PITDESK_HEAD_KEY_FILE names is a key of the Secret
		taken["PITDESK_HEAD_KEY_FILE"] = "secrets"
		delete(taken, "PITDESK_HEAD_KEY")
	}

	var c commands
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	secret := (&Settings{}).secrets()
	var look func(*kong.Node)
	known := map[string]bool{}
	look = func(n *kong.Node) {
		for _, flag := range n.Flags {
			for _, name := range flag.Envs {
				known[name] = true
				switch {
				case placed[name] != "":
					if taken[name] != "" {
						t.Errorf("%s is the chart's own business (%s) and in %s too", name, placed[name], taken[name])
					}
				case taken[name] == "":
					t.Errorf("%s can't be set by the chart: put it into charts/pitdesk/values.schema.json", name)
				case secret[name] != nil && taken[name] == "settings":
					t.Errorf("%s is a secret and the chart puts it into the environment", name)
				}
			}
		}
		for _, child := range n.Children {
			look(child)
		}
	}
	look(parser.Model.Node)
	for name, where := range taken {
		if !known[name] {
			t.Errorf("the chart takes %s in %s, and the program knows no such setting", name, where)
		}
	}
	if len(known) < 30 {
		t.Errorf("%d settings were found", len(known))
	}
}
