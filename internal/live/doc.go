// Package live tells open pages that something happened, after it was committed.
//
// A hint is never the truth: whoever gets one looks at the database, and whoever missed one looks again when its stream
// comes back. The package knows casinos and ids; it must never read or write a conversation.
package live
