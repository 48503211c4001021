package bom

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Bill is a CycloneDX 1.6 document: https://cyclonedx.org/docs/1.6/json/
type Bill struct {
	Format       string       `json:"bomFormat"`
	Spec         string       `json:"specVersion"`
	Serial       string       `json:"serialNumber"` // made from the content, so that one program has one bill
	Version      int          `json:"version"`
	Metadata     Metadata     `json:"metadata"`
	Components   []Component  `json:"components"`
	Dependencies []Dependency `json:"dependencies"`
}

// Metadata says what the bill is of.
type Metadata struct {
	Component Component `json:"component"`
}

// Component is one part of the program.
type Component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	PURL       string     `json:"purl,omitempty"`
	Hashes     []Hash     `json:"hashes,omitempty"`
	Licences   []Licence  `json:"licenses,omitempty"`
	Properties []Property `json:"properties,omitempty"`
}

// Hash is a part's checksum.
type Hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

// Licence is an SPDX expression such as `MIT OR Apache-2.0`.
type Licence struct {
	Expression string `json:"expression"`
}

// Property is a fact that CycloneDX has no field for.
type Property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Dependency says what a part is made with. The linker records no more than which modules are in.
type Dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

// Part is one bundled piece that isn't Go, at its exact version.
type Part struct{ Name, Version string }

// Licences returns the SPDX expression of a package URL's part, and "" where it isn't known.
type Licences func(purl string) string

// Of writes the bill of a program that is called name and was stamped with version. bundled are the npm packages whose code
// is in its scripts and styles.
func Of(name, version string, info *debug.BuildInfo, bundled []Part, licences Licences) (*Bill, error) {
	self := Component{Type: "application", Ref: name + "@" + version, Name: name, Version: version}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "GOOS", "GOARCH", "CGO_ENABLED", "-trimpath", "-tags":
			self.Properties = append(self.Properties, Property{"go:" + setting.Key, setting.Value})
		}
	}
	b := &Bill{Format: "CycloneDX", Spec: "1.6", Version: 1, Metadata: Metadata{self}}
	b.add("golang", "std", strings.TrimPrefix(info.GoVersion, "go"), licences)
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		if module.Version == "" {
			return nil, fmt.Errorf("%s has no version: a bill needs a program that was built from released parts", module.Path)
		}
		c := b.add("golang", module.Path, module.Version, licences)
		if sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(module.Sum, "h1:")); err == nil && len(sum) == sha256.Size {
			c.Hashes = []Hash{{"SHA-256", hex.EncodeToString(sum)}} // of the module's list of files, as in go.sum
		}
	}
	for _, part := range bundled {
		b.add("npm", part.Name, part.Version, licences)
	}
	slices.SortFunc(b.Components, func(x, y Component) int { return cmp.Compare(x.Ref, y.Ref) })
	whole := Dependency{Ref: self.Ref}
	for _, c := range b.Components {
		whole.DependsOn = append(whole.DependsOn, c.Ref)
	}
	b.Dependencies = []Dependency{whole}
	text, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("bill of materials: %w", err)
	}
	b.Serial = "urn:uuid:" + uuid.NewHash(sha256.New(), uuid.Nil, text, 8).String()
	return b, nil
}

// add appends a library and returns it, good until the next one.
func (b *Bill) add(kind, name, version string, licences Licences) *Component {
	purl := "pkg:" + kind + "/" + escaped(name) + "@" + url.PathEscape(version)
	c := Component{Type: "library", Ref: purl, Name: name, Version: version, PURL: purl}
	if expression := licences(purl); expression != "" {
		c.Licences = []Licence{{expression}}
	}
	b.Components = append(b.Components, c)
	return &b.Components[len(b.Components)-1]
}

// escaped is a name as a package URL takes it: each segment percent-encoded, an npm scope's @ too (the purl specification).
func escaped(name string) string {
	segments := strings.Split(name, "/")
	for i, s := range segments {
		segments[i] = strings.ReplaceAll(url.PathEscape(s), "@", "%40")
	}
	return strings.Join(segments, "/")
}
