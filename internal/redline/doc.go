// Package redline shows what changed between two texts, as an editor's red pencil would: which words went, which came. It
// knows nothing of whose texts they are.
package redline
