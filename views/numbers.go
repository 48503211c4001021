package views

import "time"

// NumbersProps is what the help centre's answers did in the chat.
type NumbersProps struct {
	Frame   AnswersFrameProps
	Days    int
	Periods []Segment
	Only    []Segment // what the numbers are narrowed to; following one widens them again
	// Sentence says it in words. Empty means that nobody was shown anything.
	Sentence string
	Share    string
	Figures  []FigureProps
	Chart    NumbersChart

	Articles  []NumbersLine
	Topics    []NumbersLine
	Languages []NumbersLine
	Missed    []MissedProps
	Seekers   int // from how many people on a word that found nothing is shown
}

// Segment is one choice of several that lie side by side.
type Segment struct {
	Name string
	Href string
	Here bool
}

// FigureProps is a number that leads to what is behind it. Without Href it stands alone.
type FigureProps struct {
	Number int
	Name   string
	Href   string
}

// NumbersLine is one line of a table: what it is of, and its numbers in the order of the table's head.
type NumbersLine struct {
	Name    string
	Href    string // narrows the page to it
	About   string // leads to the thing itself
	Lang    string // of the name; empty is the page's
	Numbers []FigureProps
}

// MissedProps is a word that found nothing.
type MissedProps struct {
	Word, Lang, Language string
	People               int
}

// NumbersChart is how many were shown an answer on each day, and how many of them didn't ask, asked, or still may.
type NumbersChart struct {
	Days []NumbersDay
	Most int
	Said string // the chart in a sentence, for those who don't see it
}

// NumbersDay is one bar.
type NumbersDay struct {
	Name              string // the day, as the reader writes it
	Left, Asked, Open int
}

// chartHeight is how high the highest bar is, in the chart's own units.
const chartHeight = 96

// bar is the place of a part of a day's bar, from the top, when below lies under it.
func (c NumbersChart) bar(below, n int) (y, height int) {
	if c.Most == 0 || n == 0 {
		return chartHeight, 0
	}
	bottom := chartHeight - below*chartHeight/c.Most
	y = chartHeight - (below+n)*chartHeight/c.Most
	return y, max(bottom-y, 1)
}

// NumbersRowsProps is what lies behind one of the numbers.
type NumbersRowsProps struct {
	Frame AnswersFrameProps
	Title string
	Lead  string
	Back  string
	Rows  []NumbersRow
	More  string // leads to older ones; empty where there are none
}

// NumbersRow is one time that somebody was about to ask.
type NumbersRow struct {
	At       time.Time
	Language string
	Articles []NumbersItem
	Asked    string // leads to the conversation; empty where there is none
	Player   string // who asked
	Topic    string
	Open     bool // they still may
}

// NumbersItem is an article that somebody was shown.
type NumbersItem struct {
	Title    string
	Href     string
	Place    int // where it stood, from 1; zero where it was looked for by nothing typed
	FromPage bool
	Read     bool
	Answered bool
}
