package billing

import "time"

// How long things last.
const (
	TrialDays  = 14
	TrialPlan  = "floor" // what a trial shows
	TermDays   = 14      // a bill without a card is due after so many days
	GraceDays  = 14      // from when something is owed to reading only
	TrialGrace = 3       // from a trial's end, or a cancelled plan's, to reading only
	CloseDays  = 90      // from reading only to closing
)

const day = 24 * time.Hour

// follows is when what follows from a debt.
type follows struct{ readOnly, closed time.Time }

func after(s State, owed time.Time) follows {
	grace := GraceDays
	if s == Ended {
		grace = TrialGrace
	}
	f := follows{readOnly: owed.Add(time.Duration(grace) * day)}
	f.closed = f.readOnly.Add(CloseDays * day)
	return f
}
