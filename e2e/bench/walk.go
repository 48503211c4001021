package main

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// walk is one casino's people going about their work at their own pace, whether or not the desk keeps up: half of what they
// do is a player's message, the rest a look at the inbox or a conversation by its lead.
type walk struct {
	Name    string // of the series
	Host    string
	Lead    string // a session's token
	Players []player
	Rate    float64 // deeds in a second
	Most    int     // how many are under way at most; what comes beyond that waits, and its wait counts
}

// walkAll lets all casinos walk at once. A wait begins when the deed is due, not when a connection is free for it.
func walkAll(j job, r *result) error {
	run := newRun()
	var sent atomic.Int64
	counting := time.Now().Add(time.Duration(warmUp(j.Seconds) * float64(time.Second)))
	end := counting.Add(time.Duration(j.Seconds * float64(time.Second)))
	type part struct {
		name            string
		messages, pages waits
	}
	var parts []*part
	var work sync.WaitGroup
	for _, w := range j.Walks {
		due := make(chan time.Time, int(w.Rate*j.Seconds*2)+100)
		work.Go(func() {
			defer close(due)
			for at := time.Now(); at.Before(end); at = at.Add(time.Duration(rand.ExpFloat64() / w.Rate * float64(time.Second))) {
				time.Sleep(time.Until(at))
				select {
				case due <- at:
				default: // the desk is so far behind that more of it tells nothing
				}
			}
		})
		for range w.Most {
			p := &part{name: w.Name}
			parts = append(parts, p)
			work.Go(func() {
				c, err := dial(j.Address)
				if err != nil {
					p.messages.fail("%v", err)
					return
				}
				defer c.close()
				for at := range due {
					if time.Now().After(end) {
						continue
					}
					into, ask, want := &p.messages, []byte(nil), 201
					who := w.Players[rand.IntN(len(w.Players))]
					if n := sent.Add(1); rand.IntN(2) == 0 {
						ask = newMessage(w.Host, who).again(run, n)
					} else {
						into, want = &p.pages, 200
						headers := "Accept: text/html\r\nCookie: __Host-session=" + w.Lead + "\r\n"
						if page := "/inbox/list"; rand.IntN(2) == 0 {
							ask = request("GET", w.Host, page, headers, nil)
						} else {
							ask = request("GET", w.Host, "/inbox/"+who.Conversation, headers+"HX-Request: true\r\n", nil)
						}
					}
					status, err := c.do(ask)
					now := time.Now()
					switch {
					case err != nil:
						into.fail("%v", err)
						return
					case now.Before(counting) || now.After(end):
					case status != want:
						into.fail("status %d: %.200s", status, c.last)
					default:
						into.took = append(into.took, now.Sub(at))
					}
				}
			})
		}
	}
	work.Wait()
	by := map[string][]waits{}
	for _, p := range parts {
		by[p.name] = append(by[p.name], p.messages, p.pages)
		by[p.name+" messages"] = append(by[p.name+" messages"], p.messages)
		by[p.name+" pages"] = append(by[p.name+" pages"], p.pages)
	}
	for name, all := range by {
		r.Series[name] = together(all, end.Sub(counting))
	}
	return nil
}
