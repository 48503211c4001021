package desk_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/channels/chat"
	"pitdesk/internal/fault"
	"pitdesk/internal/live"
	"pitdesk/internal/sample"
)

// pan is a card number that belongs to nobody: a Mastercard prefix, Luhn's digit at its end (ISO/IEC 7812-1).
const pan = "5399041236547891"

// everything is each row of each table as text, as whoever steals a dump would have it.
func everything(t *testing.T, db *sql.DB) []string {
	t.Helper()
	tables, err := db.Query(`select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'control', 'river')`)
	if err != nil {
		t.Fatal(err)
	}
	defer tables.Close()
	var names, all []string
	for tables.Next() {
		var name string
		if err := tables.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	for _, name := range names {
		rows, err := db.Query(fmt.Sprintf("select t::text from %s t", name))
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var row string
			if err := rows.Scan(&row); err != nil {
				t.Fatal(err)
			}
			all = append(all, name+": "+row)
		}
		rows.Close()
	}
	return all
}

// digitsOf leaves the digits of a text, and a mark where letters stood between them.
func digitsOf(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsDigit(r) && r < 128:
			b.WriteRune(r)
		case unicode.IsLetter(r) || r == '•':
			b.WriteRune('|')
		}
	}
	return b.String()
}

// neverRests fails t when a row of the database holds more of the number than its first six or last four digits.
func neverRests(t *testing.T, db *sql.DB) {
	t.Helper()
	for _, row := range everything(t, db) {
		digits := digitsOf(row)
		for at := 0; at+7 <= len(pan); at++ {
			if strings.Contains(digits, pan[at:at+7]) {
				t.Errorf("a dump of the database holds %.400q", row)
				break
			}
		}
	}
}

func TestCardNumbersNeverRest(t *testing.T) {
	t.Parallel()
	spaced := pan[:4] + " " + pan[4:8] + " " + pan[8:12] + " " + pan[12:]
	for name, words := range map[string][]string{
		"in one message":              {"my card is " + spaced + " thanks"},
		"with dots":                   {strings.ReplaceAll(spaced, " ", ".")},
		"in full-width digits":        {"５３９９０４１２３６５４７８９１"},
		"in two messages":             {pan[:8], pan[8:]},
		"in two with words":           {"the card is " + pan[:8], pan[8:] + " is the rest"},
		"in three messages":           {pan[:6], pan[6:11], pan[11:]},
		"in four messages":            {pan[:4], pan[4:8], pan[8:12], pan[12:]},
		"half in Arabic digits":       {"٥٣٩٩٠٤١٢", pan[8:]},
		"twice, the second in pieces": {spaced, pan[:8], pan[8:]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newChat(t)
			told := m.d.Hub.Listen(m.fox.ID, nil)
			defer told.Close()
			var answers []desk.Entry
			for i, text := range words {
				e, err := m.say(text, fmt.Sprint("card ", i))
				if err != nil {
					t.Fatal(err)
				}
				answers = append(answers, e)
			}
			neverRests(t, m.d.DB.Super(t))
			last := answers[len(answers)-1]
			if last.Facts.Masked == 0 {
				t.Errorf("the last message came out as %q, masked %d", deref(last.Body), last.Facts.Masked)
			}
			erased := map[int64]bool{}
			for len(told.C) > 0 {
				if c := <-told.C; c.What == live.WhatErased {
					erased[c.Seq] = true
				}
			}
			sample.As(m.ctx, t, m.fox, sample.AsPlayer(m.fox, m.mara), func(ctx context.Context, tx bun.Tx) error {
				entries, err := desk.PlayerTimeline(ctx, tx, m.c.ID, desk.Window{})
				for _, e := range entries {
					if e.Erased != erased[e.Seq] {
						t.Errorf("entry %d is erased: %v; open pages were told so: %v", e.Seq, e.Erased, erased[e.Seq])
					}
				}
				return err
			})
			// Each repeat is answered as the first time.
			for i, text := range words {
				e, err := m.say(text, fmt.Sprint("card ", i))
				if err != nil || !e.Replayed || e.ID != answers[i].ID || e.Seq != answers[i].Seq {
					t.Errorf("the repeat of message %d is answered %+v, %v", i, e, err)
				}
			}
			neverRests(t, m.d.DB.Super(t))
			m.verified(t)
		})
	}
}

