package main

import (
	"sync/atomic"
	"time"
)

// spread lets writers write for many casinos, each for casinos of its own. Without seconds each player writes once.
func spread(j job, r *result) error {
	run := newRun()
	var sent atomic.Int64
	mine := make([][]message, j.Workers)
	owners := map[string]int{}
	for _, p := range j.Players {
		owner, ok := owners[p.Host]
		if !ok {
			owner = len(owners) % j.Workers
			owners[p.Host] = owner
		}
		mine[owner] = append(mine[owner], newMessage(p.Host, p))
	}
	once, seconds := j.Seconds == 0, j.Seconds
	if once {
		seconds = 600 // it ends when everybody has written
	}
	s, err := workers(j.Workers, seconds, func(i int, stop func() bool, done func(time.Time), w *waits) error {
		c, err := dial(j.Address)
		if err != nil {
			return err
		}
		defer c.close()
		for n := 0; !stop() && len(mine[i]) > 0 && !(once && n == len(mine[i])); n++ {
			began := time.Now()
			status, err := c.do(mine[i][n%len(mine[i])].again(run, sent.Add(1)))
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
	r.Series["spread"] = s
	return err
}
