package licences_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/licences"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

var ieva = authz.Actor{Kind: authz.KindAgent, Role: authz.Admin, Name: "Ieva"}

// mga is a draft that passes.
func mga() licences.Draft {
	return licences.Draft{Regulator: "mga", Number: "MGA/B2C/000/2025", Licensee: "Demo Fox Gaming Limited", Domains: []string{"play.luckyfox.example"}, Link: mgaLink}
}

func inDays(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }

// add adds a licence, which must pass.
func add(ctx context.Context, t testing.TB, at tenants.Tenant, d licences.Draft) (l licences.Licence) {
	t.Helper()
	as(ctx, t, at, func(ctx context.Context, tx bun.Tx) (err error) { l, err = licences.Add(ctx, tx, d); return err })
	return l
}

func as(ctx context.Context, t testing.TB, at tenants.Tenant, do func(ctx context.Context, tx bun.Tx) error) {
	t.Helper()
	who := ieva
	who.Tenant = at.ID
	sample.As(ctx, t, at, who, do)
}

func of(ctx context.Context, t testing.TB, at tenants.Tenant) []licences.Licence {
	t.Helper()
	all, err := licences.Of(tenants.With(ctx, at))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestALicenceIsKeptShownMovedAndRetired(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	if len(of(ctx, t, fox)) != 0 {
		t.Error("a new casino has licences")
	}
	d := mga()
	d.Domains, d.From, d.Until = []string{" PLAY.LuckyFox.example. ", "žaidimai.example", "play.luckyfox.example", ""}, "2025-01-01", inDays(200)
	first := add(ctx, t, fox, d)
	if !slices.Equal(first.Domains, []string{"play.luckyfox.example", "xn--aidimai-cxb.example"}) || first.Country != "MT" || first.Status != licences.Active {
		t.Errorf("kept %+v", first)
	}
	second := add(ctx, t, fox, licences.Draft{Regulator: "ukgc", Number: "99999", Licensee: "Demo Fox UK Limited", Domains: []string{"play.luckyfox.example"},
		Link: "https://www.gamblingcommission.gov.uk/public-register/business/detail/99999"})
	if got := of(ctx, t, fox); len(got) != 2 || got[0].ID != first.ID || got[1].ID != second.ID {
		t.Fatalf("shown %+v", got)
	}
	if says := second.Wording(); says != "Demo Fox UK Limited is licensed and regulated in Great Britain by the Gambling Commission under account number 99999." {
		t.Errorf("says %q", says)
	}
	as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error { return licences.Move(ctx, tx, second.ID, true) })
	as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error { return licences.Move(ctx, tx, second.ID, true) }) // at the top already
	if got := of(ctx, t, fox); got[0].ID != second.ID || got[1].ID != first.ID {
		t.Error("the second didn't move up")
	}
	as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error { return licences.Retire(ctx, tx, second.ID) })
	if got := of(ctx, t, fox); len(got) != 1 || got[0].ID != first.ID {
		t.Error("a retired licence is shown")
	}
	again := add(ctx, t, fox, licences.Draft{Regulator: "ukgc", Number: "99999", Licensee: "Demo Fox UK Limited", Domains: []string{"b.example"},
		Link: "https://www.gamblingcommission.gov.uk/public-register/business/detail/99999"})
	err := sample.Try(ctx, fox, ieva, func(ctx context.Context, tx bun.Tx) error { return licences.Restore(ctx, tx, second.ID) })
	if fault.CodeOf(err) != fault.Conflict {
		t.Errorf("one licence twice: %v", err)
	}
	as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error { return licences.Retire(ctx, tx, again.ID) })
	as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error { return licences.Restore(ctx, tx, second.ID) })
	if got := of(ctx, t, fox); len(got) != 2 || got[1].ID != second.ID {
		t.Error("the restored one isn't the last")
	}
	d.Licensee, d.Until = "Demo Fox Gaming (Malta) Limited", ""
	as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error {
		_, err := licences.Change(ctx, tx, first.ID, d)
		return err
	})
	as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error {
		return licences.SetSeal(ctx, tx, first.ID, strings.Repeat("ab", 16)+".png")
	})
	if got := of(ctx, t, fox)[0]; got.Licensee != d.Licensee || got.Until != nil || got.From == nil || got.Seal == "" {
		t.Errorf("changed to %+v", got)
	}
}

