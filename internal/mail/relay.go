package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Relay hands messages to an SMTP server (RFC 5321).
type Relay struct {
	host, user, password string
	port                 int
	implicit             bool // TLS from the first byte (RFC 8314, section 3.3)
	policy               gomail.TLSPolicy
	roots                *x509.CertPool // nil: the system's
}

// NewRelay reads smtp://user:password@host:587 or smtps://…:465. A password never leaves without TLS, unless the relay is on
// this machine; without a password, TLS is used where the relay offers it.
func NewRelay(raw string) (*Relay, error) {
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" {
		return nil, errors.New("mail: want smtp:// or smtps:// and a host") // the address may hold a password
	}
	r := &Relay{host: u.Hostname(), port: 587, policy: gomail.TLSOpportunistic, implicit: u.Scheme == "smtps"}
	if r.implicit {
		r.port = 465
	}
	if p := u.Port(); p != "" {
		if r.port, err = strconv.Atoi(p); err != nil || r.port < 1 || r.port > 65535 {
			return nil, fmt.Errorf("mail: port %q", p)
		}
	}
	r.user = u.User.Username()
	r.password, _ = u.User.Password()
	if r.user != "" && !local(r.host) {
		r.policy = gomail.TLSMandatory
	}
	return r, nil
}

func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// Send hands a message to the relay and returns once it has taken it.
func (r *Relay) Send(ctx context.Context, m Message) (err error) {
	defer func(began time.Time) { count(ctx, began, err) }(time.Now())
	msg, err := compose(m)
	if err != nil {
		return err
	}
	_, from, _ := strings.Cut(m.From.Email, "@")
	options := []gomail.Option{gomail.WithPort(r.port), gomail.WithTimeout(30 * time.Second), gomail.WithHELO(from), gomail.WithTLSPolicy(r.policy),
		gomail.WithTLSConfig(&tls.Config{ServerName: r.host, RootCAs: r.roots, MinVersion: tls.VersionTLS12})}
	if r.implicit {
		options = append(options, gomail.WithSSL())
	}
	if r.user != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(r.user), gomail.WithPassword(r.password))
		if local(r.host) {
			options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthPlainNoEnc))
		}
	}
	client, err := gomail.NewClient(r.host, options...)
	if err != nil {
		return fmt.Errorf("mail: relay: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return fmt.Errorf("mail: relay: %w", err)
	}
	return nil
}
