package webhooks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"code.dny.dev/ssrf"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"pitdesk/internal/cards"
)

// Whys are the reasons for which a try fails. The catalogs say each.
var Whys = []string{"timeout", "address", "inside", "certificate", "network", "redirect", "gone", "status"}

const (
	answerWithin = 15 * time.Second
	answerRead   = 4 << 10 // octets of an answer that are looked at
	answerKept   = 500     // characters of them that are kept
	userAgent    = "Desk-Webhooks/1"
)

// SenderOptions are what a Sender stands on. The zero value sends to public addresses alone.
type SenderOptions struct {
	// Networks are where receivers may stand besides public addresses.
	Networks []netip.Prefix
	// Dial connects; nil connects as Networks allow, whatever a name resolves to.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Roots are who may vouch for a receiver; nil takes the system's.
	Roots *x509.CertPool
	// Within is how long an answer may take, whole; zero is 15 s.
	Within time.Duration
}

// Sender makes the requests. It follows no redirect, uses no proxy, and never connects inside somebody's network: where a name
// leads is looked at for each connection, after it was resolved.
type Sender struct {
	client *http.Client
	within time.Duration
}

// NewSender makes a sender.
func NewSender(o SenderOptions) *Sender {
	if o.Dial == nil {
		o.Dial = (&net.Dialer{Timeout: 10 * time.Second, Control: guard(o.Networks).Safe}).DialContext
	}
	if o.Within <= 0 {
		o.Within = answerWithin
	}
	transport := &http.Transport{DialContext: o.Dial, Proxy: nil, ForceAttemptHTTP2: true, DisableCompression: true,
		TLSHandshakeTimeout: 10 * time.Second, MaxResponseHeaderBytes: 64 << 10, MaxIdleConns: 500, MaxIdleConnsPerHost: atOnce,
		IdleConnTimeout: time.Minute, TLSClientConfig: &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12}}
	return &Sender{within: o.Within, client: &http.Client{Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// guard refuses connections that lead inside. Receivers at public addresses listen where HTTPS does; inside the operator's own
// networks they listen where they like.
func guard(networks []netip.Prefix) *ssrf.Guardian {
	if len(networks) == 0 {
		return ssrf.New(ssrf.WithPorts(443, 8443))
	}
	options := []ssrf.Option{ssrf.WithAnyPort()}
	for _, n := range networks {
		if n.Addr().Is4() {
			options = append(options, ssrf.WithAllowedV4Prefixes(n))
		} else {
			options = append(options, ssrf.WithAllowedV6Prefixes(n))
		}
	}
	return ssrf.New(options...)
}

// Close lets go of connections that nobody uses.
func (s *Sender) Close() { s.client.CloseIdleConnections() }

// send tries a delivery once. Whatever goes wrong is part of the outcome.
func (s *Sender) send(ctx context.Context, c claim) outcome {
	o := outcome{at: time.Now()}
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	r, err := request(ctx, c, o.at)
	if err == nil {
		var answer *http.Response
		if answer, err = s.client.Do(r); err == nil {
			o.status = answer.StatusCode
			o.answer, err = readAnswer(answer)
			if err == nil {
				err = ctx.Err() // what ended with the time may have been cut
			}
			o.retryIn = retryAfter(answer)
		}
	}
	o.took = time.Since(o.at)
	switch {
	case err != nil:
		o.why, o.status = whyNot(err), 0
	case o.status == http.StatusGone:
		o.why, o.gone = "gone", true
	case o.status >= 300 && o.status < 400:
		o.why = "redirect"
	case o.status < 200 || o.status >= 300:
		o.why = "status"
	}
	return o
}

// request is a delivery as Standard Webhooks has it: id, time and body signed with each secret that is good.
func request(ctx context.Context, c claim, now time.Time) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, strings.NewReader(c.Body))
	if err != nil {
		return nil, err
	}
	id := eventID(c.EventID)
	var signatures []string
	for _, kept := range c.Secrets {
		secret, err := kept.open(ctx, c.Webhook)
		if err != nil {
			return nil, err
		}
		key, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			return nil, errors.New("a signing secret can't be read") // the library's words would name it
		}
		signature, err := key.Sign(id, now, []byte(c.Body))
		if err != nil {
			return nil, err
		}
		signatures = append(signatures, signature)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", userAgent)
	r.Header.Set(standardwebhooks.HeaderWebhookID, id)
	r.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	r.Header.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
	return r, nil
}

// readAnswer reads how an answer begins. An answer that breaks off or doesn't end in time wasn't given.
func readAnswer(answer *http.Response) (string, error) {
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerRead))
	if err != nil {
		return "", err
	}
	kept, _ := cards.Mask(strings.Join(strings.FieldsFunc(strings.ToValidUTF8(string(text), "\uFFFD"), func(r rune) bool { return r <= ' ' || r == 0x7f }), " "))
	if utf8.RuneCountInString(kept) > answerKept {
		kept = string([]rune(kept)[:answerKept-1]) + "…"
	}
	return kept, nil
}

// retryAfter is for how long a busy receiver wants to be left alone, where it says so in seconds (RFC 9110, section 10.2.3).
func retryAfter(answer *http.Response) time.Duration {
	if answer.StatusCode != http.StatusTooManyRequests && answer.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	n, err := strconv.Atoi(answer.Header.Get("Retry-After"))
	if err != nil || n < 0 || n > 7*24*3600 {
		return 0
	}
	return time.Duration(n) * time.Second
}

func whyNot(err error) string {
	var (
		name        *net.DNSError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		alert       tls.AlertError
		slow        net.Error
	)
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP) || errors.Is(err, ssrf.ErrProhibitedPort) || errors.Is(err, ssrf.ErrProhibitedNetwork):
		return "inside"
	case errors.As(err, &certificate) || errors.As(err, &record) || errors.As(err, &alert):
		return "certificate"
	case errors.As(err, &name):
		return "address"
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &slow) && slow.Timeout():
		return "timeout"
	}
	return "network"
}

// ParseNetworks reads what an operator names as networks where receivers may stand.
func ParseNetworks(list []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, s := range list {
		n, err := netip.ParsePrefix(strings.TrimSpace(s))
		if err != nil {
			return nil, fmt.Errorf("%q is no network, such as 10.1.0.0/16", s)
		}
		all = append(all, n.Masked())
	}
	return all, nil
}
