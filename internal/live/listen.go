package live

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// presence is the advisory lock that every listening process shares. It falls with its connection, so counting its holders
// counts the processes that are there, however others ended.
const presence = "7483, 1"

// countEvery is how often a process looks whether the others are still there.
const countEvery = 30 * time.Second

// listen hears the other processes until ctx ends.
func (b *Bus) listen(ctx context.Context) {
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
	config.RuntimeParams["application_name"] = "live"
	config.Tracer = nil
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if _, err = conn.Exec(ctx, "listen "+channel+"; select pg_advisory_lock_shared("+presence+")"); err == nil {
		if err = b.count(ctx, conn); err == nil {
			err = b.notify(ctx, []string{text(wire{From: b.id, Kind: "hello"})})
		}
	}
	if err != nil {
		_ = conn.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return conn, nil
}

// count looks whether any other process listens.
func (b *Bus) count(ctx context.Context, conn *pgx.Conn) error {
	err := conn.QueryRow(ctx, `select count(*) from pg_locks
		where locktype = 'advisory' and (classid, objid, objsubid) = (`+presence+`, 2) and pid <> pg_backend_pid()
		and database = (select oid from pg_database where datname = current_database())`).Scan(&b.others)
	if err != nil {
		return err
	}
	b.alone.Store(b.others == 0)
	return nil
}

func (b *Bus) hear(ctx context.Context, conn *pgx.Conn) error {
	for {
		wait, cancel := context.WithTimeout(ctx, countEvery)
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
	case w.Kind == "hello":
		b.alone.Store(false)
		_ = b.notify(ctx, []string{text(wire{From: b.id, Kind: "here", To: w.From})})
	case w.Kind == "here" && w.To == b.id:
		if b.others--; b.others == 0 {
			b.greeted()
		}
	}
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
