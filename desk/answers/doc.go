// Package answers is a casino's help centre: articles in categories, written in Markdown, in as many languages as the casino
// speaks, each text with its drafts, reviews and versions.
//
// Players read what is published, by Read, Search and Contents, and nothing else: these cannot return an article for staff, a
// draft, or what was archived. Staff write (Create, SaveDraft, AskReview) and leads let texts out (Publish, SendBack,
// Unpublish, Archive). Publishing supersedes the text before it; no published text is ever lost. Verbs take the open
// transaction and trust their caller to have asked package authz.
//
// Every text has an address of its own, a slug, in its language. Cyrillic is written in Latin letters and marks over letters
// are dropped, since such addresses are said aloud and typed; other scripts (Arabic, Greek) stay as they are, for there is no
// one way to write them otherwise. An address that was once read keeps leading to its article until another takes it.
//
// The package must never know a page or HTTP, a conversation or who the player is that reads: what a player asks the help
// centre is not kept with their name.
package answers
