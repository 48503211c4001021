package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/internal/i18n"
	"pitdesk/tenants/languages"
	"pitdesk/views"
)

// languages is in which languages the casino speaks to whom.
func (s *Server) languages(w http.ResponseWriter, r *http.Request) error {
	var p views.LanguagesProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{}); err != nil {
			return err
		}
		p, err = s.languagesProps(ctx, tx, r)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.LanguagesPage(p))
}

func (s *Server) languagesProps(ctx context.Context, tx bun.Tx, r *http.Request) (p views.LanguagesProps, err error) {
	p = views.LanguagesProps{Settings: s.settingsProps(r, "languages"), May: mayChange(ctx)}
	if err := lastChange(ctx, tx, &p.Settings); err != nil {
		return p, err
	}
	set, err := languages.Get(ctx, tx)
	if err != nil {
		return p, err
	}
	packs, err := languages.Packs(ctx, tx)
	for _, each := range packs {
		line := packLine(each)
		line.Players = len(set.Players) == 0 || slices.Contains(set.Players, each.Language)
		line.Agents = len(set.Agents) == 0 || slices.Contains(set.Agents, each.Language)
		line.Fallback = set.Fallback == each.Language
		p.Packs = append(p.Packs, line)
	}
	return p, err
}

// mayChange says whether the reader of a page of the settings may change what it shows.
func mayChange(ctx context.Context) bool {
	return authz.Permits(signedOf(ctx).Actor.Role, authz.SettingsChange)
}

func packLine(p languages.Pack) views.PackLine {
	return views.PackLine{Lang: p.Language, Own: p.Own, Dir: p.Dir, Complete: p.Complete, Changed: p.Changed, Outdated: p.Outdated,
		Checked: p.Checked, CheckedBy: p.CheckedBy, CheckedOn: p.CheckedOn}
}

// offerLanguages says which languages players and staff are offered, and which one everybody else is spoken to in.
func (s *Server) offerLanguages(w http.ResponseWriter, r *http.Request) error {
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) error {
		err := languages.Save(ctx, tx, languages.Settings{Fallback: r.PostForm.Get("fallback"), Players: r.PostForm["players"], Agents: r.PostForm["agents"]})
		if err != nil {
			return err
		}
		return billing.RoomForLanguages(ctx, tx)
	})
	if err != nil {
		return s.languagesAgain(w, r, err, "")
	}
	http.Redirect(w, r, "/settings/languages?done=saved", http.StatusSeeOther)
	return nil
}

// addLanguage lets the casino speak one that the product doesn't.
func (s *Server) addLanguage(w http.ResponseWriter, r *http.Request) error {
	lang := ""
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := billing.Require(ctx, billing.OwnWords); err != nil {
			return err
		}
		if lang, err = languages.Add(ctx, tx, r.PostForm.Get("language")); err != nil {
			return err
		}
		return billing.RoomForLanguages(ctx, tx)
	})
	if err != nil {
		return s.languagesAgain(w, r, err, "add")
	}
	http.Redirect(w, r, packPath(lang)+"?done=added", http.StatusSeeOther)
	return nil
}

func (s *Server) languagesAgain(w http.ResponseWriter, r *http.Request, err error, of string) error {
	var p views.LanguagesProps
	if mendable(err) {
		if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) { p, err = s.languagesProps(ctx, tx, r); return err }); err != nil {
			return err
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.Fault, p.Of, p.Tag = f, of, r.PostForm.Get("language")
		if of == "" {
			for i, line := range p.Packs {
				p.Packs[i].Players = slices.Contains(r.PostForm["players"], line.Lang)
				p.Packs[i].Agents = slices.Contains(r.PostForm["agents"], line.Lang)
			}
		}
		return views.LanguagesPage(p)
	})
}

// packChecked says who checked the texts of a language.
func (s *Server) packChecked(w http.ResponseWriter, r *http.Request) error {
	lang := r.PathValue("pack")
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) error {
		return languages.Vouch(ctx, tx, lang, r.PostForm.Get("checked_by"))
	})
	if err != nil {
		return s.packAgain(w, r, err, "checked", nil)
	}
	http.Redirect(w, r, packPath(lang)+"?done=saved", http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
	return nil
}

// removeLanguage takes back a language that the casino has added.
func (s *Server) removeLanguage(w http.ResponseWriter, r *http.Request) error {
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) error { return languages.Remove(ctx, tx, r.PathValue("pack")) })
	if err != nil {
		return s.packAgain(w, r, err, "remove", nil)
	}
	http.Redirect(w, r, "/settings/languages?done=removed", http.StatusSeeOther)
	return nil
}

func packPath(lang string) string { return "/settings/languages/" + lang }

// formLines are the plural forms of a text in the order of CLDR.
func formLines(t i18n.Text) []views.FormLine {
	if len(t) == 1 && t["other"] != "" {
		return []views.FormLine{{Text: t["other"]}}
	}
	var out []views.FormLine
	for _, form := range languages.Forms() {
		if text, ok := t[form]; ok {
			out = append(out, views.FormLine{Form: form, Text: text})
		}
	}
	return out
}
