// Package console serves the console above casinos, on a host of its own: to resellers' people, what is their reseller's, and to
// the deployment's own people, everything that lies across casinos. No casino's people come here, and the vendor's name, which
// may stand here, reaches none of their pages.
//
// Every route stands in routes.go with the permission that its handler asks, exactly once, of authz.AskAbove. The package must
// never write SQL, decide who may do what, or show a word that a player wrote: of a casino it shows counts.
package console
