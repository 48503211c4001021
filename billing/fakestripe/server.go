package fakestripe

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/stripe/stripe-go/v79"
)

// Key and Secret are what an office uses here.
const (
	Key    = "sk_test_fake"
	Secret = "whsec_fake"
)

// Server is one Stripe account.
type Server struct {
	name string

	mu        sync.Mutex
	clock     time.Time
	counts    map[string]int
	replies   map[string]reply
	customers []*customer
	products  []*product
	prices    []*price
	meters    []*meter
	usage     []use
	subs      []*subscription
	invoices  []*invoice
	sessions  []*session
	codes     []*code
	events    []Event
	endpoints []*endpoint

	calls   []string            // every request, as "POST /v1/customers"
	before  func(*http.Request) // called before a request is answered, without the lock
	failing int

	endsUnpaid bool
}

// Start is when the clock of a new account begins.
var Start = time.Date(2027, time.January, 4, 9, 0, 0, 0, time.UTC)

// New returns an account with nothing in it. name stands in its ids.
func New(name string) *Server { return NewAt(name, Start) }

// NewAt is New with a clock that begins at a moment.
func NewAt(name string, at time.Time) *Server {
	return &Server{name: name, clock: at.UTC().Truncate(time.Second), counts: map[string]int{}, replies: map[string]reply{}}
}

// Fork is a new account that sells the same: products, prices, meters and codes keep their ids.
func (s *Server) Fork(name string) *Server {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := New(name)
	f.products, f.prices, f.meters, f.codes = slices.Clone(s.products), slices.Clone(s.prices), slices.Clone(s.meters), slices.Clone(s.codes)
	return f
}

// Now is what the account's clock says.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock
}

// Before has f called with each request before it is looked at, so that tests can hold one up. f may be nil.
func (s *Server) Before(f func(*http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = f
}

// Fail makes the next n requests answer 500, after having done what they were for, as a lost answer would.
func (s *Server) Fail(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing = n
}

// EndUnpaid has subscriptions end once all charges of a card were in vain, as an account may be set to; else they stay past due.
func (s *Server) EndUnpaid() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endsUnpaid = true
}

// Calls returns the requests since it was last asked.
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := s.calls
	s.calls = nil
	return calls
}

type reply struct {
	asked  string
	status int
	body   []byte
}

// trouble is an error as Stripe answers it (https://docs.stripe.com/api/errors).
type trouble struct {
	status              int
	kind, code, message string
}

func (t *trouble) Error() string { return t.message }

func bad(format string, args ...any) error {
	return &trouble{400, "invalid_request_error", "", fmt.Sprintf(format, args...)}
}

func gone(id string) error {
	return &trouble{404, "invalid_request_error", "resource_missing", "No such thing: " + id}
}

// ServeHTTP answers as api.stripe.com does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	before := s.before
	s.mu.Unlock()
	if before != nil {
		before(r)
	}
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, r.Method+" "+r.URL.Path)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Request-Id", s.id("req"))
	status, answer := s.answer(w, r, string(body))
	if s.failing > 0 {
		s.failing--
		status, answer = 500, []byte(`{"error":{"type":"api_error","message":"lost on the way"}}`)
	}
	w.WriteHeader(status)
	_, _ = w.Write(answer)
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, body string) (int, []byte) {
	refuse := func(err error) (int, []byte) {
		t, ok := err.(*trouble)
		if !ok {
			t = &trouble{500, "api_error", "", err.Error()}
		}
		text, _ := json.Marshal(map[string]any{"error": map[string]any{"type": t.kind, "code": t.code, "message": t.message}})
		return t.status, text
	}
	if r.Header.Get("Authorization") != "Bearer "+Key {
		return refuse(&trouble{401, "invalid_request_error", "", "Invalid API Key provided"})
	}
	if v := r.Header.Get("Stripe-Version"); v != stripe.APIVersion {
		return refuse(bad("version %q isn't pinned", v))
	}
	asked := r.Method + " " + r.URL.Path + "\n" + body
	key := r.Header.Get("Idempotency-Key")
	if r.Method == http.MethodPost && key != "" {
		if before, ok := s.replies[key]; ok {
			if before.asked != asked {
				return refuse(&trouble{400, "idempotency_error", "", "Keys for idempotent requests can only be used with the same parameters they were first used with."})
			}
			w.Header().Set("Idempotent-Replayed", "true")
			return before.status, before.body
		}
	}
	if r.Method == http.MethodGet {
		body = r.URL.RawQuery
	}
	values, err := url.ParseQuery(body)
	if err != nil {
		return refuse(bad("unreadable: %v", err))
	}
	result, err := s.route(r.Method, strings.Split(strings.TrimPrefix(r.URL.Path, "/v1/"), "/"), form(values))
	status, answer := 200, []byte(nil)
	if err != nil {
		status, answer = refuse(err)
	} else if answer, err = json.Marshal(result); err != nil {
		status, answer = refuse(err)
	}
	if key != "" && r.Method == http.MethodPost && (status < 400 || status == 402) {
		s.replies[key] = reply{asked, status, answer}
	}
	return status, answer
}

// form is a body in Stripe's brackets: items[0][price].
type form url.Values

func (f form) get(name string) string { return url.Values(f).Get(name) }
func (f form) has(name string) bool   { return url.Values(f).Has(name) }
func (f form) num(name string) int64 {
	n, _ := strconv.ParseInt(f.get(name), 10, 64)
	return n
}

// part is what stands below a name: part("items[0]") of items[0][price] holds price.
func (f form) part(name string) form {
	p := form{}
	for k, v := range f {
		if rest, ok := strings.CutPrefix(k, name+"["); ok {
			head, tail, _ := strings.Cut(rest, "]")
			p[head+tail] = v
		}
	}
	return p
}

// each are the entries of a list.
func (f form) each(name string) []form {
	var all []form
	for i := 0; ; i++ {
		p := f.part(name + "[" + strconv.Itoa(i) + "]")
		if len(p) == 0 {
			return all
		}
		all = append(all, p)
	}
}

// texts is a map of words, such as metadata.
func (f form) texts(name string) map[string]string {
	m := map[string]string{}
	for k, v := range f.part(name) {
		m[k] = v[0]
	}
	return m
}

// id is the next one of a kind. Later ids sort after earlier ones.
func (s *Server) id(prefix string) string {
	s.counts[prefix]++
	return fmt.Sprintf("%s_%s%06d", prefix, s.name, s.counts[prefix])
}

// page is a list as Stripe gives it (https://docs.stripe.com/api/pagination), the newest first.
func page[T interface{ ident() string }](all []T, f form, path string) map[string]any {
	all = slices.Clone(all)
	slices.Reverse(all)
	if after := f.get("starting_after"); after != "" {
		i := slices.IndexFunc(all, func(t T) bool { return t.ident() == after })
		all = all[i+1:]
	}
	limit := int(f.num("limit"))
	if limit == 0 {
		limit = 10
	}
	more := len(all) > limit
	if more {
		all = all[:limit]
	}
	return map[string]any{"object": "list", "url": path, "has_more": more, "data": all}
}

func find[T interface{ ident() string }](all []T, id string) (found T, err error) {
	for _, t := range all {
		if t.ident() == id {
			return t, nil
		}
	}
	return found, gone(id)
}
