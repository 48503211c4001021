package many

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Tally counts what clients were answered.
type Tally struct {
	mu     sync.Mutex
	status map[int]int // 0: no answer at all
	failed []string    // the first few that were no answer or 5xx
	took   []time.Duration
}

// Note counts an answer; status 0 is none at all. what names the request and what was said.
func (t *Tally) Note(status int, took time.Duration, what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.status == nil {
		t.status = map[int]int{}
	}
	t.status[status]++
	if status/100 == 2 {
		t.took = append(t.took, took)
	}
	if (status == 0 || status >= 500) && len(t.failed) < 10 {
		t.failed = append(t.failed, fmt.Sprintf("%d %s", status, what))
	}
}

// Failed is how many requests had no answer or one of 5xx, with the first few of them.
func (t *Tally) Failed() (n int, first []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for status, many := range t.status {
		if status == 0 || status >= 500 {
			n += many
		}
	}
	return n, slices.Clone(t.failed)
}

// String tells the counts by status, and how long good answers took.
func (t *Tally) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var parts []string
	for _, status := range slices.Sorted(maps.Keys(t.status)) {
		name := fmt.Sprint(status)
		if status == 0 {
			name = "unanswered"
		}
		parts = append(parts, fmt.Sprintf("%s: %d", name, t.status[status]))
	}
	took := slices.Sorted(slices.Values(t.took))
	if len(took) > 0 {
		at := func(share float64) time.Duration {
			return took[int(share*float64(len(took)-1))].Round(100 * time.Microsecond)
		}
		parts = append(parts, fmt.Sprintf("p50 %s, p99 %s, slowest %s", at(0.5), at(0.99), at(1)))
	}
	return strings.Join(parts, ", ")
}
