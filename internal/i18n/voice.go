package i18n

import "golang.org/x/text/language"

// voice is one language as a reader hears it: the catalogs in which a text is looked for, one after the other, and how the
// language writes numbers and calls countries.
type voice struct {
	lang, dir string
	locale    locale
	names     *names // of countries and languages; nil when CLDR has none
	chain     []*catalog
}

// voices are the product's own, by language: each falls back to English.
var voices = func() map[string]*voice {
	all := make(map[string]*voice, len(library))
	for lang, c := range library {
		all[lang] = newVoice(c, library[Default])
	}
	return all
}()

// newVoice speaks the language of the first catalog. Later ones that are nil or there already are left out.
func newVoice(first *catalog, then ...*catalog) *voice {
	v := &voice{lang: first.lang, dir: first.dir, locale: localeOf(first.plurals), names: namesIn(first.plurals), chain: []*catalog{first}}
	for _, c := range then {
		v.add(c)
	}
	if first.lang == Accented || first.lang == Mirrored {
		v.names = nil // theirs are ours
	}
	return v
}

func (v *voice) add(c *catalog) {
	if c == nil {
		return
	}
	for _, there := range v.chain {
		if there == c {
			return
		}
	}
	v.chain = append(v.chain, c)
}

func (v *voice) find(id string) *message {
	for _, c := range v.chain {
		if m := c.messages[id]; m != nil {
			return m
		}
	}
	return nil
}

func (v *voice) fault(format string) *message {
	for _, c := range v.chain {
		if m := c.faults[format]; m != nil {
			return m
		}
	}
	return nil
}

// has tells whether a catalog of the voice's own language has the text.
func (v *voice) has(id string) bool {
	for _, c := range v.chain {
		if c.lang == v.lang && c.messages[id] != nil {
			return true
		}
	}
	return false
}

// tagOf is lang as CLDR knows it; the root locale for one it doesn't.
func tagOf(lang string) language.Tag { return language.Make(lang) }
