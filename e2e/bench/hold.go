package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// streamsFigure is what so many open streams of players cost one process.
type streamsFigure struct {
	Streams int     `json:"streams"`
	Casinos int     `json:"casinos"`
	Opened  float64 `json:"opened_per_second"`
	Before  int64   `json:"memory_before"` // octets, resident
	After   int64   `json:"memory_after"`
	Each    int64   `json:"memory_per_stream"`
	Idle    float64 `json:"idle_desk_cpu"`     // cores, while nothing is said
	Data    float64 `json:"idle_database_cpu"` //
	Arrived series  `json:"words_on_their_way"`
	Ended   int     `json:"streams_that_broke_off"`
}

// mark is how the desk stood at one moment.
type mark struct {
	At             float64 // seconds since the load began
	Memory         int64
	Desk, Database float64 // seconds of CPU time so far
	Streams        int
}

// holding opens streams for players of all casinos, lets them be, then lets some players write and waits for their words on
// their own streams.
func holding(ctx context.Context, o options, d *desk) ([]streamsFigure, error) {
	casinos := o.casinos[len(o.casinos)-1]
	if err := d.found(ctx, casinos); err != nil {
		return nil, err
	}
	if err := d.again(ctx); err != nil { // a process that has just begun, so that its memory is the streams'
		return nil, err
	}
	each := min(playersEach, (o.streams+casinos-1)/casinos)
	talks, err := d.talks(ctx, casinos, each)
	if err != nil {
		return nil, err
	}
	if len(talks) < o.streams {
		return nil, fmt.Errorf("%d casinos have players for %d streams, not for %d", casinos, len(talks), o.streams)
	}
	r, err := child(ctx, job{Kind: "hold", Address: d.server.address, Players: talks[:o.streams], Seconds: o.seconds, Process: d.server.cmd.Process.Pid, Folder: d.folder})
	if err != nil {
		return nil, err
	}
	began, open, idle, end := r.Marks[0], r.Marks[1], r.Marks[2], r.Marks[3]
	f := streamsFigure{Streams: open.Streams, Casinos: casinos, Opened: float64(open.Streams) / (open.At - began.At), Before: began.Memory, After: idle.Memory,
		Idle: (idle.Desk - open.Desk) / (idle.At - open.At), Data: (idle.Database - open.Database) / (idle.At - open.At),
		Arrived: r.Series["arrived"], Ended: open.Streams - end.Streams}
	f.Each = (f.After - f.Before) / int64(max(1, f.Streams))
	return []streamsFigure{f}, nil
}

// listener is one player's open stream.
type listener struct {
	player
	mu   sync.Mutex
	said time.Time // when its player wrote what hasn't come back yet
}

func hold(j job, r *result) error {
	began := time.Now()
	var open atomic.Int64
	note := func() {
		s := spentBy(j.Process, j.Folder)
		r.Marks = append(r.Marks, mark{time.Since(began).Seconds(), memoryOf(j.Process), s.desk, s.database, int(open.Load())})
	}
	// One look at each casino first: what a process remembers of it isn't the streams' memory.
	greeted := map[string]bool{}
	c, err := dial(j.Address)
	if err != nil {
		return err
	}
	for _, p := range j.Players {
		if !greeted[p.Host] {
			greeted[p.Host] = true
			if _, err := c.do(request("GET", p.Host, "/chat/api/conversations", "Authorization: Bearer "+p.Token+"\r\n", nil)); err != nil {
				return err
			}
		}
	}
	note()

	all := make([]*listener, len(j.Players))
	var mu sync.Mutex
	arrived, failed := waits{}, waits{}
	hear := func(l *listener) func([]byte) {
		return func(line []byte) {
			if !bytes.HasPrefix(line, []byte("data: ")) || !bytes.Contains(line, []byte(`"author":"player"`)) {
				return
			}
			l.mu.Lock()
			said := l.said
			l.said = time.Time{}
			l.mu.Unlock()
			if !said.IsZero() {
				mu.Lock()
				arrived.took = append(arrived.took, time.Since(said))
				mu.Unlock()
			}
		}
	}
	places := make(chan struct{}, 50)
	var opening sync.WaitGroup
	for i, p := range j.Players {
		l := &listener{player: p}
		all[i] = l
		places <- struct{}{}
		opening.Add(1)
		go func() {
			once := sync.OnceFunc(func() { <-places; opening.Done() })
			defer once()
			w, err := dial(j.Address)
			if err != nil {
				mu.Lock()
				failed.fail("%v", err)
				mu.Unlock()
				return
			}
			defer w.close()
			opened := false
			err = w.listen(request("GET", p.Host, "/chat/api/stream?conversation="+p.Conversation, "Authorization: Bearer "+p.Token+"\r\n", nil),
				func() { opened = true; open.Add(1); once() }, hear(l))
			if opened {
				open.Add(-1)
			}
			if !errors.Is(err, io.EOF) {
				mu.Lock()
				failed.fail("a stream: %v", err)
				mu.Unlock()
			}
		}()
	}
	opening.Wait()
	if failed.failed > 0 {
		return fmt.Errorf("%d of %d streams weren't opened: %s", failed.failed, len(j.Players), failed.why)
	}
	note()
	time.Sleep(time.Duration(j.Seconds * 2 * float64(time.Second)))
	note()

	run := newRun()
	end := time.Now().Add(time.Duration(j.Seconds * float64(time.Second)))
	var talking sync.WaitGroup
	for n := range 10 {
		talking.Go(func() {
			w, err := dial(j.Address)
			if err != nil {
				return
			}
			defer w.close()
			for i := int64(n) << 20; time.Now().Before(end); i++ {
				l := all[rand.IntN(len(all))]
				l.mu.Lock()
				busy := !l.said.IsZero()
				if !busy {
					l.said = time.Now()
				}
				l.mu.Unlock()
				if busy {
					continue
				}
				if status, err := w.do(newMessage(l.Host, l.player).again(run, i)); err != nil || status != 201 {
					mu.Lock()
					arrived.fail("status %d %v", status, err)
					mu.Unlock()
				}
				time.Sleep(100 * time.Millisecond)
			}
		})
	}
	talking.Wait()
	time.Sleep(time.Second) // for the last words
	note()
	mu.Lock()
	defer mu.Unlock()
	r.Series["arrived"] = together([]waits{arrived}, time.Duration(j.Seconds*float64(time.Second)))
	return nil
}

// memoryOf is what a process has in memory, in octets.
func memoryOf(process int) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", process))
	var size, resident int64
	_, _ = fmt.Sscan(string(text), &size, &resident)
	return resident * int64(os.Getpagesize())
}

func printStreams(t io.Writer, figures []streamsFigure) {
	if len(figures) == 0 {
		return
	}
	fmt.Fprintf(t, "\nStreams held open by one process\n")
	fmt.Fprintf(t, "streams\tcasinos\topened/s\tMiB before\tMiB after\tKiB each\tidle CPU: desk\tdatabase\twords p50\tp95\tp99 ms\tfailed\tbroke off\t\n")
	for _, f := range figures {
		fmt.Fprintf(t, "%d\t%d\t%.0f\t%.0f\t%.0f\t%.1f\t%.2f\t%.2f\t%.1f\t%.1f\t%.1f\t%d\t%d\t\n", f.Streams, f.Casinos, f.Opened, float64(f.Before)/(1<<20),
			float64(f.After)/(1<<20), float64(f.Each)/(1<<10), f.Idle, f.Data, f.Arrived.P50, f.Arrived.P95, f.Arrived.P99, f.Arrived.Failed, f.Ended)
	}
}
