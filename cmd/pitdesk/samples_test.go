package main

import (
	"context"
	"testing"
)

// example is what a way needs besides its path so that the rightful asker succeeds: a form, or JSON, with placeholders.
type example struct {
	body   string
	query  string
	kind   string // Content-Type, where it is neither a form nor JSON
	before func(ctx context.Context, t *testing.T, a *app, w *world)
}

// samples are by way. A way that takes a body and has no sample here fails the permission test.
var samples = map[string]example{}

// apiWays are the operations of /v1.
func apiWays() []way { return nil }
