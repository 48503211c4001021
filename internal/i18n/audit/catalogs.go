package audit

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"

	"pitdesk/internal/i18n"
)

// Errors is the surface whose ids are the sentences of package fault.
const Errors = "errors"

// Text is one text of a catalog file.
type Text = i18n.Text

// Catalogs is all texts by surface, language and id.
type Catalogs map[string]map[string]map[string]Text

// Load reads the files {surface}.{language}.json of a folder.
func Load(files fs.FS) (Catalogs, error) {
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, err
	}
	all := Catalogs{}
	for _, name := range names {
		surface, lang, ok := strings.Cut(strings.TrimSuffix(name, ".json"), ".")
		if !ok {
			return nil, fmt.Errorf("%s: want surface.language.json", name)
		}
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		texts := map[string]Text{}
		if err := json.Unmarshal(raw, &texts); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if all[surface] == nil {
			all[surface] = map[string]map[string]Text{}
		}
		all[surface][lang] = texts
	}
	return all, nil
}

// Problems says what the catalogs lack, one line each, in order; nothing when they are complete. Only the audited
// languages must have every text; what another one has must be right.
func (all Catalogs) Problems() []string {
	var out []string
	for _, surface := range sorted(all) {
		en := all[surface][i18n.Default]
		for _, id := range sorted(en) {
			where := surface + "." + i18n.Default + ": " + fmt.Sprintf("%q", id)
			out = append(out, problemsOf(en[id], where, i18n.Default, source(surface, id, en[id]), len(en[id]) > 1)...)
		}
		for _, lang := range i18n.Languages() {
			if lang == i18n.Default {
				continue
			}
			whole := slices.Contains(i18n.Audited(), lang)
			texts := all[surface][lang]
			for _, id := range sorted(en) {
				where := surface + "." + lang + ": " + fmt.Sprintf("%q", id)
				t, ok := texts[id]
				if !ok {
					if whole && !i18n.FromCLDR(id) {
						out = append(out, where+" is missing")
					}
					continue
				}
				out = append(out, problemsOf(t, where, lang, source(surface, id, en[id]), len(en[id]) > 1)...)
			}
			for _, id := range sorted(texts) {
				if _, ok := en[id]; !ok {
					out = append(out, surface+"."+lang+": "+fmt.Sprintf("%q", id)+" is not in English")
				}
			}
		}
	}
	return out
}

// source is the text whose blanks the others must have: for a fault its id, which the code fills.
func source(surface, id string, en Text) string {
	if surface == Errors {
		return id
	}
	return en["other"]
}

// problemsOf checks one text in one language. plural says that the English one has plural forms.
func problemsOf(t Text, where, lang, source string, plural bool) []string {
	var out []string
	counted := len(t) > 1
	// A fault may be counted in one language and not in another; elsewhere N and T decide, so all agree.
	if counted != plural && !strings.HasPrefix(where, Errors+".") {
		out = append(out, where+" has plural forms in one language and none in the other")
	}
	if must, may := i18n.Plurals(lang); counted && !(subset(must, sorted(t)) && subset(sorted(t), append(must, may...))) {
		out = append(out, fmt.Sprintf("%s has the plural forms %v, %s needs %v", where, sorted(t), lang, must))
	}
	surface, _, _ := strings.Cut(where, ".")
	want := i18n.BlanksOf(surface, source)
	for _, form := range sorted(t) {
		text := t[form]
		if strings.TrimSpace(text) == "" {
			out = append(out, fmt.Sprintf("%s is empty (%s)", where, form))
			continue
		}
		if got := i18n.BlanksOf(surface, text); slices.Equal(got, want) || counted && i18n.Fills(lang, surface, form, text, want) {
			continue
		}
		out = append(out, fmt.Sprintf("%s fills in %v, the source %v (%s)", where, i18n.BlanksOf(surface, text), want, form))
	}
	return out
}

func subset(some, all []string) bool {
	for _, s := range some {
		if !slices.Contains(all, s) {
			return false
		}
	}
	return true
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
