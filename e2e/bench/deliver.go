package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/url"
	"sync"
	"time"
)

// chat is one live chat: its player writes and listens, an agent hears and answers.
type chat struct {
	player
	mu      sync.Mutex
	asked   time.Time // when the player sent what no agent's page has shown yet
	replied time.Time // when the agent sent what the player hasn't got yet
	heard   int       // agents' streams that have told of asked
}

// deliver lets players and agents talk at a walking pace and measures how long each waits to see what the other wrote:
// "to agents" until each agent's stream tells of it, "to player" until the answer's words are on the player's stream.
func deliver(j job, r *result) error {
	chats, byID := make([]*chat, j.Chats), map[string]*chat{}
	for i := range chats {
		chats[i] = &chat{player: j.Players[i]}
		byID[j.Players[i].Conversation] = chats[i]
	}
	var mu sync.Mutex
	toAgents, toPlayer, answers := waits{}, waits{}, waits{}
	note := func(w *waits, took time.Duration) { mu.Lock(); w.took = append(w.took, took); mu.Unlock() }
	closed, err := lookOn(j, func(_ int, data []byte) {
		if !bytes.Contains(data, []byte(`"w":"entry"`)) {
			return
		}
		at := bytes.Index(data, []byte(`"c":"cnv_`))
		if at < 0 || len(data) < at+5+30 {
			return
		}
		c := byID[string(data[at+5:at+5+30])]
		if c == nil {
			return
		}
		c.mu.Lock()
		asked := c.asked
		if c.heard++; c.heard >= len(j.Agents) {
			c.asked = time.Time{}
		}
		c.mu.Unlock()
		if !asked.IsZero() {
			note(&toAgents, time.Since(asked))
		}
	})
	if err != nil {
		return err
	}
	defer closed()
	var listening sync.WaitGroup
	for _, c := range chats {
		w, err := dial(j.Address)
		if err != nil {
			return err
		}
		defer w.close()
		listening.Add(1)
		go func() {
			began, event := false, ""
			err := w.listen(request("GET", j.Host, "/chat/api/stream?conversation="+c.Conversation, "Authorization: Bearer "+c.Token+"\r\n", nil),
				func() { began = true; listening.Done() },
				func(line []byte) {
					if name, ok := bytes.CutPrefix(line, []byte("event: ")); ok {
						event = string(name)
					}
					if !bytes.HasPrefix(line, []byte("data: ")) || event != "entry" || !bytes.Contains(line, []byte(`"author":"agent"`)) {
						return
					}
					c.mu.Lock()
					replied := c.replied
					c.replied = time.Time{}
					c.mu.Unlock()
					if !replied.IsZero() {
						note(&toPlayer, time.Since(replied))
					}
				})
			if !began {
				mu.Lock()
				toPlayer.fail("a player's stream: %v", err)
				mu.Unlock()
				listening.Done()
			}
		}()
	}
	listening.Wait()

	run, every := newRun(), time.Duration(j.Every*float64(time.Second))
	end := time.Now().Add(time.Duration(j.Seconds * float64(time.Second)))
	var talking sync.WaitGroup
	for i, c := range chats {
		talking.Add(1)
		go func() {
			defer talking.Done()
			w, err := dial(j.Address)
			if err != nil {
				return
			}
			defer w.close()
			m := newMessage(j.Host, c.player)
			say := func(n int64) {
				c.mu.Lock()
				c.asked, c.heard = time.Now(), 0
				began := c.asked
				c.mu.Unlock()
				status, err := w.do(m.again(run, n))
				mu.Lock()
				defer mu.Unlock()
				if err != nil || status != 201 {
					toAgents.fail("status %d %v", status, err)
					return
				}
				answers.took = append(answers.took, time.Since(began))
			}
			reply := func(n int64) {
				form := url.Values{"text": {"Thank you for waiting. I have asked the payments team and will tell you."}, "client_id": {fmt.Sprint(run, "-", i, "-", n)}}
				ask := request("POST", j.Host, "/inbox/"+c.Conversation+"/reply", "Content-Type: application/x-www-form-urlencoded\r\nCookie: __Host-session="+
					j.Agents[i%len(j.Agents)]+"\r\n", []byte(form.Encode()))
				c.mu.Lock()
				c.asked, c.replied = time.Time{}, time.Now()
				c.mu.Unlock()
				status, err := w.do(ask)
				if err != nil || status >= 300 {
					mu.Lock()
					toPlayer.fail("status %d %v: %s", status, err, w.last)
					mu.Unlock()
				}
			}
			time.Sleep(time.Duration(rand.Float64() * float64(every)))
			for n := int64(i) << 20; time.Now().Before(end); n++ {
				say(n)
				time.Sleep(every / 2)
				reply(n)
				time.Sleep(every / 2)
			}
		}()
	}
	talking.Wait()
	over := time.Duration(j.Seconds * float64(time.Second))
	mu.Lock()
	defer mu.Unlock()
	r.Series["to agents"] = together([]waits{toAgents}, over)
	r.Series["to player"] = together([]waits{toPlayer}, over)
	r.Series["accepted"] = together([]waits{answers}, over)
	return nil
}
