package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
	"pitdesk/tenants/languages"
)

// LanguageSettings are in which languages the casino speaks to whom.
type LanguageSettings struct {
	Fallback string   `json:"fallback" example:"en" doc:"For readers of none of the others."`
	Players  []string `json:"players" doc:"Offered to players; empty: all there are."`
	Agents   []string `json:"agents" doc:"Offered to agents; empty: all there are."`
}

type languageSettingsOut struct{ Body LanguageSettings }

func languageSettingsOf(s languages.Settings) *languageSettingsOut {
	out := LanguageSettings{Fallback: s.Fallback, Players: []string{}, Agents: []string{}}
	out.Players, out.Agents = append(out.Players, s.Players...), append(out.Agents, s.Agents...)
	return &languageSettingsOut{out}
}

// looking reads a part of what the casino shows of itself.
func looking[T any](ctx context.Context, read func(ctx context.Context, tx bun.Tx) (T, error)) (out T, err error) {
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{About: "languages"}); err != nil {
			return err
		}
		out, err = read(ctx, tx)
		return err
	})
	return out, err
}

func (a *API) getLanguageSettings(ctx context.Context, _ *nothing) (*languageSettingsOut, error) {
	s, err := looking(ctx, languages.Get)
	return languageSettingsOf(s), err
}

type languageChange struct {
	Strict
	Fallback *string         `json:"fallback,omitempty" maxLength:"35"`
	Players  Maybe[[]string] `json:"players,omitzero" doc:"The whole list; null: all there are."`
	Agents   Maybe[[]string] `json:"agents,omitzero" doc:"The whole list; null: all there are."`
}

func (a *API) changeLanguageSettings(ctx context.Context, in *struct{ Body languageChange }) (*languageSettingsOut, error) {
	s, err := settle(ctx, "languages", func(ctx context.Context, tx bun.Tx) (s languages.Settings, err error) {
		if s, err = languages.Get(ctx, tx); err != nil {
			return s, err
		}
		set(&s.Fallback, in.Body.Fallback)
		if in.Body.Players.Given {
			s.Players = in.Body.Players.Value
		}
		if in.Body.Agents.Given {
			s.Agents = in.Body.Agents.Value
		}
		if err := languages.Save(ctx, tx, s); err != nil {
			return s, err
		}
		if err := billing.RoomForLanguages(ctx, tx); err != nil {
			return s, err
		}
		return languages.Get(ctx, tx)
	})
	return languageSettingsOf(s), err
}

// LanguagePack is what the casino has in one language, and who vouches for it.
type LanguagePack struct {
	Language  string `json:"language" example:"fi" doc:"As a BCP 47 tag."`
	Direction string `json:"direction" enum:"ltr,rtl"`
	Own       bool   `json:"own" doc:"Whether the casino has added it."`
	Changed   int    `json:"changed" doc:"Texts that the casino says its own way."`
	Outdated  int    `json:"outdated" doc:"Of those, the ones whose original has changed or is gone."`
	Complete  int    `json:"complete" example:"100" doc:"Percent of all texts that are there in this language, rounded down."`
	Checked   string `json:"checked" enum:"ours,machine,casino,nobody" doc:"Who vouches for it: us, nobody since a program wrote it, somebody of the casino's, or nobody."`
	CheckedBy string `json:"checked_by,omitempty" example:"Aino" doc:"A name that the casino gave."`
	CheckedOn string `json:"checked_on,omitempty" format:"date" example:"2026-03-01"`
}

func packOf(p languages.Pack) LanguagePack {
	out := LanguagePack{Language: p.Language, Direction: p.Dir, Own: p.Own, Changed: p.Changed, Outdated: p.Outdated, Complete: p.Complete,
		Checked: string(p.Checked), CheckedBy: p.CheckedBy}
	if !p.CheckedOn.IsZero() {
		out.CheckedOn = p.CheckedOn.Format(time.DateOnly)
	}
	return out
}

type packsOut struct{ Body page[LanguagePack] }

