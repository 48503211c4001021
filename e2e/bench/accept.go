package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// words is what players say here.
const words = "Why is my withdrawal of last Monday still waiting? Please look into it, I need it before the weekend."

// message is a player's request to say something, ready but for the client id.
type message struct {
	octets []byte
	id     int // where the client id stands
}

const clientIDs = 24

func newMessage(host string, p player) message {
	body := []byte(`{"client_id":"` + strings.Repeat("0", clientIDs) + `","text":"` + words + `"}`)
	headers := "Content-Type: application/json\r\nAccept: application/json\r\nAccept-Language: en\r\nAuthorization: Bearer " + p.Token + "\r\n"
	m := message{octets: request("POST", host, "/chat/api/conversations/"+p.Conversation+"/messages", headers, body)}
	m.id = bytes.Index(m.octets, []byte(strings.Repeat("0", clientIDs)))
	return m
}

// again gives the message a client id that was never used.
func (m message) again(run string, n int64) []byte {
	copy(m.octets[m.id:], fmt.Sprintf("%s%0*x", run, clientIDs-len(run), n))
	return m.octets
}

func newRun() string {
	var b [6]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// lookOn opens the agents' streams and returns once all have begun. heard gets every line of data.
func lookOn(j job, heard func(agent int, data []byte)) (closed func(), err error) {
	var open []*wire
	closed = func() {
		for _, w := range open {
			w.close()
		}
	}
	var begun sync.WaitGroup
	failed := make(chan error, len(j.Agents))
	for i, token := range j.Agents {
		w, err := dial(j.Address)
		if err != nil {
			closed()
			return nil, err
		}
		open = append(open, w)
		begun.Add(1)
		go func() {
			began := false
			err := w.listen(request("GET", j.Host, "/stream", "Accept: text/event-stream\r\nCookie: __Host-session="+token+"\r\n", nil),
				func() { began = true; begun.Done() },
				func(line []byte) {
					if data, ok := bytes.CutPrefix(line, []byte("data:")); ok {
						heard(i, data)
					}
				})
			if !began {
				failed <- err
				begun.Done()
			}
		}()
	}
	begun.Wait()
	select {
	case err := <-failed:
		closed()
		return nil, fmt.Errorf("an agent's stream: %w", err)
	default:
		return closed, nil
	}
}

// accept lets players write as fast as they are answered, while agents look on.
func accept(j job, r *result) error {
	var heard atomic.Int64
	closed, err := lookOn(j, func(int, []byte) { heard.Add(1) })
	if err != nil {
		return err
	}
	defer closed()
	run := newRun()
	var sent atomic.Int64
	s, err := workers(j.Workers, j.Seconds, func(i int, stop func() bool, done func(time.Time), w *waits) error {
		c, err := dial(j.Address)
		if err != nil {
			return err
		}
		defer c.close()
		var mine []message
		for n := i; n < len(j.Players); n += j.Workers {
			mine = append(mine, newMessage(j.Host, j.Players[n]))
		}
		for n := 0; !stop(); n++ {
			began := time.Now()
			status, err := c.do(mine[n%len(mine)].again(run, sent.Add(1)))
			if err != nil {
				return err
			}
			if status != 201 {
				w.fail("status %d: %s", status, c.last)
				continue
			}
			done(began)
		}
		return nil
	})
	r.Series["accept"] = s
	r.Series["heard"] = series{Done: int(heard.Load()), Seconds: j.Seconds}
	return err
}
