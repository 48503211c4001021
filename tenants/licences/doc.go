// Package licences keeps the licences a casino works under and shows them wherever its players look: who licensed it, under
// which number, for which domains, and a link to the regulator's own page where anybody can check that.
//
// The link is what everything hangs on, so it is never taken as it comes. Each regulator we know has a form (Regulators): the
// exact hosts its pages stand on, the path, the parts of the address and what each must look like. What is kept is written
// anew from parts that passed. Clones of regulators' pages exist, so a host is compared whole, never in part, and what merely
// resembles a regulator's host is refused by name.
//
// Once a day each page is visited as a polite stranger would (Visitor) and what was found is written down (Look). What admins
// should know of (a licence that runs out, a page that is gone) is told them once (Watch).
//
// The package must never know a page of ours or who is told: it is handed both.
package licences
