package brands_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/brands"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

type house struct {
	t    *testing.T
	ctx  context.Context
	at   tenants.Tenant
	ieva authz.Actor
}

func open(t *testing.T) (fox, reel house) {
	t.Helper()
	_, ctx := sample.New(t)
	make := func(name, admin string) house {
		at := sample.Tenant(ctx, t, name)
		return house{t, tenants.With(ctx, at), at, sample.Agent(ctx, t, at, admin, authz.Admin)}
	}
	return make("Lucky Fox", "Ieva"), make("Golden Reel", "Vera")
}

// try does something to the brand as somebody.
func (h house) try(who authz.Actor, do func(ctx context.Context, tx bun.Tx) (brands.Version, error)) (v brands.Version, err error) {
	h.t.Helper()
	err = sample.Try(h.ctx, h.at, who, func(ctx context.Context, tx bun.Tx) (err error) { v, err = do(ctx, tx); return err })
	return v, err
}

func (h house) must(do func(ctx context.Context, tx bun.Tx) (brands.Version, error)) brands.Version {
	h.t.Helper()
	v, err := h.try(h.ieva, do)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// save keeps the newest brand with a change.
func (h house) save(change func(b *brands.Brand)) brands.Version {
	h.t.Helper()
	return h.must(func(ctx context.Context, tx bun.Tx) (brands.Version, error) {
		v, err := brands.Newest(ctx, tx)
		if err != nil {
			return v, err
		}
		change(&v.Brand)
		return brands.Save(ctx, tx, v.Brand, v.Number)
	})
}

func (h house) publish(seen int) brands.Version {
	h.t.Helper()
	return h.must(func(ctx context.Context, tx bun.Tx) (brands.Version, error) { return brands.Publish(ctx, tx, seen) })
}

func (h house) shown() brands.Brand {
	h.t.Helper()
	b, err := brands.Of(h.ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

func TestACasinoThatHasSetNothingHasAFace(t *testing.T) {
	t.Parallel()
	_, reel := open(t)
	if b := reel.shown(); b.Name != "Golden Reel" || b.Accent == "" || b.From() != "Golden Reel" || b.Version != 0 {
		t.Errorf("%+v", b)
	}
}

func TestADraftIsSeenOncePublished(t *testing.T) {
	t.Parallel()
	fox, reel := open(t)
	draft := fox.save(func(b *brands.Brand) {
		b.Name, b.Accent, b.Greeting = "  Fox & Co ", "#C2410C", brands.Texts{"en": " Hello!\r\nHow can we help?", "lt": "  "}
	})
	if draft.Number != 2 || draft.Live || draft.PublishedAt != nil || draft.AuthorName != "Ieva" {
		t.Errorf("the draft is %+v", draft)
	}
	if b := fox.shown(); b.Name != "Lucky Fox" || b.Version != 1 && b.Version != 0 {
		t.Errorf("a draft is shown: %+v", b)
	}
	if v := fox.publish(draft.Number); !v.Live || v.PublishedAt == nil || *v.PublisherName != "Ieva" {
		t.Errorf("published: %+v", v)
	}
	b := fox.shown()
	if b.Name != "Fox & Co" || b.Accent != "#c2410c" || b.Greeting.In("en") != "Hello!\nHow can we help?" || len(b.Greeting) != 1 || b.Version != 2 {
		t.Errorf("shown: %+v", b)
	}
	if again := fox.save(func(*brands.Brand) {}); again.Number != 2 {
		t.Errorf("saving nothing new made version %d", again.Number)
	}
	if b := reel.shown(); b.Name != "Golden Reel" || b.Accent == "#c2410c" {
		t.Errorf("another casino shows %+v", b)
	}
}

func TestEveryVersionCanBeShownAgain(t *testing.T) {
	t.Parallel()
	fox, reel := open(t)
	for _, accent := range []string{"#111111", "#222222", "#333333"} {
		fox.publish(fox.save(func(b *brands.Brand) { b.Accent = accent }).Number)
	}
	fox.save(func(b *brands.Brand) { b.Accent = "#444444" })
	back := fox.must(func(ctx context.Context, tx bun.Tx) (brands.Version, error) { return brands.RollBack(ctx, tx, 2, 5) })
	if back.Number != 6 || !back.Live || *back.Restores != 2 || fox.shown().Accent != "#111111" {
		t.Errorf("rolled back: %+v, shown %s", back, fox.shown().Accent)
	}
	first := fox.must(func(ctx context.Context, tx bun.Tx) (brands.Version, error) { return brands.RollBack(ctx, tx, 1, 6) })
	if first.Brand.Accent != brands.Plain("").Accent || fox.shown().Version != 7 {
		t.Errorf("the way back to the start leads to %+v", first)
	}
	all := fox.versions()
	if len(all) != 7 || all[0].Number != 7 || all[3].Brand.Accent != "#333333" || all[2].PublishedAt != nil {
		t.Errorf("versions: %+v", all)
	}
	if len(reel.versions()) != 0 {
		t.Error("another casino sees versions that aren't its own")
	}
	_, err := reel.try(reel.ieva, func(ctx context.Context, tx bun.Tx) (brands.Version, error) { return brands.RollBack(ctx, tx, 2, 0) })
	if fault.CodeOf(err) != fault.NotFound {
		t.Errorf("another casino's version: %v", err)
	}
}

func (h house) versions() (all []brands.Version) {
	h.t.Helper()
	h.must(func(ctx context.Context, tx bun.Tx) (v brands.Version, err error) {
		all, err = brands.Versions(ctx, tx, 0, 100)
		return v, err
	})
	return all
}

func TestWhoComesSecondIsTold(t *testing.T) {
	t.Parallel()
	fox, _ := open(t)
	tomas := sample.Agent(fox.ctx, t, fox.at, "Tomas", authz.Admin)
	fox.save(func(b *brands.Brand) { b.Accent = "#111111" })
	for name, second := range map[string]func(ctx context.Context, tx bun.Tx) (brands.Version, error){
		"saves": func(ctx context.Context, tx bun.Tx) (brands.Version, error) {
			return brands.Save(ctx, tx, brands.Plain("Fox"), 0)
		},
		"publishes":  func(ctx context.Context, tx bun.Tx) (brands.Version, error) { return brands.Publish(ctx, tx, 1) },
		"rolls back": func(ctx context.Context, tx bun.Tx) (brands.Version, error) { return brands.RollBack(ctx, tx, 1, 1) },
	} {
		_, err := fox.try(tomas, second)
		if fault.CodeOf(err) != fault.Conflict || !strings.Contains(fault.Sentence(err), "Ieva has changed the brand") {
			t.Errorf("who %s second hears %v", name, err)
		}
	}
	// Both at once: one of them is told, nobody's change is lost.
	both := make(chan error, 2)
	for _, accent := range []string{"#aaaaaa", "#bbbbbb"} {
		go func() {
			_, err := fox.try(tomas, func(ctx context.Context, tx bun.Tx) (brands.Version, error) {
				b := brands.Plain("Fox")
				b.Accent = accent
				return brands.Save(ctx, tx, b, 2)
			})
			both <- err
		}()
	}
	a, b := <-both, <-both
	if (a == nil) == (b == nil) || fault.CodeOf(errors.Join(a, b)) != fault.Conflict {
		t.Errorf("two at once hear %v and %v", a, b)
	}
	if n := len(fox.versions()); n != 3 {
		t.Errorf("%d versions", n)
	}
}

func TestWhatCannotBeShownIsRefused(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string][]func(b *brands.Brand){
		"name":       {func(b *brands.Brand) { b.Name = " " }, func(b *brands.Brand) { b.Name = strings.Repeat("x", 61) }, func(b *brands.Brand) { b.Name = "Fox\r\nBcc: all" }, func(b *brands.Brand) { b.Name = "xoF\u202e" }},
		"legal_name": {func(b *brands.Brand) { b.LegalName = strings.Repeat("x", 201) }},
		"sender":     {func(b *brands.Brand) { b.Sender = "Fox <fox@bank.example>" }, func(b *brands.Brand) { b.Sender = "a\nTo: b" }, func(b *brands.Brand) { b.Sender = strings.Repeat("x", 61) }},
		"site": {func(b *brands.Brand) { b.Site = "http://fox.example" }, func(b *brands.Brand) { b.Site = "javascript:alert(1)" }, func(b *brands.Brand) { b.Site = "https://fox@evil.example" },
			func(b *brands.Brand) { b.Site = "https://127.0.0.1" }, func(b *brands.Brand) { b.Site = "https://localhost" }, func(b *brands.Brand) { b.Site = "https://a b.example" }},
		"logo":         {func(b *brands.Brand) { b.Logo = "../../secret" }},
		"logo_dark":    {func(b *brands.Brand) { b.LogoDark = "https://evil.example/x.png" }},
		"icon":         {func(b *brands.Brand) { b.Icon = strings.Repeat("a", 32) + ".svg" }},
		"accent":       {func(b *brands.Brand) { b.Accent = "" }, func(b *brands.Brand) { b.Accent = "red" }, func(b *brands.Brand) { b.Accent = "#fff;}body{" }},
		"accent_dark":  {func(b *brands.Brand) { b.AccentDark = "#12345g" }},
		"ink":          {func(b *brands.Brand) { b.Ink = "white" }},
		"corners":      {func(b *brands.Brand) { b.Corners = "pointed" }},
		"side":         {func(b *brands.Brand) { b.Side = "left" }},
		"bottom":       {func(b *brands.Brand) { b.Bottom = -1 }},
		"inset":        {func(b *brands.Brand) { b.Inset = 201 }},
		"greeting_en":  {func(b *brands.Brand) { b.Greeting = brands.Texts{"en": strings.Repeat("x", 301)} }},
		"greeting":     {func(b *brands.Brand) { b.Greeting = brands.Texts{"<b>": "x"} }},
		"signature_lt": {func(b *brands.Brand) { b.Signature = brands.Texts{"lt": "a\x00b"} }},
		"footer_pt-BR": {func(b *brands.Brand) { b.Footer = brands.Texts{"pt-BR": "a\u2066b"} }},
	} {
		for i, spoil := range spoil {
			b := brands.Plain("Lucky Fox")
			spoil(&b)
			if _, err := b.Clean(); fault.CodeOf(err) != fault.Invalid || fault.Of(err).Field != field {
				t.Errorf("%s, %d: %v on %q", field, i, err, fault.Of(err).Field)
			}
		}
	}
	b := brands.Plain("Lucky Fox")
	b.Site, b.Bottom, b.Footer = "https://WWW.Lucky-Fox.example/play", 200, brands.Texts{"pt-BR": "Jogue com moderação.\n18+"}
	if clean, err := b.Clean(); err != nil || clean.Site != "https://www.lucky-fox.example/play" || clean.Footer.In("pt-BR") == "" {
		t.Errorf("%+v, %v", clean, err)
	}
}
