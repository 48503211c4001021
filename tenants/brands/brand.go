// Package brands is how a casino looks and sounds to its players and staff: its names, pictures, colours and standing texts.
// It knows no page: what becomes of a colour is for views to say.
package brands

import (
	"context"
	"database/sql"
	"errors"

	"github.com/uptrace/bun"

	"pitdesk/tenants"
)

// Brand is a casino's face. Its JSON is what versions keep, so names may be added and never change their meaning.
type Brand struct {
	Name      string `bun:"name" json:"name"`
	LegalName string `bun:"legal_name" json:"legal_name"` // of the company; "" where the casino doesn't say
	Site      string `bun:"site" json:"site"`             // the casino's own address, https; "" where there is none

	Logo     string `bun:"logo" json:"logo"` // names as tenants/pictures gives them; "" shows the name's first letter
	LogoDark string `bun:"logo_dark" json:"logo_dark"`
	Icon     string `bun:"icon" json:"icon"`

	Accent     string  `bun:"accent" json:"accent"`           // #rrggbb
	AccentDark string  `bun:"accent_dark" json:"accent_dark"` // the accent on dark grounds; "" means Accent
	Ink        string  `bun:"ink" json:"ink"`                 // text on the accent; "" means the more readable of white and black
	Corners    Corners `bun:"corners" json:"corners"`

	Greeting Texts `bun:"greeting" json:"greeting"` // the chat's first words
	Side     Side  `bun:"side" json:"side"`         // where the launcher stands, and how far from the window's edges in pixels
	Bottom   int   `bun:"bottom" json:"bottom"`
	Inset    int   `bun:"inset" json:"inset"`

	Sender    string `bun:"sender" json:"sender"` // the name that mail comes from; "" means Name
	Signature Texts  `bun:"signature" json:"signature"`
	Footer    Texts  `bun:"footer" json:"footer"` // under mails and pages

	Version int `bun:"version" json:"-"` // the number of the version this is; 0 before anybody has saved one
}

// Corners is how round a casino's boxes and buttons are.
type Corners string

// The corners.
const (
	Square Corners = "square"
	Soft   Corners = "soft"
	Round  Corners = "round"
)

// Side is where in a line the chat's launcher stands: at its end, right in English and left in Arabic, or at its start.
type Side string

// The sides.
const (
	End   Side = "end"
	Start Side = "start"
)

// Texts are one text in several languages, by tag ("pt-BR"). A language without an entry has none.
type Texts map[string]string

// In is the text in a language, "" where the casino wrote none.
func (t Texts) In(language string) string { return t[language] }

// defaultAccent is used until a casino chooses its own.
const defaultAccent = "#3657d6"

// Plain is the brand of a casino that has set nothing: its name and a quiet blue.
func Plain(name string) Brand {
	return Brand{Name: name, Accent: defaultAccent, Corners: Soft, Side: End, Bottom: 20, Inset: 20}
}

// From is the name that mail comes from.
func (b Brand) From() string {
	if b.Sender != "" {
		return b.Sender
	}
	return b.Name
}

const columns = `name, legal_name, site, logo, logo_dark, icon, accent, accent_dark, ink, corners, greeting, side, bottom, inset,
	sender, signature, footer, version`

// Get returns the brand that the transaction's casino shows; one that has none yet gets a plain one.
func Get(ctx context.Context, tx bun.Tx) (Brand, error) {
	var b Brand
	err := tx.NewRaw(`select `+columns+` from brands where tenant_id = current_tenant()`).Scan(ctx, &b)
	if errors.Is(err, sql.ErrNoRows) {
		return Plain(tenants.Current(ctx).Name), nil
	}
	return b, err
}

var memory = tenants.Remember("brand", Get)

// Of is Get from the process's memory, for the pages of the casino of ctx. What it returns is shared: nobody may change its
// texts.
func Of(ctx context.Context) (Brand, error) { return memory.Of(ctx) }
