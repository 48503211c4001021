package client

import (
	"context"
	"crypto/rand"
	"net/http"
)

// Dial returns a client that proves itself with a key. server is the API's address with its version: a casino's own
// (https://desk.casino.example/v1) or the deployment's (https://api.desk.example/v1). Nothing is sent yet.
//
// Each POST carries an Idempotency-Key, so that sending one again after a broken connection is safe as long as the same
// request is sent: see Once. Options may replace the HTTP client or add headers.
func Dial(server, key string, options ...ClientOption) (*ClientWithResponses, error) {
	own := []ClientOption{WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+key)
		if r.Method == http.MethodPost && r.Header.Get("Idempotency-Key") == "" {
			r.Header.Set("Idempotency-Key", rand.Text())
		}
		return nil
	})}
	return NewClientWithResponses(server, append(own, options...)...)
}

// For makes a reseller's request one about a casino of theirs, by its id.
func For(tenant string) RequestEditorFn {
	return func(_ context.Context, r *http.Request) error {
		r.Header.Set("Desk-Tenant", tenant)
		return nil
	}
}

// Once names a POST by a key of the caller's, at most 255 characters: sent again with the same key within 24 hours it is done
// once and answered the same.
func Once(key string) RequestEditorFn {
	return func(_ context.Context, r *http.Request) error {
		r.Header.Set("Idempotency-Key", key)
		return nil
	}
}