// TestGoldenReelFindsNothingOfLuckyFox asks for everything with the other casino's ids.
func TestGoldenReelFindsNothingOfLuckyFox(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	l := add(ctx, t, fox, mga())
	add(ctx, t, reel, mga()) // the same number at another casino is another licence
	as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error {
		return licences.Record(ctx, tx, l, licences.Finding{Outcome: licences.Gone, Status: 404})
	})
	for name, do := range map[string]func(ctx context.Context, tx bun.Tx) error{
		"get": func(ctx context.Context, tx bun.Tx) error { _, err := licences.Get(ctx, tx, l.ID); return err },
		"change": func(ctx context.Context, tx bun.Tx) error {
			_, err := licences.Change(ctx, tx, l.ID, mga())
			return err
		},
		"seal":    func(ctx context.Context, tx bun.Tx) error { return licences.SetSeal(ctx, tx, l.ID, "") },
		"retire":  func(ctx context.Context, tx bun.Tx) error { return licences.Retire(ctx, tx, l.ID) },
		"restore": func(ctx context.Context, tx bun.Tx) error { return licences.Restore(ctx, tx, l.ID) },
		"move":    func(ctx context.Context, tx bun.Tx) error { return licences.Move(ctx, tx, l.ID, true) },
		"ask":     func(ctx context.Context, tx bun.Tx) error { return licences.Ask(ctx, tx, l.ID) },
	} {
		if err := sample.Try(ctx, reel, ieva, do); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	as(ctx, t, reel, func(ctx context.Context, tx bun.Tx) error {
		looks, err := licences.Looks(ctx, tx, l.ID, 10)
		if len(looks) != 0 {
			t.Errorf("sees %d looks", len(looks))
		}
		return err
	})
	if got := of(ctx, t, reel); len(got) != 1 || got[0].ID == l.ID {
		t.Errorf("sees %+v", got)
	}
}

func TestWhatIsTypedWrongSaysWhere(t *testing.T) {
	t.Parallel()
	other := licences.Draft{Regulator: "other", Authority: "Registry of Games", Host: "register.regulator.example", Confirm: true, Country: "XX", Number: "000-DEMO",
		Licensee: "Demo", Domains: []string{"a.example"}, Link: "https://register.regulator.example/licence/000"}
	if l, err := other.Check("Ieva"); err != nil || l.Confirmed != "Ieva" || l.Name() != "Registry of Games" {
		t.Fatalf("%+v, %v", l, err)
	}
	for field, spoil := range map[string]func(d *licences.Draft){
		"regulator": func(d *licences.Draft) { d.Regulator = "mgb" },
		"authority": func(d *licences.Draft) { d.Authority = " \u200b" },
		"number":    func(d *licences.Draft) { d.Number = "<b>" },
		"licensee":  func(d *licences.Draft) { d.Licensee = strings.Repeat("x", 161) },
		"country":   func(d *licences.Draft) { d.Country = "Malta" },
		"domains":   func(d *licences.Draft) { d.Domains = []string{"https://a.example/"} },
		"link":      func(d *licences.Draft) { d.Link = "http://register.regulator.example/" },
		"host":      func(d *licences.Draft) { d.Host = "regulator.example" },
		"confirm":   func(d *licences.Draft) { d.Confirm = false },
		"from":      func(d *licences.Draft) { d.From = "31.12.2026" },
		"until":     func(d *licences.Draft) { d.From, d.Until = "2026-12-31", "2026-12-30" },
		"status":    func(d *licences.Draft) { d.Status = "paused" },
	} {
		d := other
		spoil(&d)
		if _, err := d.Check("Ieva"); fault.CodeOf(err) != fault.Invalid || fault.Of(err).Field != field {
			t.Errorf("%s: %v on %q", field, err, fault.Of(err).Field)
		}
	}
	for _, typed := range []string{"", "localhost", "*.a.example", "a.example:443", "a.example/x", "10.0.0.1", "[::1]", "a..example", "-a.example", "a b.example",
		"a\u200b.example", "0x7f.1", strings.Repeat("a", 64) + ".example", "me@a.example"} {
		if got, err := licences.Domain(typed); err == nil {
			t.Errorf("%q is taken as %s", typed, got)
		}
	}
}

