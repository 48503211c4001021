// Package e2e plays journeys in a real browser through the real binary: two casinos, their players and agents, and what
// must not cross from one to the other.
package e2e
