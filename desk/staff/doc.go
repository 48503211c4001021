// Package staff is who works for a casino: memberships with roles and teams, and how they prove who they are.
//
// A person may serve several casinos. Each membership has its own password and second factor, so no casino can learn from
// an invitation, a reset or a wrong password that another exists. The package must never know a page or a cookie.
package staff
