package web

import (
	"context"
	"sync"

	"golang.org/x/text/collate"
	tag "golang.org/x/text/language"

	"pitdesk/internal/i18n"
	"pitdesk/views"
)

// countryCodes are the countries of ISO 3166-1.
var countryCodes = sync.OnceValue(func() (all []string) {
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if region, err := tag.ParseRegion(string([]rune{a, b})); err == nil && region.IsCountry() && region.String() == string([]rune{a, b}) &&
				region.ISO3() != "ZZZ" && !region.IsPrivateUse() {
				all = append(all, region.String())
			}
		}
	}
	return all
})

// countries are all of them by name, in the order of the reader's language.
func countries(ctx context.Context) []views.LicenceChoice {
	var all []views.LicenceChoice
	for _, code := range countryCodes() {
		if name := i18n.CountryName(ctx, code); name != code {
			all = append(all, views.LicenceChoice{Key: code, Name: name})
		}
	}
	order := collate.New(tag.Make(i18n.Lang(ctx)))
	order.Sort(byName(all))
	return all
}

type byName []views.LicenceChoice

func (b byName) Len() int           { return len(b) }
func (b byName) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }
func (b byName) Bytes(i int) []byte { return []byte(b[i].Name) }
