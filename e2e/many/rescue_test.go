package many_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pitdesk/e2e/many"
)

// relay takes mail, but for the first one to a certain address: whoever brings that waits.
type relay struct {
	net.Listener
	to          string
	held, taken atomic.Int64 // of the mails to that address
}

func serveRelay(t *testing.T, to string) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{Listener: listener, to: to}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go r.take(conn)
		}
	}()
	return r
}

// take speaks as much SMTP (RFC 5321) as it takes to be handed a message.
func (r *relay) take(conn net.Conn) {
	defer conn.Close()
	fmt.Fprint(conn, "220 relay.example\r\n")
	within, mine := false, false
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		line := lines.Text()
		switch {
		case within && line == ".":
			if within = false; mine {
				r.taken.Add(1)
			}
			fmt.Fprint(conn, "250 taken\r\n")
		case within:
		case strings.HasPrefix(line, "RCPT"):
			if mine = strings.Contains(line, r.to); mine && r.held.Add(1) == 1 {
				continue
			}
			fmt.Fprint(conn, "250 ok\r\n")
		case strings.HasPrefix(line, "DATA"):
			within = true
			fmt.Fprint(conn, "354 go on\r\n")
		case strings.HasPrefix(line, "QUIT"):
			fmt.Fprint(conn, "221 bye\r\n")
			return
		default:
			fmt.Fprint(conn, "250 ok\r\n")
		}
	}
}

// operator is of the demo's staff, and gets no mail but what they ask for.
const operator = "operator@lucky-fox.example"

// TestAJobOfAKilledWorkerIsDone kills the worker that sends a letter, and leads the others, in the midst of it. The letter is
// sent all the same, once, and the rounds go on.
func TestAJobOfAKilledWorkerIsDone(t *testing.T) {
	t.Parallel()
	relay := serveRelay(t, operator)
	d := many.Start(t, many.Options{Serve: 1, Work: 1, Settings: map[string]string{"PITDESK_SMTP_URL": "smtp://" + relay.Addr().String()}})
	if d.Casinos[0].Staff[0].Email != operator {
		t.Fatalf("the first of the demo's staff is %s", d.Casinos[0].Staff[0].Email)
	}
	super := d.DB.Super(t)
	leader := func() (id string) {
		_ = super.QueryRow(`select leader_id from river.river_leader where expires_at > now()`).Scan(&id)
		return id
	}
	many.Until(t, time.Minute, "the only worker leads", func() bool { return leader() != "" })
	first := leader()
	casino := d.Casinos[0]
	form, err := http.NewRequest(http.MethodPost, "http://127.0.0.1:"+d.Balancer.Port()+"/forgot", strings.NewReader(url.Values{"email": {operator}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	form.Host = casino.Host
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(form)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("asking for a letter: %v, %v", answer, err)
	}
	answer.Body.Close()
	many.Until(t, time.Minute, "the letter is on its way", func() bool { return relay.held.Load() == 1 })
	d.Add(t, 0, 1)
	d.Working[0].Kill()
	killed := time.Now()
	many.Until(t, time.Minute, "another worker sends the letter", func() bool { return relay.taken.Load() == 1 })
	t.Logf("the letter was sent by another worker %s after the first was killed", time.Since(killed).Round(time.Millisecond))
	many.Until(t, time.Minute, "another worker leads", func() bool { id := leader(); return id != "" && id != first })
	t.Logf("another worker led %s after the first was killed", time.Since(killed).Round(time.Millisecond))
	var wakes int
	many.Until(t, 2*time.Minute, "the rounds go on", func() bool {
		return super.QueryRow(`select count(*) from river.river_job where kind = 'wake' and created_at > to_timestamp($1)`, killed.Unix()).Scan(&wakes) == nil && wakes > 0
	})
	t.Logf("the next round was enqueued within %s", time.Since(killed).Round(time.Millisecond))
	many.Until(t, time.Minute, "nothing is left in the killed worker's hands", func() bool {
		var left int
		return super.QueryRow(`select count(*) from river.river_job where state = 'running' and attempted_by[array_upper(attempted_by, 1)] = $1`, first).Scan(&left) == nil && left == 0
	})
	if n := relay.taken.Load(); n != 1 {
		t.Errorf("the letter was sent %d times", n)
	}
}
