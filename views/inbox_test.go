package views_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pitdesk/internal/htmlcheck"
	"pitdesk/internal/i18n"
	"pitdesk/views"
)

func english() context.Context { return i18n.With(context.Background(), "en") }

func TestHeatOfAPromise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		waited, promise time.Duration
		want            views.Heat
	}{
		{0, time.Hour, views.Cool},
		{29 * time.Minute, time.Hour, views.Cool},
		{30 * time.Minute, time.Hour, views.Warm},
		{48 * time.Minute, time.Hour, views.Hot},
		{60 * time.Minute, time.Hour, views.Hot},
		{61 * time.Minute, time.Hour, views.Late},
		{time.Hour, 0, views.Cool},
	} {
		if got := views.HeatOf(c.waited, c.promise); got != c.want {
			t.Errorf("%s of %s is %q, want %q", c.waited, c.promise, got, c.want)
		}
	}
}

func TestAPlayersStatusIsInPlainSight(t *testing.T) {
	t.Parallel()
	for status, want := range map[views.PlayerStatus]struct{ word, rule string }{
		views.StatusActive:   {"Active", ""},
		views.StatusAtRisk:   {"At risk", "no bonus"},
		views.StatusExcluded: {"Excluded", "Offer nothing"},
		views.StatusUnknown:  {"Status unknown", "Offer no bonus"},
		"made up":            {"Status unknown", "Offer no bonus"},
	} {
		card := htmlcheck.Render(english(), t, views.PlayerCard(views.PlayerProps{Name: "Mara", Status: status, Since: time.Now()}))
		card.Says(".player-status strong", want.word)
		card.Has(".player-status svg")
		card.Says(".player-status", want.rule)
		if want.rule == "" {
			card.Lacks(".player-status p")
		}
		head := htmlcheck.Render(english(), t, views.TalkHead(views.TalkProps{Href: "/inbox/cnv_1", Player: views.PlayerProps{Status: status}}))
		head.Says(".talk-facts .pill", want.word)
	}
}

func TestOnlyASignInIsProof(t *testing.T) {
	t.Parallel()
	visitor := htmlcheck.Render(english(), t, views.PlayerCard(views.PlayerProps{Return: "mara@example.org", Since: time.Now()}))
	visitor.Says(".player-head", "Identity unproven")
	visitor.Silent(".player-head", "Verified")
	visitor.Says(".facts", "Return address, unproven")
	htmlcheck.Render(english(), t, views.PlayerCard(views.PlayerProps{Proven: true, Since: time.Now()})).Says(".player-head", "Verified by sign-in")
}

func TestDeedsFollowStateAndRights(t *testing.T) {
	t.Parallel()
	all := views.TalkCan{Reply: true, Note: true, Assign: true, Snooze: true, Resolve: true, Reopen: true, Topic: true, Tag: true}
	form := func(verb string) string { return fmt.Sprintf(".talk-do form[action=%q]", "/inbox/cnv_1/"+verb) }
	for state, want := range map[views.TalkState]struct{ has, lacks []string }{
		views.TalkOpen:     {[]string{"assign", "snooze", "resolve"}, []string{"reopen"}},
		views.TalkSnoozed:  {[]string{"assign", "snooze", "resolve", "reopen"}, nil},
		views.TalkResolved: {[]string{"reopen"}, []string{"assign", "snooze", "resolve"}},
	} {
		head := htmlcheck.Render(english(), t, views.TalkHead(views.TalkProps{Href: "/inbox/cnv_1", State: state, Can: all,
			Snoozes: []views.SnoozeChoice{{Name: "Tomorrow", Time: time.Now()}}}))
		for _, verb := range want.has {
			head.Has(form(verb))
		}
		for _, verb := range want.lacks {
			head.Lacks(form(verb))
		}
		bare := htmlcheck.Render(english(), t, views.Talk(views.TalkProps{Href: "/inbox/cnv_1", State: state}))
		bare.Lacks(".talk-do form")
		bare.Lacks(".composer")
		bare.Lacks("dialog")
	}
}

