// Package players knows who writes to a casino: players whose casino vouches for them with a signed identity, and visitors of
// whom nobody knows anything. A visitor who later signs in is linked to the player, and the two records stay two.
//
// The package must never know what they write, nor who answers.
package players
