package answers_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/desk/answers"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// library is a centre with a handful of articles in English, and some in Russian and Lithuanian.
func library(t *testing.T) *centre {
	t.Helper()
	c := open(t)
	for _, text := range []struct{ title, summary, body, ru, lt string }{
		{"How to withdraw money", "Where your winnings go and how long it takes.", "Choose *Withdraw* in the cashier. A withdrawal takes a day.", "Вывод денег", "Kaip išsiimti pinigus"},
		{"Deposits", "How to pay in.", "Pay by card. To withdraw later you need the same card.", "Пополнение счёта", ""},
		{"Verify your identity", "Which documents we need before a withdrawal.", "Send a passport.", "Подтверждение личности", ""},
		{"Bonus rules", "What wagering means.", "A bonus is played 30 times.", "", ""},
		{"Password forgotten", "Get back in.", "Ask for a link by e-mail.", "", ""},
	} {
		a := c.article(answers.New{Category: c.category, Language: "en", Draft: answers.Draft{Title: text.title, Summary: text.summary, Body: text.body}})
		c.publish(a.ID, "en")
		if text.ru != "" {
			c.save(a.ID, "ru", answers.Draft{Title: text.ru, Body: "Слова об этом."}, 0)
			c.publish(a.ID, "ru")
		}
		if text.lt != "" {
			c.save(a.ID, "lt", answers.Draft{Title: text.lt, Body: "Išmokėjimas trunka dieną."}, 0)
			c.publish(a.ID, "lt")
		}
	}
	return c
}

func TestSearchFindsWhatPeopleType(t *testing.T) {
	t.Parallel()
	c := library(t)
	for _, look := range []struct{ language, typed, first string }{
		{"en", "withdraw", "How to withdraw money"},
		{"en", "withdrawal", "How to withdraw money"},
		{"en", "withdrawals", "How to withdraw money"},
		{"en", "withdra", "How to withdraw money"},
		{"en", "widthdrawal", "How to withdraw money"},
		{"en", "how do i withdraw my money", "How to withdraw money"},
		{"en", "since yesterday I cannot withdraw, what is wrong?!", "How to withdraw money"},
		{"en", "WITHDRAWING", "How to withdraw money"},
		{"en", "depsoit", "Deposits"},
		{"en", "pasword", "Password forgotten"},
		{"en", "bonu", "Bonus rules"},
		{"en", "identity", "Verify your identity"},
		{"en", "passports", "Verify your identity"},
		{"ru", "вывод денег", "Вывод денег"},
		{"ru", "вывод деньег", "Вывод денег"},
		{"ru", "выводы", "Вывод денег"},
		{"ru", "vyvod deneg", "Вывод денег"},
		{"ru", "пополнить счет", "Пополнение счёта"},
		{"ru", "подтвердить личность", "Подтверждение личности"},
		{"ru", "bonus", "Bonus rules"}, // not in Russian: the casino's language answers
		{"lt", "issiimti pinigus", "Kaip išsiimti pinigus"},
		{"lt", "išmokėjimai", "Kaip išsiimti pinigus"},
		{"lt", "issimti", "Kaip išsiimti pinigus"},
		{"lt", "password", "Password forgotten"},
		{"pt-BR", "bonus", "Bonus rules"},
	} {
		if got := c.find(look.language, look.typed); len(got) == 0 || got[0] != look.first {
			t.Errorf("%s %q finds %q, want %q first", look.language, look.typed, got, look.first)
		}
	}
}

