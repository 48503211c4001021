package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"pitdesk/api"
	"pitdesk/internal/sample"
)

func TestTheCommittedDocumentIsTheProgramsOwn(t *testing.T) {
	t.Parallel()
	committed, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(committed, api.New(api.Options{}).Document()) {
		t.Error("openapi.yaml is stale: go run ./cmd/pitdesk openapi > api/openapi.yaml")
	}
	if i := bytes.Index(bytes.ToLower(committed), []byte("pitdesk")); i >= 0 {
		t.Errorf("the document names the vendor: …%s…", committed[max(0, i-60):i+60])
	}
}

// TestTheDocumentSaysWhatItMust is the part of a linter's rules that the generator doesn't keep by itself.
func TestTheDocumentSaysWhatItMust(t *testing.T) {
	t.Parallel()
	h := serve(t)
	fox := sample.Tenant(h.ctx, t, "Lucky Fox")
	anyone := &caller{h: h, at: fox}
	got := anyone.must(t, 200, "GET", "/v1/openapi.json", nil)
	if yaml := anyone.must(t, 200, "GET", "/v1/openapi.yaml", nil); yaml.raw != string(api.New(api.Options{}).Document()) {
		t.Error("the served YAML is another document")
	}
	tags := map[string]bool{}
	for _, v := range got.body["tags"].([]any) {
		tag := v.(map[string]any)
		tags[tag["name"].(string)] = tag["description"] != ""
	}
	schemas := got.at("components", "schemas").(map[string]any)
	declared := map[string]api.Operation{}
	for _, o := range api.Operations() {
		declared[o.Method+" "+o.Path] = o
	}
	seen := map[string]bool{}
	for path, v := range got.body["paths"].(map[string]any) {
		for method, v := range v.(map[string]any) {
			op := v.(map[string]any)
			name := strings.ToUpper(method) + " /v1" + path
			o, ok := declared[name]
			if !ok || op["operationId"] != o.ID || op["x-permission"] != o.Permission.String() {
				t.Errorf("%s is declared as %+v", name, o)
			}
			delete(declared, name)
			if seen[o.ID] {
				t.Errorf("%s: the id %s is another's", name, o.ID)
			}
			seen[o.ID] = true
			if op["summary"] == "" || op["description"] == "" || len(op["tags"].([]any)) != 1 || !tags[op["tags"].([]any)[0].(string)] {
				t.Errorf("%s lacks words or a tag", name)
			}
			parameters, _ := op["parameters"].([]any)
			inPath := 0
			for _, p := range parameters {
				if p.(map[string]any)["in"] == "path" {
					inPath++
				}
			}
			if answersAPage(op, schemas) && !slices.Contains([]string{"search-articles", "search-conversations"}, o.ID) { // those are the best there are, in no order to go on in
				for _, want := range []string{"limit", "starting_after"} {
					if !slices.ContainsFunc(parameters, func(p any) bool { return p.(map[string]any)["name"] == want }) {
						t.Errorf("%s answers a page and has no %s", name, want)
					}
				}
			}
			if n := strings.Count(path, "{"); n != inPath {
				t.Errorf("%s documents %d parameters of its path, which has %d", name, inPath, n)
			}
			if body, ok := op["requestBody"].(map[string]any); ok {
				media, ok := body["content"].(map[string]any)["application/json"].(map[string]any)
				if !ok {
					continue // a file
				}
				if media["example"] == nil {
					t.Errorf("%s has no example of a request", name)
				}
				ref := strings.TrimPrefix(media["schema"].(map[string]any)["$ref"].(string), "#/components/schemas/")
				if schemas[ref].(map[string]any)["additionalProperties"] != false {
					t.Errorf("%s takes members it doesn't know", name)
				}
			}
			for status, v := range op["responses"].(map[string]any) {
				r := v.(map[string]any)
				content, _ := r["content"].(map[string]any)
				if media, ok := content["application/json"].(map[string]any); ok && status < "300" && media["example"] == nil {
					t.Errorf("%s has no example of its answer", name)
				}
			}
		}
	}
	for name := range declared {
		t.Errorf("%s isn't in the document", name)
	}
	if _, err := json.Marshal(got.body); err != nil || len(seen) < 25 {
		t.Errorf("%d operations, %v", len(seen), err)
	}
}

func TestWhatNoOperationDoes(t *testing.T) {
	t.Parallel()
	s := play(t)
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/v1/", 404, ""}, {"GET", "/v1/nothing", 404, ""}, {"GET", "/v1/conversations/", 404, ""},
		{"DELETE", "/v1/conversations", 405, "GET, HEAD"}, {"PATCH", s.path(""), 405, "GET, HEAD"},
		{"GET", s.path("/replies"), 405, "POST"}, {"POST", s.path("/topic"), 405, "DELETE, PUT"}, {"POST", "/v1/openapi.yaml", 404, ""},
	} {
		got := s.crm.call(t, c.method, c.path, nil)
		if got.status != c.status || got.header.Get("Allow") != c.allow {
			t.Errorf("%s %s answers %d with Allow %q: %s", c.method, c.path, got.status, got.header.Get("Allow"), got.raw)
		}
	}
	r := s.crm.request(t, http.MethodHead, s.path(""), nil)
	if got := s.crm.send(t, r); got.status != 200 || got.raw != "" {
		t.Errorf("HEAD answers %d %q", got.status, got.raw)
	}
}

// answersAPage says whether an operation's answer is a page of a list.
func answersAPage(op, schemas map[string]any) bool {
	r, _ := op["responses"].(map[string]any)["200"].(map[string]any)
	content, _ := r["content"].(map[string]any)
	media, _ := content["application/json"].(map[string]any)
	schema, _ := media["schema"].(map[string]any)
	ref, _ := schema["$ref"].(string)
	found, _ := schemas[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any)
	properties, _ := found["properties"].(map[string]any)
	return properties["has_more"] != nil
}
