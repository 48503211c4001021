package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// bareTables are the bare limit's own: rows as wide as conversations and entries are on average, and one index each.
const bareTables = `
	create table bench.bare_heads (tenant_id uuid, id uuid, last_seq bigint not null, turn_at timestamptz not null, rest bytea not null,
		primary key (tenant_id, id)) with (fillfactor = 70);
	create table bench.bare_entries (tenant_id uuid, conversation_id uuid, seq bigint, at timestamptz not null, rest bytea not null,
		primary key (tenant_id, conversation_id, seq));
	alter table bench.bare_heads alter rest set storage external;
	alter table bench.bare_entries alter rest set storage external;
	insert into bench.bare_heads select tenant_id, conversation_id, 0, now(), decode(repeat('5a', 160), 'hex') from bench.players;
	grant usage on schema bench to pitdesk_app;
	grant select, insert, update on bench.bare_heads, bench.bare_entries, bench.players to pitdesk_app;
	analyze bench.bare_heads;`

// bare is the least that keeping a message costs: one update and one insert in one transaction, prepared, in one round trip.
func bare(ctx context.Context, j job, r *result) error {
	config, err := pgxpool.ParseConfig(j.Database)
	if err != nil {
		return err
	}
	config.MaxConns = int32(j.Workers)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	rows, err := pool.Query(ctx, `select tenant_id, id from bench.bare_heads`)
	if err != nil {
		return err
	}
	type head struct{ Tenant, ID uuid.UUID }
	heads, err := pgx.CollectRows(rows, pgx.RowToStructByPos[head])
	if err != nil {
		return err
	}
	var fresh [8]byte
	_, _ = rand.Read(fresh[:])
	first := int64(binary.BigEndian.Uint64(fresh[:]) >> 2)
	s, err := workers(j.Workers, j.Seconds, func(i int, stop func() bool, done func(time.Time), w *waits) error {
		conn, err := pool.Acquire(ctx)
		if err != nil {
			return err
		}
		defer conn.Release()
		rest := make([]byte, 360)
		_, _ = rand.Read(rest)
		for n := i; !stop(); n += j.Workers {
			at := heads[n%len(heads)]
			began := time.Now()
			// A pgx batch is one message and, with no begin in it, one transaction.
			var b pgx.Batch
			b.Queue(`update bench.bare_heads set last_seq = last_seq + 1, turn_at = now() where tenant_id = $1 and id = $2`, at.Tenant, at.ID)
			b.Queue(`insert into bench.bare_entries values ($1, $2, $3, now(), $4)`, at.Tenant, at.ID, first+int64(n), rest)
			if err := conn.SendBatch(ctx, &b).Close(); err != nil {
				return err
			}
			done(began)
		}
		return nil
	})
	r.Series["bare"] = s
	return err
}
