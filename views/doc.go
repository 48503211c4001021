// Package views turns props into pages. A page is a templ component with one props struct; it asks nobody: what it
// shows was gathered, allowed and translated-to-be by the handler that calls it. It must never know a database, a
// session or a permission; a button that a reader may not press is left out by a field in the props.
//
// # Building a page
//
// Staff pages sit in [Shell], which brings the rail, the flash messages and the scripts; pages for someone who is not
// signed in sit in [Card]. Both take a [Page]:
//
//	templ Teams(p TeamsProps) {
//		@Shell(p.Page) {
//			@Header(Heading{Title: i18n.T(ctx, "settings.teams")}) {
//				<a class="btn btn-primary" href="/settings/teams/new">…</a>
//			}
//			<div class="page-body"> … </div>
//		}
//	}
//
// The handler renders it with [Render]. Parts that many pages share: [Icon], [Field], [Notice], [Empty], [Avatar], [When],
// [Menu], [Pill]. Classes are daisyUI's (btn, input, select, checkbox, table, alert) over our own tokens, with
// Tailwind's utilities for layout; what is peculiar to one surface has a file in styles/parts. Every colour comes from a
// token (bg-base-100, text-muted, border-line, text-accent): a literal colour would not survive dark mode or a
// casino's own accent.
//
// # Rules that the policy of the pages enforces
//
// Content-Security-Policy is 'self' throughout: no style attribute, no inline script, no on… attribute, no hx-on, no
// filter in hx-trigger. Behaviour goes into scripts/*.ts and finds its elements by data- attributes.
// Directions are logical (ms-, pe-, start-, text-start), so that right-to-left languages mirror by themselves; every
// text that a person wrote carries dir="auto". Every word comes from a catalog through i18n.T.
//
// # htmx
//
// Fragments answer requests that carry HX-Request. A refusal is answered with its status and [Problem], which adds the
// sentence to the flash region and swaps nothing else; a form with faults is answered 422 with the form again, which swaps as usual.
//
// # Built files
//
// assets/ is committed, so that a build needs Go alone. `make views` (or `sh views/build.sh`) makes it again after a
// change to styles, scripts or a class in a template: templ and esbuild run as Go tools, Tailwind through npm.
// An entry is a file directly under styles/ or scripts/; styles/parts and scripts/lib are imported by entries.
// An icon is added by its Lucide name: `sh views/build.sh icon badge-check`.
package views
