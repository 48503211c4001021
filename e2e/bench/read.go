package main

import (
	"cmp"
	"math/rand/v2"
	"time"
)

// read asks for pages one after another, each for a while, with as many readers as the job has workers.
func read(j job, r *result) error {
	wires := make([]*wire, j.Workers)
	for i := range wires {
		w, err := dial(j.Address)
		if err != nil {
			return err
		}
		defer w.close()
		wires[i] = w
	}
	for _, p := range j.Paths {
		var asks [][]byte
		for _, one := range append(p.Among, p) {
			if one.Path != "" {
				asks = append(asks, request("GET", cmp.Or(one.Host, j.Host), one.Path, one.Headers, nil))
			}
		}
		s, err := workers(j.Workers, j.Seconds, func(i int, stop func() bool, done func(time.Time), w *waits) error {
			for !stop() {
				began := time.Now()
				status, err := wires[i].do(asks[rand.IntN(len(asks))])
				if err != nil {
					return err
				}
				if status != 200 {
					w.fail("status %d", status)
					time.Sleep(10 * time.Millisecond) // a refusal is cheap: don't measure how cheap
					continue
				}
				done(began)
			}
			return nil
		})
		if err != nil {
			return err
		}
		r.Series[p.Name] = s
	}
	return nil
}
