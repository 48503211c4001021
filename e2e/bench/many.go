package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"pitdesk/tenants"
)

//go:embed many.sql
var manySQL string

// playersEach is how many players with an open chat each of the many casinos has.
const playersEach = 40

// tenantsFigure is what a message costs when so many casinos are at work.
type tenantsFigure struct {
	Casinos int     `json:"casinos"`
	Served  series  `json:"messages"`
	Desk    float64 `json:"desk_us"`     // CPU time per message, in microseconds
	Data    float64 `json:"database_us"` //
	Share   float64 `json:"to_the_first"`
}

// startMany starts a desk of its own, without any casino.
func startMany(ctx context.Context, o options) (*desk, error) {
	folder, err := os.MkdirTemp(o.data, "pitdesk-bench-many-")
	if err != nil {
		return nil, err
	}
	o.data = folder
	d, err := startDesk(ctx, o)
	if err != nil {
		_ = os.RemoveAll(folder)
		return nil, err
	}
	d.remove = true
	_, err = d.super.Exec(ctx, functionsSQL+manySQL, pgx.QueryExecModeSimpleProtocol)
	return d, err
}

// found makes casinos until there are so many.
func (d *desk) found(ctx context.Context, casinos int) error {
	var there int
	if err := d.super.QueryRow(ctx, `select coalesce(max(casino), 0) from bench.talks`).Scan(&there); err != nil || there >= casinos {
		return err
	}
	began := time.Now()
	_, err := d.super.Exec(ctx, fmt.Sprintf(`set session_replication_role = replica; set synchronous_commit = off; select bench.found(%d, %d, %d);
		set session_replication_role = origin; set synchronous_commit = on`, there+1, casinos, playersEach), pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return fmt.Errorf("found %d casinos: %w", casinos, err)
	}
	for _, one := range []string{"vacuum analyze", "checkpoint"} {
		if _, err := d.super.Exec(ctx, one, pgx.QueryExecModeSimpleProtocol); err != nil {
			return err
		}
	}
	fmt.Fprintf(os.Stderr, "bench: %d casinos in %s\n", casinos, time.Since(began).Round(time.Second))
	return nil
}

// talks are the players of the first casinos, those of one casino not beside each other.
func (d *desk) talks(ctx context.Context, casinos, each int) ([]player, error) {
	rows, err := d.super.Query(ctx, `select host, token, conversation from bench.talks where casino <= $1 and n <= $2 order by n, casino`, casinos, each)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (player, error) {
		var p player
		var id uuid.UUID
		err := row.Scan(&p.Host, &p.Token, &id)
		p.Conversation = tenants.PublicID(tenants.ConversationPrefix, id)
		return p, err
	})
}

// growing measures what a message costs while ten casinos are at work, and more and more. No two writers write for one casino, so
// that no message shares a commit with another: with few casinos that would make them cheaper than with many.
func growing(ctx context.Context, o options, d *desk) ([]tenantsFigure, error) {
	var all []tenantsFigure
	for _, n := range o.casinos {
		if err := d.found(ctx, n); err != nil {
			return nil, err
		}
		talks, err := d.talks(ctx, n, playersEach)
		if err != nil {
			return nil, err
		}
		j := job{Kind: "spread", Address: d.server.address, Workers: 5, Players: talks}
		// What a process remembers of each casino it has read once: every casino is greeted before anything counts.
		greet := j
		greet.Players, greet.Seconds = talks[:n], 0
		if _, err := child(ctx, greet); err != nil {
			return nil, err
		}
		if err := d.quiet(ctx); err != nil {
			return nil, err
		}
		// A checkpoint makes the next touch of each page dear: that is over before anything counts.
		warm := j
		warm.Seconds = o.seconds
		if _, err := child(ctx, warm); err != nil {
			return nil, err
		}
		at := d.spent()
		j.Seconds = o.seconds * 2
		r, err := child(ctx, j)
		if err != nil {
			return nil, err
		}
		after, s := d.spent(), r.Series["spread"]
		f := tenantsFigure{Casinos: n, Served: s, Desk: (after.desk - at.desk) / s.all() * 1e6, Data: (after.database - at.database) / s.all() * 1e6, Share: 1}
		if len(all) > 0 {
			f.Share = (f.Desk + f.Data) / (all[0].Desk + all[0].Data)
		}
		fmt.Fprintf(os.Stderr, "bench: %d casinos: %.0f µs of desk and %.0f µs of database a message (%.2f)\n", n, f.Desk, f.Data, f.Share)
		all = append(all, f)
	}
	return all, nil
}

func printTenants(t io.Writer, figures []tenantsFigure) {
	if len(figures) == 0 {
		return
	}
	fmt.Fprintf(t, "\nWhat a message costs as casinos come along\n")
	fmt.Fprintf(t, "casinos\tmessages/s\tp50\tp95\tp99 ms\tfailed\tCPU µs: desk\tdatabase\tto the first\t\n")
	for _, f := range figures {
		fmt.Fprintf(t, "%d\t%.0f\t%.2f\t%.2f\t%.2f\t%d\t%.0f\t%.0f\t%.2f\t\n", f.Casinos, f.Served.rate(), f.Served.P50, f.Served.P95, f.Served.P99, f.Served.Failed,
			f.Desk, f.Data, f.Share)
	}
}
