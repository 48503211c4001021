package webhooks

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun/dialect/pgdialect"

	"pitdesk/tenants"
)

// claim is a delivery that this process is to try.
type claim struct {
	Webhook    uuid.UUID    `bun:"webhook_id"`
	ID         uuid.UUID    `bun:"id"`
	EventID    uuid.UUID    `bun:"event_id"`
	Body       string       `bun:"event"`
	Tries      int          `bun:"tries"`
	Begun      int          `bun:"begun"`
	URL        string       `bun:"url"`
	HappenedAt time.Time    `bun:"happened_at"`
	Secrets    []keptSecret `bun:"secrets,type:jsonb"` // what it is signed with, the newest first
}

// claimDue takes deliveries whose time has come: for each receiver at most as many as room gives it (or most, where it gives
// none), so that whoever is slow keeps nobody's place but its own. While one is being tried, its next time lies lease ahead:
// when the process dies, another takes it then.
func claimDue(ctx context.Context, room map[uuid.UUID]int, most, limit int, lease time.Duration) ([]claim, error) {
	if limit <= 0 {
		return nil, nil
	}
	ids, free := []string{}, []int{}
	for id, n := range room {
		ids, free = append(ids, id.String()), append(free, n)
	}
	claims := []claim{}
	err := tenants.AboveNow(ctx).NewRaw(`with recursive
		waiting (id) as ( -- receivers with something pending: one look into the index for each, however much it is
			(select webhook_id from control.webhook_deliveries where state = 'pending' order by webhook_id limit 1)
			union all
			select (select d.webhook_id from control.webhook_deliveries d where d.state = 'pending' and d.webhook_id > r.id
				order by d.webhook_id limit 1) from waiting r where r.id is not null),
		due as materialized (
			select d.webhook_id, d.id from waiting r
			join control.webhooks w on w.id = r.id and w.disabled_at is null
			left join unnest(?::uuid[], ?::integer[]) as busy(id, free) on busy.id = w.id
			cross join lateral (
				select x.webhook_id, x.id from control.webhook_deliveries x
				where x.webhook_id = w.id and x.state = 'pending' and x.next_at <= now()
				order by x.next_at limit coalesce(busy.free, ?) for update skip locked) d
			limit ?)
		update control.webhook_deliveries d set next_at = now() + ? * interval '1 millisecond'
		from due join control.webhooks w on w.id = due.webhook_id
		where d.webhook_id = due.webhook_id and d.id = due.id
		returning d.webhook_id, d.id, d.event_id, d.event, d.tries, d.begun, d.happened_at, w.url,
			(select json_agg(json_build_object('id', s.id, 'secret', s.secret,
				'sealed', translate(encode(s.secret_sealed, 'base64'), E'\n', '')) order by s.id desc) from control.webhook_secrets s
			 where s.webhook_id = w.id and (s.ends_at is null or s.ends_at > now())) as secrets`,
		pgdialect.Array(ids), pgdialect.Array(free), most, limit, lease.Milliseconds()).Scan(ctx, &claims)
	if err != nil {
		return nil, fmt.Errorf("due deliveries: %w", err)
	}
	return claims, nil
}

// outcome is what came of a try.
type outcome struct {
	at      time.Time
	took    time.Duration
	status  int    // 0: no answer
	why     string // "": the receiver took it
	answer  string
	gone    bool
	retryIn time.Duration // what the receiver asked for; 0 where it asked for nothing
}

// settle writes down what came of a try and what is next: nothing, another try, or giving up. A receiver that answered 410 is
// sent nothing more; what was on its way to it waits until it is enabled again. Where the delivery was begun anew meanwhile, or
// is gone, nothing is written.
func settle(ctx context.Context, c claim, o outcome, waits []time.Duration) error {
	state, began := Pending, c.Begun
	pause, again := pauseAfter(waits, c.Tries+1-c.Begun, o.retryIn)
	switch {
	case o.why == "":
		state = Delivered
	case o.gone:
		pause, began = 0, c.Tries+1
	case !again:
		state = Failed
	}
	var status any
	if o.status > 0 {
		status = o.status
	}
	_, err := tenants.AboveNow(ctx).NewRaw(`with moved as (
			update control.webhook_deliveries d set tries = ?0 + 1, begun = ?1, state = ?2, next_at = now() + ?3 * interval '1 millisecond',
				ended_at = case when ?2 = 'pending' then null else now() end
			where d.webhook_id = ?4 and d.id = ?5 and d.state = 'pending' and d.tries = ?0 and d.begun = ?6
			returning d.webhook_id, d.id, d.tries),
		closed as (
			update control.webhooks w set disabled_at = now(), disabled_why = 'gone', changed_at = now()
			from moved where ?7 and w.id = moved.webhook_id and w.disabled_at is null)
		insert into control.webhook_tries (webhook_id, delivery_id, number, at, took_ms, status, why, answer)
		select webhook_id, id, tries, ?8, ?9, ?10, ?11, ?12 from moved`,
		c.Tries, began, string(state), pause.Milliseconds(), c.Webhook, c.ID, c.Begun, o.gone, o.at, o.took.Milliseconds(), status, o.why, o.answer).Exec(ctx)
	if err != nil {
		return fmt.Errorf("outcome of delivery %s: %w", c.ID, err)
	}
	return nil
}
