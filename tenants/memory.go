package tenants

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Memory remembers one subject of each casino (its brand, its licences) in the process, so that a page costs no query for
// what changes once a week. Whoever changes it calls Changed in the same transaction; every process sees the change within
// five seconds, this one at once.
type Memory[T any] struct {
	subject string
	load    func(ctx context.Context, tx bun.Tx) (T, error)
}

// Remember declares a memory. subject names it across the program, in a-z and _; load reads it for the casino of the
// transaction. What load returns is shared between requests: nobody may change it.
func Remember[T any](subject string, load func(ctx context.Context, tx bun.Tx) (T, error)) *Memory[T] {
	return &Memory[T]{subject, load}
}

// Of returns what the casino of ctx has, from memory where it is there. It asks nobody for permission: remember only what
// the page itself may show.
func (m *Memory[T]) Of(ctx context.Context) (T, error) {
	d, id := PoolsOf(ctx).Doors, Current(ctx).ID
	open, inside := ctx.Value(txKey{}).(*openTx)
	value, forgets, ok := d.remembered.get(m.subject, id)
	if ok && !(inside && slices.Contains(open.changed, m.subject)) {
		return value.(T), nil
	}
	var read T
	err := Reading(ctx, id, func(ctx context.Context, tx bun.Tx) (err error) {
		read, err = m.load(ctx, tx)
		return err
	})
	if err != nil {
		return read, err
	}
	// Inside a transaction that has written, what was read may yet be rolled back.
	if !inside {
		d.remembered.put(m.subject, id, read, forgets)
	}
	return read, nil
}

// Changed says that the casino's subject is no longer what it was. It belongs into the transaction that changes it.
func (m *Memory[T]) Changed(ctx context.Context, tx bun.Tx) error {
	if _, err := tx.NewRaw(`select changed(?)`, m.subject).Exec(ctx); err != nil {
		return err
	}
	if open, ok := ctx.Value(txKey{}).(*openTx); ok {
		open.changed = append(open.changed, m.subject)
	}
	d, id := PoolsOf(ctx).Doors, Current(ctx).ID
	AfterCommit(ctx, func() { d.remembered.forget(m.subject, id) })
	return nil
}

// ChangedAbove is Changed for a casino that is changed from above: tx is one of Above.
func (m *Memory[T]) ChangedAbove(ctx context.Context, tx bun.Tx, tenant uuid.UUID) error {
	_, err := tx.NewRaw(`insert into control.revisions (tenant_id, subject) values (?, ?) on conflict (tenant_id, subject)
		do update set number = control.revisions.number + 1, changed_at = clock_timestamp()`, tenant, m.subject).Exec(ctx)
	if err != nil {
		return err
	}
	d := PoolsOf(ctx).Doors
	AfterCommit(ctx, func() { d.remembered.forget(m.subject, tenant) })
	return nil
}

// watchEvery is how often news of other processes are looked for; keptFor is how long a process believes what it remembers
// while it hears the news, believed while it doesn't.
const (
	watchEvery = 2 * time.Second
	keptFor    = 10 * time.Minute
	memorySize = 80_000
)

// remembered is what a process remembers of all casinos.
type remembered struct {
	mu      sync.Mutex
	kept    map[remembrance]memory
	forgets uint64
	heard   atomic.Int64 // when the news were last read, as Unix nanoseconds
}

type remembrance struct {
	subject string
	tenant  uuid.UUID
}

type memory struct {
	value any
	at    time.Time
}

func (r *remembered) get(subject string, tenant uuid.UUID) (any, uint64, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := r.kept[remembrance{subject, tenant}]
	age := time.Since(k.at)
	fresh := age < believed || age < keptFor && r.hearing()
	return k.value, r.forgets, ok && fresh
}

// hearing says whether the news were read lately.
func (r *remembered) hearing() bool { return time.Since(time.Unix(0, r.heard.Load())) < believed }

// put keeps what was read, unless something was forgotten while it was being read.
func (r *remembered) put(subject string, tenant uuid.UUID, value any, forgets uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.forgets != forgets {
		return
	}
	if r.kept == nil {
		r.kept = map[remembrance]memory{}
	}
	for k := range r.kept { // any of them: who is asked for comes back
		if len(r.kept) < memorySize {
			break
		}
		delete(r.kept, k)
	}
	r.kept[remembrance{subject, tenant}] = memory{value, time.Now()}
}

func (r *remembered) forget(subject string, tenant uuid.UUID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forgets++
	delete(r.kept, remembrance{subject, tenant})
}

func (r *remembered) forgetAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forgets++
	clear(r.kept)
}

// Watch looks for what other processes have changed, every two seconds until ctx ends, and forgets it here. One runs in
// each process that serves.
func (d *Doors) Watch(ctx context.Context, log *slog.Logger) {
	known := map[remembrance]int64{}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		before := time.Now()
		if news, err := d.news(ctx); err == nil {
			var moved []uuid.UUID
			for what, number := range news {
				switch {
				case known[what] == number:
				case what.subject == hostsSubject:
					moved = append(moved, what.tenant)
				default:
					d.remembered.forget(what.subject, what.tenant)
				}
			}
			d.hosts.forget(moved...)
			// Who was away for long may have missed news that have left the window since.
			if last := time.Unix(0, d.remembered.heard.Load()); before.Sub(last) > newsFor/2 {
				d.remembered.forgetAll()
				d.hosts.forgetAll()
			}
			d.remembered.heard.Store(before.UnixNano())
			known = maps.Clone(news)
		} else if ctx.Err() == nil {
			log.Warn("news of changed settings can't be read", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// newsFor is how far back the news reach. A change is stamped when it is made and seen when it is committed, so they reach
// much further than to the last look.
const newsFor = 2 * time.Minute

const newsText = "2 minutes" // newsFor as Postgres reads it

func (d *Doors) news(ctx context.Context) (map[remembrance]int64, error) {
	rows, err := d.control.DB.QueryContext(ctx, `select tenant_id, subject, number from control.revisions
		where changed_at > now() - $1::interval`, newsText)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	news := map[remembrance]int64{}
	for rows.Next() {
		var what remembrance
		var number int64
		if err := rows.Scan(&what.tenant, &what.subject, &number); err != nil {
			return nil, err
		}
		news[what] = number
	}
	return news, rows.Err()
}
