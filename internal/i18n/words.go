package i18n

import (
	"slices"
	"sync"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

// Words are what one casino says its own way, and in which languages it speaks to whom. They are made once and shared between
// requests: nobody may change them. A nil *Words is a casino that says everything as the product does.
type Words struct {
	all     []string // languages the casino can speak: the product's, then its own
	voices  map[string]*voice
	offered [3][]string // by audience
}

// Audience is who is spoken to.
type Audience int

// The audiences.
const (
	Everyone Audience = iota
	Players
	Agents
)

// Pack is a casino's own texts in one language, by id or by the English format of a fault.
type Pack struct {
	Lang  string
	Texts map[string]Text
}

// Offer is which languages a casino speaks to whom, and which one it falls back to. Empty lists offer everything.
type Offer struct {
	Fallback        string
	Players, Agents []string
}

// NewWords makes a casino's words. A text is looked for in the casino's pack and in the product's of the reader's language, then
// in both of the casino's fallback, then in both of English. Texts that the product no longer has, or whose blanks it no
// longer fills, are left out: the product's own is said.
func NewWords(offer Offer, packs ...Pack) *Words {
	w := &Words{}
	over, own := map[string]*catalog{}, []string{}
	for _, p := range packs {
		if c := p.catalog(); c != nil {
			over[p.Lang] = c
			if library[p.Lang] == nil {
				own = append(own, p.Lang)
			}
		}
	}
	slices.Sort(own)
	if w.all = product; len(own) > 0 {
		w.all = append(Languages(), own...)
	}
	fallback := w.supported(offer.Fallback)
	if len(over) == 0 {
		w.voices = plainVoices(fallback)
	} else {
		w.voices = voicesOver(w.all, fallback, over)
	}
	w.offered[Players], w.offered[Agents] = w.known(offer.Players), w.known(offer.Agents)
	w.offered[Everyone] = w.known(slices.Concat(w.offered[Players], w.offered[Agents]))
	return w
}

// product is Languages, shared.
var product = Languages()

var plain sync.Map // fallback → voices

// plainVoices are those of all casinos that fall back to a language and say everything as the product does, so that ten
// thousand of them take no more room than one.
func plainVoices(fallback string) map[string]*voice {
	if library[fallback] == nil {
		fallback = Default
	}
	there, ok := plain.Load(fallback)
	if !ok {
		there, _ = plain.LoadOrStore(fallback, voicesOver(product, fallback, nil))
	}
	return there.(map[string]*voice)
}

func voicesOver(langs []string, fallback string, over map[string]*catalog) map[string]*voice {
	all := make(map[string]*voice, len(langs))
	for _, lang := range langs {
		all[lang] = voiceOver(lang, fallback, over)
	}
	return all
}

func voiceOver(lang, fallback string, over map[string]*catalog) *voice {
	base := voices[lang]
	v := &voice{lang: lang}
	if base != nil {
		v.dir, v.locale, v.names = base.dir, base.locale, base.names
	} else {
		tag := tagOf(lang)
		v.dir, v.locale, v.names = direction(tag), localeOf(tag), namesIn(tag)
	}
	for _, l := range []string{lang, fallback, Default} {
		v.add(over[l])
		v.add(library[l])
	}
	return v
}

// catalog is the pack compiled. It is nil when the pack is for one of the pseudo-locales.
func (p Pack) catalog() *catalog {
	if p.Lang == Accented || p.Lang == Mirrored {
		return nil
	}
	tag := tagOf(p.Lang)
	c := newCatalog(p.Lang, direction(tag), tag)
	for id, text := range p.Texts {
		original, ok := Original(Default, id)
		if !ok || !original.fits(p.Lang, text) {
			continue
		}
		// The check above has refused what doesn't compile.
		_ = c.add(original.Surface, text.message(id), nil)
	}
	return c
}

// known are those of some that the casino can speak, all of them when none is left.
func (w *Words) known(some []string) []string {
	var out []string
	for _, lang := range w.all {
		if slices.Contains(some, lang) {
			out = append(out, lang)
		}
	}
	if len(out) == 0 || len(out) == len(w.all) {
		return w.all
	}
	return out
}

func (w *Words) voice(lang string) *voice {
	if w != nil && w.voices[lang] != nil {
		return w.voices[lang]
	}
	return voices[lang]
}

// supported is Supported with the casino's own languages.
func (w *Words) supported(tag string) string {
	if w == nil {
		return Supported(tag)
	}
	if p := pseudo(tag); p != "" {
		return p
	}
	return match(tag, w.all)
}

// message is t as the library that reads our files has it.
func (t Text) message(id string) *goi18n.Message {
	return &goi18n.Message{ID: id, Zero: t["zero"], One: t["one"], Two: t["two"], Few: t["few"], Many: t["many"], Other: t["other"]}
}
