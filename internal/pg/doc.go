// Package pg is the road to Postgres: it supervises an embedded server when no other is configured, creates the roles,
// migrates, opens pools, and says whether what it found is safe to serve from.
//
// It knows roles and schemas but no table by name, and nothing of casinos except that a transaction carries the id of
// one. The embedded server needs Linux: it leans on parent-death signals and /proc.
package pg
