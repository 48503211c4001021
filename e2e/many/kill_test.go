package many_test

import (
	"testing"
	"time"

	"pitdesk/e2e/many"
)

func TestMain(m *testing.M) { many.Main(m) }

// TestAnyProcessMayBeKilled kills processes one after the other under load (SIGKILL) and starts each anew.
func TestAnyProcessMayBeKilled(t *testing.T) {
	d := many.Start(t, many.Options{})
	load := d.Load(t, many.LoadOptions{})
	load.Await(t, 200)
	for _, p := range d.Processes() {
		p.Kill()
		load.Await(t, 100)
		load.Resumed(t)
		p.Start(t)
		d.AwaitReady(t, 3)
	}
	load.Await(t, 100)
	load.Stop()
	load.Compare(t)
	load.Verify(t)
	gaps := load.Gaps()
	if len(gaps) == 0 {
		t.Fatal("no stream broke off: nothing was proven")
	}
	if longest := gaps[len(gaps)-1]; longest > 15*time.Second {
		t.Errorf("a stream was away for %s", longest)
	}
	t.Logf("%d streams broke off and were open again after %s in the median, %s at most", len(gaps), gaps[len(gaps)/2], gaps[len(gaps)-1])
}