func TestHowALicenceStands(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)
	at := func(days int) *time.Time { d := time.Date(2026, 11, 22+days, 0, 0, 0, 0, time.UTC); return &d }
	for _, c := range []struct {
		l    licences.Licence
		want licences.State
	}{
		{licences.Licence{Status: licences.Active}, licences.StateActive},
		{licences.Licence{Status: licences.Active, Until: at(31)}, licences.StateActive},
		{licences.Licence{Status: licences.Active, Until: at(30)}, licences.StateExpiring},
		{licences.Licence{Status: licences.Active, Until: at(0)}, licences.StateExpiring},
		{licences.Licence{Status: licences.Active, Until: at(-1)}, licences.StateExpired},
		{licences.Licence{Status: licences.Active, From: at(1)}, licences.StatePending},
		{licences.Licence{Status: licences.Active, From: at(0)}, licences.StateActive},
		{licences.Licence{Status: licences.Active, Gone: true}, licences.StateGone},
		{licences.Licence{Status: licences.Suspended, Until: at(-1)}, licences.StateSuspended},
		{licences.Licence{Status: licences.Revoked, Gone: true}, licences.StateRevoked},
		{licences.Licence{Status: licences.Surrendered}, licences.StateSurrendered},
		{licences.Licence{Status: licences.Active, RetiredAt: at(0)}, licences.StateRetired},
	} {
		got := c.l.StateAt(now)
		if got != c.want {
			t.Errorf("%+v stands %s, want %s", c.l, got, c.want)
		}
		c.l.Seal, c.l.Domains = "x", []string{"a.example"}
		proven := got == licences.StateActive || got == licences.StateExpiring
		if c.l.ShowsSeal("a.example", now) != proven || c.l.ShowsSeal("help.a.example", now) || c.l.ShowsSeal("b.example", now) {
			t.Errorf("%s: the seal is shown where it shouldn't be, or isn't where it should", got)
		}
	}
}

func nobody(context.Context, bun.Tx, uuid.UUID) error { return nil }

// TestThePageGoesTwice plays days at a regulator: what was found is kept, and a page that is gone once may be a slip.
func TestThePageGoesTwice(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	mails := 0
	tell := func(context.Context, bun.Tx, uuid.UUID) error { mails++; return nil }
	l := add(ctx, t, fox, mga())
	as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error {
		return licences.SetSeal(ctx, tx, l.ID, strings.Repeat("ab", 16)+".png")
	})
	s := newStandIn(t, mgaHost)
	v := s.visitor()
	page := fmt.Sprintf(certificatePage, "1", "10:41", "aaa")
	for i, step := range []struct {
		page    string
		down    bool
		outcome licences.Outcome
		seal    bool
		mails   int
	}{
		{page, false, licences.Reachable, true, 0},
		{page, false, licences.Reachable, true, 0},
		{strings.Replace(page, "seen", "checked", 1), false, licences.Changed, true, 0},
		{"", false, licences.Gone, true, 0},
		{"", true, licences.Unreachable, true, 0},
		{"", false, licences.Gone, false, 1},
		{"", false, licences.Gone, false, 1},
		{"", true, licences.Unreachable, false, 1},
		{page, false, licences.Changed, true, 1},
		{"", false, licences.Gone, true, 1},
		{page, false, licences.Reachable, true, 1},
		{"<p>No such licence", false, licences.Changed, true, 2}, // the page names neither any more
		{"<p>No such licence", false, licences.Reachable, true, 2},
		{page, false, licences.Changed, true, 2},
		{"", false, licences.Gone, true, 2},
		{"", false, licences.Gone, false, 3},
	} {
		s.says(mgaPage, step.page)
		with := v
		if step.down {
			with = licences.NewVisitor(licences.VisitorOptions{Resolver: nameServer(t, []byte{127, 0, 0, 1})})
		}
		if err := licences.LookAt(tenants.With(ctx, fox), with, l.ID, tell); err != nil {
			t.Fatal(err)
		}
		got := of(ctx, t, fox)[0]
		as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error {
			looks, err := licences.Looks(ctx, tx, l.ID, 100)
			if err == nil && (len(looks) != i+1 || looks[0].Outcome != step.outcome) {
				t.Errorf("step %d: %d looks, the last says %s, want %s", i, len(looks), looks[0].Outcome, step.outcome)
			}
			return err
		})
		if got.ShowsSeal("play.luckyfox.example", time.Now()) != step.seal || mails != step.mails {
			t.Errorf("step %d: the seal is shown: %v, %d mails, want %d", i, !step.seal, mails, step.mails)
		}
	}
}

