package desk_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// looksFor is what somebody finds: the names of the players, in order.
func looksFor(ctx context.Context, t *testing.T, at tenants.Tenant, who authz.Actor, typed string) []string {
	t.Helper()
	var names []string
	sample.As(ctx, t, at, who, func(ctx context.Context, tx bun.Tx) error {
		found, err := desk.Search(ctx, tx, authz.ScopeFor(who), typed, 10, who.ID)
		for _, f := range found {
			names = append(names, *f.PlayerName)
		}
		return err
	})
	return names
}

func index(ctx context.Context, t *testing.T, at tenants.Tenant) int {
	t.Helper()
	n, err := desk.Indexed(authz.With(tenants.With(ctx, at), authz.System(at.ID)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestConversationsAreFoundByWordsAndPlayersBeforeAndAfterTheyAreIndexed(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	lena, ben := sample.Agent(ctx, t, fox, "Lena", authz.Lead), sample.Agent(ctx, t, reel, "Ben", authz.Admin)
	ruta, ana := sample.Agent(ctx, t, fox, "Ruta", authz.Operator), sample.Agent(ctx, t, fox, "Ana", authz.Operator)
	talks := map[string]desk.Conversation{}
	for name, words := range map[string]string{"Mara": "Where is my withdrawal of 200 euro?", "Jonas": "Kada bus išmokėjimas?", "Oleg": "Где мой вывод средств?"} {
		talks[name] = sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, name), words)
	}
	sample.As(ctx, t, fox, lena, func(ctx context.Context, tx bun.Tx) error {
		c := talks["Oleg"]
		if _, err := desk.Assign(ctx, tx, &c, desk.Holder{Agent: &ruta.ID}, nil); err != nil {
			return err
		}
		_, err := desk.Note(ctx, tx, &c, desk.Words{Text: "Asked the bank's treasurer."})
		return err
	})
	for _, when := range []string{"in the log", "in the index"} {
		for _, c := range []struct {
			who   authz.Actor
			at    tenants.Tenant
			typed string
			want  []string
		}{
			{lena, fox, "withdrawals", []string{"Mara"}}, {lena, fox, "withd", []string{"Mara"}}, {lena, fox, "euro 200", []string{"Mara"}},
			{lena, fox, "isimokejim", nil}, {lena, fox, "ismokejim", []string{"Jonas"}}, {lena, fox, "ВЫВОД", []string{"Oleg"}},
			{lena, fox, "treasurer", []string{"Oleg"}}, {ruta, fox, "treasurer", []string{"Oleg"}}, {ana, fox, "treasurer", nil}, {ana, fox, "oleg", nil},
			{lena, fox, "demo-mara", []string{"Mara"}}, {lena, fox, "jon", []string{"Jonas"}}, {lena, fox, "' | & ! :*", nil}, {lena, fox, "a\x00b", nil},
			{ben, reel, "withdrawal", nil}, {ben, reel, "mara", nil},
		} {
			if got := looksFor(ctx, t, c.at, c.who, c.typed); !slices.Equal(got, c.want) {
				t.Errorf("%s: %s looks for %q and finds %v, want %v", when, c.who.Name, c.typed, got, c.want)
			}
		}
		if n := index(ctx, t, fox); when == "in the log" && n < 5 {
			t.Errorf("%d entries were indexed", n)
		}
		if n := index(ctx, t, fox); n != 0 {
			t.Errorf("%d entries were indexed twice", n)
		}
	}
}

func TestErasedWordsAreNeverFound(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	lena := sample.Agent(ctx, t, fox, "Lena", authz.Lead)
	early := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Mara"), "My passport is AB123")
	erase := func(c desk.Conversation) {
		sample.As(ctx, t, fox, lena, func(ctx context.Context, tx bun.Tx) error { return desk.Erase(ctx, tx, &c, 1, "The player asked.") })
	}
	index(ctx, t, fox)
	if got := looksFor(ctx, t, fox, lena, "passport"); len(got) != 1 {
		t.Fatalf("before it is erased %v is found", got)
	}
	erase(early)
	late := sample.Conversation(ctx, t, fox, sample.Player(ctx, t, fox, "Jonas"), "My passport is CD456")
	erase(late)
	index(ctx, t, fox)
	if got := looksFor(ctx, t, fox, lena, "passport"); len(got) != 0 {
		t.Errorf("erased, %v is found", got)
	}
	sample.As(ctx, t, fox, lena, func(ctx context.Context, tx bun.Tx) error {
		var left int
		err := tx.NewRaw(`select count(*) from entry_words where tenant_id = current_tenant() and words @@ to_tsquery('simple', 'passport')`).Scan(ctx, &left)
		if left != 0 {
			t.Errorf("%d erased words still rest in the index", left)
		}
		return err
	})
}

func TestAnExcerptMarksWhatWasLookedFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, typed, want string }{
		{"Where is my withdrawal?", "withdrawals", "Where is my [withdrawal]?"},
		{"Kada bus išmokėjimas?", "ismok", "Kada bus [išmokėjimas]?"},
		{strings.Repeat("ж", 300) + " bank " + strings.Repeat("щ", 300), "bank", "…" + strings.Repeat("ж", 32) + " [bank] " + strings.Repeat("щ", 62) + "…"},
		{"Line\nbreaks <b>stay</b> text", "stay", "Line breaks <b>[stay]</b> text"},
	} {
		var got strings.Builder
		for _, p := range desk.Excerpt(c.text, desk.SearchWords(c.typed), 100) {
			if p.Hit {
				got.WriteString("[" + p.Text + "]")
			} else {
				got.WriteString(p.Text)
			}
		}
		if got.String() != c.want {
			t.Errorf("%q in %q shows %q, want %q", c.typed, c.text, got.String(), c.want)
		}
	}
}
