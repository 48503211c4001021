// Package fault gives an error that a person can act on a code and a sentence.
//
// The sentence is English and written for the reader on the other side: a player, an agent, a developer with an API
// key. Its format is also the key under which package i18n finds the translation. What lies behind the sentence (a
// driver's words, a path, an address) stays in the cause and reaches the log alone.
//
// Fault knows nothing of HTTP handlers, tenants or languages. It recognises the errors of the database's wire protocol,
// so that every edge answers a lost database alike.
package fault
