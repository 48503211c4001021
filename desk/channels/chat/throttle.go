package chat

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"pitdesk/internal/fault"
)

// Pace is how much somebody may do: so many a second, so many in a burst.
type Pace struct {
	Every time.Duration
	Burst int
}

// The paces of the chat. A person who writes meets none of them.
var (
	Sending   = Pace{time.Second / 5, 30}   // messages, by session
	Signals   = Pace{time.Second / 5, 40}   // typing and seen, by session
	Uploading = Pace{3 * time.Second, 20}   // files, by session
	Arriving  = Pace{time.Second / 5, 300}  // visitors without an identity, by address
	Refusals  = Pace{2 * time.Second, 60}   // refused identities, by address
	Seeking   = Pace{time.Second / 3, 30}   // answers while typing, by session
	Seekers   = Pace{time.Second / 20, 300} // and by address
)

// Throttle holds a pace for everybody separately. One belongs to one process.
type Throttle struct {
	pace Pace
	mu   sync.Mutex
	kept map[string]*rate.Limiter
}

// NewThrottle returns a throttle of that pace.
func NewThrottle(p Pace) *Throttle { return &Throttle{pace: p, kept: map[string]*rate.Limiter{}} }

// Take lets who go on, or answers TooMany with how long to wait.
func (t *Throttle) Take(who string) error {
	t.mu.Lock()
	l := t.kept[who]
	if l == nil {
		if len(t.kept) >= 50_000 {
			t.forget()
		}
		l = rate.NewLimiter(rate.Every(t.pace.Every), t.pace.Burst)
		t.kept[who] = l
	}
	t.mu.Unlock()
	if l.Allow() {
		return nil
	}
	wait := max(time.Second, t.pace.Every)
	return fault.New(fault.TooMany, "You are writing faster than we can read. Please wait a moment.").After(wait)
}

// Spent says whether who has used up the pace, without using any of it.
func (t *Throttle) Spent(who string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.kept[who]
	return l != nil && l.Tokens() < 1
}

// forget drops everybody whose bucket is full again: they are as good as new.
func (t *Throttle) forget() {
	for who, l := range t.kept {
		if l.Tokens() >= float64(t.pace.Burst) {
			delete(t.kept, who)
		}
	}
	if len(t.kept) >= 50_000 {
		t.kept = map[string]*rate.Limiter{}
	}
}
