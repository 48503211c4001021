package api

import (
	"context"
	"net/http"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/languages"
)

// LanguageText is one text of a language: what the product says, and what the casino says instead.
type LanguageText struct {
	ID        string     `json:"id" example:"common.cancel"`
	Surface   string     `json:"surface,omitempty" example:"common" doc:"Where it is said. Absent where the product no longer says it."`
	Product   TextForms  `json:"product,omitempty" doc:"What the product says, in this language or in the one that product_language names."`
	In        string     `json:"product_language,omitempty" example:"en"`
	Own       TextForms  `json:"own,omitempty" doc:"What the casino says instead. Absent: what the product says."`
	Blanks    []string   `json:"blanks,omitempty" doc:"What is filled in, as it stands in the text. The casino's text must hold the same."`
	Original  string     `json:"original" enum:"same,changed,gone" doc:"What became of the product's text since the casino's was made against it."`
	ChangedBy string     `json:"changed_by,omitempty" example:"CRM"`
	ChangedAt *time.Time `json:"changed_at,omitempty"`
}

var movedWords = map[languages.Moved]string{languages.Same: "same", languages.Changed: "changed", languages.Gone: "gone"}

func textOf(l languages.Line) LanguageText {
	out := LanguageText{ID: l.ID, Surface: l.Surface, Product: TextForms(l.Text), In: l.Lang, Blanks: languages.Written(l.Source), Original: movedWords[l.Moved]}
	if l.Own != nil {
		out.Own, out.ChangedBy, out.ChangedAt = TextForms(l.Own.Text), l.Own.AuthorName, utc(&l.Own.ChangedAt)
	}
	return out
}

type textsIn struct {
	PackPath
	Surface string `query:"surface" maxLength:"40" doc:"Only texts of this surface."`
	Words   string `query:"q" maxLength:"200" doc:"Only texts with this in their id or wording."`
	Own     bool   `query:"own" doc:"Only what the casino says its own way."`
	Changed bool   `query:"changed" doc:"Only what the casino says its own way and the product differently since."`
	Missing bool   `query:"missing" doc:"Only what isn't there in this language."`
	Pages
}

type textsOut struct{ Body page[LanguageText] }

func (a *API) listTexts(ctx context.Context, in *textsIn) (*textsOut, error) {
	all, err := looking(ctx, func(ctx context.Context, tx bun.Tx) ([]languages.Line, error) {
		if _, err := languages.PackOf(ctx, tx, in.Pack); err != nil {
			return nil, err
		}
		return languages.Lines(ctx, tx, in.Pack, languages.Filter{Surface: in.Surface, Words: in.Words, Own: in.Own, Moved: in.Changed, Missing: in.Missing})
	})
	if err != nil {
		return nil, err
	}
	data, _ := each(all, nil, textOf)
	out, err := cut(in.Pages, data, func(t LanguageText) string { return t.ID })
	return &textsOut{out}, err
}

// TextPath names a text of a language in an address.
type TextPath struct {
	PackPath
	Text string `path:"text" maxLength:"500" example:"common.cancel" doc:"Its id; escape what an address can't hold."`
}

type textOut struct{ Body LanguageText }

func findText(ctx context.Context, tx bun.Tx, in *TextPath) (languages.Line, error) {
	if _, err := languages.PackOf(ctx, tx, in.Pack); err != nil {
		return languages.Line{}, err
	}
	all, err := languages.Lines(ctx, tx, in.Pack, languages.Filter{Words: in.Text})
	for _, l := range all {
		if l.ID == in.Text {
			return l, err
		}
	}
	if err == nil {
		err = tenants.ErrNotFound
	}
	return languages.Line{}, err
}

func (a *API) getText(ctx context.Context, in *TextPath) (*textOut, error) {
	l, err := looking(ctx, func(ctx context.Context, tx bun.Tx) (languages.Line, error) { return findText(ctx, tx, in) })
	return &textOut{textOf(l)}, err
}

