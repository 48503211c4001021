package tenants

import (
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// hostsKept bounds the hosts remembered with their casino, nobodyKept those that were asked for in vain: made-up hosts can
// neither fill memory nor drive out real ones.
const (
	hostsKept  = 40_000
	nobodyKept = 4_096
)

// hostMemory remembers which casino serves a host, and for a short while that none does.
type hostMemory struct {
	mu      sync.Mutex
	serves  map[string]servedHost
	nobody  map[string]time.Time
	forgets uint64
	long    time.Duration // how long an answer is believed without hearing the news
}

type servedHost struct {
	by *Tenant
	at time.Time
}

// get returns who serves a host; known with nil is that nobody does.
func (m *hostMemory) get(host string, hearing bool) (by *Tenant, forgets uint64, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.serves[host]; ok {
		age := time.Since(s.at)
		return s.by, m.forgets, age < m.long || hearing && age < keptFor
	}
	at, ok := m.nobody[host]
	return nil, m.forgets, ok && time.Since(at) < m.long
}

// put keeps an answer, unless something was forgotten while it was sought.
func (m *hostMemory) put(host string, by *Tenant, forgets uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.forgets != forgets {
		return
	}
	if m.serves == nil {
		m.serves, m.nobody = map[string]servedHost{}, map[string]time.Time{}
	}
	if by == nil {
		delete(m.serves, host)
		shrink(m.nobody, nobodyKept)
		m.nobody[host] = time.Now()
		return
	}
	delete(m.nobody, host)
	shrink(m.serves, hostsKept)
	m.serves[host] = servedHost{by, time.Now()}
}

// forget drops what is remembered of casinos, and of everybody who was asked for in vain: it may be theirs now.
func (m *hostMemory) forget(casinos ...uuid.UUID) {
	if len(casinos) == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forgets++
	clear(m.nobody)
	for host, s := range m.serves {
		if slices.Contains(casinos, s.by.ID) {
			delete(m.serves, host)
		}
	}
}

func (m *hostMemory) forgetAll() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forgets++
	clear(m.nobody)
	clear(m.serves)
}

// shrink makes room for one more, at the cost of any other: who is asked for comes back.
func shrink[T any](kept map[string]T, size int) {
	for k := range kept {
		if len(kept) < size {
			return
		}
		delete(kept, k)
	}
}
