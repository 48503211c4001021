package live_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"pitdesk/internal/live"
	"pitdesk/internal/pgtest"
)

// natsServer is a NATS server on a port of its own; it can be stopped and started again.
type natsServer struct {
	*testing.T
	options server.Options
	running *server.Server
}

func serveNATS(t *testing.T) *natsServer {
	t.Helper()
	s := &natsServer{T: t, options: server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true}}
	s.start()
	t.Cleanup(s.stop)
	return s
}

func (s *natsServer) start() {
	s.Helper()
	var err error
	options := s.options
	if s.running, err = server.NewServer(&options); err != nil {
		s.Fatal(err)
	}
	s.running.Start()
	if !s.running.ReadyForConnections(30 * time.Second) {
		s.Fatal("NATS isn't ready within 30 s")
	}
	s.options.Port = options.Port
}

func (s *natsServer) stop() { s.running.Shutdown(); s.running.WaitForShutdown() }

func (s *natsServer) use(o *live.Options) { o.NATS = s.running.ClientURL() }

func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.After(30 * time.Second); !so(); {
		select {
		case <-deadline:
			t.Fatalf("not within 30 s: %s", what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// settled waits until hints go over NATS alone.
func settled(t *testing.T, processes ...*process) {
	t.Helper()
	await(t, "NATS reaches everybody", func() bool {
		for _, p := range processes {
			if !p.bus.OverNATS() {
				return false
			}
		}
		return true
	})
}

func TestHintsGoOverNATSWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	data, bus := pgtest.New(t), serveNATS(t)
	one, two := join(t, data, bus.use), join(t, data, bus.use)
	settled(t, one, two)
	// Nobody can tell anything by NOTIFY any more.
	if _, err := data.Super(t).Exec(`revoke execute on function pg_notify(text, text) from public`); err != nil {
		t.Fatal(err)
	}
	there := two.hub.Listen(fox, nil)
	for i := range int64(200) {
		one.hub.Publish(entry(i + 1))
	}
	for i := range int64(200) {
		if c := hear(t, there); c.Seq != i+1 || c.Entry != nil {
			t.Fatalf("as the %dth came %+v", i+1, c)
		}
	}
	if one.bus.Failures() != 0 {
		t.Errorf("%d rounds failed", one.bus.Failures())
	}
}

func TestDeploymentsOnOneNATSDontHearEachOther(t *testing.T) {
	t.Parallel()
	bus := serveNATS(t)
	one, other := pgtest.New(t), pgtest.New(t)
	a, b, stranger := join(t, one, bus.use), join(t, one, bus.use), join(t, other, bus.use)
	join(t, other, bus.use) // or the stranger would be alone
	elsewhere, there := stranger.hub.Listen(fox, nil), b.hub.Listen(fox, nil)
	settled(t, a, b)
	for len(elsewhere.C) > 0 {
		<-elsewhere.C
	}
	a.hub.Publish(entry(1))
	hear(t, there)
	stranger.hub.Publish(entry(2)) // its own hint comes after any that could have come from elsewhere
	if c := hear(t, elsewhere); c.Seq != 2 {
		t.Errorf("another deployment heard %+v", c)
	}
}

func TestHintsGoByNotifyWhileNATSIsAway(t *testing.T) {
	t.Parallel()
	data, bus := pgtest.New(t), serveNATS(t)
	one, two := join(t, data, bus.use), join(t, data, bus.use)
	settled(t, one, two)
	there := two.hub.Listen(fox, nil)
	bus.stop()
	lost(t, there) // what was told just now may not have come
	await(t, "the first process knows", func() bool { return !one.bus.OverNATS() })
	next := int64(0)
	tell := func(what string) {
		t.Helper()
		next++
		one.hub.Publish(entry(next))
		for deadline := time.After(30 * time.Second); ; {
			select {
			case c := <-there.C:
				if c.Seq == next {
					return
				}
			case <-there.Lost():
			case <-deadline:
				t.Fatalf("not heard within 30 s: %s", what)
			}
		}
	}
	tell("while NATS is away")
	bus.start()
	settled(t, one, two)
	tell("when NATS is back")
}

func TestAProcessWithoutNATSIsToldByNotify(t *testing.T) {
	t.Parallel()
	data, bus := pgtest.New(t), serveNATS(t)
	one, two, old := join(t, data, bus.use), join(t, data, bus.use), join(t, data)
	here, there := one.hub.Listen(fox, nil), old.hub.Listen(fox, nil)
	await(t, "the processes with NATS hear each other", func() bool { return one.bus.Peers() == 1 && two.bus.Peers() == 1 })
	await(t, "the newcomer's first seconds are over", one.bus.Decided)
	for i := range int64(3) {
		one.hub.Publish(entry(i + 1))
		if c := hear(t, there); c.Seq != i+1 {
			t.Errorf("the process without NATS heard %+v", c)
		}
	}
	old.hub.Publish(entry(9))
	if c := (<-here.C); c.Seq != 1 { // its own
		t.Errorf("first %+v", c)
	}
	await(t, "a hint from the process without NATS", func() bool { return hear(t, here).Seq == 9 })
	if one.bus.OverNATS() {
		t.Error("hints go over NATS alone, which doesn't reach everybody")
	}
}

func TestALostPayloadIsNoticed(t *testing.T) {
	t.Parallel()
	data, bus := pgtest.New(t), serveNATS(t)
	one, two := join(t, data, bus.use), join(t, data, bus.use)
	settled(t, one, two)
	there := two.hub.Listen(fox, nil)
	select {
	case <-there.Lost():
		t.Fatal("told to look again before anything was lost")
	default:
	}
	one.bus.LosePayload()
	lost(t, there)
}