func (a *API) listPacks(ctx context.Context, in *Pages) (*packsOut, error) {
	all, err := looking(ctx, languages.Packs)
	if err != nil {
		return nil, err
	}
	data, _ := each(all, nil, packOf)
	out, err := cut(*in, data, func(p LanguagePack) string { return p.Language })
	return &packsOut{out}, err
}

// PackPath names a pack in an address.
type PackPath struct {
	Pack string `path:"pack" maxLength:"35" example:"fi" doc:"Its language, as a BCP 47 tag."`
}

type packOut struct{ Body LanguagePack }

func (a *API) getPack(ctx context.Context, in *PackPath) (*packOut, error) {
	p, err := looking(ctx, func(ctx context.Context, tx bun.Tx) (languages.Pack, error) {
		return languages.PackOf(ctx, tx, in.Pack)
	})
	return &packOut{packOf(p)}, err
}

// settlePack changes a language and answers with its pack.
func settlePack(ctx context.Context, do func(ctx context.Context, tx bun.Tx) (lang string, err error)) (*packOut, error) {
	p, err := settle(ctx, "languages", func(ctx context.Context, tx bun.Tx) (p languages.Pack, err error) {
		lang, err := do(ctx, tx)
		if err != nil {
			return p, err
		}
		return languages.PackOf(ctx, tx, lang)
	})
	return &packOut{packOf(p)}, err
}

type newPackBody struct {
	Strict
	Language string `json:"language" maxLength:"35" example:"fi" doc:"As a BCP 47 tag, with script or region where they matter."`
}

func (a *API) addPack(ctx context.Context, in *struct{ Body newPackBody }) (*packOut, error) {
	return settlePack(ctx, func(ctx context.Context, tx bun.Tx) (string, error) {
		if err := billing.Require(ctx, billing.OwnWords); err != nil {
			return "", err
		}
		lang, err := languages.Add(ctx, tx, in.Body.Language)
		if err == nil {
			err = billing.RoomForLanguages(ctx, tx)
		}
		return lang, err
	})
}

type packChange struct {
	Strict
	CheckedBy Maybe[string] `json:"checked_by,omitzero" doc:"Who has checked the casino's texts in this language, today; null takes that back."`
}

type packChangeIn struct {
	PackPath
	Body packChange
}

func (a *API) changePack(ctx context.Context, in *packChangeIn) (*packOut, error) {
	return settlePack(ctx, func(ctx context.Context, tx bun.Tx) (string, error) {
		if !in.Body.CheckedBy.Given {
			return in.Pack, nil
		}
		return in.Pack, languages.Vouch(ctx, tx, in.Pack, in.Body.CheckedBy.Value)
	})
}

func (a *API) removePack(ctx context.Context, in *PackPath) (*struct{}, error) {
	_, err := settle(ctx, "languages", func(ctx context.Context, tx bun.Tx) (_ struct{}, err error) {
		return struct{}{}, languages.Remove(ctx, tx, in.Pack)
	})
	return nil, err
}

// downloadPack gives every text of a language as a file for translators, which prepare-language-file takes back.
func (a *API) downloadPack(ctx context.Context, in *PackPath) (*huma.StreamResponse, error) {
	file, err := looking(ctx, func(ctx context.Context, tx bun.Tx) ([]byte, error) { return languages.Download(ctx, tx, in.Pack) })
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		_, w := humago.Unwrap(hc)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Disposition", `attachment; filename="`+in.Pack+`.json"`)
		_, _ = w.Write(file)
	}}, nil
}

// LanguageFile is a file of texts that was checked and waits for a look at what it changes.
type LanguageFile struct {
	ID        string       `json:"id" format:"uuid" doc:"Which file it is: another may take its place."`
	Language  string       `json:"language" example:"fi"`
	Author    string       `json:"author" example:"CRM"`
	MadeAt    time.Time    `json:"made_at"`
	Changes   []TextChange `json:"changes"`
	Unchanged int          `json:"unchanged" doc:"Texts of the file that are said so already."`
}

