package main

import (
	"context"
	"errors"
	"net/http"
	"time"
)

var errLeaving = errors.New("the process was asked to stop")

// ready says whether requests should come here: the database answers, and nobody has asked the process to stop.
func (a *app) ready(ctx context.Context) error {
	if a.leaving.Load() {
		return errLeaving
	}
	return a.pools.AppPool.Ping(ctx)
}

// linger goes on serving while the load balancer finds out that requests are to go elsewhere. With a database of its own the
// process is the only one, and nobody could take over. It ends early when a server has failed.
func (a *app) linger(failed <-chan error) {
	a.leaving.Store(true)
	if a.database.cluster != nil {
		return
	}
	timer := time.NewTimer(a.settings.Linger)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-failed:
	}
}

// parting has connections closed after their next answer once the process was asked to stop. A connection that were kept for
// later could be closed by us in the moment in which somebody sends a request over it.
func (a *app) parting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.leaving.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}
