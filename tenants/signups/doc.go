// Package signups is how a casino comes by itself: somebody chooses a short name, proves an e-mail address, and a casino is
// founded for them.
//
// Nothing is there before the address is proven but a line that a week forgets. What the casino begins with, and the first
// admin's password, are the caller's to give, in the transaction that registers it. The package must never know a page or a
// letter's words.
package signups
