// Package jobs does work after a commit: mail, waking what sleeps, clearing what has expired.
//
// A job is enqueued in the transaction whose deed it follows, so it exists exactly when the deed does. Its arguments are ids
// and nothing else: what a player wrote never rests in the queue. Which kinds of jobs there are is told by whoever starts a
// Worker; the package must never know what they do.
package jobs
