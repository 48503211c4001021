// Package office is who works above casinos: a reseller's people, and the deployment's own. They sign in by a link that is mailed
// to them and works once, and a second factor, which the deployment's own must have. Nobody of a casino stands here.
//
// Everything in it is done in transactions of tenants.Above. The package must never know a page, a cookie or a casino's row.
package office
