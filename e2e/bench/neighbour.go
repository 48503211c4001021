package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"pitdesk/tenants"
)

//go:embed neighbour.sql
var neighbourSQL string

// neighbourFigure is what quiet casinos feel of one that asks fifty times as much as each of them.
type neighbourFigure struct {
	What   string  `json:"what"`
	Rate   float64 `json:"loud_asks_per_second"`
	Loud   series  `json:"loud"`
	Quiet  series  `json:"quiet"`
	Words  series  `json:"quiet_messages"`
	Pages  series  `json:"quiet_pages"`
	Factor float64 `json:"p95_to_alone"`
}

const (
	quietCasinos = 20
	louder       = 50
)

// neighbouring measures the quiet casinos alone, beside the loud one, and beside it with the shares taken away.
func neighbouring(ctx context.Context, o options, d *desk, s *scene) ([]neighbourFigure, error) {
	quiet, err := quietOnes(ctx, d, o.pace)
	if err != nil {
		return nil, err
	}
	loud := job{Kind: "walk", Seconds: o.seconds * 2, Walks: []walk{{Name: "loud", Host: s.host, Lead: s.leads[0], Players: s.players,
		Rate: louder * o.pace, Most: 200}}}
	var all []neighbourFigure
	for _, what := range []string{"alone", "beside the loud one", "beside it, without shares"} {
		if what == "beside it, without shares" {
			if err := d.again(ctx, "PITDESK_TENANT_CONNS=500"); err != nil {
				return nil, err
			}
		}
		if err := d.quiet(ctx); err != nil {
			return nil, err
		}
		f := neighbourFigure{What: what}
		ended := make(chan error, 1)
		if what == "alone" {
			ended <- nil
		} else {
			f.Rate = louder * o.pace
			loud.Address = d.server.address
			go func() {
				r, err := child(ctx, loud)
				f.Loud = r.Series["loud"]
				ended <- err
			}()
		}
		// The quiet ones' own warm-up lets the loud one get going.
		r, err := child(ctx, job{Kind: "walk", Address: d.server.address, Seconds: o.seconds * 1.8, Walks: quiet})
		if loudErr := <-ended; err == nil {
			err = loudErr
		}
		if err != nil {
			return nil, err
		}
		f.Quiet, f.Words, f.Pages = r.Series["quiet"], r.Series["quiet messages"], r.Series["quiet pages"]
		f.Factor = 1
		if len(all) > 0 && all[0].Quiet.P95 > 0 {
			f.Factor = f.Quiet.P95 / all[0].Quiet.P95
		}
		fmt.Fprintf(os.Stderr, "bench: quiet casinos %s: p95 %.1f ms (%.2f)\n", what, f.Quiet.P95, f.Factor)
		all = append(all, f)
	}
	return all, d.again(ctx)
}

// again starts the desk anew with other settings.
func (d *desk) again(ctx context.Context, env ...string) (err error) {
	d.super.Reset()
	d.server.stop()
	d.server, err = d.serve(ctx, "server.log", append(env, "PITDESK_DATA="+filepath.Join(d.folder, "data"))...)
	return err
}

func quietOnes(ctx context.Context, d *desk, pace float64) ([]walk, error) {
	var there bool
	if err := d.super.QueryRow(ctx, `select to_regclass('bench.neighbours') is not null`).Scan(&there); err != nil {
		return nil, err
	}
	if !there {
		if _, err := d.super.Exec(ctx, neighbourSQL, pgx.QueryExecModeSimpleProtocol); err != nil {
			return nil, fmt.Errorf("seed of the neighbours: %w", err)
		}
	}
	var all []walk
	for n := range quietCasinos {
		all = append(all, walk{Name: "quiet", Host: fmt.Sprintf("bench-%03d.localhost", n+2), Lead: fmt.Sprint("bench-lead-of-", n+2), Rate: pace, Most: 8})
	}
	rows, err := d.super.Query(ctx, `select casino, token, id from bench.neighbours where casino <= $1 order by casino, id`, quietCasinos+1)
	if err != nil {
		return nil, err
	}
	var casino int
	var token string
	var id uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&casino, &token, &id}, func() error {
		w := &all[casino-2]
		w.Players = append(w.Players, player{Token: token, Conversation: tenants.PublicID(tenants.ConversationPrefix, id)})
		return nil
	})
	return all, err
}

func printNeighbours(t io.Writer, figures []neighbourFigure) {
	if len(figures) == 0 {
		return
	}
	fmt.Fprintf(t, "\n%d quiet casinos, beside one that asks %d times as much as each\n", quietCasinos, louder)
	fmt.Fprintf(t, "quiet casinos\tasked/s\tp50\tp95\tp99 ms\tp95 to alone\tmessages p95\tpages p95\tfailed\tloud asks/s\tanswered/s\tits p95 ms\trefused\t\n")
	for _, f := range figures {
		fmt.Fprintf(t, "%s\t%.0f\t%.1f\t%.1f\t%.1f\t%.2f\t%.1f\t%.1f\t%d\t%.0f\t%.0f\t%.0f\t%d\t\n", f.What, f.Quiet.rate(), f.Quiet.P50, f.Quiet.P95, f.Quiet.P99, f.Factor,
			f.Words.P95, f.Pages.P95, f.Quiet.Failed, f.Rate, f.Loud.rate(), f.Loud.P95, f.Loud.Failed)
	}
}
