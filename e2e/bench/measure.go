package main

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"pitdesk/internal/pg"
)

// acceptFigure is one number of writers: the bare limit beside what the desk accepts, from the same minute.
type acceptFigure struct {
	Writers int     `json:"writers"`
	Bare    series  `json:"bare"`
	Desk    series  `json:"desk"`
	Share   float64 `json:"share"` // of the bare limit
	// CPU time per message, in microseconds.
	BareLoad     float64 `json:"bare_load_us"`
	BareDatabase float64 `json:"bare_database_us"`
	Load         float64 `json:"load_us"`
	DeskProcess  float64 `json:"desk_us"`
	Database     float64 `json:"database_us"`
	LoadShare    float64 `json:"load_share_of_machine"`
	Heard        float64 `json:"hints_heard_per_second"`
}

// accepting measures, for each number of writers, the bare limit before and after the desk, so that a machine that others use
// too slows both.
func accepting(ctx context.Context, o options, d *desk, s *scene) ([]acceptFigure, error) {
	// After a checkpoint every page is logged whole when it is first touched. That is the checkpoint's price, not a message's:
	// both sides pay it before anything counts.
	if err := d.quiet(ctx); err != nil {
		return nil, err
	}
	warm := acceptFigure{Writers: 32}
	if _, err := warm.bare(ctx, o.seconds/2, d); err != nil {
		return nil, err
	}
	if err := warm.desk(ctx, o.seconds/2, o.agents, d, s); err != nil {
		return nil, err
	}
	var all []acceptFigure
	for _, n := range o.writers {
		f := acceptFigure{Writers: n}
		before, err := f.bare(ctx, o.seconds/2, d)
		if err != nil {
			return nil, err
		}
		if err := f.desk(ctx, o.seconds, o.agents, d, s); err != nil {
			return nil, err
		}
		after, err := f.bare(ctx, o.seconds/2, d)
		if err != nil {
			return nil, err
		}
		f.Bare = series{Done: before.Done + after.Done, Seconds: before.Seconds + after.Seconds, P50: (before.P50 + after.P50) / 2,
			P99: max(before.P99, after.P99), Max: max(before.Max, after.Max)}
		f.BareLoad, f.BareDatabase = f.BareLoad/2, f.BareDatabase/2
		f.Share = f.Desk.rate() / f.Bare.rate()
		fmt.Fprintf(os.Stderr, "bench: %d writers: bare %.0f/s, desk %.0f/s (%.0f %%)\n", n, f.Bare.rate(), f.Desk.rate(), f.Share*100)
		all = append(all, f)
	}
	return all, nil
}

// bare measures the bare limit and adds up what it costs.
func (f *acceptFigure) bare(ctx context.Context, seconds float64, d *desk) (series, error) {
	at := d.spent()
	r, err := child(ctx, job{Kind: "bare", Database: d.url(pg.RoleApp), Workers: f.Writers, Seconds: seconds})
	if err != nil {
		return series{}, err
	}
	s := r.Series["bare"]
	f.BareLoad += r.CPU / s.all() * 1e6
	f.BareDatabase += (d.spent().database - at.database) / s.all() * 1e6
	return s, nil
}

func (f *acceptFigure) desk(ctx context.Context, seconds float64, agents int, d *desk, s *scene) error {
	at := d.spent()
	r, err := child(ctx, job{Kind: "accept", Address: d.server.address, Host: s.host, Workers: f.Writers, Seconds: seconds,
		Players: s.players, Agents: s.leads[:agents]})
	if err != nil {
		return err
	}
	after := d.spent()
	f.Desk = r.Series["accept"]
	all := f.Desk.all()
	f.Load, f.DeskProcess, f.Database = r.CPU/all*1e6, (after.desk-at.desk)/all*1e6, (after.database-at.database)/all*1e6
	f.LoadShare = r.CPU / (f.Desk.Seconds + warmUp(f.Desk.Seconds)) / float64(runtime.NumCPU())
	f.Heard = r.Series["heard"].rate()
	return nil
}

