package web

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// mostStreams is how many streams a casino's players have open at a process where nothing else is set, and how many its staff.
const mostStreams = 2000

// Of one session: a browser needs one, whatever its tabs.
const (
	mostOfPlayer = 10
	mostOfMember = 10
)

var errTooManyStreams = fault.New(fault.TooMany, "Too many pages of this desk are open at once. Please try again in a moment.")

// streams bounds the open streams of a process: of each casino's players, of each casino's staff, and of each session. What
// players have open takes nothing from staff.
type streams struct {
	once                       sync.Once
	players, staff             *counter[uuid.UUID]
	playerSessions, staffSigns *counter[string]
}

func (s *Server) streams() *streams {
	o := &s.open
	o.once.Do(func() {
		most := s.MostStreams
		if most <= 0 {
			most = mostStreams
		}
		o.players, o.staff = newCounter[uuid.UUID](most), newCounter[uuid.UUID](most)
		o.playerSessions, o.staffSigns = newCounter[string](mostOfPlayer), newCounter[string](mostOfMember)
	})
	return o
}

// ofPlayer takes a place for a player's stream. A page that is sent away comes back: each after another time, so that they
// don't all come at once.
func (o *streams) ofPlayer(ctx context.Context, token string) (leave func(), err error) {
	leave, ok := o.playerSessions.enter(token)
	if !ok {
		return nil, fault.New(fault.TooMany, "This chat is open in too many places at once.").After(10 * time.Second)
	}
	return within(ctx, o.players, leave)
}

// ofStaff takes a place for a staff member's stream.
func (o *streams) ofStaff(ctx context.Context, session uuid.UUID) (leave func(), err error) {
	leave, ok := o.staffSigns.enter(session.String())
	if !ok {
		return nil, errTooManyStreams.After(someWhile())
	}
	return within(ctx, o.staff, leave)
}

func within(ctx context.Context, of *counter[uuid.UUID], leaveFirst func()) (func(), error) {
	leave, ok := of.enter(tenants.Current(ctx).ID)
	if !ok {
		leaveFirst()
		return nil, errTooManyStreams.After(someWhile())
	}
	return func() { leave(); leaveFirst() }, nil
}

func someWhile() time.Duration { return 5*time.Second + rand.N(10*time.Second) } // #nosec G404 -- it spreads work out, and is no secret

// counter bounds how many of something anybody has open at once.
type counter[K comparable] struct {
	most int
	mu   sync.Mutex
	open map[K]int
}

func newCounter[K comparable](most int) *counter[K] {
	return &counter[K]{most: most, open: map[K]int{}}
}

func (c *counter[K]) enter(who K) (leave func(), ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[who] >= c.most {
		return nil, false
	}
	c.open[who]++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.open[who]--; c.open[who] <= 0 {
			delete(c.open, who)
		}
	}, true
}
