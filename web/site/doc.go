// Package site serves the deployment's own address: what it offers, for how much, and the way in for a casino that comes by
// itself.
//
// It is the one place beside the console where the vendor's name stands. It must never show anything of a casino but whether a
// short name is free, and never write SQL: signing up is package tenants/signups.
package site
