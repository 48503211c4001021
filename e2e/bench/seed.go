package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"pitdesk/tenants"
)

//go:embed functions.sql
var functionsSQL string

//go:embed seed.sql
var seedSQL string

//go:embed seed_after.sql
var seedAfterSQL string

// scene is what the load needs to know of the seeded casinos. Host is the big casino's.
type scene struct {
	host    string
	players []player
	leads   []string // tokens of sessions whose members see all
	member  string   // an operator's
	key     string   // to the API
	ids     map[string]string
	counts  counts
}

type counts struct {
	Casinos       int `json:"casinos"`
	Conversations int `json:"conversations"`
	Entries       int `json:"entries"`
	BigOnes       int `json:"conversations_of_the_big_casino"`
	Checked       int `json:"entries_whose_chain_was_recomputed"`
}

// seed fills the database unless it is full already, and opens the sessions.
func seed(ctx context.Context, d *desk) (*scene, error) {
	conn, err := d.super.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	var there bool
	if err := conn.QueryRow(ctx, `select to_regclass('bench.bare_heads') is not null`).Scan(&there); err != nil {
		return nil, err
	}
	if !there {
		began := time.Now()
		if err := fill(ctx, conn.Conn(), d); err != nil {
			return nil, fmt.Errorf("seed: %w", err)
		}
		fmt.Fprintf(os.Stderr, "bench: seeded in %s\n", time.Since(began).Round(time.Second))
	}
	return look(ctx, conn.Conn())
}

func fill(ctx context.Context, conn *pgx.Conn, d *desk) error {
	all := func(sql string) error { _, err := conn.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol); return err }
	if err := all(functionsSQL + seedSQL); err != nil {
		return err
	}
	// The big casino and all others at once.
	failed := make(chan error, 2)
	for _, part := range [][2]int{{1, 1}, {2, 200}} {
		go func() {
			c, err := pgx.ConnectConfig(ctx, d.super.Config().ConnConfig)
			if err == nil {
				defer c.Close(ctx)
				_, err = c.Exec(ctx, fmt.Sprintf(`set session_replication_role = replica; set synchronous_commit = off; set work_mem = '256MB';
					select bench.entries(%d, %d)`, part[0], part[1]), pgx.QueryExecModeSimpleProtocol)
			}
			failed <- err
		}()
	}
	for range 2 {
		if err := <-failed; err != nil {
			return err
		}
	}
	if err := all(seedAfterSQL); err != nil {
		return err
	}
	if err := all(bareTables); err != nil {
		return err
	}
	for _, one := range []string{"vacuum analyze", "checkpoint", "set session_replication_role = origin"} {
		if err := all(one); err != nil {
			return err
		}
	}
	return nil
}

// look reads the scene, checks some chains against the log's own functions, and gives every session another day.
func look(ctx context.Context, conn *pgx.Conn) (*scene, error) {
	s := &scene{ids: map[string]string{}, key: "dk_benchmark", host: "bench-001.localhost"}
	_, err := conn.Exec(ctx, `update player_sessions set expires_at = now() + interval '1 day';
		update staff_sessions set expires_at = now() + interval '1 day', seen_at = now()`, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return nil, err
	}
	rows, err := conn.Query(ctx, `select token, id from bench.players order by n`)
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var token string
		var id uuid.UUID
		if err := rows.Scan(&token, &id); err != nil {
			return nil, err
		}
		s.players = append(s.players, player{Token: token, Conversation: tenants.PublicID(tenants.ConversationPrefix, id)})
	}
	if rows.Err() != nil {
		return nil, rows.Err()
	}
	for n := range 50 {
		s.leads = append(s.leads, fmt.Sprint("bench-lead-", n+1))
	}
	s.member = "bench-operator"
	for name, ask := range map[string]struct{ prefix, sql string }{
		"team":       {tenants.TeamPrefix, `select bench.id(bench.born(), 1003, 3)`},
		"topic":      {tenants.TopicPrefix, `select bench.id(bench.born(), 1001, 5)`},
		"rare topic": {tenants.TopicPrefix, `select bench.id(bench.born(), 1015, 5)`},
		"common tag": {tenants.TagPrefix, `select bench.id(bench.born(), 1001, 6)`},
		"tag":        {tenants.TagPrefix, `select bench.id(bench.born(), 1002, 6)`},
		"rare tag":   {tenants.TagPrefix, `select bench.id(bench.born(), 1040, 6)`},
		// The operator's own, so that both may open it.
		"conversation": {tenants.ConversationPrefix, `select id from bench.conversations where casino = 1 and state = 'open'
			and assignee_id = bench.id(bench.born(), 1020, 4) order by id desc limit 1`},
	} {
		var id uuid.UUID
		if err := conn.QueryRow(ctx, ask.sql).Scan(&id); err != nil {
			return nil, err
		}
		s.ids[name] = tenants.PublicID(ask.prefix, id)
	}
	var broken int
	err = conn.QueryRow(ctx, `with picked as (select tenant_id, id from bench.conversations order by md5(id::text) limit 200),
		chained as (select e.hash, bench.chain(log_seed(e.tenant_id, e.conversation_id), e.seq, log_digest(e))
			over (partition by e.tenant_id, e.conversation_id order by e.seq) as expected
			from entries e join picked s on s.tenant_id = e.tenant_id and s.id = e.conversation_id)
		select count(*), count(*) filter (where hash <> expected) from chained`).Scan(&s.counts.Checked, &broken)
	if err != nil || broken > 0 {
		return nil, fmt.Errorf("%d of %d chains are broken: %w", broken, s.counts.Checked, err)
	}
	return s, conn.QueryRow(ctx, `select (select count(*) from control.tenants), (select count(*) from conversations), (select count(*) from entries),
		(select count(*) from conversations where tenant_id = (select id from bench.casinos where n = 1))`).
		Scan(&s.counts.Casinos, &s.counts.Conversations, &s.counts.Entries, &s.counts.BigOnes)
}
