package many_test

import (
	"testing"
	"time"

	"pitdesk/e2e/many"
)

// TestRollingUpgradeAndBackWithoutAnError takes a deployment under load from the release before to this one and back: the
// schema first, then one process after the other. Nobody outside is answered with 5xx or not at all, whatever is acknowledged
// is kept, and while the schema changes no lock is waited for or held longer than a second.
func TestRollingUpgradeAndBackWithoutAnError(t *testing.T) {
	before, told := previous(t)
	now := many.Present(t)
	d := many.Start(t, many.Options{Binary: before, Settings: map[string]string{"PITDESK_LINGER": "1s"}})
	grow(t, d.DB, 100)
	load := d.Load(t, many.LoadOptions{})
	visits := visit(t, d)
	load.Await(t, 100)

	locks := watch(t, d.DB)
	d.Run(t, now, nil, "migrate")
	locks.stop(t)
	if told {
		locks.judge(t)
	}
	load.Await(t, 100)

	for _, way := range []struct{ name, binary string }{{"to this release", now}, {"back to the release before", before}} {
		began := time.Now()
		for _, p := range d.Processes() {
			if told && p.Binary == before && p.Address() != "" {
				d.Balancer.Leave(t, p.Address()) // the release before doesn't linger; ours is stopped without a word
			}
			p.Replace(t, way.binary)
			d.AwaitReady(t, len(d.Serving))
			load.Await(t, 30)
		}
		load.Resumed(t)
		t.Logf("%s: %d processes replaced in %s; %s", way.name, len(d.Processes()), time.Since(began).Round(100*time.Millisecond), &load.Tally)
	}
	visits.stop()
	load.Stop()
	load.Compare(t)
	load.Verify(t)
	for who, tally := range map[string]*many.Tally{"writers and listeners": &load.Tally, "visitors": &visits.Tally} {
		if n, first := tally.Failed(); n > 0 {
			t.Errorf("%s: %d requests failed, the first: %q", who, n, first)
		}
		t.Logf("%s: %s", who, tally)
	}
	if gaps := load.Gaps(); len(gaps) == 0 {
		t.Error("no stream broke off: nothing was proven")
	} else {
		t.Logf("%d streams moved and were open again after %s in the median, %s at most", len(gaps), gaps[len(gaps)/2], gaps[len(gaps)-1])
	}
}