// TextChange is what a file does to one text.
type TextChange struct {
	ID      string    `json:"id" example:"common.cancel"`
	Surface string    `json:"surface" example:"common"`
	Before  TextForms `json:"before"`
	After   TextForms `json:"after"`
	Reset   bool      `json:"reset" doc:"Whether the casino's own text goes, because the file says what the product says."`
}

// TextForms are a text by plural form; one that counts nothing has other alone.
type TextForms map[string]string

func fileOf(d languages.Draft) LanguageFile {
	out := LanguageFile{ID: d.ID.String(), Language: d.Language, Author: d.AuthorName, MadeAt: d.MadeAt.UTC(), Changes: []TextChange{}, Unchanged: d.Unchanged}
	for _, c := range d.Changes {
		out.Changes = append(out.Changes, TextChange{c.ID, c.Surface, TextForms(c.Before), TextForms(c.After), c.Reset})
	}
	return out
}

type languageFileOut struct{ Body LanguageFile }

type languageFileIn struct {
	PackPath
	RawBody []byte `contentType:"application/octet-stream"`
}

// preparePack checks a file and keeps it. What is wrong with it is answered text by text, as far as an answer has room.
func (a *API) preparePack(ctx context.Context, in *languageFileIn) (*languageFileOut, error) {
	var wrong []ProblemField
	d, err := settle(ctx, "languages", func(ctx context.Context, tx bun.Tx) (languages.Draft, error) {
		d, problems, more, err := languages.Prepare(ctx, tx, in.Pack, in.RawBody)
		if err == nil && len(problems) > 0 {
			for _, p := range problems {
				wrong = append(wrong, ProblemField{Field: p.ID, Message: p.Why.Sentence()})
			}
			err = fault.New(fault.Invalid, "The file has %d mistakes. Nothing was kept.", len(problems)+more)
		}
		return d, err
	})
	if len(wrong) > 0 {
		return nil, &listed{err, wrong}
	}
	return &languageFileOut{fileOf(d)}, err
}

func (a *API) getLanguageFile(ctx context.Context, in *PackPath) (*languageFileOut, error) {
	d, err := looking(ctx, func(ctx context.Context, tx bun.Tx) (languages.Draft, error) {
		return languages.DraftOf(ctx, tx, in.Pack)
	})
	return &languageFileOut{fileOf(d)}, err
}

type applyBody struct {
	Strict
	File string `json:"file" format:"uuid" maxLength:"36" doc:"The id of the file that you have looked at."`
}

type applyIn struct {
	PackPath
	Body applyBody
}

func (a *API) applyLanguageFile(ctx context.Context, in *applyIn) (*packOut, error) {
	return settlePack(ctx, func(ctx context.Context, tx bun.Tx) (string, error) {
		if err := billing.Require(ctx, billing.OwnWords); err != nil {
			return "", err
		}
		id, err := uuid.Parse(in.Body.File)
		if err != nil {
			return "", tenants.ErrNotFound
		}
		_, err = languages.Apply(ctx, tx, in.Pack, id)
		return in.Pack, err
	})
}

func (a *API) discardLanguageFile(ctx context.Context, in *PackPath) (*struct{}, error) {
	_, err := settle(ctx, "languages", func(ctx context.Context, tx bun.Tx) (struct{}, error) {
		return struct{}{}, languages.Discard(ctx, tx, in.Pack)
	})
	return nil, err
}

