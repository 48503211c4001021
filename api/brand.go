package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/tenants/brands"
	"pitdesk/tenants/pictures"
	"pitdesk/views"
)

// registerBrand declares what a program may do with the casino's face.
func (a *API) registerBrand() {
	add(a, operation{Operation: Operation{"get-brand", http.MethodGet, "/brand", authz.HouseRead}, tag: houseTag, summary: "Get the casino's brand",
		answer: exampleBrand, description: "What everybody sees now. `newest` is the last version that was saved: where it is another, a draft waits."}, a.getBrand)
	add(a, operation{Operation: Operation{"change-brand", http.MethodPatch, "/brand", authz.SettingsChange}, tag: houseTag, summary: "Change the casino's brand",
		body: exampleBrandChange, answer: exampleBrand,
		description: "Begins with the newest version and changes what the body names; a text in a language by its tag, an empty one takes it away. " +
			"`seen` is the `newest` that you read: where somebody has saved another version since, the answer is 409 and nothing changes. " +
			"Without `publish` the new version is a draft. Logos and icon are uploaded on the page of the settings."}, a.changeBrand)
	add(a, operation{Operation: Operation{"list-brand-versions", http.MethodGet, "/brand/versions", authz.HouseRead}, tag: houseTag,
		summary: "List the versions of the casino's brand", answer: page[BrandVersion]{Data: []BrandVersion{exampleBrandVersion}},
		description: "The newest first, a hundred at most."}, paged(a.listBrandVersions, func(v BrandVersion) string { return strconv.Itoa(v.Version) }))
	add(a, operation{Operation: Operation{"roll-back-brand", http.MethodPost, "/brand/roll-back", authz.SettingsChange}, tag: houseTag,
		summary: "Show an earlier version of the brand again", body: rollBackBody{Version: 2, Seen: 3}, answer: exampleBrand,
		description: "As a new version, so nothing is lost. `seen` works as for changes."}, a.rollBackBrand)
}

// Brand is what a casino looks and sounds like.
type Brand struct {
	Version    int               `json:"version" example:"3" doc:"The version that everybody sees; 0 before anybody has saved one."`
	Newest     int               `json:"newest" example:"3" doc:"The newest version. Send it as seen with a change."`
	Name       string            `json:"name" example:"Demo Casino"`
	LegalName  string            `json:"legal_name" example:"Demo Casino N.V."`
	Site       string            `json:"site" example:"https://www.casino.example"`
	Logo       string            `json:"logo" doc:"Path on the casino's host; empty where there is none."`
	LogoDark   string            `json:"logo_dark"`
	Icon       string            `json:"icon"`
	Accent     string            `json:"accent" example:"#c2410c"`
	AccentDark string            `json:"accent_dark" doc:"The accent on dark grounds; empty: the same."`
	Ink        string            `json:"ink" doc:"Text on the accent; empty: white or black."`
	Corners    string            `json:"corners" enum:"square,soft,round"`
	Greeting   map[string]string `json:"greeting" doc:"The chat's first words by language."`
	Side       string            `json:"side" enum:"end,start" doc:"Where the launcher stands: at the end of the line (right in English) or at its start."`
	Bottom     int               `json:"bottom" example:"20" doc:"Pixels."`
	Inset      int               `json:"inset" example:"20" doc:"Pixels."`
	Sender     string            `json:"sender" doc:"The name that mail comes from; empty: the casino's."`
	Signature  map[string]string `json:"signature"`
	Footer     map[string]string `json:"footer"`
	Mended     []Mended          `json:"mended" doc:"Colours that could not be read as chosen, and what stands there instead."`
}

// Mended is one such colour.
type Mended struct {
	Scheme string  `json:"scheme" enum:"light,dark"`
	What   string  `json:"what" enum:"ink,text,edge" doc:"Text on the accent; the accent as text; the accent's outline."`
	From   string  `json:"from" example:"#ffd400"`
	To     string  `json:"to" example:"#7f6a00"`
	Ground string  `json:"ground" example:"#efeff1" doc:"Where it was worst."`
	Before float64 `json:"before" example:"1.2" doc:"Contrast there, 1 to 21."`
	After  float64 `json:"after" example:"4.6"`
}

// BrandVersion is one version of the brand.
type BrandVersion struct {
	Version     int        `json:"version" example:"3"`
	Author      string     `json:"author" example:"Ieva" doc:"Empty: as it was from the start."`
	MadeAt      time.Time  `json:"made_at"`
	PublishedAt *time.Time `json:"published_at,omitempty" doc:"Absent while it is a draft."`
	Restores    *int       `json:"restores,omitempty" doc:"The version that it repeats."`
	Live        bool       `json:"live"`
}

type brandChange struct {
	Strict
	Seen       int               `json:"seen" minimum:"0" doc:"The newest version that you have read."`
	Publish    bool              `json:"publish,omitempty"`
	Name       *string           `json:"name,omitempty"`
	LegalName  *string           `json:"legal_name,omitempty"`
	Site       *string           `json:"site,omitempty"`
	Accent     *string           `json:"accent,omitempty"`
	AccentDark *string           `json:"accent_dark,omitempty"`
	Ink        *string           `json:"ink,omitempty"`
	Corners    *string           `json:"corners,omitempty" enum:"square,soft,round"`
	Greeting   map[string]string `json:"greeting,omitempty"`
	Side       *string           `json:"side,omitempty" enum:"end,start"`
	Bottom     *int              `json:"bottom,omitempty"`
	Inset      *int              `json:"inset,omitempty"`
	Sender     *string           `json:"sender,omitempty"`
	Signature  map[string]string `json:"signature,omitempty"`
	Footer     map[string]string `json:"footer,omitempty"`
}

