package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"time"
)

// job is what a load process is told, as JSON on its standard input.
type job struct {
	Kind     string
	Address  string // the desk's
	Database string // for the bare limit
	Host     string // the casino's
	Seconds  float64
	Workers  int
	Players  []player
	Agents   []string // session tokens of staff who look on
	Paths    []path
	Chats    int
	Every    float64 // seconds between two messages of a chat
	Walks    []walk
	Process  int    // the desk's, for who looks at its memory
	Folder   string // the desk's
}

// player is somebody with an open conversation and a session.
type player struct {
	Token, Conversation string
	Host                string // empty means the job's
}

// path is a page that readers ask for, as whom; with Among it is one of many, each at its own host.
type path struct {
	Name, Path, Headers string
	Host                string // empty means the job's
	From                string // the reader's address, where the headers name one
	Among               []path
}

// result is what a load process measured.
type result struct {
	Series map[string]series
	CPU    float64 // seconds this process has used
	Marks  []mark
}

// series are the waits of one kind of thing, in milliseconds.
type series struct {
	Done    int     `json:"done"`
	Failed  int     `json:"failed"`
	Seconds float64 `json:"seconds"`
	P50     float64 `json:"p50_ms"`
	P95     float64 `json:"p95_ms"`
	P99     float64 `json:"p99_ms"`
	Max     float64 `json:"max_ms"`
	Why     string  `json:"why,omitempty"` // the first failure
}

// rate is how many were done in a second.
func (s series) rate() float64 {
	if s.Seconds == 0 {
		return 0
	}
	return float64(s.Done) / s.Seconds
}

// waits collects one worker's waits.
type waits struct {
	took   []time.Duration
	failed int
	why    string
}

func (w *waits) fail(format string, args ...any) {
	if w.failed++; w.why == "" {
		w.why = fmt.Sprintf(format, args...)
	}
}

// together sums up what workers waited over a time.
func together(all []waits, over time.Duration) series {
	s := series{Seconds: over.Seconds()}
	var took []time.Duration
	for _, w := range all {
		took = append(took, w.took...)
		s.Failed += w.failed
		s.Why = cmp.Or(s.Why, w.why)
	}
	slices.Sort(took)
	s.Done = len(took)
	at := func(share float64) float64 {
		if len(took) == 0 {
			return 0
		}
		return millis(took[min(len(took)-1, int(share*float64(len(took))))])
	}
	s.P50, s.P95, s.P99, s.Max = at(0.50), at(0.95), at(0.99), at(1)
	return s
}

func millis(d time.Duration) float64 { return math.Round(float64(d.Microseconds())/10) / 100 }

// load is the load process.
func load() {
	var j job
	r := result{Series: map[string]series{}}
	err := json.NewDecoder(os.Stdin).Decode(&j)
	if err == nil {
		switch j.Kind {
		case "bare":
			err = bare(context.Background(), j, &r)
		case "accept":
			err = accept(j, &r)
		case "deliver":
			err = deliver(j, &r)
		case "read":
			err = read(j, &r)
		case "walk":
			err = walkAll(j, &r)
		case "spread":
			err = spread(j, &r)
		case "hold":
			err = hold(j, &r)
		default:
			err = fmt.Errorf("no such job: %q", j.Kind)
		}
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(r)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench load:", err)
		os.Exit(1)
	}
}

// warmUp is how long workers run before anything counts.
func warmUp(seconds float64) float64 { return min(1, seconds/4) }

// all is about how many were done, the warm-up's included: they don't count, but cost.
func (s series) all() float64 {
	return float64(s.Done) * (s.Seconds + warmUp(s.Seconds)) / max(s.Seconds, 0.001)
}

// workers runs n of fn at once. Each calls done with every wait; what ends before the warm-up is over doesn't count.
func workers(n int, seconds float64, fn func(i int, stop func() bool, done func(began time.Time), w *waits) error) (series, error) {
	counting := time.Now().Add(time.Duration(warmUp(seconds) * float64(time.Second)))
	end := counting.Add(time.Duration(seconds * float64(time.Second)))
	all, errs := make([]waits, n), make(chan error, n)
	for i := range n {
		go func() {
			w := &all[i]
			errs <- fn(i, func() bool { return time.Now().After(end) }, func(began time.Time) {
				if now := time.Now(); now.After(counting) && now.Before(end) {
					w.took = append(w.took, now.Sub(began))
				}
			}, w)
		}()
	}
	var first error
	for range n {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return together(all, end.Sub(counting)), first
}
