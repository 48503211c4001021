package many

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// logged is an entry as a program outside reads it.
type logged struct {
	Seq        int64  `json:"seq"`
	Kind       string `json:"kind"`
	Visibility string `json:"visibility"`
	Text       string `json:"text"`
	ClientID   string `json:"client_id"`
}

// Compare reads all conversations over the API, as anybody outside would, and holds them against what was acknowledged: each
// deed must be there once, under the number that was answered. It holds what players heard against the logs too. Stop comes first.
func (l *Load) Compare(t testing.TB) {
	t.Helper()
	reader := l.desk.client(l.casino, l.casino.APIKey, &l.Tally)
	logs := map[string][]logged{}
	for _, w := range l.writers() {
		if _, read := logs[w.conversation]; !read {
			logs[w.conversation] = reader.log(t, w.conversation)
		}
	}
	for name, log := range logs {
		for i, e := range log {
			if e.Seq != int64(i)+1 {
				t.Errorf("%s has number %d in place %d", name, e.Seq, i+1)
				break
			}
		}
	}
	acknowledged, missing, twice := 0, 0, 0
	for _, w := range l.writers() {
		for id, seq := range w.acked {
			acknowledged++
			found := slices.DeleteFunc(slices.Clone(logs[w.conversation]), func(e logged) bool { return !strings.HasSuffix(e.Text, " "+id) && e.ClientID != id })
			switch {
			case len(found) == 0:
				missing++
				t.Errorf("%s was acknowledged as %d and is not in the log", id, seq)
			case len(found) > 1:
				twice++
				t.Errorf("%s is in the log %d times", id, len(found))
			case found[0].Seq != seq:
				t.Errorf("%s was acknowledged as %d and is %d", id, seq, found[0].Seq)
			}
		}
	}
	for i, w := range l.players {
		s := l.streams[i]
		for _, e := range logs[w.conversation] {
			if e.Visibility != "player" || e.Kind != "message" || e.Seq > w.last() {
				continue
			}
			if n := s.heard[e.Seq]; n != 1 {
				t.Errorf("%s's stream told of %d (%s) %d times", w.name, e.Seq, e.Text, n)
			}
		}
	}
	t.Logf("%d acknowledged deeds in %d conversations: %d missing, %d twice; %s", acknowledged, len(logs), missing, twice, &l.Tally)
}

// log reads a conversation whole.
func (c *client) log(t testing.TB, conversation string) []logged {
	t.Helper()
	var all []logged
	for after := ""; ; {
		var page struct {
			Data []logged `json:"data"`
			Next string   `json:"next"`
		}
		if err := c.insist(t.Context(), http.MethodGet, "/v1/conversations/"+conversation+"/entries?limit=100"+after, nil, nil, &page); err != nil {
			t.Fatal(err)
		}
		if all = append(all, page.Data...); page.Next == "" {
			return all
		}
		after = "&starting_after=" + url.QueryEscape(page.Next)
	}
}

// Gaps are how long streams that broke off were away until they were open again, longest last.
func (l *Load) Gaps() []time.Duration {
	var all []time.Duration
	for _, s := range l.streams {
		s.mu.Lock()
		all = append(all, s.gaps...)
		s.mu.Unlock()
	}
	slices.Sort(all)
	return all
}

// Breaks is how often streams broke off.
func (l *Load) Breaks() (n int) {
	for _, s := range l.streams {
		s.mu.Lock()
		n += s.ends
		s.mu.Unlock()
	}
	return n
}

// Resumed waits until every stream is open.
func (l *Load) Resumed(t testing.TB) {
	t.Helper()
	Until(t, 30*time.Second, "all streams are open again", func() bool { return l.open() == len(l.streams) })
}

// Settled waits until streams have lasted so long that they take another break for the first. Whoever kills more processes than
// one after the other waits for it, or streams take the deployment for one that fails again and again, and stay away for longer.
func (l *Load) Settled(t testing.TB) {
	t.Helper()
	Until(t, time.Minute, "all streams have lasted a while", func() bool {
		for _, s := range l.streams {
			if !s.patient() {
				return false
			}
		}
		return true
	})
}

// Verify has the program recompute the casino's logs: it ends with 0 when every chain is whole.
func (l *Load) Verify(t testing.TB) {
	t.Helper()
	t.Log(strings.TrimSpace(l.desk.Run(t, l.desk.binary, nil, "verify", l.casino.Host)))
}
