// Package web serves a casino's pages, to staff and to players: sessions, forms, streams.
//
// Every route of the surface stands in routes.go with the permission its handler asks. A handler returns an error and the
// answer to it is chosen in one place (errors.go). The package must never write SQL or decide who may do what.
package web
