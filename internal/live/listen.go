package live

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// presence is the class of advisory locks by which processes see each other: all that listen share number 1, and each holds
// another that is its own. Locks fall with their connection, so whoever holds them is there, however others ended.
const presence = 7483

// countEvery is how often a process looks whether the others are still there. With NATS it looks oftener, because whom NATS
// doesn't reach is told by NOTIFY.
const (
	countEvery     = 30 * time.Second
	countEveryNATS = 3 * time.Second
)

// hearAll hears the other processes until ctx ends.
func (b *Bus) hearAll(ctx context.Context) {
	silent := false
	for ctx.Err() == nil {
		conn, err := b.dial(ctx)
		if err == nil {
			b.greeted()
			silent = false
			err = b.hear(ctx, conn)
			b.alone.Store(false) // nobody can tell us who comes
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			_ = conn.Close(end)
			cancel()
		}
		if ctx.Err() == nil {
			if !silent {
				b.log.WarnContext(ctx, "other processes can't be heard", "err", err)
			}
			silent = true
			_ = pause(ctx, retryAfter)
		}
	}
}

// greeted ends the wait of a start once everybody knows that we listen. After an interruption it tells the readers to look
// again: what was told meanwhile we didn't hear.
func (b *Bus) greeted() {
	b.lose(uuid.Nil)
	if b.others > 0 {
		return
	}
	b.once.Do(func() { close(b.ready) })
}

// dial opens the one connection that listens, beside the pool: it must not go through a pooler that shares it.
func (b *Bus) dial(ctx context.Context) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	config := b.pool.Config().ConnConfig.Copy()
	if b.listen != "" {
		var err error
		if config, err = pgx.ParseConfig(b.listen); err != nil {
			return nil, err
		}
		config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	}
	config.RuntimeParams["application_name"] = "live"
	config.Tracer = nil
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if _, err = conn.Exec(ctx, fmt.Sprintf("listen %s; select pg_advisory_lock_shared(%d, 1), pg_advisory_lock_shared(%[2]d, %d)",
		channel, presence, b.number)); err == nil {
		if err = b.count(ctx, conn); err == nil {
			err = b.notify(ctx, []string{text(wire{From: b.id, Kind: kindHello})})
		}
	}
	if err != nil {
		_ = conn.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return conn, nil
}

// count looks which other processes listen. One of the release before holds no lock of its own.
func (b *Bus) count(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, `select max(objid::bigint) from pg_locks
		where locktype = 'advisory' and classid = $1 and objsubid = 2 and pid <> pg_backend_pid()
		and database = (select oid from pg_database where datname = current_database())
		group by pid having min(objid::bigint) = 1`, presence)
	if err != nil {
		return err
	}
	numbers, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	b.others = len(numbers)
	b.alone.Store(b.others == 0)
	if b.nats != nil {
		b.nats.counted(numbers)
	}
	return nil
}

func (b *Bus) hear(ctx context.Context, conn *pgx.Conn) error {
	every := countEvery
	if b.nats != nil {
		every = countEveryNATS
	}
	for next := time.Now().Add(every); ; {
		wait, cancel := context.WithDeadline(ctx, next)
		n, err := conn.WaitForNotification(wait)
		late := wait.Err() != nil && ctx.Err() == nil
		cancel()
		switch {
		case err == nil:
			b.deliver(ctx, n.Payload)
		case late && !conn.IsClosed():
			if err := b.count(ctx, conn); err != nil {
				return err
			}
			next = time.Now().Add(every)
		default:
			return err
		}
	}
}

func (b *Bus) deliver(ctx context.Context, payload string) {
	var w wire
	if err := json.Unmarshal([]byte(payload), &w); err != nil || w.From == b.id {
		return
	}
	switch {
	case w.Kind == kindHello:
		b.alone.Store(false)
		if b.nats != nil {
			b.nats.deafFor(2 * countEveryNATS) // until it is known whether NATS reaches it
		}
		_ = b.notify(ctx, []string{text(wire{From: b.id, Kind: kindHere, To: w.From})})
	case w.Kind == kindHere && w.To == b.id:
		if b.others--; b.others == 0 {
			b.greeted()
		}
	case w.Kind == kindDeaf && b.nats != nil:
		b.nats.deafFor(3 * beatEvery)
	}
	b.take(w)
}

// take hands what came from another process to this one's readers.
func (b *Bus) take(w wire) {
	for _, c := range w.Hints {
		b.foreign(&c)
		b.hub.deliver(c)
	}
	for _, t := range w.Again {
		b.lose(t)
	}
}

// lose tells readers to render anew: those of one casino, or all for uuid.Nil.
func (b *Bus) lose(tenant uuid.UUID) {
	b.foreign(nil)
	b.hub.lose(tenant)
}

// notify sends payloads in one round trip. Its commit need not reach the disk.
func (b *Bus) notify(ctx context.Context, payloads []string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var text strings.Builder
	text.WriteString("begin; set local synchronous_commit = off")
	for _, p := range payloads {
		fmt.Fprintf(&text, "; select pg_notify('%s', E'%s')", channel, strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(p))
	}
	text.WriteString("; commit")
	conn, err := b.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Conn().PgConn().Exec(ctx, text.String()).ReadAll(); err != nil {
		return err
	}
	b.rounds.Add(1)
	return nil
}
