package tenants

import (
	"maps"
	"sync"
	"time"
)

// believed is how long a host or key is believed without asking again: what an admin changes is true everywhere by then.
const believed = 5 * time.Second

// cacheSize bounds the answers kept, so that made-up hosts can't fill memory.
const cacheSize = 20_000

// answer is what was found for a key, if anything was.
type answer[T any] struct {
	value T
	found bool
	until time.Time
}

// cache remembers answers for a while.
type cache[T any] struct {
	mu   sync.Mutex
	kept map[string]answer[T]
	long time.Duration

	forgets uint64 // counts forget, so that what was read before one isn't kept after it
}

// get returns what is kept for a key, while it is believed, and what put wants to know.
func (c *cache[T]) get(key string) (a answer[T], forgets uint64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok = c.kept[key]
	return a, c.forgets, ok && time.Now().Before(a.until)
}

// put keeps what was found, and that nothing was, unless something was forgotten while it was sought.
func (c *cache[T]) put(key string, value T, found bool, forgets uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.forgets != forgets {
		return
	}
	if c.kept == nil || len(c.kept) >= cacheSize {
		c.kept = map[string]answer[T]{}
	}
	c.kept[key] = answer[T]{value, found, time.Now().Add(c.long)}
}

// forget drops what is kept for values that which picks, so that they are asked for again.
func (c *cache[T]) forget(which func(T) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forgets++
	maps.DeleteFunc(c.kept, func(_ string, a answer[T]) bool { return which(a.value) })
}
