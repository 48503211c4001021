// Package insights counts what happened at one casino's desk: how much came in, how soon it was answered and settled, by whom. It
// reads with SQL of its own and writes nothing. It must never know a page, and no word that anybody said.
package insights
