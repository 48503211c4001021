package api

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"pitdesk/internal/fault"
)

// quotaWindow is the time in which a key that has used nothing may use its whole quota.
const quotaWindow = time.Minute

// quotas count the requests of keys at one process. A key's quota comes back evenly, so that one which is used up is partly there
// again after a moment. What is kept of a key is the moment at which it will be whole again.
type quotas struct {
	most int // requests a minute; zero counts none
	now  func() time.Time

	mu    sync.Mutex
	whole map[uuid.UUID]time.Time
}

// rememberedKeys is how many keys' quotas are kept before those that are whole are forgotten.
const rememberedKeys = 4096

// take counts one request of a key, and says in h what is left (draft-ietf-httpapi-ratelimit-headers). One too many answers TooMany.
func (q *quotas) take(h http.Header, key uuid.UUID) error {
	if q.most <= 0 {
		return nil
	}
	now := time.Now()
	if q.now != nil {
		now = q.now()
	}
	each := quotaWindow / time.Duration(q.most)
	q.mu.Lock()
	if q.whole == nil || len(q.whole) > rememberedKeys {
		kept := map[uuid.UUID]time.Time{}
		for k, at := range q.whole {
			if at.After(now) {
				kept[k] = at
			}
		}
		q.whole = kept
	}
	at := q.whole[key]
	if at.Before(now) {
		at = now
	}
	at = at.Add(each)
	over := at.Sub(now) - quotaWindow
	if over <= 0 {
		q.whole[key] = at
	} else {
		at = q.whole[key]
	}
	q.mu.Unlock()
	used := at.Sub(now)
	h.Set("RateLimit-Policy", fmt.Sprintf(`"key";q=%d;w=%d`, q.most, int(quotaWindow.Seconds())))
	h.Set("RateLimit", fmt.Sprintf(`"key";r=%d;t=%d`, max(0, int((quotaWindow-used)/each)), seconds(used)))
	if over > 0 {
		return fault.New(fault.TooMany, "This key has sent %d requests in a minute. Go on in a moment.", q.most).After(time.Duration(seconds(over)) * time.Second)
	}
	return nil
}

// seconds is d in whole seconds, rounded up.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
