package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// probeCommand asks a process whether it is ready, for images that have no other program to ask with.
type probeCommand struct {
	URL string `arg:"" optional:"" help:"What to ask. Empty: /readyz of the process that listens at PITDESK_ADDR here."`
}

// probeWithin is how long an answer may take: a probe that hangs is an answer too.
const probeWithin = 5 * time.Second

// Run ends well when the answer is 200.
func (c *probeCommand) Run(ctx context.Context, s *Settings, o *output) error {
	url := c.URL
	if url == "" {
		url = "http://" + dialled(s.Addr) + "/readyz"
	}
	ctx, cancel := context.WithTimeout(ctx, probeWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("probe: %s answers %s", url, answer.Status)
	}
	_, err = fmt.Fprintln(o.out, "ready")
	return err
}

// dialled is where to reach a process that listens at address, which may leave the host out.
func dialled(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
