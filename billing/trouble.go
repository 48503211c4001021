package billing

import (
	"errors"
	"net/http"
	"time"

	"github.com/stripe/stripe-go/v79"

	"pitdesk/internal/fault"
)

var (
	errOff         = fault.New(fault.Conflict, "Billing is off here: nothing has to be paid.")
	errNoPlan      = fault.New(fault.Invalid, "There is no such plan.").On("plan")
	errHasPlan     = fault.New(fault.Conflict, "There is a plan already. Change it instead of buying another.")
	errHasNoPlan   = fault.New(fault.Conflict, "There is no plan yet. Choose one first.")
	errSeats       = fault.New(fault.Invalid, "A desk has 1 to %d seats.", mostSeats).On("seats")
	errSeatsTaken  = fault.New(fault.Conflict, "%d seats are taken. Disable somebody or withdraw an invitation first.", 0).On("seats")
	errCode        = fault.New(fault.Invalid, "This code isn't valid, or no longer.").On("coupon")
	errTaxID       = fault.New(fault.Invalid, "This tax number isn't valid for its kind.").On("tax_id")
	errDeclined    = fault.New(fault.Conflict, "The card was declined. Nothing has been changed; try another card.")
	errMoved       = fault.New(fault.Conflict, "The price has changed since it was shown. Look at it again.")
	errUnreachable = fault.New(fault.Unavailable, "Payments can't be reached at the moment. Nothing has been lost; try again soon.").After(time.Minute)
	errHandOnly    = fault.New(fault.Conflict, "This bill is paid where it was sent from.")
	errNotOpen     = fault.New(fault.Conflict, "This bill isn't open.")
)

// understood turns what a person can act on into words for them; the rest is ours to read in the log.
func understood(err error) error {
	var s *stripe.Error
	if !errors.As(err, &s) {
		var known *fault.Error
		if errors.As(err, &known) {
			return err
		}
		return errUnreachable.Because(err)
	}
	switch {
	case s.Type == stripe.ErrorTypeCard:
		return errDeclined.Because(err)
	case s.Code == stripe.ErrorCodeTaxIDInvalid:
		return errTaxID.Because(err)
	case s.HTTPStatusCode == http.StatusTooManyRequests, s.HTTPStatusCode >= 500, s.HTTPStatusCode == http.StatusUnauthorized, s.HTTPStatusCode == http.StatusForbidden:
		return errUnreachable.Because(err)
	}
	return err
}

// missingAt says whether Stripe doesn't know what was asked for.
func missingAt(err error) bool {
	var s *stripe.Error
	return errors.As(err, &s) && s.HTTPStatusCode == http.StatusNotFound
}
