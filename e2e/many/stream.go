package many

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// stream listens to events and opens anew when it breaks off, as the pages do: at once, then after growing pauses.
type stream struct {
	*client
	path    string
	resumes bool // it says after which number it goes on

	mu    sync.Mutex
	up    bool
	heard map[int64]int // how often each number was told
	after int64
	broke time.Time
	since time.Time       // it is up
	gaps  []time.Duration // from a break until the stream was open again
	ends  int
}

func (s *stream) follow(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		began := time.Now()
		_ = s.listen(ctx)
		s.mu.Lock()
		if s.up {
			s.broke, s.ends = time.Now(), s.ends+1
		}
		s.up = false
		s.mu.Unlock()
		if time.Since(began) > 10*time.Second {
			n = 0
		}
		// views/scripts/chat/stream.ts begins with half a second, and begins anew after a stream that lasted 10 s.
		if !pause(ctx, jitter(min(30*time.Second, 500*time.Millisecond<<min(n, 6)))) {
			return
		}
	}
}

func (s *stream) listen(ctx context.Context) error {
	path := s.path
	if s.resumes {
		path += fmt.Sprintf("&after=%d", s.last())
	}
	r, err := s.request(ctx, http.MethodGet, path, nil, nil)
	if err != nil {
		return err
	}
	began := time.Now()
	answer, err := s.http.Do(r)
	if err != nil {
		if ctx.Err() == nil {
			s.tally.Note(0, time.Since(began), "GET "+path+": "+err.Error())
		}
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 300))
		s.tally.Note(answer.StatusCode, time.Since(began), "GET "+path+": "+string(text))
		return &refused{answer.StatusCode, retryAfter(answer), string(text)}
	}
	s.tally.Note(answer.StatusCode, time.Since(began), "")
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		s.opened()
		if text, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
			if seq, err := strconv.ParseInt(text, 10, 64); err == nil {
				s.note(seq)
			}
		}
	}
	return lines.Err()
}

// opened is called with the first line of a stream and every one after it.
func (s *stream) opened() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.up {
		return
	}
	s.up, s.since = true, time.Now()
	if !s.broke.IsZero() {
		s.gaps = append(s.gaps, time.Since(s.broke))
	}
}

func (s *stream) note(seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.heard == nil {
		s.heard = map[int64]int{}
	}
	s.heard[seq]++
	s.after = max(s.after, seq)
}

func (s *stream) last() int64 { s.mu.Lock(); defer s.mu.Unlock(); return s.after }

func (s *stream) has(seq int64) bool { return s.last() >= seq }

// patient says that a break now would be mended at once: the stream has lasted.
func (s *stream) patient() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.up && time.Since(s.since) > 11*time.Second
}

func (s *stream) isOpen() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.up }