// registerLanguages declares what programs may do about how the casino speaks.
func (a *API) registerLanguages() {
	op := func(id, method, path string, p authz.Permission) Operation { return Operation{id, method, path, p} }
	read, change := authz.HouseRead, authz.SettingsChange
	settings := LanguageSettings{Fallback: "en", Players: []string{"en", "fi"}, Agents: []string{}}
	pack := LanguagePack{Language: "fi", Direction: "ltr", Own: true, Changed: 12, Complete: 4, Checked: "casino", CheckedBy: "Aino", CheckedOn: "2026-03-01"}
	file := LanguageFile{ID: "0199b6e2-5f0a-7c31-9a51-000000000001", Language: "fi", Author: "CRM", MadeAt: exampleTime,
		Changes: []TextChange{{"common.cancel", "common", TextForms{"other": "Cancel"}, TextForms{"other": "Peruuta"}, false}}}
	add(a, operation{Operation: op("get-language-settings", http.MethodGet, "/language-settings", read), tag: languagesTag, summary: "Get in which languages the casino speaks",
		answer: settings}, a.getLanguageSettings)
	add(a, operation{Operation: op("change-language-settings", http.MethodPatch, "/language-settings", change), tag: languagesTag, summary: "Change in which languages the casino speaks",
		body: languageChange{Fallback: &settings.Fallback, Players: Maybe[[]string]{Given: true, Value: settings.Players}}, answer: settings}, a.changeLanguageSettings)
	add(a, operation{Operation: op("list-language-packs", http.MethodGet, "/language-packs", read), tag: languagesTag, summary: "List the casino's language packs",
		answer: page[LanguagePack]{Data: []LanguagePack{pack}}, description: "The product's languages first, then those that the casino has added."}, a.listPacks)
	add(a, operation{Operation: op("add-language-pack", http.MethodPost, "/language-packs", change), tag: languagesTag, status: http.StatusCreated, summary: "Add a language",
		body: newPackBody{Language: "fi"}, answer: pack, description: "One that the product doesn't speak. What nobody has translated is said in the casino's fallback."}, a.addPack)
	add(a, operation{Operation: op("get-language-pack", http.MethodGet, "/language-packs/{pack}", read), tag: languagesTag, summary: "Get a language pack", answer: pack}, a.getPack)
	add(a, operation{Operation: op("change-language-pack", http.MethodPatch, "/language-packs/{pack}", change), tag: languagesTag, summary: "Say who has checked a language pack",
		body: packChange{CheckedBy: Maybe[string]{Given: true, Value: "Aino"}}, answer: pack}, a.changePack)
	add(a, operation{Operation: op("remove-language-pack", http.MethodDelete, "/language-packs/{pack}", change), tag: languagesTag, status: http.StatusNoContent,
		summary: "Remove a language that was added", description: "With all its texts. The product's own languages stay."}, a.removePack)
	add(a, operation{Operation: op("download-language-pack", http.MethodGet, "/language-packs/{pack}/texts.json", read), tag: languagesTag, summary: "Download all texts of a language",
		media: "application/json", answer: `{"common.cancel": "Peruuta"}`, description: "By id, for translators: the casino's own, else the product's, else English."}, a.downloadPack)
	add(a, operation{Operation: op("prepare-language-file", http.MethodPut, "/language-packs/{pack}/file", change), tag: languagesTag, summary: "Hand in texts of a language",
		answer: file, description: "An object of texts by id, as they are downloaded, or some of them: `\"text\"`, or an object of plural forms. Nothing is said differently " +
			"before the file is applied. With anything wrong in it the answer is 422 and says what; nothing is kept then."}, a.preparePack)
	add(a, operation{Operation: op("get-language-file", http.MethodGet, "/language-packs/{pack}/file", read), tag: languagesTag, summary: "See what handed-in texts would change",
		answer: file}, a.getLanguageFile)
	add(a, operation{Operation: op("apply-language-file", http.MethodPost, "/language-packs/{pack}/file/apply", change), tag: languagesTag, summary: "Say what was handed in",
		body: applyBody{File: file.ID}, answer: pack, description: "All of it at once, everywhere within five seconds. Where another file has taken its place, the answer is 409."}, a.applyLanguageFile)
	add(a, operation{Operation: op("discard-language-file", http.MethodDelete, "/language-packs/{pack}/file", change), tag: languagesTag, status: http.StatusNoContent,
		summary: "Throw handed-in texts away"}, a.discardLanguageFile)
	a.registerTexts()
}
