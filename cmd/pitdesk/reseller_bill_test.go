package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/billing"
	"pitdesk/desk/staff"
	"pitdesk/internal/mail"
	"pitdesk/tenants"
	"pitdesk/tenants/office"
)

// queued takes the jobs of a kind out of the queue.
func queued[T any](ctx context.Context, t *testing.T, kind string) (all []T) {
	t.Helper()
	var texts []string
	if err := tenants.AboveNow(ctx).NewRaw(`with taken as (delete from river.river_job where kind = ? returning id, args) select args::text from taken order by id`, kind).
		Scan(ctx, &texts); err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		var args T
		if err := json.Unmarshal([]byte(text), &args); err != nil {
			t.Fatal(err)
		}
		all = append(all, args)
	}
	return all
}

// Whoever pays is told of what is owed; a casino whose reseller pays is told of what it feels.
func TestAResellerIsToldOfBillsThatItPays(t *testing.T) {
	t.Parallel()
	a, ctx, _ := testApp(t)
	box := mail.NewBox()
	a.mailer = box
	house := tenants.NewID()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`insert into control.resellers (id, slug, name, email) values (?, 'demo-house', 'Demo House', 'books@demo-house.example')`, house).Exec(ctx)
		return err
	}))
	reel, err := a.pools.Doors.Found(ctx, tenants.New{Slug: "golden-reel", Name: "Golden Reel", Reseller: house}, func(ctx context.Context, tx bun.Tx) error {
		_, err := begin(ctx, tx, tenants.Beginning{Admin: ieva})
		return err
	})
	must(err)
	must(tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := a.office.ByHand(ctx, tx, reel.ID, billing.Hand{Plan: "table"})
		return err
	}))
	// owes lets the bill be past its date for so many days, and the jobs run that follow.
	owes := func(days int) (letters []mail.Kept, admins int) {
		t.Helper()
		before := len(box.All())
		must(tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
			_, err := tx.NewRaw(`update control.invoices set due_at = now() - make_interval(days => ?)`, days).Exec(ctx)
			return err
		}))
		must(a.office.Round(ctx))
		for _, n := range queued[billing.NoticeArgs](ctx, t, billing.NoticeArgs{}.Kind()) {
			must(a.tellOfBill(ctx, n))
		}
		for _, n := range queued[resellerBillArgs](ctx, t, resellerBillArgs{}.Kind()) {
			must(a.writeResellerBill(ctx, n))
		}
		all := box.All()
		return all[:len(all)-before], len(queued[staff.LetterArgs](ctx, t, staff.LetterArgs{}.Kind()))
	}
	letters, admins := owes(1)
	if len(letters) != 1 || letters[0].Message.To.Email != "books@demo-house.example" || letters[0].Message.Subject != "A bill for Golden Reel is unpaid" || admins != 0 {
		t.Errorf("a bill is unpaid: %d letters, %d to the casino's admins: %+v", len(letters), admins, letters)
	}
	must(tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, p := range []office.New{{Reseller: house, Email: "rasa@demo-house.example", Name: "Rasa", Language: "lt"}, {Reseller: house, Email: "omar@demo-house.example", Name: "Omar", Language: "ar"}} {
			if _, err := office.Add(ctx, tx, p); err != nil {
				return err
			}
		}
		return nil
	}))
	letters, admins = owes(20)
	var to []string
	for _, l := range letters {
		to = append(to, l.Message.To.Email)
		if l.Message.To.Name == "Rasa" && !strings.Contains(l.Message.Subject, "Dabar Golden Reel galima tik skaityti") {
			t.Errorf("Rasa reads %q", l.Message.Subject)
		}
	}
	slices.Sort(to)
	if !slices.Equal(to, []string{"omar@demo-house.example", "rasa@demo-house.example"}) || admins != 1 {
		t.Errorf("reading only: letters to %v, %d to the casino's admins", to, admins)
	}
	// Paid while a letter waits: it isn't sent.
	late := resellerBillArgs{Tenant: reel.ID, Step: billing.ReadOnlyNow}
	bills, err := billing.Invoices(ctx, billing.Whose{Tenant: reel.ID})
	must(err)
	must(a.office.MarkPaid(ctx, bills[0].ID, "bank transfer"))
	sent := len(box.All())
	must(a.writeResellerBill(ctx, late))
	if len(box.All()) != sent {
		t.Error("a letter was sent of what is paid")
	}
}
