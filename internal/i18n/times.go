package i18n

import (
	"context"
	"strconv"
	"time"
)

// Ago says how long t is past, short enough for a list: "now", "4 min", "2 h", "3 d", then the date ("21 Nov"). What lies ahead
// reads "in 4 min". Put Exact beside it, as a title.
func Ago(ctx context.Context, t time.Time) string { return ago(ctx, t, time.Now()) }

func ago(ctx context.Context, t, now time.Time) string {
	d := now.Sub(t)
	ahead := d < 0
	if ahead {
		d = -d
	}
	// Half a minute either way is now: clocks of browsers and servers differ.
	if d < 30*time.Second || (!ahead && d < time.Minute) {
		return T(ctx, "common.now")
	}
	if d >= 7*24*time.Hour {
		return shortDate(ctx, t, now)
	}
	span := largest(ctx, d)
	if ahead {
		return T(ctx, "common.in_span", "Span", span)
	}
	return span
}

// largest is d in its largest unit, rounded down: 119 min are 1 h.
func largest(ctx context.Context, d time.Duration) string {
	switch {
	case d < time.Minute:
		return N(ctx, "common.span_minutes", 1)
	case d < time.Hour:
		return N(ctx, "common.span_minutes", int(d.Minutes()))
	case d < 24*time.Hour:
		return N(ctx, "common.span_hours", int(d.Hours()))
	}
	return N(ctx, "common.span_days", int(d.Hours()/24))
}

// Span says how long d is, in minutes at the finest: "4 min", "1 h 20 min", "3 d". Less than a minute is "1 min",
// because nobody waits for zero minutes.
func Span(ctx context.Context, d time.Duration) string {
	d = d.Abs()
	minutes := int(d.Minutes()) % 60
	if d < time.Hour || d >= 24*time.Hour || minutes == 0 {
		return largest(ctx, d)
	}
	return T(ctx, "common.span_two",
		"First", largest(ctx, d), "Second", N(ctx, "common.span_minutes", minutes))
}

// Exact is the full date and time of t in the reader's zone: "21 November 2026, 21:37".
func Exact(ctx context.Context, t time.Time) string {
	return T(ctx, "common.date_time", "Date", fullDate(ctx, t), "Time", Clock(ctx, t))
}

// Date is a calendar day, such as the last day of a licence: "21 November 2026". It is the same day in every zone.
func Date(ctx context.Context, t time.Time) string {
	return T(ctx, "common.date", "Day", t.Day(), "Month", month(ctx, t), "Year", t.Year())
}

// Clock is the time of day of t in the reader's zone: "21:37", and "9:37 م" in the languages that count twice to twelve.
func Clock(ctx context.Context, t time.Time) string {
	r := from(ctx)
	t = t.In(r.zone)
	if r.locale.am == "" {
		return t.Format("15:04")
	}
	half := r.locale.am
	if t.Hour() >= 12 {
		half = r.locale.pm
	}
	return t.Format("3:04") + nbsp + half
}

// Day names the day of t in the reader's zone, for the line between two days: "Today", "Yesterday", "21 November",
// with the year when it isn't this one.
func Day(ctx context.Context, t time.Time) string { return day(ctx, t, time.Now()) }

func day(ctx context.Context, t, now time.Time) string {
	zone := from(ctx).zone
	y, m, d := now.In(zone).Date()
	ty, tm, td := t.In(zone).Date()
	// Count in UTC, where every day has 24 hours.
	apart := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(time.Date(ty, tm, td, 0, 0, 0, 0, time.UTC))
	switch apart {
	case 0:
		return T(ctx, "common.today")
	case 24 * time.Hour:
		return T(ctx, "common.yesterday")
	case -24 * time.Hour:
		return T(ctx, "common.tomorrow")
	}
	return date(ctx, t, now)
}

// date leaves the year out when it is now's.
func date(ctx context.Context, t, now time.Time) string {
	zone := from(ctx).zone
	t = t.In(zone)
	if t.Year() != now.In(zone).Year() {
		return fullDate(ctx, t)
	}
	return T(ctx, "common.date_this_year", "Day", t.Day(), "Month", month(ctx, t))
}

func fullDate(ctx context.Context, t time.Time) string {
	t = t.In(from(ctx).zone)
	return T(ctx, "common.date", "Day", t.Day(), "Month", month(ctx, t), "Year", t.Year())
}

// shortDate fits a narrow column: "21 Nov", and "21 Nov 2025" when it isn't now's year.
func shortDate(ctx context.Context, t, now time.Time) string {
	zone := from(ctx).zone
	t = t.In(zone)
	name := T(ctx, "common.month_short_"+strconv.Itoa(int(t.Month())))
	if t.Year() != now.In(zone).Year() {
		return T(ctx, "common.date_short", "Day", t.Day(), "Month", name, "Year", t.Year())
	}
	return T(ctx, "common.date_short_this_year", "Day", t.Day(), "Month", name)
}

func month(ctx context.Context, t time.Time) string {
	return T(ctx, "common.month_"+strconv.Itoa(int(t.Month())))
}

// Weekday names a day of the week: "Monday".
func Weekday(ctx context.Context, d time.Weekday) string {
	return T(ctx, "common.weekday_"+strconv.Itoa(int(d)))
}
