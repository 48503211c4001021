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
}

// get returns what is kept for a key, while it is believed.
func (c *cache[T]) get(key string) (answer[T], bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok := c.kept[key]
	return a, ok && time.Now().Before(a.until)
}

// put keeps what was found, and that nothing was.
func (c *cache[T]) put(key string, value T, found bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= cacheSize {
		c.kept = map[string]answer[T]{}
	}
	c.kept[key] = answer[T]{value, found, time.Now().Add(c.long)}
}

// forget drops what is kept for values that which picks, so that they are asked for again.
func (c *cache[T]) forget(which func(T) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.kept, func(_ string, a answer[T]) bool { return which(a.value) })
}
