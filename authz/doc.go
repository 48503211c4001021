// Package authz decides what an actor may do, and writes down that it was asked.
//
// A handler asks once, at one of two doors: Ask for one thing, ScopeOf for lists, counts, searches and streams. Roles and
// permissions are in policy.csv, which people can read; Casbin decides by it. Whether a conversation is in an operator's
// sight is decided from facts the asker hands over, so the package never knows a type of the desk.
package authz
