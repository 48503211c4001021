package signups_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
	"pitdesk/tenants/signups"
)

var clerk = signups.Clerk{Key: []byte("a key that only this test knows, 32+"), Own: []string{"Deskworks"}}

// letters keeps the letters that are written.
type letters struct{ all []signups.Letter }

func (l *letters) Mail(_ context.Context, each signups.Letter) error {
	l.all = append(l.all, each)
	return nil
}

// begun is a sign-up whose letter has been written.
func begun(ctx context.Context, t *testing.T, slug string) (token string, l signups.Letter) {
	t.Helper()
	token, err := clerk.Begin(ctx, signups.Request{Name: "Demo Casino", Slug: slug, Email: slug + "@casino.example", Language: "en", Address: "2001:db8:1:2::" + fmt.Sprint(len(slug))})
	if err != nil {
		t.Fatal(err)
	}
	return token, written(ctx, t, token)
}

func written(ctx context.Context, t *testing.T, token string) signups.Letter {
	t.Helper()
	s, err := clerk.Find(ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	box := &letters{}
	if err := clerk.WriteLetter(ctx, box, signups.LetterArgs{SignUp: s.ID}); err != nil || len(box.all) != 1 {
		t.Fatalf("%d letters, %v", len(box.all), err)
	}
	return box.all[0]
}

func nothing(context.Context, bun.Tx) error { return nil }

func TestTheCodeProvesTheAddressAndTheCasinoIsFoundedOnce(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	token, letter := begun(ctx, t, "red-lantern")
	s, err := clerk.Find(ctx, token)
	if err != nil || s.Proven || s.Slug != "red-lantern" || s.Email != "red-lantern@casino.example" {
		t.Fatalf("%+v %v", s, err)
	}
	if _, err := clerk.Found(ctx, s, "", nothing); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("unproven: %v", err)
	}
	if s, err = clerk.Prove(ctx, s, " "+letter.Code[:3]+" "+letter.Code[3:]); err != nil || !s.Proven {
		t.Fatalf("the code: %v", err)
	}
	const presses = 8
	made := make([]tenants.Tenant, presses)
	faults := make([]error, presses)
	var all sync.WaitGroup
	for i := range presses {
		// Each wants another name, so that none but the sign-up itself can keep them apart.
		all.Go(func() { made[i], faults[i] = clerk.Found(ctx, s, string(rune('a'+i))+"-red-lamp", nothing) })
	}
	all.Wait()
	founded := 0
	for i, err := range faults {
		switch {
		case err == nil:
			founded++
		case !errors.Is(err, signups.ErrSpent):
			t.Errorf("press %d: %v", i, err)
		}
	}
	if founded != 1 {
		t.Errorf("%d casinos of %d presses", founded, presses)
	}
	if again, err := clerk.Find(ctx, token); err != nil || again.Tenant == tenants.Nobody {
		t.Errorf("afterwards: %+v %v", again, err)
	}
}

func TestTheLettersLinkProvesToo(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	token, letter := begun(ctx, t, "blue-lantern")
	s, err := clerk.Find(ctx, letter.Token)
	if err != nil || !s.Proven {
		t.Fatalf("%+v %v", s, err)
	}
	if _, err := clerk.Find(ctx, strings.ToLower(token)); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a token that nobody was given: %v", err)
	}
	second := written(ctx, t, token) // written again: the first link and code are dead
	if _, err := clerk.Find(ctx, letter.Token); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the first letter's link: %v", err)
	}
	if second.Code == letter.Code && second.Token == letter.Token {
		t.Error("the second letter says the same")
	}
}

func TestFiveWrongCodesEndIt(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	token, letter := begun(ctx, t, "green-lantern")
	s, _ := clerk.Find(ctx, token)
	wrong := "000000"
	if letter.Code == wrong {
		wrong = "000001"
	}
	for i := range 5 {
		_, err := clerk.Prove(ctx, s, wrong)
		want := fault.Invalid
		if i == 4 {
			want = fault.NotFound
		}
		if fault.CodeOf(err) != want {
			t.Errorf("wrong code %d: %v", i+1, err)
		}
	}
	if _, err := clerk.Prove(ctx, s, letter.Code); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the right one after five wrong ones: %v", err)
	}
	if _, err := clerk.Find(ctx, letter.Token); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the link after five wrong codes: %v", err)
	}
}

func TestALetterIsSentThreeTimesAtMost(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	token, _ := begun(ctx, t, "grey-lantern")
	s, _ := clerk.Find(ctx, token)
	for i, want := range []fault.Code{"", "", fault.TooMany} {
		err := clerk.Again(ctx, s)
		if want == "" && err != nil || want != "" && fault.CodeOf(err) != want {
			t.Errorf("time %d: %v", i+2, err)
		}
	}
}

func TestOneNetworkAndOneAddressArePaced(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	ask := func(n int, email, from string) error {
		_, err := clerk.Begin(ctx, signups.Request{Name: "Demo Casino", Slug: "quiet-" + string(rune('a'+n)) + "-hall", Email: email, Language: "en", Address: from})
		return err
	}
	for n := range 3 {
		if err := ask(n, "one@casino.example", fmt.Sprintf("192.0.2.%d", n)); err != nil {
			t.Fatalf("time %d: %v", n+1, err)
		}
	}
	if err := ask(4, "one@casino.example", "192.0.2.200"); fault.CodeOf(err) != fault.TooMany || fault.Of(err).RetryAfter == 0 {
		t.Errorf("a fourth letter to one address: %v", err)
	}
	for n := range 8 {
		if err := ask(n, fmt.Sprintf("%d@casino.example", n), fmt.Sprintf("2001:db8:7:7::%d", n)); err != nil {
			t.Fatalf("time %d: %v", n+1, err)
		}
	}
	if err := ask(9, "nine@casino.example", "2001:db8:7:7:ffff::9"); fault.CodeOf(err) != fault.TooMany {
		t.Errorf("a ninth from one network: %v", err)
	}
	if err := ask(9, "nine@casino.example", "2001:db8:7:8::9"); err != nil {
		t.Errorf("the neighbour: %v", err)
	}
}

func TestANameThatIsTakenMeanwhileCanBeChosenAnew(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	token, letter := begun(ctx, t, "late-lantern")
	if _, err := d.Pools.Doors.Create(ctx, tenants.New{Slug: "late-lantern", Name: "Faster"}); err != nil {
		t.Fatal(err)
	}
	s, _ := clerk.Find(ctx, token)
	s, err := clerk.Prove(ctx, s, letter.Code)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := clerk.Found(ctx, s, "", nothing); fault.CodeOf(err) != fault.Conflict || fault.Of(err).Field != "slug" {
		t.Errorf("the name is taken: %v", err)
	}
	at, err := clerk.Found(ctx, s, "later-lamp", nothing)
	if err != nil || at.Slug != "later-lamp" {
		t.Errorf("another name: %+v %v", at, err)
	}
}

func TestWhatFailsAtTheEndLeavesNothing(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	token, letter := begun(ctx, t, "thin-lantern")
	s, _ := clerk.Find(ctx, token)
	s, err := clerk.Prove(ctx, s, letter.Code)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	if _, err := clerk.Found(ctx, s, "", func(context.Context, bun.Tx) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if _, err := d.Pools.Doors.ByHost(ctx, "thin-lantern."+d.Pools.Doors.Base()); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the casino is there: %v", err)
	}
	if _, err := clerk.Found(ctx, s, "", nothing); err != nil {
		t.Errorf("the second try: %v", err)
	}
}
