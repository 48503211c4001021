// Package webhooks tells programs outside what happened in casinos' logs: as events that a feed lists, and as deliveries that
// are sent to receivers, signed by Standard Webhooks (https://www.standardwebhooks.com).
//
// The log is the truth. A receiver's place in the feed and the deliveries made of what lies before it move in one transaction,
// so nothing is left out whenever a process dies; what was sent and not noted is sent again under the same id. Receivers stand
// in the control schema: whoever sends serves all casinos. The package must never put a player's words into an event, know a
// page, or decide who may see what.
package webhooks
