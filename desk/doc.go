// Package desk is the support desk of one casino: conversations, what is said and done in them, and who has them.
//
// A conversation is an append-only log of entries, chained by hashes (log.go). Verbs of the trade (Start, Receive, Reply,
// Note, Assign, Transfer, Snooze, Resolve, Reopen, SetTopic, Tag) take the open transaction, add the entry and announce
// the change for after the commit. They trust their caller to have asked package authz. The package must never know HTTP,
// a page, or a channel's own protocol.
package desk
