// Package steps is the list that leads a new casino from its first sign-in to its first conversation: brand, licence, the chat
// on its site, colleagues, an answer. Each step can be skipped, and the whole list put away.
//
// A step is done when what it is about is there, whoever did it and wherever: nobody ticks anything off. The package reads
// other parts' tables for that and must never write to one.
package steps
