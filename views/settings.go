package views

import "strings"

// join puts names of one kind beside each other.
func join(names []string) string { return strings.Join(names, " · ") }
