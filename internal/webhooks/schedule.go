package webhooks

import (
	"math/rand/v2"
	"time"
)

// waits are the pauses between the tries of one delivery: ten tries over 75 hours, close together first, since most failures
// pass soon, and days at last, since some end with somebody's weekend.
var waits = []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour,
	14 * time.Hour, 20 * time.Hour, 24 * time.Hour}

// MostTries is how often a delivery is tried before it is given up.
var MostTries = len(waits) + 1

// pauseAfter is how long to wait after the nth failed try, with up to a tenth more at random, so that what failed together
// doesn't come back together. ok is false where there is no other try. asked is what the receiver asked for (Retry-After),
// heeded up to a day.
func pauseAfter(waits []time.Duration, n int, asked time.Duration) (pause time.Duration, ok bool) {
	if n < 1 || n > len(waits) {
		return 0, false
	}
	pause = waits[n-1]
	pause += rand.N(pause/10 + 1) // #nosec G404 -- it spreads work out, and is no secret
	return max(pause, min(asked, 24*time.Hour)), true
}
