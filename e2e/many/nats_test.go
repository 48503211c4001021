package many_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// natsServer is a NATS server that can be stopped and started again in its place.
type natsServer struct {
	options server.Options
	running *server.Server
}

func serveNATS(t testing.TB) *natsServer {
	t.Helper()
	s := &natsServer{options: server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true}}
	s.start(t)
	t.Cleanup(s.stop)
	return s
}

func (s *natsServer) start(t testing.TB) {
	t.Helper()
	options := s.options
	var err error
	if s.running, err = server.NewServer(&options); err != nil {
		t.Fatal(err)
	}
	s.running.Start()
	if !s.running.ReadyForConnections(30 * time.Second) {
		t.Fatal("NATS isn't ready within 30 s")
	}
	s.options.Port = options.Port
}

func (s *natsServer) stop() { s.running.Shutdown(); s.running.WaitForShutdown() }
