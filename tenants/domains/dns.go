package domains

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// DNS is the Resolver that asks real name servers, one after the other until one answers.
type DNS struct {
	Servers []string // host:port; empty means those of /etc/resolv.conf
}

// answerWithin is how long one server may take for one question.
const answerWithin = 2 * time.Second

// payload is how large an answer over UDP may be without being cut up on its way (DNS Flag Day 2020).
const payload = 1232

// TXT returns the texts at a name, each record's parts joined.
func (d DNS) TXT(ctx context.Context, name string) ([]string, error) {
	answer, err := d.ask(ctx, name, dns.TypeTXT)
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, record := range answer {
		if txt, ok := record.(*dns.TXT); ok {
			texts = append(texts, strings.Join(txt.Txt, ""))
		}
	}
	return texts, nil
}

// CNAME returns what a name is an alias of.
func (d DNS) CNAME(ctx context.Context, name string) (string, error) {
	answer, err := d.ask(ctx, name, dns.TypeCNAME)
	if err != nil {
		return "", err
	}
	for _, record := range answer {
		if alias, ok := record.(*dns.CNAME); ok && strings.EqualFold(alias.Hdr.Name, dns.Fqdn(name)) {
			return alias.Target, nil
		}
	}
	return "", nil
}

func (d DNS) ask(ctx context.Context, name string, kind uint16) ([]dns.RR, error) {
	servers, err := d.servers()
	if err != nil {
		return nil, err
	}
	question := new(dns.Msg).SetQuestion(dns.Fqdn(name), kind)
	question.SetEdns0(payload, false)
	for range 2 { // a lost datagram isn't a silent server
		for _, server := range servers {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			var answer []dns.RR
			if answer, err = exchange(ctx, server, question); err == nil || errors.Is(err, ErrNowhere) {
				return answer, err
			}
		}
	}
	return nil, err
}

func exchange(ctx context.Context, server string, question *dns.Msg) ([]dns.RR, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	answer, _, err := (&dns.Client{Net: "udp", UDPSize: payload}).ExchangeContext(ctx, question, server)
	if err == nil && answer.Truncated {
		answer, _, err = (&dns.Client{Net: "tcp"}).ExchangeContext(ctx, question, server)
	}
	if err != nil {
		return nil, fmt.Errorf("dns %s: %w", server, err)
	}
	switch answer.Rcode {
	case dns.RcodeSuccess:
		return answer.Answer, nil
	case dns.RcodeNameError:
		return nil, ErrNowhere
	}
	return nil, fmt.Errorf("dns %s: %s", server, dns.RcodeToString[answer.Rcode])
}

func (d DNS) servers() ([]string, error) {
	if len(d.Servers) > 0 {
		return d.Servers, nil
	}
	config, err := dns.ClientConfigFromFile("/etc/resolv.conf")
	if err != nil {
		return nil, fmt.Errorf("dns: %w", err)
	}
	var servers []string
	for _, s := range config.Servers {
		servers = append(servers, net.JoinHostPort(s, config.Port))
	}
	if len(servers) == 0 {
		return nil, errors.New("dns: no name server is known")
	}
	return servers, nil
}
