package live

import "time"

// OverNATS says whether hints go over NATS alone.
func (b *Bus) OverNATS() bool {
	return b.nats.conn.IsConnected() && !b.nats.someAreDeaf() && b.Peers() > 0
}

// Peers is how many other processes are heard over NATS.
func (b *Bus) Peers() (n int) {
	b.nats.mu.Lock()
	defer b.nats.mu.Unlock()
	for _, p := range b.nats.peers {
		if time.Since(p.at) < 3*beatEvery {
			n++
		}
	}
	return n
}

// LosePayload has b count a payload as sent that nobody gets, as a route between two servers does that drops what it can't carry.
func (b *Bus) LosePayload() {
	b.nats.mu.Lock()
	defer b.nats.mu.Unlock()
	b.nats.sent++
}

// Decided says whether b knows whom NATS reaches, past the time for which it takes a newcomer to be deaf.
func (b *Bus) Decided() bool {
	b.nats.mu.Lock()
	defer b.nats.mu.Unlock()
	return time.Now().After(b.nats.deaf) && len(b.nats.there) > 0
}
