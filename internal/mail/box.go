package mail

import (
	"bytes"
	"context"
	"sync"
	"time"
)

// boxSize is how many messages a box keeps; older ones fall out.
const boxSize = 200

// Kept is a message in a box, as a relay would have got it.
type Kept struct {
	Number  int // counts from 1 and never repeats
	At      time.Time
	Message Message
	Raw     string // headers and body on the wire
}

// Box keeps messages in memory in place of sending them, for the demo: they end with the process.
type Box struct {
	mu    sync.Mutex
	last  int
	kept  []Kept
	fresh chan struct{}
}

// NewBox returns an empty box.
func NewBox() *Box { return &Box{fresh: make(chan struct{})} }

// Send keeps a message.
func (b *Box) Send(_ context.Context, m Message) error {
	msg, err := compose(m)
	if err != nil {
		return err
	}
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	b.kept = append(b.kept, Kept{b.last, time.Now(), m, raw.String()})
	if len(b.kept) > boxSize {
		b.kept = b.kept[len(b.kept)-boxSize:]
	}
	close(b.fresh)
	b.fresh = make(chan struct{})
	return nil
}

// All are the messages kept, newest first.
func (b *Box) All() []Kept {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := make([]Kept, len(b.kept))
	for i, k := range b.kept {
		all[len(all)-1-i] = k
	}
	return all
}

// Get returns a message by its number; ok is false where there is none.
func (b *Box) Get(number int) (k Kept, ok bool) {
	for _, k := range b.All() {
		if k.Number == number {
			return k, true
		}
	}
	return k, false
}

// Await returns the newest message to an address, waiting for one until ctx ends.
func (b *Box) Await(ctx context.Context, to string) (Kept, error) {
	for {
		b.mu.Lock()
		fresh := b.fresh
		b.mu.Unlock()
		for _, k := range b.All() {
			if k.Message.To.Email == to {
				return k, nil
			}
		}
		select {
		case <-fresh:
		case <-ctx.Done():
			return Kept{}, ctx.Err()
		}
	}
}
