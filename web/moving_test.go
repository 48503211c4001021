package web_test

import (
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

// A process that makes room for another says so to staff's pages, which would otherwise take the end of their stream for trouble.
func TestStaffsStreamsAreToldToMove(t *testing.T) {
	t.Parallel()
	h, ctx, at := openChat(t, "Lucky Fox")
	anna := sample.Agent(ctx, t, at[0], "Anna", authz.Operator)
	hints := h.SignedIn(ctx, t, at[0], anna).listen(ctx, t)
	for line := range hints {
		if strings.Contains(line, `"hello"`) {
			break
		}
	}
	h.Server.Drain()
	last := ""
	for line := range hints { // until the stream has ended
		if line != "" {
			last = line
		}
	}
	if last != `data: {"w":"moving"}` {
		t.Errorf("the stream's last words are %q", last)
	}
}
