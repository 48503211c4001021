// Package deflection knows which articles of the help centre players were shown before they asked, which they read, and
// whether they asked all the same. It hears that from the chat and tells it in numbers.
//
// It must never know who somebody is: it is handed digests that change every day, and learns of a player only by the
// conversation they start.
package deflection
