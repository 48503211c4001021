package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed catalogs/*.json
var embedded embed.FS

// errorsSurface holds the sentences of package fault. Its ids are their English formats and its blanks are fmt verbs.
const errorsSurface = "errors"

// catalog is everything said in one language.
type catalog struct {
	lang     string
	dir      string
	plurals  language.Tag // whose plural rules count
	messages map[string]*message
	faults   map[string]*message
	surfaces map[string][]string // ids by surface
}

// library is all catalogs by language. It is filled once and only read afterwards.
var library = mustLoad(embedded)

// CatalogFiles is the catalogs as they are in the source, for the tools that check them.
func CatalogFiles() fs.FS {
	sub, err := fs.Sub(embedded, "catalogs")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

func mustLoad(files fs.FS) map[string]*catalog {
	lib, err := load(files)
	if err != nil {
		panic(fmt.Sprintf("i18n: %v", err))
	}
	return lib
}

func load(files fs.FS) (map[string]*catalog, error) {
	lib := map[string]*catalog{}
	for _, lang := range Languages() {
		lib[lang] = newCatalog(lang, direction(language.Make(lang)), language.Make(lang))
	}
	lib[Accented] = newCatalog(Accented, "ltr", language.English)
	lib[Mirrored] = newCatalog(Mirrored, "rtl", language.English)

	names, err := fs.Glob(files, "catalogs/*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		surface, lang, err := nameOf(name)
		if err != nil {
			return nil, err
		}
		if lib[lang] == nil {
			return nil, fmt.Errorf("%s: nobody speaks %q", name, lang)
		}
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		parsed, err := goi18n.ParseMessageFileBytes(raw, name, nil)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, m := range parsed.Messages {
			if err := lib[lang].add(surface, m, nil); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if lang != Default {
				continue
			}
			if err := lib[Accented].add(surface, m, accent); err != nil {
				return nil, fmt.Errorf("%s: accented: %w", name, err)
			}
			if err := lib[Mirrored].add(surface, m, mirror); err != nil {
				return nil, fmt.Errorf("%s: mirrored: %w", name, err)
			}
		}
	}
	return lib, nil
}

func newCatalog(lang, dir string, plurals language.Tag) *catalog {
	return &catalog{
		lang: lang, dir: dir, plurals: plurals,
		messages: map[string]*message{}, faults: map[string]*message{}, surfaces: map[string][]string{},
	}
}

func (c *catalog) add(surface string, m *goi18n.Message, disguise func([]part) []part) error {
	into, split := c.messages, splitBlanks
	if surface == errorsSurface {
		into, split = c.faults, splitVerbs
	}
	if into[m.ID] != nil {
		return fmt.Errorf("%q is there twice", m.ID)
	}
	compiled, err := compile(m, split, disguise)
	if err != nil {
		return fmt.Errorf("%q: %w", m.ID, err)
	}
	compiled.plurals, compiled.surface = c.plurals, surface
	compiled.isolate = c.dir == "rtl"
	into[m.ID] = compiled
	c.surfaces[surface] = append(c.surfaces[surface], m.ID)
	return nil
}

// nameOf reads catalogs/inbox.ru.json as "inbox", "ru".
func nameOf(file string) (surface, lang string, err error) {
	surface, lang, ok := strings.Cut(strings.TrimSuffix(path.Base(file), ".json"), ".")
	if !ok || surface == "" || lang == "" {
		return "", "", fmt.Errorf("%s: want surface.language.json", file)
	}
	return surface, lang, nil
}