// TestATroubleIsToldOnce watches a licence through its life, every day.
func TestATroubleIsToldOnce(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	told := 0
	tell := func(context.Context, bun.Tx, uuid.UUID) error { told++; return nil }
	draft := mga()
	draft.Until = inDays(40)
	l := add(ctx, t, fox, draft)
	kinds := func() (all []licences.Trouble) {
		as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error {
			open, err := licences.Alerts(ctx, tx)
			for _, a := range open {
				all = append(all, a.Kind)
			}
			return err
		})
		return all
	}
	for day := range 60 {
		as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error {
			return licences.Watch(ctx, tx, time.Now().AddDate(0, 0, day), tell)
		})
		want, open := 0, []licences.Trouble(nil)
		if day >= 10 {
			want, open = 1, []licences.Trouble{licences.TroubleExpiring}
		}
		if day > 40 {
			want, open = 2, []licences.Trouble{licences.TroubleExpired}
		}
		if told != want || !slices.Equal(kinds(), open) {
			t.Fatalf("on day %d %d letters, want %d; open %v", day, told, want, kinds())
		}
	}
	draft.Until, draft.Status = inDays(400), licences.Suspended
	as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error {
		_, err := licences.Change(ctx, tx, l.ID, draft)
		return err
	})
	for range 3 {
		as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error {
			return licences.Watch(ctx, tx, time.Now(), tell)
		})
	}
	if told != 3 || !slices.Equal(kinds(), []licences.Trouble{licences.TroubleSuspended}) {
		t.Errorf("%d letters, open %v", told, kinds())
	}
	as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error { return licences.Retire(ctx, tx, l.ID) })
	as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error { return licences.Watch(ctx, tx, time.Now(), nobody) })
	if told != 3 || len(kinds()) != 0 {
		t.Errorf("a retired one: %d letters, open %v", told, kinds())
	}
}

// TestTheRoundLooksOnceADay runs the round again and again, as processes that start often do, for two casinos.
func TestTheRoundLooksOnceADay(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	s := newStandIn(t, mgaHost)
	s.says(mgaPage, "<p>MGA/B2C/000/2025")
	v := s.visitor()
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	l := add(ctx, t, fox, mga())
	add(ctx, t, reel, mga())
	round := func() int {
		t.Helper()
		s.paths()
		for _, at := range []tenants.Tenant{fox, reel} {
			if err := licences.Round(tenants.With(ctx, at), v, nobody); err != nil {
				t.Fatal(err)
			}
		}
		return len(slices.DeleteFunc(s.paths(), func(p string) bool { return strings.HasSuffix(p, "/robots.txt") }))
	}
	if n := round(); n != 2 {
		t.Errorf("the first round looks at %d pages", n)
	}
	if n := round(); n != 0 {
		t.Errorf("the next one at %d", n)
	}
	if _, err := d.DB.Super(t).Exec(`update licence_looks set at = at - interval '23 hours' where licence_id = $1`, l.ID); err != nil {
		t.Fatal(err)
	}
	if n := round(); n != 1 {
		t.Errorf("a day later %d", n)
	}
	err := sample.Try(ctx, fox, ieva, func(ctx context.Context, tx bun.Tx) error { return licences.Ask(ctx, tx, l.ID) })
	if fault.CodeOf(err) != fault.TooMany {
		t.Errorf("asked a moment after a look: %v", err)
	}
	if _, err := d.DB.Super(t).Exec(`update licence_looks set at = at - interval '2 minutes'`); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error { return licences.Ask(ctx, tx, l.ID) })
	}
	var waiting int
	if err := d.DB.Super(t).QueryRow(`select count(*) from river.river_job where kind = 'licence_look'`).Scan(&waiting); err != nil || waiting != 1 {
		t.Errorf("asked twice, %d wait, %v", waiting, err)
	}
	as(ctx, t, fox, func(ctx context.Context, tx bun.Tx) error { return licences.Retire(ctx, tx, l.ID) })
	if _, err := d.DB.Super(t).Exec(`update licence_looks set at = at - interval '2 days'`); err != nil {
		t.Fatal(err)
	}
	if n := round(); n != 1 {
		t.Errorf("with Lucky Fox's retired, %d", n)
	}
}
