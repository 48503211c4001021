// Package api is a casino's desk for programs: the operations at /v1 on the casino's own host, with one of its keys.
//
// Every operation is declared once (operations.go) with the permission its handler asks; the OpenAPI document, the checks of
// what comes in and the probe of who may do what are made from that declaration. The JSON types here are a promise to
// customers: fields are added, never renamed or given another meaning, whatever happens to the columns. The package must
// never write SQL, decide who may do what, or know a page.
package api
