package views

import (
	"time"

	"github.com/a-h/templ"
)

// The help centre as players read it: pages in the house's frame, without any script. Those of staff are Answers and its like.

// HelpSearch is the field that every page of the help centre begins with.
type HelpSearch struct {
	Action string
	Words  string
}

// HelpShelf is a category in a list.
type HelpShelf struct {
	Name  string
	About string
	Icon  string
	Href  string
	Found int
}

// HelpLink is an article in a list. Lang and Language name the language it is written in where that isn't the page's.
type HelpLink struct {
	Title    string
	Summary  string
	Href     string
	Lang     string
	Language string
}

// HelpHomeProps is the help centre's first page.
type HelpHomeProps struct {
	House   House
	Search  HelpSearch
	Shelves []HelpShelf
	Popular []HelpLink
	Chat    string
}

// HelpCategoryProps is a category's page.
type HelpCategoryProps struct {
	House    House
	Search   HelpSearch
	Home     string
	Name     string
	About    string
	Found    int
	Articles []HelpLink
	Newer    string // the address of the page before; empty on the first
	Older    string
	Chat     string
}

// HelpHeading is a heading of an article, for its list of contents.
type HelpHeading struct{ ID, Text string }

// HelpVote is what became of "was this helpful?".
type HelpVote struct {
	Action string
	Given  string // yes, no or empty
	Said   bool   // words were left too
	Fault  Fault
	Words  string
}

// HelpArticleProps is an article's page. HTML is safe already.
type HelpArticleProps struct {
	House    House
	Search   HelpSearch
	Home     string
	Category HelpShelf
	Lang     string
	Dir      string
	Title    string
	Summary  string
	HTML     string
	Contents []HelpHeading
	Updated  time.Time
	Related  []HelpLink
	Vote     HelpVote
	Chat     string
}

// HelpFoundProps is what a search found.
type HelpFoundProps struct {
	House   House
	Search  HelpSearch
	Home    string
	Found   []HelpLink
	Popular []HelpLink // shown where nothing was found
	Chat    string
}

// HelpMissingProps is the page of an address under /help where nothing is.
type HelpMissingProps struct {
	House   House
	Search  HelpSearch
	Home    string
	Popular []HelpLink
	Chat    string
}

// langOf marks the words of a link that are in another language than the page.
func langOf(l HelpLink) templ.Attributes {
	if l.Lang == "" {
		return nil
	}
	return templ.Attributes{"lang": l.Lang}
}

func shelfIcon(name string) string {
	if name == "" {
		return "book-open"
	}
	return name
}
