package desk

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"pitdesk/tenants"
)

// Messages that arrive while others of their casino are being written wait for those, and are then written together: one
// statement, one commit, one wait for the disk. A message that comes alone doesn't wait. Each is answered after its commit.
const (
	// abreast is how many writings of a casino a process has under way at once.
	abreast = 2
	// mostTogether is how many messages one writing takes at most.
	mostTogether = 64
	// writeWithin is when a writing is given up. It isn't bound to any of the requests it serves.
	writeWithin = 30 * time.Second
)

// heard is a message on its way into the log, and what became of it.
type heard struct {
	token        []byte
	conversation uuid.UUID
	id           uuid.UUID
	language     *string
	text         string
	salt         []byte
	happened     time.Time
	clientID     *string
	digits       bool

	received
	err  error
	done chan struct{}
	told func() // runs after the commit, whether or not the sender still waits
}

// received is what chat_receive and chat_receive_one answer.
type received struct {
	outcome        string
	seq            *int64
	recorded       *time.Time
	player, who    *uuid.UUID
	assignee, team *uuid.UUID
}

// tell lets open pages know, once m is kept.
func (m *heard) tell() {
	if m.err == nil && m.outcome == "accepted" {
		m.told()
	}
}

// gathering is where the messages of one casino meet.
type gathering struct {
	pool    *pgxpool.Pool
	tenant  uuid.UUID
	waiting []*heard
	writing map[uuid.UUID]struct{} // conversations that are being written to
	busy    int
}

type meeting struct {
	pool   *pgxpool.Pool
	tenant uuid.UUID
}

// gatherings has those casinos whose messages are being written at this moment, and no others.
var gatherings = struct {
	sync.Mutex
	of map[meeting]*gathering
}{of: map[meeting]*gathering{}}

// write hands m to the database, together with whatever else has come meanwhile, and returns once it is there.
func write(ctx context.Context, pool *pgxpool.Pool, tenant uuid.UUID, m *heard) error {
	if m.digits {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeWithin)
		defer cancel()
		m.err = receiveOne(ctx, pool, tenant, m)
		m.tell()
		return m.err
	}
	m.done = make(chan struct{})
	gatherings.Lock()
	g := gatherings.of[meeting{pool, tenant}]
	if g == nil {
		g = &gathering{pool: pool, tenant: tenant, writing: map[uuid.UUID]struct{}{}}
		gatherings.of[meeting{pool, tenant}] = g
	}
	g.waiting = append(g.waiting, m)
	begin := g.busy < abreast
	if begin {
		g.busy++
	}
	gatherings.Unlock()
	if begin {
		go g.work(context.WithoutCancel(ctx))
	}
	select {
	case <-m.done:
		return m.err
	case <-ctx.Done():
		return ctx.Err() // it may yet be written: whoever repeats it gets the same answer
	}
}

// work writes until nothing waits that isn't another writing's to take up.
func (g *gathering) work(ctx context.Context) {
	for {
		together := g.take()
		if len(together) == 0 {
			return
		}
		g.write(ctx, together)
		gatherings.Lock()
		for _, m := range together {
			delete(g.writing, m.conversation)
		}
		gatherings.Unlock()
		for _, m := range together {
			m.tell()
			close(m.done)
		}
	}
}

// take picks what is written next, in the order of arrival: one message of each conversation, and none of a conversation that
// is being written to, whose writer comes back for it.
func (g *gathering) take() []*heard {
	gatherings.Lock()
	defer gatherings.Unlock()
	var together []*heard
	rest := g.waiting[:0]
	for _, m := range g.waiting {
		_, busy := g.writing[m.conversation]
		if busy || len(together) == mostTogether {
			rest = append(rest, m)
			continue
		}
		g.writing[m.conversation] = struct{}{}
		together = append(together, m)
	}
	clear(g.waiting[len(rest):])
	g.waiting = rest
	if len(together) == 0 {
		if g.busy--; g.busy == 0 {
			delete(gatherings.of, meeting{g.pool, g.tenant})
		}
	}
	return together
}

// write writes messages in one statement. When the database refuses it, nothing of it is there; what it doesn't answer isn't
// there either. Those messages then go alone, so that each sender hears what is wrong with their own.
func (g *gathering) write(ctx context.Context, together []*heard) {
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	err := receiveAll(ctx, g.pool, g.tenant, together)
	var refused *pgconn.PgError
	for _, m := range together {
		switch {
		case err != nil && !errors.As(err, &refused):
			m.err = err
		case err != nil || m.outcome == "":
			m.err = receiveOne(ctx, g.pool, g.tenant, m)
		}
	}
}

func receiveAll(ctx context.Context, pool *pgxpool.Pool, tenant uuid.UUID, all []*heard) error {
	leave, err := tenants.PoolsOf(ctx).Turns.Take(ctx, tenant)
	if err != nil {
		return err
	}
	defer leave()
	n := len(all)
	tokens, salts := make([][]byte, n), make([][]byte, n)
	conversations, ids := make([]pgtype.UUID, n), make([]pgtype.UUID, n)
	languages, clientIDs := make([]*string, n), make([]*string, n)
	texts, happened := make([]string, n), make([]time.Time, n)
	for i, m := range all {
		tokens[i], languages[i], texts[i] = m.token, m.language, m.text
		conversations[i], ids[i] = pgtype.UUID{Bytes: m.conversation, Valid: true}, pgtype.UUID{Bytes: m.id, Valid: true}
		salts[i], happened[i], clientIDs[i] = m.salt, m.happened, m.clientID
	}
	rows, err := pool.Query(ctx, `select n, seq, recorded_at, player_id, who, assignee_id, team_id
		from chat_receive($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tenants.PoolsOf(ctx).Statements(), tenant, tokens, conversations, ids, languages, texts, salts, happened, clientIDs)
	if err != nil {
		return err
	}
	var at int64
	r := received{outcome: "accepted"}
	answered := make([]received, n)
	_, err = pgx.ForEachRow(rows, []any{&at, &r.seq, &r.recorded, &r.player, &r.who, &r.assignee, &r.team}, func() error {
		answered[at-1] = r
		r = received{outcome: "accepted"}
		return nil
	})
	if err != nil {
		return err
	}
	for i, m := range all {
		m.received = answered[i]
	}
	return nil
}

// receiveOne writes one message with the closer look that digits ask for.
func receiveOne(ctx context.Context, pool *pgxpool.Pool, tenant uuid.UUID, m *heard) error {
	leave, err := tenants.PoolsOf(ctx).Turns.Take(ctx, tenant)
	if err != nil {
		return err
	}
	defer leave()
	return pool.QueryRow(ctx, `select outcome, seq, recorded_at, player_id, who, assignee_id, team_id
		from chat_receive_one($1, $2, $3, $4, $5, $6, $7, '{}', $8, $9, $10)`, tenants.PoolsOf(ctx).Statements(),
		tenant, m.token, m.conversation, m.id, m.language, m.text, m.salt, m.happened, m.clientID, m.digits).
		Scan(&m.outcome, &m.seq, &m.recorded, &m.player, &m.who, &m.assignee, &m.team)
}
