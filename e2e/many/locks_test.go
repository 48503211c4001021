package many_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"pitdesk/internal/pgtest"
)

// mostHeld is how long a lock that keeps others from a table may be waited for or held while the schema changes.
const mostHeld = time.Second

// locks are what was seen of the locks on tables while the schema was changed.
type locks struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
	err    error
	looks  int
	held   map[string]time.Duration // by table and mode, of whoever migrates
	waited map[string]time.Duration // by who waits, for which table
}

// A strong lock keeps out those who write. Tables and indexes that weren't there before are nobody's yet.
const looksAtLocks = `
	select l.pid, coalesce(a.application_name, ''), c.relname, l.mode, l.granted, clock_timestamp(), coalesce(l.waitstart, clock_timestamp())
	from pg_locks l join pg_stat_activity a using (pid) join pg_class c on c.oid = l.relation
	where l.locktype = 'relation' and l.database = (select oid from pg_database where datname = current_database())
	  and l.relation <= $1 and c.relnamespace <> 'pg_catalog'::regnamespace
	  and (not l.granted or a.application_name = 'migrate' and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))`

// watch looks at the locks of a database again and again until stop.
func watch(t *testing.T, db *pgtest.DB) *locks {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	conn, err := pgx.Connect(ctx, db.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	var newest uint32
	if err := conn.QueryRow(ctx, "select max(oid::int8)::oid from pg_class").Scan(&newest); err != nil {
		t.Fatal(err)
	}
	l := &locks{cancel: cancel, held: map[string]time.Duration{}, waited: map[string]time.Duration{}}
	l.done.Go(func() {
		defer conn.Close(context.Background())
		since := map[string]time.Time{} // when a lock that is still held was seen first
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			if l.err = l.look(ctx, conn, newest, since); l.err != nil {
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	})
	return l
}

func (l *locks) look(ctx context.Context, conn *pgx.Conn, newest uint32, since map[string]time.Time) error {
	rows, err := conn.Query(context.WithoutCancel(ctx), looksAtLocks, newest)
	if err != nil {
		return err
	}
	defer rows.Close()
	l.looks++
	still := map[string]bool{}
	for rows.Next() {
		var pid int
		var who, table, mode string
		var granted bool
		var now, waits time.Time
		if err := rows.Scan(&pid, &who, &table, &mode, &granted, &now, &waits); err != nil {
			return err
		}
		if !granted {
			what := who + " waits for " + table
			l.waited[what] = max(l.waited[what], now.Sub(waits))
			continue
		}
		key := fmt.Sprintf("%d %s %s", pid, table, mode)
		still[key] = true
		if _, known := since[key]; !known {
			since[key] = now
		}
		what := mode + " on " + table
		l.held[what] = max(l.held[what], now.Sub(since[key]))
	}
	for key := range since {
		if !still[key] {
			delete(since, key)
		}
	}
	return rows.Err()
}

func (l *locks) stop(t *testing.T) {
	t.Helper()
	l.cancel()
	l.done.Wait()
	if l.err != nil {
		t.Errorf("the locks can't be watched: %v", l.err)
	}
}

// judge fails t when a lock was held or waited for too long, and tells the longest.
func (l *locks) judge(t *testing.T) {
	t.Helper()
	longest := func(of map[string]time.Duration) (what string, most time.Duration) {
		for each, took := range of {
			if took > mostHeld {
				t.Errorf("%s for %s", each, took)
			}
			if what == "" || took > most {
				what, most = each, took
			}
		}
		return what, most.Round(time.Millisecond)
	}
	held, heldFor := longest(l.held)
	waited, waitedFor := longest(l.waited)
	t.Logf("%d looks at the locks: %d strong ones, the longest for %s (%s); %d waits, the longest %s (%s)", l.looks, len(l.held), heldFor, held,
		len(l.waited), waitedFor, waited)
}