func TestSearchPutsTitlesBeforeSummariesBeforeBodies(t *testing.T) {
	t.Parallel()
	c := library(t)
	want := []string{"How to withdraw money", "Verify your identity", "Deposits"}
	if got := c.find("en", "withdrawal"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSearchMarksWhatIsInAnotherLanguage(t *testing.T) {
	t.Parallel()
	c := library(t)
	c.as(c.operator, func(ctx context.Context, tx bun.Tx) error {
		hits, err := answers.Search(ctx, tx, answers.Query{Language: "ru", Words: "пароль password"})
		if len(hits) != 1 || hits[0].Language != "en" || hits[0].Path != "/help/en/password-forgotten" {
			t.Errorf("%+v", hits)
		}
		// What is there in the reader's language is shown in it, whichever text was found.
		hits, err2 := answers.Search(ctx, tx, answers.Query{Language: "ru", Words: "money"})
		if len(hits) != 1 || hits[0].Language != "ru" || hits[0].Title != "Вывод денег" {
			t.Errorf("%+v", hits)
		}
		if err == nil {
			err = err2
		}
		return err
	})
}

func TestSearchBearsWhatStrangersType(t *testing.T) {
	t.Parallel()
	c := library(t)
	for _, typed := range []string{"", " ", "'", "''; drop table articles; --", "a & b | !c", "<->", ":*", "\\", "withdraw:*", "%", "_", "\x00", "\xff\xfe",
		strings.Repeat("a", 5000), strings.Repeat("withdraw ", 500), "\u202e\u0301", "((((", "$1 ? ?0", "🎰🎰", "İ ı", "4111 1111 1111 1111"} {
		c.find("en", typed)
	}
	if got := c.find("en", "'withdraw' & !money | (x"); len(got) == 0 {
		t.Error("words among signs aren't found")
	}
}

func FuzzSearchQuestion(f *testing.F) {
	f.Add("how do I withdraw?")
	f.Add("\x00'\\\u0130ﬁ ⒜")
	f.Fuzz(func(t *testing.T, typed string) {
		words, folded := answers.Question(typed)
		if len(words) != len(folded) || len(words) > 12 {
			t.Fatalf("%q %q", words, folded)
		}
		for i := range words {
			if words[i] == "" || folded[i] == "" || strings.ContainsAny(folded[i], " '\\:*&|!()<>\x00") {
				t.Errorf("%q becomes %q %q", typed, words[i], folded[i])
			}
		}
	})
}

func TestVotes(t *testing.T) {
	t.Parallel()
	c := library(t)
	p := c.read("en", "deposits")
	vote := func(b answers.Ballot) error {
		return tenants.In(tenants.With(c.ctx, c.at), c.at.ID, func(ctx context.Context, tx bun.Tx) error { return answers.Vote(ctx, tx, b) })
	}
	mara, tom := []byte("0123456789abcdef"), []byte("fedcba9876543210")
	for _, b := range []answers.Ballot{
		{Article: p.Article, Language: "en", Voter: mara, Helpful: true},
		{Article: p.Article, Language: "en", Voter: mara, Helpful: false, Words: "My card 4111 1111 1111 1111 wasn't taken."},
		{Article: p.Article, Language: "en", Voter: mara, Helpful: false},
		{Article: p.Article, Language: "en", Voter: tom, Helpful: true},
		{Article: p.Article, Language: "ru", Voter: tom, Helpful: true},
	} {
		if err := vote(b); err != nil {
			t.Fatal(err)
		}
	}
	wantFault(t, vote(answers.Ballot{Article: p.Article, Language: "en", Voter: tom, Words: strings.Repeat("x", 1001)}), fault.Invalid, "1000")
	wantFault(t, vote(answers.Ballot{Article: p.Article, Language: "lt", Voter: tom}), fault.NotFound, "")
	c.as(c.operator, func(ctx context.Context, tx bun.Tx) error {
		all, err := answers.Tallies(ctx, tx, p.Article)
		if len(all) != 2 || all[0] != (answers.Tally{Language: "en", Yes: 1, No: 1}) || all[1] != (answers.Tally{Language: "ru", Yes: 1}) {
			t.Errorf("%+v", all)
		}
		words, err2 := answers.Remarks(ctx, tx, p.Article, 0)
		if len(words) != 1 || strings.Contains(words[0].Words, "4111 1111 1111") || !strings.Contains(words[0].Words, "wasn't taken") || words[0].Helpful {
			t.Errorf("%+v", words)
		}
		if err == nil {
			err = err2
		}
		return err
	})
}
