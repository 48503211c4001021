// Package billing is what a casino may have and what it pays for it: plans, subscriptions, bills, and what follows when
// nobody pays.
//
// Others ask for what a casino may have by name, never by plan:
//
//	if ok, err := billing.Allows(ctx, billing.CustomDomain); !ok { … }
//	seats, bounded, err := billing.Limit(ctx, billing.Seats)
//	if err := billing.Require(ctx, billing.API); err != nil { return err } // NotInPlan, with a sentence
//	if err := billing.Fits(ctx, billing.Languages, 3); err != nil { return err }
//
// These cost no query where the casino's terms are remembered. Now tells a casino's own page everything, usage included;
// Plans is for pages with prices, Invoices for bills.
//
// Plans, their prices and what they give are rows (control.plans, prices, plan_grants). An Office does the business with
// Stripe; ctx carries it (With). Without one, billing is off: every casino has everything, but for what an operator of the
// deployment has set by hand (SetGrant, and a plan that is paid by hand).
//
// Stripe is believed when asked, not when it calls: an event only makes us ask for the present state. So events may come
// late, twice, in any order or not at all, and the state is the same in the end.
//
// It must never know a page, a letter's text or a conversation's words. Card numbers stay with Stripe.
package billing
