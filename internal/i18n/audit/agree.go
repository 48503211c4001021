package audit

import (
	"strings"

	"pitdesk/internal/i18n"
)

// Disagreements says where the source asks for a text the catalogs don't have.
func Disagreements(s *Source, all Catalogs) []string {
	out := append([]string{}, s.Problems...)
	ids := all.ids()
	for _, use := range s.IDs {
		if use.Prefix {
			if !anyWithPrefix(ids, use.Text) {
				out = append(out, use.At+": no id begins with \""+use.Text+"\"")
			}
			continue
		}
		if !ids[use.Text] {
			out = append(out, use.At+": no catalog has \""+use.Text+"\"")
		}
	}
	for _, use := range s.Formats {
		var lack []string
		for _, lang := range i18n.Audited() {
			if _, ok := all[Errors][lang][use.Text]; !ok {
				lack = append(lack, lang)
			}
		}
		if lack != nil {
			out = append(out, use.At+": errors has no "+strings.Join(lack, ", ")+" for \""+use.Text+"\"")
		}
	}
	return out
}

// MissingFormats are the sentences of faults that errors.en.json lacks.
func MissingFormats(s *Source, all Catalogs) []string {
	missing := map[string]bool{}
	for _, use := range s.Formats {
		if _, ok := all[Errors][i18n.Default][use.Text]; !ok {
			missing[use.Text] = true
		}
	}
	return sorted(missing)
}

// Unused are the ids that nothing in the source mentions, as a hint: an id may be put together in a way nobody sees.
func Unused(s *Source, all Catalogs) []string {
	used := map[string]bool{}
	var beginnings []Use // "country." + code, wherever it is put together
	for text := range s.Strings {
		used[text] = true
		if len(text) > 2 && strings.HasSuffix(text, ".") || strings.HasSuffix(text, "_") {
			beginnings = append(beginnings, Use{Text: text, Prefix: true})
		}
	}
	formats := map[string]bool{}
	for _, f := range s.Formats {
		formats[f.Text] = true
	}
	unused := map[string]bool{}
	for surface := range all {
		for id := range all[surface][i18n.Default] {
			if surface == Errors {
				if !formats[id] {
					unused[id] = true
				}
				continue
			}
			if !used[id] && !beginsWithPrefix(s.IDs, id) && !beginsWithPrefix(beginnings, id) {
				unused[id] = true
			}
		}
	}
	return sorted(unused)
}

func (all Catalogs) ids() map[string]bool {
	ids := map[string]bool{}
	for surface, langs := range all {
		if surface == Errors {
			continue
		}
		for id := range langs[i18n.Default] {
			ids[id] = true
		}
	}
	return ids
}

func anyWithPrefix(ids map[string]bool, prefix string) bool {
	for id := range ids {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return false
}

func beginsWithPrefix(uses []Use, id string) bool {
	for _, use := range uses {
		if use.Prefix && strings.HasPrefix(id, use.Text) {
			return true
		}
	}
	return false
}
