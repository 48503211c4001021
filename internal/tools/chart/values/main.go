// Command values prints the table of a chart's values, from values.yaml and the comments in it. A value without a comment is an
// error: whoever installs the chart would have to guess.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("| Value | Default | |\n|---|---|---|")
	if err := rows("", document.Content[0]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func rows(path string, values *yaml.Node) error {
	for i := 0; i+1 < len(values.Content); i += 2 {
		key, value := values.Content[i], values.Content[i+1]
		name := path + key.Value
		comment := sentence(key.HeadComment)
		// Whoever is described as a whole is one value; a folder of values has no comment of its own.
		if value.Kind == yaml.MappingNode && len(value.Content) > 0 && comment == "" {
			if err := rows(name+".", value); err != nil {
				return err
			}
			continue
		}
		if comment == "" {
			return fmt.Errorf("%s has no comment in values.yaml", name)
		}
		var plain any
		if err := value.Decode(&plain); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		text, err := json.Marshal(plain)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Printf("| `%s` | `%s` | %s |\n", name, text, strings.ReplaceAll(comment, "|", "\\|"))
	}
	return nil
}

// sentence is a comment without its marks. What stands above an empty line belongs to the file.
func sentence(comment string) string {
	if _, last, found := strings.Cut(comment, "\n\n"); found {
		comment = last
	}
	var words []string
	for _, line := range strings.Split(comment, "\n") {
		words = append(words, strings.TrimSpace(strings.TrimPrefix(line, "#")))
	}
	return strings.Join(words, " ")
}
