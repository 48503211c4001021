// Package domains knows the addresses of their own that casinos serve their desks at: how a name is claimed, how its owner
// proves it in the DNS, and how a name that was taken over is noticed and switched off.
//
// A claim is a row of the casino. Which casino serves a name is one row for the whole deployment, behind tenants.ServeHost: two
// casinos may claim the same name, neither sees the other's claim, and the first proof wins. The package must never know what
// is served there, nor how certificates are had.
package domains
