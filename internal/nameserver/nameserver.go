// Package nameserver is a DNS server for tests: it answers on loopback what the test says, and as badly as the test says.
package nameserver

import (
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"
)

// Server answers for all names. What it wasn't told of doesn't exist.
type Server struct {
	Addr string // host:port, over UDP and TCP

	mu      sync.Mutex
	records map[string][]dns.RR
	broken  map[string]int // rcode by name; Dropped answers nothing
	asked   int
	every   net.IP // the address of all names, when set
}

// Dropped is a way to be broken: the question is never answered.
const Dropped = -1

// New serves until t ends.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{records: map[string][]dns.RR{}, broken: map[string]int{}}
	for {
		packets, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		s.Addr = packets.LocalAddr().String()
		listener, err := net.Listen("tcp", s.Addr)
		if err != nil { // somebody has the port over TCP
			packets.Close()
			continue
		}
		for _, server := range []*dns.Server{{PacketConn: packets, Handler: s}, {Listener: listener, Handler: s}} {
			go func() { _ = server.ActivateAndServe() }()
			t.Cleanup(func() { _ = server.Shutdown() })
		}
		return s
	}
}

// Set makes records, in the form of a zone file, all there is at their names: "help.fox.example. 60 IN CNAME fox.desk.example."
func (s *Server) Set(t testing.TB, lines ...string) {
	t.Helper()
	fresh := map[string][]dns.RR{}
	for _, line := range lines {
		record, err := dns.NewRR(line)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.ToLower(record.Header().Name)
		fresh[name] = append(fresh[name], record)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, records := range fresh {
		s.records[name] = records
		delete(s.broken, name)
	}
}

// Clear makes names not exist.
func (s *Server) Clear(names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		delete(s.records, dns.Fqdn(name))
		delete(s.broken, dns.Fqdn(name))
	}
}

// Break makes questions for a name fail with an rcode, or with silence.
func (s *Server) Break(name string, rcode int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken[dns.Fqdn(name)] = rcode
}

// Everywhere gives all names this address, beside whatever else they have.
func (s *Server) Everywhere(at net.IP) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.every = at
}

// Asked is how many questions came.
func (s *Server) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// ServeDNS answers one question.
func (s *Server) ServeDNS(w dns.ResponseWriter, r *dns.Msg) {
	answer, ok := s.answer(r)
	if !ok {
		return
	}
	if _, udp := w.RemoteAddr().(*net.UDPAddr); udp {
		size := dns.MinMsgSize
		if o := r.IsEdns0(); o != nil {
			size = int(o.UDPSize())
		}
		answer.Truncate(size)
	}
	_ = w.WriteMsg(answer)
}

func (s *Server) answer(r *dns.Msg) (*dns.Msg, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	answer := new(dns.Msg).SetReply(r)
	question := r.Question[0]
	name := strings.ToLower(question.Name)
	rcode, broken := s.broken[name]
	if broken && rcode == Dropped {
		return nil, false
	}
	if broken {
		answer.Rcode = rcode
		return answer, true
	}
	records, known := s.records[name]
	for parent := range s.records { // a name with names under it exists (RFC 8020)
		known = known || strings.HasSuffix(parent, "."+name)
	}
	for _, record := range records {
		if kind := record.Header().Rrtype; kind == question.Qtype || kind == dns.TypeCNAME {
			answer.Answer = append(answer.Answer, record)
		}
	}
	if s.every != nil && question.Qtype == dns.TypeA && len(answer.Answer) == 0 {
		known = true
		answer.Answer = append(answer.Answer, &dns.A{Hdr: dns.RR_Header{Name: question.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1}, A: s.every})
	}
	if !known && s.every == nil {
		answer.Rcode = dns.RcodeNameError
	}
	return answer, true
}
