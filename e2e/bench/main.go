package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options are what a run is asked for.
type options struct {
	data, binary, out string
	only              []string
	seconds           float64
	writers           []int
	chats             []int
	agents            int
	pace              float64
	casinos           []int
	streams           int
}

// manyParts have a desk of their own, with many small casinos; they stand last, when the other desk has ended.
var manyParts = []string{"tenants", "streams"}

// parts are what can be measured, in the order of a run.
var parts = []string{"accept", "count", "delivery", "lists", "help", "neighbour", "tenants", "streams"}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "load" {
		load()
		return
	}
	var o options
	only := flag.String("only", strings.Join(parts, ","), "what to measure: "+strings.Join(parts, ", "))
	flag.StringVar(&o.data, "data", "", "folder that is seeded once and used again; empty: a new one that is removed afterwards")
	flag.StringVar(&o.binary, "binary", "", "the pitdesk to measure; empty: build it")
	flag.StringVar(&o.out, "out", "bench.json", "where the figures are written")
	flag.Float64Var(&o.seconds, "seconds", 6, "how long one figure is measured")
	flag.Float64Var(&o.pace, "pace", 4, "what each quiet casino asks in a second, where one beside them asks fifty times as much")
	flag.IntVar(&o.streams, "streams", 10_000, "how many streams are held open")
	most := flag.Int("casinos", 2000, "up to how many casinos a message's cost is measured")
	quick := flag.Bool("quick", false, "fewer writers, readers and chats")
	flag.Parse()
	o.only, o.writers, o.chats, o.agents = strings.Split(*only, ","), []int{1, 8, 32}, []int{10, 100, 500}, 50
	if *quick {
		o.writers, o.chats = []int{1, 32}, []int{100}
	}
	for n := 10; n < *most; n *= 5 {
		o.casinos = append(o.casinos, n)
	}
	o.casinos = append(o.casinos, *most)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	r := report{Began: time.Now().UTC().Truncate(time.Second), Machine: machine()}
	var d, many *desk
	var scene *scene
	defer func() { d.stop(); many.stop() }()
	for _, part := range parts {
		if !slices.Contains(o.only, part) {
			continue
		}
		var err error
		if d == nil && !slices.Contains(manyParts, part) {
			if d, err = startDesk(ctx, o); err != nil {
				return err
			}
			if scene, err = seed(ctx, d); err != nil {
				return err
			}
			r.Seeded = scene.counts
		}
		if many == nil && slices.Contains(manyParts, part) {
			d.stop() // two desks at once would share the machine
			d = nil
			if many, err = startMany(ctx, o); err != nil {
				return err
			}
		}
		switch part {
		case "accept":
			r.Accept, err = accepting(ctx, o, d, scene)
		case "count":
			r.Costs, err = counting(ctx, o, d, scene)
		case "delivery":
			r.Delivery, err = delivering(ctx, o, d, scene)
		case "lists":
			r.Lists, err = listing(ctx, o, d, scene)
		case "help":
			r.Help, err = helping(ctx, o, d)
		case "neighbour":
			r.Neighbour, err = neighbouring(ctx, o, d, scene)
		case "tenants":
			r.Tenants, err = growing(ctx, o, many)
		case "streams":
			r.Streams, err = holding(ctx, o, many)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", part, err)
		}
	}
	r.Took = time.Since(r.Began).Round(time.Second).String()
	r.print(os.Stdout)
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(o.out, append(text, '\n'), 0o644)
}
