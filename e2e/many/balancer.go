package many

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
	"testing"
	"time"
)

// CheckEvery is how often a balancer asks each process whether it is ready, unless told otherwise.
const CheckEvery = 100 * time.Millisecond

// Balancer hands requests to the processes that say they are ready, in turn. A request that no connection was found for goes
// to the next one; one that broke off is answered with 502, as it may have been done.
type Balancer struct {
	listener net.Listener
	every    time.Duration
	backends func() []string // the addresses of all that may be there

	mu    sync.Mutex
	known map[string]*backend
	turn  int
}

// backend is one address, with connections of its own.
type backend struct {
	address string
	ready   bool
	left    bool // see Leave
	asked   int  // requests that it hasn't begun to answer
	way     *http.Transport
}

// balance listens and serves until t ends.
func balance(t testing.TB, every time.Duration, backends func() []string) *Balancer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &Balancer{listener: listener, every: every, backends: backends, known: map[string]*backend{}}
	proxy := &httputil.ReverseProxy{
		Transport: b, FlushInterval: -1,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", "any", r.In.Host
			r.SetXForwarded()
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if errors.Is(err, errNobody) {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			w.WriteHeader(http.StatusBadGateway)
		},
		ErrorLog: quiet,
	}
	server := &http.Server{Handler: proxy, ReadHeaderTimeout: 10 * time.Second, ErrorLog: quiet}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); b.watch(ctx) }()
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { cancel(); <-done; _ = server.Close() })
	return b
}

// Port is where the balancer listens.
func (b *Balancer) Port() string {
	_, port, _ := net.SplitHostPort(b.listener.Addr().String())
	return port
}

// Ready are the addresses that requests go to now.
func (b *Balancer) Ready() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []string
	for _, each := range b.known {
		if each.ready && !each.left {
			all = append(all, each.address)
		}
	}
	return all
}

var errNobody = errors.New("no process is ready")

// watch asks all processes for their health, again and again.
func (b *Balancer) watch(ctx context.Context) {
	tick := time.NewTicker(b.every)
	defer tick.Stop()
	for ctx.Err() == nil {
		b.check(ctx)
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

func (b *Balancer) check(ctx context.Context) {
	there := map[string]bool{}
	var asked sync.WaitGroup
	for _, address := range b.backends() {
		there[address] = true
		b.mu.Lock()
		each := b.known[address]
		if each == nil {
			each = &backend{address: address, way: &http.Transport{
				DialContext: (&net.Dialer{Timeout: time.Second}).DialContext, MaxIdleConnsPerHost: 64, DisableCompression: true}}
			b.known[address] = each
		}
		b.mu.Unlock()
		asked.Go(func() { b.set(each, each.asks(ctx)) })
	}
	asked.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	for address, each := range b.known {
		if !there[address] {
			each.way.CloseIdleConnections()
			delete(b.known, address)
		}
	}
}

func (b *Balancer) set(each *backend, ready bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if each.ready = ready; !ready {
		each.way.CloseIdleConnections()
	}
}

func (each *backend) asks(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+each.address+"/readyz", nil)
	if err != nil {
		return false
	}
	answer, err := each.way.RoundTrip(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode == http.StatusOK
}

// next is whose turn it is, without those that were tried already.
func (b *Balancer) next(tried map[*backend]bool) *backend {
	b.mu.Lock()
	defer b.mu.Unlock()
	var ready []*backend
	for _, address := range b.backends() {
		if each := b.known[address]; each != nil && each.ready && !each.left && !tried[each] {
			ready = append(ready, each)
		}
	}
	if len(ready) == 0 {
		return nil
	}
	b.turn++
	one := ready[b.turn%len(ready)]
	one.asked++
	return one
}

// Leave sends nothing more to an address and returns once everything that was sent is being answered: so an orchestrator takes
// a process out that doesn't linger, before it stops it.
func (b *Balancer) Leave(t testing.TB, address string) {
	t.Helper()
	b.mu.Lock()
	each := b.known[address]
	if each != nil {
		each.left = true
	}
	b.mu.Unlock()
	Until(t, time.Minute, "nothing waits for "+address, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return each == nil || each.asked == 0
	})
}

func (b *Balancer) answered(each *backend) {
	b.mu.Lock()
	defer b.mu.Unlock()
	each.asked--
}

// RoundTrip hands a request to a process.
func (b *Balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	tried := map[*backend]bool{}
	for {
		each := b.next(tried)
		if each == nil {
			return nil, errNobody
		}
		tried[each] = true
		again := r.Clone(r.Context())
		again.URL.Host = each.address
		if r.Body != nil {
			again.Body = io.NopCloser(bytes.NewReader(body))
			again.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		}
		answer, err := each.way.RoundTrip(again)
		b.answered(each)
		var failed *net.OpError
		if errors.As(err, &failed) && failed.Op == "dial" {
			b.set(each, false)
			continue
		}
		return answer, err
	}
}
