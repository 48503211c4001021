package image

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"pitdesk/internal/pgtest"
)

// rendered is what matters here of a Deployment or a Job.
type rendered struct {
	Kind     string
	Metadata struct{ Name string }
	Spec     struct {
		Template struct {
			Spec struct {
				Containers []container
				Volumes    []struct {
					Projected struct {
						Sources []struct {
							Secret struct{ Items []struct{ Key, Path string } }
						}
					}
				}
			}
		}
	}
}

type container struct {
	Args           []string
	Env            []struct{ Name, Value string }
	ReadinessProbe probe `yaml:"readinessProbe"`
	LivenessProbe  probe `yaml:"livenessProbe"`
}

type probe struct {
	HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
}

// render has Helm render the chart with the least values, and returns what starts processes by its name.
func render(t *testing.T) map[string]rendered {
	t.Helper()
	helm := exec.Command("go", "run", "-ldflags=-s -w", "helm.sh/helm/v4/cmd/helm", "template", "desk", "../../../charts/pitdesk", "--values", "../../../charts/pitdesk/ci/minimal.yaml")
	helm.Dir = "../../internal/tools/chart"
	helm.Env = append(os.Environ(), "HELM_CACHE_HOME="+t.TempDir(), "HELM_CONFIG_HOME="+t.TempDir(), "HELM_DATA_HOME="+t.TempDir())
	var complaint bytes.Buffer
	helm.Stderr = &complaint
	text, err := helm.Output()
	if err != nil {
		t.Fatalf("helm template: %v\n%s", err, complaint.String())
	}
	all := map[string]rendered{}
	for documents := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var each rendered
		if err := documents.Decode(&each); errors.Is(err, io.EOF) {
			return all
		} else if err != nil && each.Kind == "" {
			t.Fatal(err)
		}
		if each.Kind == "Deployment" || each.Kind == "Job" {
			all[each.Metadata.Name] = each
		}
	}
}

// started starts a rendered process in the image: its own arguments and environment, and a file for each of its secrets. Only the
// ports are others, so that tests stay out of each other's way.
func started(t *testing.T, top string, r rendered, secrets map[string]string) *process {
	t.Helper()
	c, mounted := r.Spec.Template.Spec.Containers[0], t.TempDir()
	if err := os.Chmod(mounted, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, volume := range r.Spec.Template.Spec.Volumes {
		for _, source := range volume.Projected.Sources {
			for _, item := range source.Secret.Items {
				path := filepath.Join(mounted, item.Path)
				if secrets[item.Key] == "" {
					t.Fatalf("%s mounts the secret %s, which docs/kubernetes.md doesn't have one make", r.Metadata.Name, item.Key)
				}
				if err := os.WriteFile(path, []byte(secrets[item.Key]), 0o440); err != nil {
					t.Fatal(err)
				}
				if os.Getuid() == 0 {
					if err := os.Chown(path, 0, imageUser); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	var environment []string
	for _, each := range c.Env {
		if slices.Contains([]string{"PITDESK_ADDR", "PITDESK_PRIVATE_ADDR"}, each.Name) {
			each.Value = "127.0.0.1:0"
		}
		if each.Value != "" { // what the cluster fills in is its own affair
			environment = append(environment, each.Name+"="+each.Value)
		}
	}
	return insideWith(t, top, mounted, environment, c.Args...)
}

// watched is where a process tells how it fares.
var watched = regexp.MustCompile(`"msg":"watched","address":"([^"]*)"`)

func TestTheImageRunsAsTheChartStartsIt(t *testing.T) {
	t.Parallel()
	top, db := root(t), pgtest.New(t)
	through := lay(t, db)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	seal := inside(t, top, nil, "seal", "key")
	if seal.end(t) != 0 {
		t.Fatal("no keys to seal with")
	}
	secrets := map[string]string{
		"PITDESK_DATABASE_URL": through(db.AppURL), "PITDESK_CONTROL_DATABASE_URL": through(db.ControlURL), "PITDESK_OWNER_DATABASE_URL": through(db.OwnerURL),
		"PITDESK_LINK_KEY": strings.Repeat("0123456789abcdef", 4), "PITDESK_SEAL_KEYS": seal.out.String(),
		"PITDESK_HEAD_KEY": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	}
	all := render(t)
	if migrate := started(t, top, all["desk-pitdesk-migrate"], secrets); migrate.end(t) != 0 {
		t.Fatalf("the Job fails: %s", migrate.err.String())
	}
	for _, name := range []string{"desk-pitdesk-web", "desk-pitdesk-worker"} {
		r := all[name]
		p := started(t, top, r, secrets)
		c := r.Spec.Template.Spec.Containers[0]
		for _, probe := range []probe{c.ReadinessProbe, c.LivenessProbe} {
			at := map[string]*regexp.Regexp{"http": address, "private": watched}[probe.HTTPGet.Port]
			p.await(t, name+"'s port "+probe.HTTPGet.Port, func() bool { return at.MatchString(p.err.String()) })
			url := "http://" + at.FindStringSubmatch(p.err.String())[1] + probe.HTTPGet.Path
			answer, err := http.Get(url)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				t.Errorf("%s: %s answers %d", name, url, answer.StatusCode)
			}
		}
		p.isConfined(t)
		p.stop(t)
		if code := p.end(t); code != 0 {
			t.Errorf("%s ends with %d when it is asked to stop", name, code)
		}
	}
}
