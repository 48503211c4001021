package billing_test

import (
	"fmt"
	"testing"
	"time"

	"pitdesk/billing"
	"pitdesk/internal/sample"
)

// talks begins conversations at the account's present time.
func (w *world) talks(n int) {
	w.t.Helper()
	player := sample.Player(w.ctx, w.t, w.fox, fmt.Sprint("Oleg", w.count(`select count(*) from players`)))
	for range n {
		c := sample.Conversation(w.ctx, w.t, w.fox, player, "Where is my payout?")
		if _, err := w.DB.Super(w.t).ExecContext(w.ctx, `update conversations set created_at = $1 where id = $2`, w.fake.Now(), c.ID.String()); err != nil {
			w.t.Fatal(err)
		}
	}
}

func TestConversationsAreCountedOnceAndBilledBeyondThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// A plan that includes two, so that the test is short.
	if _, err := w.DB.Super(t).ExecContext(w.ctx, `update control.plan_grants set amount = 2 where plan_id = 'table' and name = 'conversations'`); err != nil {
		t.Fatal(err)
	}
	// The database's clock is ahead of nothing here: counting begins with the fake's.
	if _, err := w.DB.Super(t).ExecContext(w.ctx, `update control.subscriptions set counted_till = $1`, w.fake.Now()); err != nil {
		t.Fatal(err)
	}
	counts := func() {
		t.Helper()
		w.must(w.office.Count(w.ctx))
		w.work()
	}
	w.pass(day)
	w.talks(3) // in the trial: given
	w.pass(time.Hour)
	counts()
	w.buys(billing.Order{Plan: "table"})
	w.pass(12 * day)
	w.talks(1) // on the last day of the trial
	w.pass(2 * day)
	w.talks(5)
	counts() // they are too young to be counted
	if got := w.fake.Used(w.customer()); got != 0 {
		t.Errorf("counted %d while they were being written, or in the trial", got)
	}
	w.pass(time.Hour)
	counts()
	counts()
	if got := w.fake.Used(w.customer()); got != 5 {
		t.Fatalf("counted %d of 5", got)
	}
	if a := w.now(); a.Usage.Conversations != 5 {
		t.Errorf("the casino's page says %d", a.Usage.Conversations)
	}
	// An answer that is lost three times makes the job try again, and counts once.
	w.talks(2)
	w.pass(time.Hour)
	w.must(w.office.Count(w.ctx))
	waiting := w.jobs()
	w.fake.Fail(3)
	for _, j := range waiting {
		if err := w.do(j); err == nil {
			t.Error("lost answers went unnoticed")
		}
		w.must(w.do(j))
		w.must(w.do(j))
	}
	if got := w.fake.Used(w.customer()); got != 7 {
		t.Fatalf("counted %d of 7", got)
	}
	w.pass(31 * day)
	bills := w.invoices()
	if want := int64(4900 + 5*10); bills[0].Total != want { // five beyond the two, at 0.10
		t.Errorf("billed %d, want %d", bills[0].Total, want)
	}
	w.talks(1)
	w.pass(30 * day)
	counts() // late, after the period has ended: it still belongs to that period
	if n := w.count(`select count(*) from control.meter_readings where sent_at is null`); n != 0 {
		t.Errorf("%d readings weren't sent", n)
	}
}
