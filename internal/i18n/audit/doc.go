// Package audit finds what is wrong with the catalogs: a text that one language lacks, a blank a translator dropped, a
// plural form a language needs, an id in the source that no catalog has. Its tests are the gate; the command
// internal/i18n/words shows the same to a person and fills in what it can.
package audit