// settleText changes how a text is said and answers with it.
func settleText(ctx context.Context, in *TextPath, do func(ctx context.Context, tx bun.Tx) error) (*textOut, error) {
	l, err := settle(ctx, "languages", func(ctx context.Context, tx bun.Tx) (l languages.Line, err error) {
		if _, err := findText(ctx, tx, in); err != nil {
			return l, err
		}
		if err := do(ctx, tx); err != nil {
			return l, inForms(err)
		}
		return findText(ctx, tx, in)
	})
	return &textOut{textOf(l)}, err
}

// inForms is a fault of a plural form, at the place where the API has it.
func inForms(err error) error {
	if f := fault.Of(err); f.Code == fault.Invalid && f.Field != "" {
		return f.On("forms." + f.Field)
	}
	return err
}

type textBody struct {
	Strict
	Forms TextForms `json:"forms" maxProperties:"6" doc:"By plural form of the language; a text that counts nothing has other alone."`
}

type textIn struct {
	TextPath
	Body textBody
}

func (a *API) setText(ctx context.Context, in *textIn) (*textOut, error) {
	return settleText(ctx, &in.TextPath, func(ctx context.Context, tx bun.Tx) error {
		if err := billing.Require(ctx, billing.OwnWords); err != nil {
			return err
		}
		return languages.Set(ctx, tx, in.Pack, in.Text, i18n.Text(in.Body.Forms))
	})
}

func (a *API) resetText(ctx context.Context, in *TextPath) (*textOut, error) {
	return settleText(ctx, in, func(ctx context.Context, tx bun.Tx) error { return languages.Reset(ctx, tx, in.Pack, in.Text) })
}

func (a *API) keepText(ctx context.Context, in *TextPath) (*textOut, error) {
	return settleText(ctx, in, func(ctx context.Context, tx bun.Tx) error { return languages.Keep(ctx, tx, in.Pack, in.Text) })
}

// registerTexts declares what programs may do about single texts.
func (a *API) registerTexts() {
	const one = "/language-packs/{pack}/texts/{text}"
	op := func(id, method, path string, p authz.Permission) Operation { return Operation{id, method, path, p} }
	text := LanguageText{ID: "common.cancel", Surface: "common", Product: TextForms{"other": "Cancel"}, In: "en", Own: TextForms{"other": "Peruuta"},
		Original: "same", ChangedBy: "CRM", ChangedAt: &exampleTime}
	plain := text
	plain.Own, plain.ChangedBy, plain.ChangedAt = nil, "", nil
	add(a, operation{Operation: op("list-language-texts", http.MethodGet, "/language-packs/{pack}/texts", authz.HouseRead), tag: languagesTag, summary: "List the texts of a language",
		answer: examplePage(text), description: "Those whose original has moved on first, then by surface and id. Filters narrow them together."}, a.listTexts)
	add(a, operation{Operation: op("get-language-text", http.MethodGet, one, authz.HouseRead), tag: languagesTag, summary: "Get a text of a language", answer: text}, a.getText)
	add(a, operation{Operation: op("set-language-text", http.MethodPut, one, authz.SettingsChange), tag: languagesTag, summary: "Say a text the casino's own way",
		body: textBody{Forms: text.Own}, answer: text, description: "Plain text with the blanks of the original. What the product says anyway, and nothing, take the casino's own back."}, a.setText)
	add(a, operation{Operation: op("reset-language-text", http.MethodDelete, one, authz.SettingsChange), tag: languagesTag, summary: "Say a text as the product does",
		answer: plain}, a.resetText)
	add(a, operation{Operation: op("keep-language-text", http.MethodPost, one+"/keep", authz.SettingsChange), tag: languagesTag, summary: "Keep the casino's text against a changed original",
		answer: text, description: "From then on it stands against the product's new text. A text that isn't the casino's own answers 404."}, a.keepText)
}
