// Package chat is the live chat as a channel of the desk: what a player sees of their conversations, how many wait before
// them, whether anybody is there, and the files they send. It hands desk what came in. It must never return to a player what
// only staff may read.
package chat
