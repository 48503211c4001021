package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// report is everything a run has measured: bench.json.
type report struct {
	Began    time.Time        `json:"began"`
	Took     string           `json:"took"`
	Machine  string           `json:"machine"`
	Seeded   counts           `json:"seeded"`
	Accept   []acceptFigure   `json:"accept,omitempty"`
	Costs    []costFigure     `json:"costs,omitempty"`
	Delivery []deliveryFigure `json:"delivery,omitempty"`
	Lists    []listFigure     `json:"lists,omitempty"`
	Help     []listFigure     `json:"help,omitempty"`

	Neighbour []neighbourFigure `json:"neighbour,omitempty"`
	Tenants   []tenantsFigure   `json:"tenants,omitempty"`
	Streams   []streamsFigure   `json:"streams,omitempty"`
}

// print writes the tables.
func (r report) print(out io.Writer) {
	fmt.Fprintf(out, "\n%s · %s · took %s\n", r.Began.Format("2006-01-02 15:04 MST"), r.Machine, r.Took)
	if r.Seeded.Casinos > 0 {
		fmt.Fprintf(out, "%d casinos, %d conversations, %d entries; the measured casino has %d conversations\n",
			r.Seeded.Casinos, r.Seeded.Conversations, r.Seeded.Entries, r.Seeded.BigOnes)
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	defer t.Flush()
	if len(r.Accept) > 0 {
		fmt.Fprintf(t, "\nMessages accepted\n")
		fmt.Fprintf(t, "writers\tbare/s\tdesk/s\tshare\tp50 ms\tp99 ms\tfailed\tCPU µs: bare load\tbare database\tload\tdesk\tdatabase\thints/s\t\n")
		for _, f := range r.Accept {
			fmt.Fprintf(t, "%d\t%.0f\t%.0f\t%.0f %%\t%.2f\t%.2f\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t\n", f.Writers, f.Bare.rate(), f.Desk.rate(), f.Share*100,
				f.Desk.P50, f.Desk.P99, f.Desk.Failed, f.BareLoad, f.BareDatabase, f.Load, f.DeskProcess, f.Database, f.Heard)
		}
	}
	if len(r.Costs) > 0 {
		fmt.Fprintf(t, "\nWhat one request asks of the database\n")
		fmt.Fprintf(t, "request\tround trips\tstatements\ttransactions that write\tp50 ms\t\n")
		for _, f := range r.Costs {
			fmt.Fprintf(t, "%s\t%.2f\t%.2f\t%.2f\t%.2f\t\n", f.Request, f.RoundTrips, f.Statements, f.Transactions, f.Millis)
		}
	}
	if len(r.Delivery) > 0 {
		fmt.Fprintf(t, "\nWords on their way, each chat both ways every 5 s\n")
		fmt.Fprintf(t, "chats\tto agents p50\tp99\tmax ms\tto player p50\tp99\tmax ms\tfailed\t\n")
		for _, f := range r.Delivery {
			fmt.Fprintf(t, "%d\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%d\t\n", f.Chats, f.ToAgents.P50, f.ToAgents.P99, f.ToAgents.Max, f.ToPlayer.P50,
				f.ToPlayer.P99, f.ToPlayer.Max, f.ToAgents.Failed+f.ToPlayer.Failed)
		}
	}
	if len(r.Lists) > 0 {
		fmt.Fprintf(t, "\nPages, p50 / p99 in ms\n")
		printLists(t, r.Lists)
	}
	if len(r.Help) > 0 {
		fmt.Fprintf(t, "\nHelp centres, 10,000 articles over 200 casinos, p50 / p99 in ms\n")
		printLists(t, r.Help)
	}
	printNeighbours(t, r.Neighbour)
	printTenants(t, r.Tenants)
	printStreams(t, r.Streams)
}

func printLists(t io.Writer, figures []listFigure) {
	type row struct{ page, as string }
	var rows []row
	var readers []int
	cells := map[row]map[int]series{}
	for _, f := range figures {
		at := row{f.Page, f.As}
		if cells[at] == nil {
			cells[at] = map[int]series{}
			rows = append(rows, at)
		}
		if len(readers) == 0 || readers[len(readers)-1] != f.Readers {
			readers = append(readers, f.Readers)
		}
		cells[at][f.Readers] = f.series
	}
	fmt.Fprint(t, "page\tas\t")
	for _, n := range readers {
		fmt.Fprintf(t, "%d readers\t", n)
	}
	fmt.Fprintln(t)
	for _, at := range rows {
		fmt.Fprintf(t, "%s\t%s\t", at.page, at.as)
		for _, n := range readers {
			s := cells[at][n]
			if s.Failed > 0 {
				fmt.Fprintf(t, "%s\t", s.Why)
				continue
			}
			fmt.Fprintf(t, "%.1f / %.1f\t", s.P50, s.P99)
		}
		fmt.Fprintln(t)
	}
}
