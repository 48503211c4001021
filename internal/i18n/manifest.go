package i18n

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Checked is who vouches for a pack of texts.
type Checked string

// Who vouches for a pack.
const (
	Ours     Checked = "ours"    // written by us
	Machine  Checked = "machine" // machine-made; nobody has checked it
	ByCasino Checked = "casino"  // somebody the casino names
	Nobody   Checked = "nobody"
)

// Manifest says what the product has in one language and who checked it.
type Manifest struct {
	Lang    string
	Dir     string
	Checked Checked
	On      time.Time // when it was written or checked; zero where nobody did
	Has, Of int       // texts there are, of those that a pack should have
}

//go:embed manifest.json
var manifestFile []byte

var manifests = func() map[string]Manifest {
	var noted map[string]struct {
		Checked Checked `json:"checked"`
		On      string  `json:"on"`
	}
	if err := json.Unmarshal(manifestFile, &noted); err != nil {
		panic(fmt.Sprintf("i18n: manifest.json: %v", err)) // it is embedded above
	}
	all := map[string]Manifest{}
	for _, lang := range Languages() {
		m := Manifest{Lang: lang, Dir: library[lang].dir, Checked: noted[lang].Checked}
		m.On, _ = time.Parse(time.DateOnly, noted[lang].On)
		m.Has, m.Of = counted(library[lang])
		all[lang] = m
	}
	return all
}()

// counted is how many of English's texts c has. What CLDR names for it isn't counted, nor what a casino can't reword.
func counted(c *catalog) (has, of int) {
	for surface, ids := range library[Default].surfaces {
		if slices.Contains(unworded, surface) {
			continue
		}
		for _, id := range ids {
			if FromCLDR(id) {
				continue
			}
			of++
			if c.any(id) != nil {
				has++
			}
		}
	}
	return has, of
}

// ManifestOf is the product's pack of lang, an empty one for a language it doesn't speak.
func ManifestOf(lang string) Manifest {
	if m, ok := manifests[lang]; ok {
		return m
	}
	_, of := counted(library[Default])
	return Manifest{Lang: lang, Dir: direction(tagOf(lang)), Checked: Nobody, Of: of}
}
