package many_test

import (
	"flag"
	"maps"
	"testing"
	"time"

	"pitdesk/e2e/many"
)

// soak makes the tests here last: each round kills every process once.
var soak = flag.Int("rounds", 1, "how often each process is killed")

func TestMain(m *testing.M) { many.Main(m) }

// TestAnyProcessMayBeKilled kills processes one after the other under load (SIGKILL) and starts each anew, while they tell each
// other by NOTIFY, then by NATS, whose server goes away in between. What clients outside were acknowledged is held against the
// log, what streams told against the log, and what a receiver of webhooks got against the feed.
func TestAnyProcessMayBeKilled(t *testing.T) {
	t.Run("NOTIFY", func(t *testing.T) { killEach(t, nil) })
	t.Run("NATS", func(t *testing.T) { killEach(t, serveNATS(t)) })
}

func killEach(t *testing.T, bus *natsServer) {
	t.Parallel()
	receiver := many.Receive(t)
	settings := maps.Clone(receiver.Settings())
	if bus != nil {
		settings["PITDESK_NATS_URL"] = bus.running.ClientURL()
	}
	d := many.Start(t, many.Options{Settings: settings})
	receiver.Subscribe(t, d)
	took := d.Deliver(t, d.Serving[0], d.Serving[1], 30)
	t.Logf("from one process to a stream at another: %s in the median, %s at most", took[15], took[29])

	load := d.Load(t, many.LoadOptions{})
	load.Await(t, 100)
	for round := range *soak {
		if round > 0 {
			load.Settled(t)
		}
		for _, p := range d.Processes() {
			p.Kill()
			load.Await(t, 60)
			load.Resumed(t)
			p.Start(t)
			d.AwaitReady(t, 3)
		}
		if bus != nil {
			bus.stop()
			load.Await(t, 60)
			bus.start(t)
		}
	}
	load.Await(t, 60)
	load.Stop()
	load.Compare(t)
	load.Verify(t)
	receiver.Compare(t, load.Acknowledged())
	gaps := load.Gaps()
	if len(gaps) == 0 {
		t.Fatal("no stream broke off: nothing was proven")
	}
	longest := gaps[len(gaps)-1]
	t.Logf("%d streams broke off and were open again after %s in the median, %s at most", len(gaps), gaps[len(gaps)/2], longest)
	if longest > 15*time.Second {
		t.Errorf("a stream was away for %s", longest)
	}
}
