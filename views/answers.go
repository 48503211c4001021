package views

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"pitdesk/internal/i18n"
)

// AnswersFrameProps is the frame of the help centre's staff pages: which part is open, and what waits.
type AnswersFrameProps struct {
	Page    Page
	Title   string
	Lead    string
	Here    string // "articles", "reviews", "categories"
	Waiting int    // texts that wait for a review
	Public  string // the help centre as players see it
	Numbers bool   // the reader may see what answers did
}

// AnswersProps is the list of articles.
type AnswersProps struct {
	Frame      AnswersFrameProps
	Rows       []AnswerRow
	Counts     []AnswerCount // by state, the open one marked
	Words      string
	Category   string
	Language   string
	State      string
	Audience   string
	Categories []Choice
	Languages  []Choice
	Total      int
	Next       string
	None       bool // the casino has no article at all
}

// AnswerCount is one state and how many articles are in it.
type AnswerCount struct {
	Name  string
	Href  string
	Count int
	Here  bool
}

// AnswerRow is one article of the list.
type AnswerRow struct {
	Href     string
	Title    string
	Category string
	Icon     string
	Internal bool
	Archived bool
	Waiting  bool
	Texts    []TextMark
	Who      string
	At       time.Time
}

// TextMark is where an article's text in one language stands.
type TextMark struct {
	Language string // its code
	Name     string // what the reader calls it
	Href     string
	State    TextState
	Live     bool // players read a version of it now
	Stale    bool // the original has moved on since it was translated
	Original bool
	Here     bool
}

// TextState is the state of the newest version of a text.
type TextState string

// The states. TextMissing is of a language that an article isn't written in yet.
const (
	TextMissing   TextState = "missing"
	TextDraft     TextState = "draft"
	TextReview    TextState = "review"
	TextSentBack  TextState = "sent_back"
	TextPublished TextState = "published"
	TextWithdrawn TextState = "superseded" // was live; no version is now
	TextDiscarded TextState = "discarded"  // was never live and won't be
)

func (m TextMark) tone() Tone {
	switch {
	case m.State == TextReview, m.State == TextDraft && m.Live:
		return Calm
	case m.State == TextDraft:
		return Plain
	case m.State == TextSentBack, m.Stale:
		return Warn
	case m.State == TextPublished:
		return Good
	}
	return Plain
}

func (m TextMark) icon() string {
	switch {
	case m.State == TextMissing, m.State == TextDiscarded:
		return "circle-dashed"
	case m.State == TextReview:
		return "eye"
	case m.State == TextSentBack:
		return "undo-2"
	case m.State == TextDraft:
		return "pencil"
	case m.Stale:
		return "history"
	case m.State == TextPublished:
		return "circle-check"
	case m.State == TextWithdrawn:
		return "ban"
	}
	return "pencil"
}

// word says the state; what players read meanwhile is part of it.
func (m TextMark) word(ctx context.Context) string {
	switch {
	case m.State == TextReview:
		return i18n.T(ctx, "articles.state_review")
	case m.State == TextSentBack:
		return i18n.T(ctx, "articles.state_sent_back")
	case m.State == TextDraft && m.Live:
		return i18n.T(ctx, "articles.state_newer")
	case m.Stale:
		return i18n.T(ctx, "articles.state_stale")
	case m.State == TextPublished:
		return i18n.T(ctx, "articles.state_live")
	case m.State == TextWithdrawn:
		return i18n.T(ctx, "articles.state_withdrawn")
	case m.State == TextMissing:
		return i18n.T(ctx, "articles.state_missing")
	case m.State == TextDiscarded:
		return i18n.T(ctx, "articles.state_discarded")
	}
	return i18n.T(ctx, "articles.state_draft")
}

// ArticleProps is one article in one language.
type ArticleProps struct {
	Frame    AnswersFrameProps
	ID       string
	Href     string // /answers/articles/art_…
	Self     string // /answers/articles/art_…/en
	Title    string
	Internal bool
	Archived bool
	Texts    []TextMark
	Language string
	Dir      string
	Original bool // this language is the one it was first written in
	Public   string
	Fields   ArticleFields
	Can      ArticleCan
	Mark     TextMark
	Who      string // wrote the newest version
	At       *time.Time
	Note     string // of whoever sent it back
	NoteBy   string // who asked for a review, or sent it back; empty where nobody did
	Source   *ArticleSource
	Versions []VersionLine
	More     bool // there are older versions than these
	Figures  ArticleFigures
	Place    ArticlePlace
	Fault    Fault
	Preview  string // the text as players see it
	Home     string // what stands before a slug in an address: /help/en/
	Limits   ArticleLimits
}

// ArticleFields are what the editor edits. Seen names what the editor saw when it began, for a save that must not lose
// somebody else's words.
type ArticleFields struct {
	Title, Summary, Slug, Body string
	Seen                       string
}

// ArticleLimits are the lengths that the fields take.
type ArticleLimits struct{ Title, Summary, Slug, Body int }

// ArticleCan are the deeds open to the reader on this text.
type ArticleCan struct {
	Write, Ask, SendBack, Publish, Unpublish, Discard, Archive, Place bool
}

// ArticleSource is the original that a translation is made from.
type ArticleSource struct {
	Language string
	Name     string
	Dir      string
	Title    string
	Summary  string
	Body     string
	Number   int
	BasedOn  int
	Changes  []Redline // what changed in the body since; empty where nothing did
}

// Redline is a stretch of text that stayed, came or went.
type Redline struct {
	Kind string // same, new, gone
	Text string
}

// VersionLine is one version of a text.
type VersionLine struct {
	Number  int
	State   TextState
	Live    bool
	Who     string
	At      time.Time
	Note    string
	Compare string // address of its differences from the version before; empty for the first
	Open    string
}

// ArticleFigures is what readers made of an article.
type ArticleFigures struct {
	Helpful, Not int
	Words        []ReaderWords
}

// ReaderWords is what a reader wrote when an article didn't help.
type ReaderWords struct {
	Text    string
	Helpful bool
	At      time.Time
}

// ArticlePlace is where an article stands and for whom it is.
type ArticlePlace struct {
	Category   string
	Categories []Choice
	Topic      string
	Topics     []Choice
	Audience   string
}

// answersWords are the few texts that the editor's script says by itself.
func answersWords(ctx context.Context) string {
	raw, _ := json.Marshal(map[string]string{
		"saving":    i18n.T(ctx, "articles.saving"),
		"saved":     i18n.T(ctx, "articles.saved_at", "Time", "\x00"),
		"unsaved":   i18n.T(ctx, "articles.unsaved"),
		"notSaved":  i18n.T(ctx, "articles.not_saved"),
		"kept":      i18n.T(ctx, "articles.kept_here"),
		"found":     i18n.T(ctx, "articles.kept_found", "Time", "\x00"),
		"unreached": i18n.T(ctx, "common.unreached"),
		"uploading": i18n.T(ctx, "articles.picture_uploading"),
		"bold":      i18n.T(ctx, "articles.sample_bold"),
		"link":      i18n.T(ctx, "articles.sample_link"),
		"item":      i18n.T(ctx, "articles.sample_item"),
		"heading":   i18n.T(ctx, "articles.sample_heading"),
		"callout":   i18n.T(ctx, "articles.sample_callout"),
		"picture":   i18n.T(ctx, "articles.sample_picture"),
	})
	return string(raw)
}

// iconKey is an icon's name as catalogs spell it.
func iconKey(name string) string { return strings.ReplaceAll(name, "-", "_") }