// deliveryFigure is how long words are on their way with so many chats alive.
type deliveryFigure struct {
	Chats    int     `json:"chats"`
	Every    float64 `json:"every_seconds"`
	ToAgents series  `json:"to_agents"`
	ToPlayer series  `json:"to_player"`
	Accepted series  `json:"accepted"`
}

func delivering(ctx context.Context, o options, d *desk, s *scene) ([]deliveryFigure, error) {
	var all []deliveryFigure
	for _, n := range o.chats {
		r, err := child(ctx, job{Kind: "deliver", Address: d.server.address, Host: s.host, Players: s.players, Agents: s.leads[:o.agents],
			Chats: n, Every: 5, Seconds: 2 * o.seconds})
		if err != nil {
			return nil, err
		}
		f := deliveryFigure{n, 5, r.Series["to agents"], r.Series["to player"], r.Series["accepted"]}
		fmt.Fprintf(os.Stderr, "bench: %d chats: to agents p99 %.1f ms, to player p99 %.1f ms\n", n, f.ToAgents.P99, f.ToPlayer.P99)
		all = append(all, f)
	}
	return all, nil
}

// listFigure is one page with so many readers.
type listFigure struct {
	Page    string `json:"page"`
	As      string `json:"as"`
	Readers int    `json:"readers"`
	series
}

// listing asks for every filter's list as one who sees all and as one who doesn't, then for whole pages and conversations.
func listing(ctx context.Context, o options, d *desk, s *scene) ([]listFigure, error) {
	var all []listFigure
	for _, readers := range o.writers {
		for _, as := range []struct{ name, token string }{{"lead", s.leads[0]}, {"operator", s.member}} {
			r, err := child(ctx, job{Kind: "read", Address: d.server.address, Host: s.host, Workers: readers, Seconds: o.seconds / 5,
				Paths: s.pages(as.token)})
			if err != nil {
				return nil, err
			}
			for _, p := range s.pages(as.token) {
				all = append(all, listFigure{p.Name, as.name, readers, r.Series[p.Name]})
			}
		}
		fmt.Fprintf(os.Stderr, "bench: %d readers done\n", readers)
	}
	return all, nil
}

// pages are what agents look at.
func (s *scene) pages(token string) []path {
	headers := "Accept: text/html\r\nCookie: __Host-session=" + token + "\r\n"
	var all []path
	for _, p := range [][2]string{
		{"all open", "/inbox/list"}, {"mine", "/inbox/list?view=mine"}, {"unassigned", "/inbox/list?view=unassigned"},
		{"snoozed", "/inbox/list?view=snoozed"}, {"resolved", "/inbox/list?view=resolved"},
		{"team", "/inbox/list?team=" + s.ids["team"]}, {"team, resolved", "/inbox/list?view=resolved&team=" + s.ids["team"]},
		{"team, unassigned", "/inbox/list?view=unassigned&team=" + s.ids["team"]},
		{"topic", "/inbox/list?topic=" + s.ids["topic"]}, {"topic, mine", "/inbox/list?view=mine&topic=" + s.ids["topic"]},
		{"rare topic", "/inbox/list?topic=" + s.ids["rare topic"]},
		{"chat", "/inbox/list?channel=chat"}, {"messenger", "/inbox/list?channel=messenger"},
		{"messenger, unassigned", "/inbox/list?view=unassigned&channel=messenger"},
		{"common tag", "/inbox/list?tag=" + s.ids["common tag"]}, {"tag", "/inbox/list?tag=" + s.ids["tag"]},
		{"tag, resolved", "/inbox/list?view=resolved&tag=" + s.ids["tag"]},
		{"rare tag", "/inbox/list?tag=" + s.ids["rare tag"]},
		{"views with counts", "/inbox/boxes"}, {"whole inbox", "/inbox"},
		{"open conversation", "/inbox/" + s.ids["conversation"]},
	} {
		h := headers
		if p[0] == "open conversation" {
			h += "HX-Request: true\r\n"
		}
		all = append(all, path{Name: p[0], Path: p[1], Headers: h})
	}
	return all
}
