// Package i18n says every text of the desk in the reader's language.
//
// Texts live in catalogs/{surface}.{language}.json, one file per surface and language, embedded in the binary: flat
// ids, {{.Name}} for what is filled in, an object of CLDR plural forms where a number decides. English is the source;
// Russian and Lithuanian are complete or the tests fail. Two languages nobody speaks are made from English when the
// program starts: en-XA is long and accented, ar-XB runs from right to left. A page opened in them shows at a glance
// which text is hard-coded and which layout breaks.
//
// The reader's language and time zone travel in the context (With, WithZone). T and N are on the inbox's hot path:
// everything is parsed once, a text without blanks costs a map lookup.
//
// The package knows no tenant and no person; whoever calls it has decided on the language.
package i18n
