package desk

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
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

// received is what chat_receive answers.
type received struct {
	outcome        string
	seq            *int64
	recorded       *time.Time
	player, who    *uuid.UUID
	assignee, team *uuid.UUID
}

// gathering is where the messages of one casino meet.
type gathering struct {
	pool    *pgxpool.Pool
	tenant  uuid.UUID
	waiting []*heard
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
	m.done = make(chan struct{})
	gatherings.Lock()
	g := gatherings.of[meeting{pool, tenant}]
	if g == nil {
		g = &gathering{pool: pool, tenant: tenant}
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

// work writes until nothing waits.
func (g *gathering) work(ctx context.Context) {
	for {
		gatherings.Lock()
		n := min(len(g.waiting), mostTogether)
		together := slices.Clone(g.waiting[:n])
		g.waiting = slices.Delete(g.waiting, 0, n)
		if n == 0 {
			if g.busy--; g.busy == 0 {
				delete(gatherings.of, meeting{g.pool, g.tenant})
			}
			gatherings.Unlock()
			return
		}
		gatherings.Unlock()
		// Conversations are locked in one order, so that two writings never wait for each other.
		slices.SortStableFunc(together, func(a, b *heard) int { return bytes.Compare(a.conversation[:], b.conversation[:]) })
		g.write(ctx, together)
		for _, m := range together {
			if m.err == nil && m.outcome == "accepted" {
				m.told()
			}
			close(m.done)
		}
	}
}

// write writes messages in one statement. When the database refuses it, nothing of it is there: each message then goes alone,
// and the refusal reaches its sender only.
func (g *gathering) write(ctx context.Context, together []*heard) {
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	err := receiveAll(ctx, g.pool, g.tenant, together)
	var refused *pgconn.PgError
	if len(together) > 1 && errors.As(err, &refused) {
		for i := range together {
			together[i].err = receiveAll(ctx, g.pool, g.tenant, together[i:i+1])
		}
		return
	}
	for _, m := range together {
		m.err = err
	}
}

func receiveAll(ctx context.Context, pool *pgxpool.Pool, tenant uuid.UUID, all []*heard) error {
	n := len(all)
	tokens, salts := make([][]byte, n), make([][]byte, n)
	conversations, ids := make([]uuid.UUID, n), make([]uuid.UUID, n)
	languages, clientIDs := make([]*string, n), make([]*string, n)
	texts, happened, digits := make([]string, n), make([]time.Time, n), make([]bool, n)
	for i, m := range all {
		tokens[i], conversations[i], ids[i], languages[i], texts[i] = m.token, m.conversation, m.id, m.language, m.text
		salts[i], happened[i], clientIDs[i], digits[i] = m.salt, m.happened, m.clientID, m.digits
	}
	rows, err := pool.Query(ctx, `select m.n, r.outcome, r.seq, r.recorded_at, r.player_id, r.who, r.assignee_id, r.team_id
		from unnest($2::bytea[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::timestamptz[], $9::text[], $10::boolean[])
			with ordinality as m(token, conversation, id, language, body, salt, happened, client, digits, n),
		lateral chat_receive($1, m.token, m.conversation, m.id, m.language, m.body, m.salt, '{}', m.happened, m.client, m.digits) r`,
		pgx.QueryExecModeCacheStatement, tenant, tokens, conversations, ids, languages, texts, salts, happened, clientIDs, digits)
	if err != nil {
		return err
	}
	var at int64
	var r received
	_, err = pgx.ForEachRow(rows, []any{&at, &r.outcome, &r.seq, &r.recorded, &r.player, &r.who, &r.assignee, &r.team}, func() error {
		all[at-1].received = r
		r = received{}
		return nil
	})
	return err
}
