package signups

import (
	"math/rand/v2"
	"testing"

	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// TestTheDatabaseSeesNamesAsWeDo holds look and control.slug_look together.
func TestTheDatabaseSeesNamesAsWeDo(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	_ = d
	const signs = "abcdefghijklmnopqrstuvwxyz0123456789--rnvvcl11oo00"
	random := rand.New(rand.NewPCG(4, 20))
	for range 2000 {
		slug := make([]byte, 3+random.IntN(30))
		for i := range slug {
			slug[i] = signs[random.IntN(len(signs))]
		}
		var theirs string
		if err := tenants.AboveNow(ctx).NewRaw(`select control.slug_look(?)`, string(slug)).Scan(ctx, &theirs); err != nil {
			t.Fatal(err)
		}
		if ours := look(string(slug)); ours != theirs {
			t.Fatalf("%s looks like %q here and like %q in the database", slug, ours, theirs)
		}
	}
}

func TestNamesThatAreRefused(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	for _, slug := range []string{"lucky-fox", "modern-games"} {
		if _, err := d.Pools.Doors.Create(ctx, tenants.New{Slug: slug, Name: "Taken"}); err != nil {
			t.Fatal(err)
		}
	}
	for typed, why := range map[string]fault.Code{
		"ab": fault.Invalid, "-fox": fault.Invalid, "fox-": fault.Invalid, "7fox": fault.Invalid, "fox.club": fault.Invalid, "xn--fox-abc": fault.Invalid,
		"admin": fault.Invalid, "adm1n": fault.Invalid, "supp0rt": fault.Invalid, "help-desk": fault.Invalid, "b1lling": fault.Invalid,
		"лucky": fault.Invalid, "luckу-fox": fault.Invalid, // with Cyrillic letters
		"bet365": fault.Invalid, "my-bet365": fault.Invalid, "bet-3-65": fault.Invalid, "poker-stars": fault.Invalid, "p0kerstars-vip": fault.Invalid,
		"pokerstars-live": fault.Invalid, "w1lliam-h1ll": fault.Invalid, "mastercard-pay": fault.Invalid, "deskworks": fault.Invalid, "deskw0rks-help": fault.Invalid,
		"lucky-fox": fault.Conflict, "LUCKY-FOX": fault.Conflict, "ｌｕｃｋｙ-fox": fault.Conflict, "luckyfox": fault.Conflict, "1ucky-fox": fault.Invalid,
		"iucky-f0x": fault.Conflict, "luckky-fox": fault.Conflict, "lucky-fox-support": fault.Conflict, "my-lucky-fox": fault.Conflict,
		"luckyfoxlogin": fault.Conflict, "modem-games": fault.Conflict, "lucky-fox-casino-help": fault.Conflict,
	} {
		if _, err := Check(ctx, typed, []string{"Deskworks"}); fault.CodeOf(err) != why || fault.Of(err).Field != "slug" {
			t.Errorf("%q: %v, want %s", typed, err, why)
		}
	}
	for _, typed := range []string{"lucky-dog", "fox", "Red-Lantern", "golden-reel", "fox-lucky", "visa-free-club", "modest-games", "casino-77"} {
		if slug, err := Check(ctx, typed, []string{"Deskworks"}); err != nil {
			t.Errorf("%q (%s) is refused: %v", typed, slug, err)
		}
	}
}
