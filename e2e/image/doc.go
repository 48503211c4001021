// Package image holds tests of the container image where no engine runs: they make its root from what the Dockerfile would
// copy, by the script that the Dockerfile runs, and start the program in it as a runtime would: another root, read-only but
// for two folders, as a user who may nothing. What an engine adds (layers, labels, the entry point) isn't tried here.
package image
