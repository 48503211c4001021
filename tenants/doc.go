// Package tenants knows the casinos of a deployment: who they are, at which host, and how their rows are reached.
//
// In is the only way to a casino's tables. It opens a transaction that is pinned to one casino, and row policies do the
// rest. What lies across casinos (hosts, people, API keys) is reached by named doors on a second pool: ByHost, ByAPIKey,
// PersonByEmail, Create, All. The package must never know what a conversation or an agent is.
package tenants
