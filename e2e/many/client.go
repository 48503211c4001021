package many

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// client sends requests to a casino's host through the balancer, again and again until each is answered.
type client struct {
	http  *http.Client
	base  string // the balancer
	host  string
	token string
	tally *Tally
}

func (d *Desk) client(c Casino, token string, tally *Tally) *client {
	return &client{http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}, base: "http://127.0.0.1:" + d.Balancer.Port(), host: c.Host,
		token: token, tally: tally}
}

func (c *client) request(ctx context.Context, method, path string, body any, header http.Header) (*http.Request, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, content)
	if err != nil {
		return nil, err
	}
	// *.localhost is this machine (RFC 6761, section 6.3), though not every resolver knows it.
	r.Host = c.host
	r.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	return r, nil
}

// do sends a request once. An answer that isn't 2xx is an error; into, which may be nil, takes the body of one that is.
func (c *client) do(ctx context.Context, method, path string, body any, header http.Header, into any) (status int, err error) {
	r, err := c.request(ctx, method, path, body, header)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	answer, err := c.http.Do(r)
	if err != nil {
		c.tally.Note(0, time.Since(began), method+" "+path+": "+err.Error())
		return 0, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.tally.Note(0, time.Since(began), method+" "+path+": "+err.Error())
		return 0, err
	}
	c.tally.Note(answer.StatusCode, time.Since(began), method+" "+path+": "+string(text[:min(len(text), 300)]))
	if answer.StatusCode/100 != 2 {
		return answer.StatusCode, &refused{answer.StatusCode, retryAfter(answer), string(text[:min(len(text), 300)])}
	}
	if into == nil {
		return answer.StatusCode, nil
	}
	return answer.StatusCode, json.Unmarshal(text, into)
}

// refused is an answer that isn't 2xx.
type refused struct {
	status int
	after  time.Duration
	said   string
}

func (r *refused) Error() string { return fmt.Sprintf("%d %s", r.status, r.said) }

func retryAfter(answer *http.Response) time.Duration {
	seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// insist sends a request until it is answered well. What a client may send again is a lost connection, 5xx, 429, and 409 for a
// request whose first sending is still under way; any other refusal is returned.
func (c *client) insist(ctx context.Context, method, path string, body any, header http.Header, into any) error {
	for n := 0; ; n++ {
		_, err := c.do(ctx, method, path, body, header, into)
		if err == nil {
			return nil
		}
		wait := min(time.Second, 50*time.Millisecond<<min(n, 5))
		if no, ok := err.(*refused); ok {
			if no.status/100 == 4 && no.status != http.StatusTooManyRequests && no.status != http.StatusConflict {
				return err
			}
			if no.status == http.StatusConflict && n > 20 {
				return err
			}
			wait = max(wait, no.after)
		}
		if !pause(ctx, jitter(wait)) {
			return ctx.Err()
		}
	}
}

// jitter keeps clients from coming back all at once.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.7 + 0.6*rand.Float64()))
}

func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
