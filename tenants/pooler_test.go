package tenants_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"pitdesk/internal/pg"
	"pitdesk/internal/pgtest"
	"pitdesk/tenants"
)

// shared are many casinos of several processes that share three connections to the server, handed on with every transaction.
type shared struct {
	*testing.T
	data    *pgtest.DB // by way of the pooler
	ctx     []context.Context
	casinos []uuid.UUID

	mu     sync.Mutex
	served map[int]map[uuid.UUID]bool // which casinos each connection of the server has served
	deeds  map[string]int
}

func share(t *testing.T) *shared {
	straight := pgtest.New(t)
	s := &shared{T: t, data: straight.Pooled(t, 3), served: map[int]map[uuid.UUID]bool{}, deeds: map[string]int{}}
	for range 4 {
		pool, db, err := pg.Open(t.Context(), s.data.AppURL, pg.PoolOptions{MaxConns: 8})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close(); pool.Close() })
		s.ctx = append(s.ctx, tenants.WithPools(t.Context(), &tenants.Pools{App: db, AppPool: pool}))
	}
	super := straight.Super(t)
	for range 40 {
		id := uuid.New()
		s.casinos = append(s.casinos, id)
		if _, err := super.Exec("insert into tags (tenant_id, id, name) values ($1, gen_random_uuid(), $2)", id, "tag "+id.String()); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// TestNoCasinosSettingReachesThePoolersNextClient has clients do everything that may leave something behind on a connection, and
// looks each time at what the one before has left.
func TestNoCasinosSettingReachesThePoolersNextClient(t *testing.T) {
	t.Parallel()
	s := share(t)
	deeds := map[string]func(context.Context, uuid.UUID) error{"commit": s.commits, "roll back": s.rollsBack, "read": s.reads, "err": s.errs, "leave": s.leaves, "vanish": s.vanishes,
		"nobody": func(ctx context.Context, _ uuid.UUID) error { return s.nobody(ctx) }}
	// What ends a connection of the server is rare: most are to pass from hand to hand.
	often := map[string]int{"commit": 20, "roll back": 20, "read": 20, "nobody": 30, "err": 8, "leave": 1, "vanish": 1}
	var names []string
	for name := range deeds {
		for range often[name] {
			names = append(names, name)
		}
	}
	var clients sync.WaitGroup
	for i := range 32 {
		clients.Go(func() {
			for range 100 {
				name := names[rand.IntN(len(names))]
				if err := deeds[name](s.ctx[i%len(s.ctx)], s.casinos[rand.IntN(len(s.casinos))]); err != nil {
					t.Errorf("%s: %v", name, err)
					return
				}
				s.mu.Lock()
				s.deeds[name]++
				s.mu.Unlock()
			}
		})
	}
	clients.Wait()
	if len(s.served) == 0 {
		t.Error("no connection was seen")
	}
	most := 0
	for _, casinos := range s.served {
		most = max(most, len(casinos))
	}
	if most < len(s.casinos)/2 {
		t.Errorf("no connection was shared by more than %d of %d casinos: nothing was proven", most, len(s.casinos))
	}
	t.Logf("%d connections of the server served up to %d casinos each: %v", len(s.served), most, s.deeds)
}

// mine looks around in a casino's transaction.
func (s *shared) mine(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	var pid int
	var is, name string
	var tags int
	if err := tx.NewRaw("select pg_backend_pid(), current_setting('app.tenant_id'), min(name), count(*) from tags").Scan(ctx, &pid, &is, &name, &tags); err != nil {
		return err
	}
	s.mu.Lock()
	if s.served[pid] == nil {
		s.served[pid] = map[uuid.UUID]bool{}
	}
	s.served[pid][id] = true
	s.mu.Unlock()
	if is != id.String() || tags != 1 || name != "tag "+id.String() {
		return fmt.Errorf("%s is served as %s and sees %d tags, the first %q", id, is, tags, name)
	}
	return nil
}

// nobody looks around outside of any casino's transaction, both ways in which the program may ask.
func (s *shared) nobody(ctx context.Context) error {
	const looks = `select coalesce(current_setting('app.tenant_id', true), ''), count(*), current_setting('synchronous_commit'), current_setting('join_collapse_limit') from tags`
	var is, commit, joins string
	var tags int
	check := func(err error) error {
		if err == nil && (is != "" || tags != 0 || commit != "on" || joins != "8") {
			err = fmt.Errorf("nobody is served as %q, sees %d tags, commits with %s and joins with %s", is, tags, commit, joins)
		}
		return err
	}
	pools := tenants.PoolsOf(ctx)
	if err := check(pools.App.NewRaw(looks).Scan(ctx, &is, &tags, &commit, &joins)); err != nil {
		return err
	}
	return check(pools.AppPool.QueryRow(ctx, looks).Scan(&is, &tags, &commit, &joins))
}

func (s *shared) commits(ctx context.Context, id uuid.UUID) error {
	return tenants.In(ctx, id, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw("update tags set name = name").Exec(ctx); err != nil {
			return err
		}
		return s.mine(ctx, tx, id)
	})
}

var errEnough = errors.New("enough")

func (s *shared) rollsBack(ctx context.Context, id uuid.UUID) error {
	err := tenants.In(ctx, id, func(ctx context.Context, tx bun.Tx) error { return errors.Join(s.mine(ctx, tx, id), errEnough) })
	if err.Error() == errEnough.Error() {
		return nil
	}
	return err
}

func (s *shared) reads(ctx context.Context, id uuid.UUID) error {
	return tenants.Reading(ctx, id, func(ctx context.Context, tx bun.Tx) error { return s.mine(ctx, tx, id) })
}

// errs has the server refuse a statement in the midst of a transaction.
func (s *shared) errs(ctx context.Context, id uuid.UUID) error {
	if err := tenants.In(ctx, id, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw("select 1 / 0").Exec(ctx)
		return err
	}); err == nil {
		return errors.New("a division by zero passed")
	}
	return nil
}

// leaves gives up in the midst of a statement, as a browser that goes away makes its request do.
func (s *shared) leaves(ctx context.Context, id uuid.UUID) error {
	short, cancel := context.WithTimeout(ctx, 5*time.Millisecond)
	defer cancel()
	if err := tenants.In(short, id, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw("select pg_sleep(0.05)").Exec(ctx)
		return err
	}); err == nil {
		return errors.New("a statement of 50 ms ended within 5 ms")
	}
	return nil
}

// vanishes is a process that is killed in the midst of a transaction.
func (s *shared) vanishes(ctx context.Context, id uuid.UUID) error {
	config, err := pgx.ParseConfig(s.data.AppURL)
	if err != nil {
		return err
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "begin; select set_config('app.tenant_id', '"+id.String()+"', true)"); err != nil {
		return err
	}
	return conn.PgConn().Conn().Close()
}
