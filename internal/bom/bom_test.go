package bom_test

import (
	"encoding/json"
	"runtime/debug"
	"strings"
	"testing"

	"pitdesk/internal/bom"
)

func build() *debug.BuildInfo {
	return &debug.BuildInfo{GoVersion: "go1.26.8", Settings: []debug.BuildSetting{{Key: "GOOS", Value: "linux"}, {Key: "vcs.time", Value: "2026-11-22"}},
		Deps: []*debug.Module{
			{Path: "github.com/uptrace/bun", Version: "v1.3.0", Sum: "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
			{Path: "example.org/old", Version: "v1.0.0", Replace: &debug.Module{Path: "example.org/new", Version: "v2.0.0+incompatible"}},
		}}
}

func bill(t *testing.T, info *debug.BuildInfo, parts ...bom.Part) *bom.Bill {
	t.Helper()
	b, err := bom.Of("desk", "1.2.3", info, parts, func(purl string) string {
		if strings.HasPrefix(purl, "pkg:npm/") {
			return "MIT"
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestABillNamesEveryPartOnce(t *testing.T) {
	t.Parallel()
	b := bill(t, build(), bom.Part{Name: "@lucide/icons", Version: "1.0.0"})
	var got []string
	for _, c := range b.Components {
		got = append(got, c.PURL)
	}
	want := "pkg:golang/example.org/new@v2.0.0+incompatible pkg:golang/github.com/uptrace/bun@v1.3.0 pkg:golang/std@1.26.8 pkg:npm/%40lucide/icons@1.0.0"
	if strings.Join(got, " ") != want {
		t.Errorf("the parts are %s, want %s", strings.Join(got, " "), want)
	}
	if h := b.Components[1].Hashes; len(h) != 1 || h[0].Content != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
		t.Errorf("bun's hash is %v", h)
	}
	if l := b.Components[3].Licences; len(l) != 1 || l[0].Expression != "MIT" {
		t.Errorf("the icons' licence is %v", l)
	}
	if len(b.Dependencies) != 1 || len(b.Dependencies[0].DependsOn) != len(b.Components) {
		t.Errorf("the program stands on %v", b.Dependencies)
	}
}

func TestOneProgramHasOneBill(t *testing.T) {
	t.Parallel()
	first, err := json.Marshal(bill(t, build()))
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(bill(t, build()))
	if err != nil {
		t.Fatal(err)
	}
	if string(first) != string(again) {
		t.Errorf("two bills of one program differ:\n%s\n%s", first, again)
	}
	other := build()
	other.Deps[0].Version = "v1.3.1"
	if one, two := bill(t, build()).Serial, bill(t, other).Serial; one == two {
		t.Errorf("two programs share the serial number %s", one)
	}
}

func TestAPartWithoutVersionMakesNoBill(t *testing.T) {
	t.Parallel()
	info := build()
	info.Deps[0].Version = ""
	if _, err := bom.Of("desk", "1.2.3", info, nil, func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), "bun has no version") {
		t.Errorf("the error is %v", err)
	}
}

func TestTheBundledPartsAreFound(t *testing.T) {
	t.Parallel()
	parts, err := bom.Bundled("../..")
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]string{}
	for _, p := range parts {
		at[p.Name] = p.Version
	}
	for _, name := range []string{"htmx.org", "daisyui", "tailwindcss", "lucide-static", "rapidoc"} {
		if at[name] == "" || strings.ContainsAny(at[name], "^~*") {
			t.Errorf("%s is at %q", name, at[name])
		}
	}
	if at["@tailwindcss/cli"] != "" {
		t.Error("a builder counts as bundled")
	}
}

func TestEveryPartsLicenceIsKnown(t *testing.T) {
	t.Parallel()
	licences, err := bom.ReadLicences("../..")
	if err != nil {
		t.Fatal(err)
	}
	parts, err := bom.Bundled("../..")
	if err != nil {
		t.Fatal(err)
	}
	info := build()
	info.Deps = []*debug.Module{{Path: "github.com/uptrace/bun", Version: "v1.3.0"}, {Path: "github.com/caddyserver/certmagic", Version: "v0.25.6"}}
	b, err := bom.Of("desk", "1.2.3", info, parts, licences)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range b.Components {
		if len(c.Licences) != 1 {
			t.Errorf("%s comes under no licence", c.PURL)
		}
	}
	if got := licences("pkg:golang/github.com/caddyserver/certmagic@v0.25.6"); got != "Apache-2.0" {
		t.Errorf("certmagic comes under %q", got)
	}
	if got := licences("pkg:npm/htmx.org@4.0.1"); got != "0BSD" {
		t.Errorf("htmx comes under %q", got)
	}
	if got := licences("pkg:golang/example.org/nobody@v1.0.0"); got != "" {
		t.Errorf("a stranger comes under %q", got)
	}
}
