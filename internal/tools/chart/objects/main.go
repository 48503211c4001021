// Command objects reads what Helm rendered from standard input and holds it against the types of the APIs it is meant for: each
// object decodes without a field too many, every pod is confined, and what names another object finds it.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/json"
	strict "sigs.k8s.io/yaml"
)

func main() {
	all, err := read(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	wrong := append(confined(all), joined(all)...)
	for _, each := range wrong {
		fmt.Fprintln(os.Stderr, each)
	}
	if len(wrong) > 0 {
		os.Exit(1)
	}
	fmt.Printf("%d objects\n", len(all))
}

// read decodes every document strictly: an unknown or doubled field, or a kind that nobody registered, is an error.
func read(from io.Reader) ([]runtime.Object, error) {
	known := runtime.NewScheme()
	if err := errors.Join(scheme.AddToScheme(known), gateway.Install(known), monitoring.AddToScheme(known)); err != nil {
		return nil, err
	}
	var all []runtime.Object
	seen := map[string]bool{}
	documents := yaml.NewYAMLReader(bufio.NewReader(from))
	for {
		text, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		var kind runtime.TypeMeta
		if err := strict.Unmarshal(text, &kind); err != nil {
			return nil, fmt.Errorf("%w in:\n%s", err, text)
		}
		if kind.Kind == "" && len(bytes.TrimSpace(withoutComments(text))) == 0 {
			continue
		}
		object, err := known.New(kind.GroupVersionKind())
		if err != nil {
			return nil, err
		}
		// As the API server reads it: case counts, which encoding/json doesn't care about.
		plain, err := strict.YAMLToJSONStrict(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w in:\n%s", kind.Kind, err, text)
		}
		unknown, err := json.UnmarshalStrict(plain, object)
		if err := errors.Join(append(unknown, err)...); err != nil {
			return nil, fmt.Errorf("%s: %w in:\n%s", kind.Kind, err, text)
		}
		name := title(object)
		if seen[name] {
			return nil, fmt.Errorf("%s is there twice", name)
		}
		seen[name] = true
		all = append(all, object)
	}
}

func withoutComments(text []byte) []byte {
	var kept []byte
	for line := range bytes.Lines(text) {
		if !bytes.HasPrefix(line, []byte("#")) && !bytes.HasPrefix(line, []byte("---")) {
			kept = append(kept, line...)
		}
	}
	return kept
}