// on is b with what the change names.
func (c brandChange) on(b brands.Brand) brands.Brand {
	set(&b.Name, c.Name)
	set(&b.LegalName, c.LegalName)
	set(&b.Site, c.Site)
	set(&b.Accent, c.Accent)
	set(&b.AccentDark, c.AccentDark)
	set(&b.Ink, c.Ink)
	set(&b.Corners, (*brands.Corners)(c.Corners))
	set(&b.Side, (*brands.Side)(c.Side))
	set(&b.Bottom, c.Bottom)
	set(&b.Inset, c.Inset)
	set(&b.Sender, c.Sender)
	b.Greeting, b.Signature, b.Footer = spoken(b.Greeting, c.Greeting), spoken(b.Signature, c.Signature), spoken(b.Footer, c.Footer)
	return b
}

func set[T any](field, to *T) {
	if to != nil {
		*field = *to
	}
}

func spoken(before brands.Texts, change map[string]string) brands.Texts {
	all := brands.Texts{}
	for _, texts := range []map[string]string{before, change} {
		for language, text := range texts {
			all[language] = text
		}
	}
	return all
}

type brandOut struct{ Body Brand }

// brandNow is the brand that everybody sees.
func brandNow(ctx context.Context, tx bun.Tx) (*brandOut, error) {
	b, err := brands.Get(ctx, tx)
	if err != nil {
		return nil, err
	}
	newest, err := brands.Newest(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := Brand{Version: b.Version, Newest: newest.Number, Name: b.Name, LegalName: b.LegalName, Site: b.Site,
		Logo: pictures.Path(b.Logo), LogoDark: pictures.Path(b.LogoDark), Icon: pictures.Path(b.Icon),
		Accent: b.Accent, AccentDark: b.AccentDark, Ink: b.Ink, Corners: string(b.Corners), Greeting: spoken(b.Greeting, nil),
		Side: string(b.Side), Bottom: b.Bottom, Inset: b.Inset, Sender: b.Sender, Signature: spoken(b.Signature, nil), Footer: spoken(b.Footer, nil), Mended: []Mended{}}
	for _, m := range views.Mends(views.Look{Accent: b.Accent, AccentDark: b.AccentDark, Ink: b.Ink, Corners: string(b.Corners)}) {
		out.Mended = append(out.Mended, Mended{m.Scheme, m.What, m.From, m.To, m.Ground, tenth(m.Before), tenth(m.After)})
	}
	return &brandOut{out}, nil
}

// tenth cuts a contrast after its first digit: what doesn't reach 4.5 never reads as if it did.
func tenth(contrast float64) float64 { return float64(int(contrast*10)) / 10 }

func (a *API) getBrand(ctx context.Context, _ *nothing) (out *brandOut, err error) {
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{}); err != nil {
			return err
		}
		out, err = brandNow(ctx, tx)
		return err
	})
	return out, err
}

func (a *API) changeBrand(ctx context.Context, in *struct{ Body brandChange }) (out *brandOut, err error) {
	err = writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.SettingsChange, authz.Facts{About: "brand"}); err != nil {
			return err
		}
		newest, err := brands.Newest(ctx, tx)
		if err != nil {
			return err
		}
		v, err := brands.Save(ctx, tx, in.Body.on(newest.Brand), in.Body.Seen)
		if err == nil && in.Body.Publish {
			_, err = brands.Publish(ctx, tx, v.Number)
		}
		if err != nil {
			return err
		}
		out, err = brandNow(ctx, tx)
		return err
	})
	return out, err
}

type brandVersionsOut struct{ Body page[BrandVersion] }

func (a *API) listBrandVersions(ctx context.Context, _ *nothing) (*brandVersionsOut, error) {
	var data []BrandVersion
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{}); err != nil {
			return err
		}
		all, err := brands.Versions(ctx, tx, 0, 100)
		for _, v := range all {
			data = append(data, BrandVersion{v.Number, v.AuthorName, v.MadeAt.UTC(), utc(v.PublishedAt), v.Restores, v.Live})
		}
		return err
	})
	return &brandVersionsOut{pageOf(data, "")}, err
}

type rollBackBody struct {
	Strict
	Version int `json:"version" minimum:"1" doc:"The version to show again."`
	Seen    int `json:"seen" minimum:"0" doc:"The newest version that you have read."`
}

func (a *API) rollBackBrand(ctx context.Context, in *struct{ Body rollBackBody }) (out *brandOut, err error) {
	err = writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.SettingsChange, authz.Facts{About: "brand"}); err != nil {
			return err
		}
		if _, err := brands.RollBack(ctx, tx, in.Body.Version, in.Body.Seen); err != nil {
			return err
		}
		out, err = brandNow(ctx, tx)
		return err
	})
	return out, err
}

var (
	exampleAccent = "#c2410c"
	exampleBrand  = Brand{Version: 3, Newest: 3, Name: "Demo Casino", LegalName: "Demo Casino N.V.", Site: "https://www.casino.example",
		Accent: exampleAccent, Corners: "soft", Greeting: map[string]string{"en": "Hello! What happened?"}, Side: "end", Bottom: 20, Inset: 20,
		Signature: map[string]string{"en": "Your team"}, Footer: map[string]string{}, Mended: []Mended{}}
	exampleBrandChange  = brandChange{Seen: 2, Publish: true, Accent: &exampleAccent, Greeting: map[string]string{"en": "Hello! What happened?"}}
	exampleBrandVersion = BrandVersion{Version: 3, Author: "CRM", MadeAt: exampleTime, PublishedAt: &exampleTime, Live: true}
)
