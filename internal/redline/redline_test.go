package redline_test

import (
	"strings"
	"testing"

	"pitdesk/internal/redline"
)

func marked(all []redline.Piece) string {
	var b strings.Builder
	for _, p := range all {
		switch p.Kind {
		case redline.New:
			b.WriteString("{+" + p.Text + "+}")
		case redline.Gone:
			b.WriteString("[-" + p.Text + "-]")
		default:
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestAChangedWordStandsAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ before, after, want string }{
		{"", "", ""},
		{"same", "same", "same"},
		{"", "new", "{+new+}"},
		{"old", "", "[-old-]"},
		{"Payouts take 2 days.", "Payouts take 3 days.", "Payouts take [-2-]{+3+} days."},
		{"one\ntwo\nthree\n", "one\nthree\n", "one\n[-two\n-]three\n"},
		{"one\nthree\n", "one\ntwo\nthree\n", "one\n{+two\n+}three\n"},
		{"Вывод за час.", "Вывод за два часа.", "Вывод за [-час-]{+два часа+}."},
		{"a b", "a  b", "a[- -]{+  +}b"},
	} {
		if got := marked(redline.Compare(c.before, c.after)); got != c.want {
			t.Errorf("%q to %q reads %q, want %q", c.before, c.after, got, c.want)
		}
	}
}

func TestWhatIsFarFromAChangeIsLeftOut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("слово ", 100)
	got := marked(redline.Near(redline.Compare(long+"one "+long, long+"two "+long), 20))
	if want := "\n…\n слово [-one-]{+two+} слово слово\n…\n"; strings.ReplaceAll(got, "  ", " ") != want {
		t.Errorf("%q, want %q", got, want)
	}
	if short := redline.Compare("a b", "a c"); marked(redline.Near(short, 20)) != marked(short) {
		t.Error("a short text is cut")
	}
}

func TestTextsFarApartAreShownAsReplaced(t *testing.T) {
	t.Parallel()
	before, after := strings.Repeat("red ", 4000), strings.Repeat("blue\n", 4000)
	all := redline.Compare(before, after)
	checkWhole(t, before, after, all)
}

func checkWhole(t *testing.T, before, after string, all []redline.Piece) {
	t.Helper()
	var old, now strings.Builder
	for i, p := range all {
		if p.Text == "" || i > 0 && all[i-1].Kind == p.Kind {
			t.Fatalf("piece %d is empty or like the one before: %q", i, p)
		}
		if p.Kind != redline.New {
			old.WriteString(p.Text)
		}
		if p.Kind != redline.Gone {
			now.WriteString(p.Text)
		}
	}
	if old.String() != before || now.String() != after {
		t.Fatalf("the pieces make %q and %q of %q and %q", old.String(), now.String(), before, after)
	}
	if redline.Changed(all) != (before != after) {
		t.Fatalf("Changed says %v of %q and %q", redline.Changed(all), before, after)
	}
}

func FuzzBothTextsAreWhole(f *testing.F) {
	f.Add("a b c\nd e\n", "a x c\ne\nf")
	f.Add("", "\n\n")
	f.Add("é\xff", "\xffe")
	f.Fuzz(func(t *testing.T, before, after string) {
		checkWhole(t, before, after, redline.Compare(before, after))
	})
}