func TestHalvesThatAreSentAtOnceDontPassEachOther(t *testing.T) {
	t.Parallel()
	for range 4 {
		m := newChat(t)
		var both sync.WaitGroup
		for _, half := range []string{pan[:8], pan[8:]} {
			both.Go(func() {
				if _, err := m.say(half, half); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		sample.As(m.ctx, t, m.fox, sample.AsPlayer(m.fox, m.mara), func(ctx context.Context, tx bun.Tx) error {
			entries, err := desk.PlayerTimeline(ctx, tx, m.c.ID, desk.Window{})
			if err == nil && len(entries) == 3 && entries[1].Body != nil && *entries[1].Body == pan[:8] && *entries[2].Body == pan[8:] {
				t.Errorf("both halves rest: %q, %q", *entries[1].Body, *entries[2].Body)
			}
			return err
		})
	}
}

func TestCardNumbersOfStaffAndFromElsewhereNeverRest(t *testing.T) {
	t.Parallel()
	m := newChat(t)
	ruta := sample.Agent(m.ctx, t, m.fox, "Ruta", authz.Lead)
	lena := sample.Agent(m.ctx, t, m.fox, "Lena", authz.Lead)
	as := func(verb string, fn func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error) {
		t.Helper()
		sample.As(m.ctx, t, m.fox, ruta, func(ctx context.Context, tx bun.Tx) error {
			held, err := desk.Hold(ctx, tx, m.c.ID)
			if err == nil {
				err = fn(ctx, tx, &held)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", verb, err)
			}
			return nil
		})
	}
	for i, text := range []string{"is it " + pan + "?", "first " + pan[:8], pan[8:]} {
		var first desk.Entry
		for range 2 {
			as("reply", func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
				e, err := desk.Reply(ctx, tx, c, desk.Words{Text: text, ClientID: fmt.Sprint("reply ", i)})
				if first.ID == uuid.Nil {
					first = e
				} else if e.ID != first.ID || !e.Replayed {
					t.Errorf("the repeat of %q is answered %+v", text, e)
				}
				return err
			})
		}
	}
	as("note", func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		for _, text := range []string{"card " + pan, pan[:8], pan[8:]} {
			if _, err := desk.Note(ctx, tx, c, desk.Words{Text: text}); err != nil {
				return err
			}
		}
		return nil
	})
	as("transfer", func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		_, err := desk.Transfer(ctx, tx, c, desk.Holder{Agent: &lena.ID}, desk.Words{Text: "asks about " + pan})
		return err
	})
	as("tag", func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		return desk.Tag(ctx, tx, c, "card "+pan)
	})
	as("erase", func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		return desk.Erase(ctx, tx, c, 1, "It held "+pan)
	})
	as("address", func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		if err := desk.SetReturnAddress(ctx, tx, c, pan+"@players.example"); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a card number as an address: %v", err)
		}
		return nil
	})
	prepared, err := chat.Prepare(pan+".txt", []byte("a receipt"))
	if err != nil {
		t.Fatal(err)
	}
	var kept chat.File
	if kept, err = chat.Keep(m.ctx, nowhere{}, "player", m.mara, prepared); err != nil {
		t.Fatal(err)
	}
	if _, err := desk.Receive(m.ctx, m.token, m.c.ID, desk.Words{Files: []uuid.UUID{kept.ID}}); err != nil {
		t.Fatal(err)
	}
	sample.As(m.ctx, t, m.fox, sample.AsPlayer(m.fox, m.mara), func(ctx context.Context, tx bun.Tx) error {
		_, _, err := desk.Start(ctx, tx, desk.Opening{Player: m.mara, Channel: desk.Chat, Words: desk.Words{Text: "Charge " + pan, ClientID: "start"}})
		return err
	})
	neverRests(t, m.d.DB.Super(t))
	m.verified(t)
}

func TestNoCardNumberTravelsBetweenProcesses(t *testing.T) {
	t.Parallel()
	m := newChat(t)
	for _, hub := range []*live.Hub{m.d.Hub, live.NewHub()} {
		bus := live.Connect(m.ctx, hub, m.d.Pools.AppPool, live.Options{Log: slog.New(slog.DiscardHandler)})
		defer bus.Close()
	}
	wire, err := pgx.Connect(m.ctx, m.d.DB.AppURL)
	if err != nil {
		t.Fatal(err)
	}
	defer wire.Close(context.WithoutCancel(m.ctx))
	if _, err := wire.Exec(m.ctx, "listen desk_live"); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"whole " + pan, pan[:8], pan[8:]} {
		if _, err := m.say(text, ""); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(m.ctx, 30*time.Second)
	defer cancel()
	for told := ""; !strings.Contains(told, `"w":"erased"`) || !strings.Contains(told, `"s":5`); {
		n, err := wire.WaitForNotification(ctx)
		if err != nil {
			t.Fatalf("the hints didn't come: %v; so far %s", err, told)
		}
		told += n.Payload
		for at := 0; at+7 <= len(pan); at++ {
			if strings.Contains(told, pan[at:at+7]) {
				t.Fatalf("told the others %s", told)
			}
		}
	}
}

func TestTheFastWaySeesDigitsOfEveryScript(t *testing.T) {
	t.Parallel()
	d, _ := sample.New(t)
	db := d.DB.Super(t)
	for _, block := range unicode.Nd.R16 {
		checkDigits(t, db, rune(block.Lo), rune(block.Hi))
	}
	for _, block := range unicode.Nd.R32 {
		checkDigits(t, db, rune(block.Lo), rune(block.Hi))
	}
	var plain bool
	if err := db.QueryRow("select has_digit('Where is my withdrawal? Где мой вывод? Ačiū! 😀')").Scan(&plain); err != nil || plain {
		t.Errorf("words without digits are taken for digits (%v)", err)
	}
}

func checkDigits(t *testing.T, db *sql.DB, from, to rune) {
	t.Helper()
	for r := from; r <= to; r++ {
		var seen bool
		if err := db.QueryRow("select has_digit($1)", "a"+string(r)).Scan(&seen); err != nil || !seen {
			t.Errorf("%q (%U) is no digit to the database (%v)", r, r, err)
		}
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