func TestWordsOfPlayersAreText(t *testing.T) {
	t.Parallel()
	page := htmlcheck.Render(english(), t, views.Entries([]views.EntryProps{{Seq: 1, Kind: views.EntryMessage, Author: views.FromPlayer,
		Name: "<b>Mara</b>", Text: "<script>alert(1)</script> & \"so on\"", At: time.Now(),
		Files: []views.FileProps{{Name: "<i>.pdf", Href: "javascript:alert(1)", Size: 10}}}}))
	page.Lacks("script, .entry b, .entry i")
	page.Says(".bubble-text", "<script>alert(1)</script>")
	if href := page.Attr(".file", "href"); href == "javascript:alert(1)" {
		t.Error("a file's address runs a script")
	}
	page.Has(".bubble-text[dir=auto]")
}

func TestAnErasedTextIsGone(t *testing.T) {
	t.Parallel()
	page := htmlcheck.Render(english(), t, views.Entries([]views.EntryProps{
		{Seq: 1, Kind: views.EntryMessage, Author: views.FromAgent, Name: "Anna", Text: "secret", Erased: true, Masked: 1, At: time.Now()},
		{Seq: 2, Kind: views.EntryMessage, Author: views.FromPlayer, Text: "4111 11•• •••• 1111", Masked: 2, At: time.Now()},
	}))
	page.Silent("#e1", "secret")
	page.Says("#e1", "This text was erased.")
	page.Says("#e2", "2 card numbers were masked")
}

func TestArrangeSetsOffDaysRunsAndNews(t *testing.T) {
	t.Parallel()
	// Noon: what lies minutes apart is then on the same day, whenever the test runs.
	noon := time.Now().UTC().Truncate(24 * time.Hour).Add(12 * time.Hour)
	at := func(d time.Duration) time.Time { return noon.Add(-d) }
	mara := func(seq int64, when time.Time) views.EntryProps {
		return views.EntryProps{Seq: seq, Kind: views.EntryMessage, Author: views.FromPlayer, Name: "Mara", At: when}
	}
	got := views.Arrange(english(), []views.EntryProps{
		mara(1, at(49*time.Hour)), mara(2, at(49*time.Hour-time.Minute)), mara(3, at(25*time.Hour)), mara(4, at(25*time.Hour-10*time.Minute)),
	}, nil, 3)
	for i, want := range []struct{ day, joined, fresh bool }{{true, false, false}, {false, true, false}, {true, false, false}, {false, false, true}} {
		if e := got[i]; (e.Day != "") != want.day || e.Joined != want.joined || e.New != want.fresh {
			t.Errorf("entry %d: day %q, joined %v, new %v; want %+v", e.Seq, e.Day, e.Joined, e.New, want)
		}
	}
	prior := mara(4, at(25*time.Hour-10*time.Minute))
	later := views.Arrange(english(), []views.EntryProps{mara(5, at(25*time.Hour-11*time.Minute))}, &prior, 0)
	if later[0].Day != "" || !later[0].Joined || later[0].New {
		t.Errorf("the next of a run: %+v", later[0])
	}
}

func TestTheListSaysWhatItHas(t *testing.T) {
	t.Parallel()
	rows := func(p views.ListProps) *htmlcheck.Page { return htmlcheck.Render(english(), t, views.Rows(p)) }
	rows(views.ListProps{Empty: views.EmptyProps{Title: "No one is waiting"}}).Says(".empty", "No one is waiting")
	rows(views.ListProps{State: views.ListFailed}).Has(".empty [data-refresh]")
	rows(views.ListProps{State: views.ListLoading}).Has("[aria-busy=true] .skeleton")
	long := time.Now().Add(-3 * time.Hour)
	full := rows(views.ListProps{Full: true, More: "/inbox?limit=100", Rows: []views.RowProps{
		{ID: "cnv_1", Href: "/inbox/cnv_1", Waiting: &long, Heat: views.Late, Unread: true, Status: views.StatusExcluded, Words: "hello", ByDesk: true},
	}})
	full.Says(".row-name", "Visitor")
	full.Says(".wait-late", "3 h")
	full.Has(".wait-late svg")
	full.Says(".row .pill", "Excluded")
	full.Says(".row-words", "Desk:")
	full.Says(".row-dot", "Unread")
	full.Says(".list-foot", "narrow the list")
	full.Lacks("[data-more]")
}
