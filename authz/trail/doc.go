// Package trail makes the audit logs provable: a casino's, and that of what was done above casinos. Every line is held to all
// lines before it by a hash, so that one that was changed, taken away or put in later shows, and how far the chain has come is signed
// with a key that isn't in the database, so that cutting its end off or writing it anew shows too.
//
// Lines are written by package authz, as part of what they tell of, and wait for nobody: a job links them later. It must never know
// what a line is about.
package trail
