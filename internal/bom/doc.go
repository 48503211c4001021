// Package bom writes the bill of materials of a built program in CycloneDX's form, from what Go's linker recorded in it
// and from the scripts and styles that are bundled. It must never know of anything that isn't in the program: what tests and
// tools need is nobody's risk who runs it.
package bom
