package image

import (
	"debug/buildinfo"
	"debug/elf"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pitdesk/internal/bom"
	"pitdesk/internal/pgtest"
)

func TestTheImageHoldsTheProgramAndLittleElse(t *testing.T) {
	t.Parallel()
	top := root(t)
	var got []string
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(top, path)
		got = append(got, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "etc/group etc/passwd etc/ssl/certs/ca-certificates.crt pitdesk usr/share/sbom/desk.cdx.json"
	if strings.Join(got, " ") != want {
		t.Errorf("the image holds %s, want %s", strings.Join(got, " "), want)
	}
	program, err := elf.Open(filepath.Join(top, "pitdesk"))
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	for _, part := range program.Progs {
		if part.Type == elf.PT_INTERP || part.Type == elf.PT_DYNAMIC {
			t.Errorf("the program wants a dynamic linker (%v)", part.Type)
		}
	}
	roots, err := os.ReadFile(filepath.Join(top, "etc/ssl/certs/ca-certificates.crt"))
	if err != nil || strings.Count(string(roots), "BEGIN CERTIFICATE") < 50 {
		t.Errorf("the certificate authorities' roots: %d bytes, %v", len(roots), err)
	}
}

func TestTheBillNamesWhatTheLinkerPutIn(t *testing.T) {
	t.Parallel()
	top := root(t)
	path := filepath.Join(top, "usr/share/sbom/desk.cdx.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var bill bom.Bill
	if err := json.Unmarshal(text, &bill); err != nil {
		t.Fatal(err)
	}
	if bill.Metadata.Component.Version != stamped {
		t.Errorf("the bill is of version %q, want %s", bill.Metadata.Component.Version, stamped)
	}
	listed := map[string]bool{}
	for _, c := range bill.Components {
		listed[c.Name+" "+c.Version] = true
		if len(c.Licences) == 0 {
			t.Errorf("nobody knows the licence of %s", c.PURL)
		}
	}
	info, err := buildinfo.ReadFile(filepath.Join(top, "pitdesk"))
	if err != nil {
		t.Fatal(err)
	}
	for _, module := range info.Deps {
		if !listed[module.Path+" "+module.Version] {
			t.Errorf("%s %s is in the program, not in its bill", module.Path, module.Version)
		}
	}
	if len(info.Deps) < 20 || len(bill.Components) < len(info.Deps) {
		t.Errorf("%d modules in the program, %d parts in the bill", len(info.Deps), len(bill.Components))
	}
	check := exec.Command("go", "run", "./bill", path)
	check.Dir = "../../internal/tools/chart"
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("CycloneDX's schema refuses the bill: %v\n%s", err, out)
	}
}

var address = regexp.MustCompile(`"msg":"serving","address":"([^"]*)"`)

func TestTheImageServesFromAReadOnlyRootAsNobody(t *testing.T) {
	t.Parallel()
	top, db := root(t), pgtest.New(t)
	through := lay(t, db)
	settings := []string{"PITDESK_ADDR=127.0.0.1:0", "PITDESK_DATA=/data", "PITDESK_DATABASE_URL=" + through(db.AppURL),
		"PITDESK_CONTROL_DATABASE_URL=" + through(db.ControlURL)}

	said := inside(t, top, nil, "version")
	if said.end(t); strings.TrimSpace(said.out.String()) != stamped {
		t.Errorf("the program says it is %q, want %s", said.out.String(), stamped)
	}
	migrate := inside(t, top, append(settings, "PITDESK_OWNER_DATABASE_URL="+through(db.OwnerURL)), "migrate")
	if code := migrate.end(t); code != 0 {
		t.Fatalf("migrate ends with %d: %s", code, migrate.err.String())
	}
	elsewhere := inside(t, top, append(settings, "PITDESK_DATA=/elsewhere"), "serve")
	if code := elsewhere.end(t); code != 1 || !strings.Contains(elsewhere.err.String(), "PITDESK_DATA") {
		t.Errorf("a data folder where nothing can be written ends with %d: %s", code, elsewhere.err.String())
	}

	serve := inside(t, top, settings, "serve")
	serve.await(t, "serving", func() bool { return address.MatchString(serve.err.String()) })
	at := address.FindStringSubmatch(serve.err.String())[1]
	answer, err := http.Get("http://" + at + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("/readyz answers %d", answer.StatusCode)
	}
	serve.isConfined(t)
	if probe := inside(t, top, []string{"PITDESK_ADDR=" + at}, "probe"); probe.end(t) != 0 {
		t.Errorf("the probe of what serves says %s", probe.err.String())
	}
	if probe := inside(t, top, nil, "probe", "http://127.0.0.1:1/readyz"); probe.end(t) != 1 {
		t.Error("the probe of what doesn't serve is well")
	}

	work := inside(t, top, settings, "work")
	work.await(t, "working", func() bool { return strings.Contains(work.err.String(), `"msg":"working"`) })
	for name, p := range map[string]*process{"serve": serve, "work": work} {
		p.stop(t)
		if code := p.end(t); code != 0 {
			t.Errorf("%s ends with %d when it is asked to stop: %s", name, code, p.err.String())
		}
	}
}
