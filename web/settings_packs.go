package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/tenants/languages"
	"pitdesk/views"
)

// maxPack is the largest upload of a language's texts: the file and the form around it.
const maxPack = languages.MaxFile + 64<<10

// changesAtOnce is how many changes of a file its preview shows.
const changesAtOnce = 300

// packFile is every text of a language, to be given to a translator.
func (s *Server) packFile(w http.ResponseWriter, r *http.Request) error {
	lang := r.PathValue("pack")
	var file []byte
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{}); err != nil {
			return err
		}
		file, err = languages.Download(ctx, tx, lang)
		return err
	})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+tenants.Current(r.Context()).Slug+`.`+lang+`.json"`)
	h.Set("Cache-Control", "no-store")
	_, err = w.Write(file)
	return err
}

// fileProblems is what is wrong with an uploaded file.
type fileProblems struct {
	lines []views.ProblemLine
	more  int
}

// uploadPack checks a file of texts and, where it is good, shows what it would change.
func (s *Server) uploadPack(w http.ResponseWriter, r *http.Request) error {
	lang := r.PathValue("pack")
	raw, err := uploaded(r)
	if err != nil {
		return err
	}
	var problems fileProblems
	err = s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.SettingsChange, authz.Facts{About: partOf(r)}); err != nil {
			return err
		}
		_, found, more, err := languages.Prepare(ctx, tx, lang, raw)
		if len(found) > 0 {
			problems.more = more
			for _, p := range found {
				problems.lines = append(problems.lines, views.ProblemLine{Line: p.Line, ID: p.ID, Why: i18n.Fault(ctx, p.Why)})
			}
			return fault.New(fault.Invalid, "This file can't be used as it is.")
		}
		return err
	})
	if err != nil {
		if len(problems.lines) > 0 {
			return s.packAgain(w, r, err, "file", &problems)
		}
		return s.packAgain(w, r, err, "file", nil)
	}
	http.Redirect(w, r, packPath(lang)+"/draft", http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
	return nil
}

// uploaded is the file of a form, as much of it as can be a good one and a little more.
func uploaded(r *http.Request) ([]byte, error) {
	unreadable := fault.New(fault.Malformed, "This form can't be read.")
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, unreadable.Because(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, unreadable
		}
		if err != nil {
			return nil, unreadable.Because(err)
		}
		if part.FormName() == "file" {
			raw, err := io.ReadAll(io.LimitReader(part, languages.MaxFile+1))
			if err != nil {
				return nil, unreadable.Because(err)
			}
			return raw, nil
		}
	}
}

// packDraft is what an uploaded file would change.
func (s *Server) packDraft(w http.ResponseWriter, r *http.Request) error {
	var p views.DraftProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{}); err != nil {
			return err
		}
		p, err = s.draftProps(ctx, tx, r)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.DraftPage(p))
}

func (s *Server) draftProps(ctx context.Context, tx bun.Tx, r *http.Request) (p views.DraftProps, err error) {
	p = views.DraftProps{Settings: s.settingsProps(r, "languages"), May: mayChange(ctx)}
	pack, err := languages.PackOf(ctx, tx, r.PathValue("pack"))
	if err != nil {
		return p, err
	}
	p.Pack = packLine(pack)
	d, err := languages.DraftOf(ctx, tx, pack.Language)
	if err != nil {
		return p, err
	}
	p.ID, p.By, p.At, p.Unchanged = d.ID.String(), d.AuthorName, d.MadeAt, d.Unchanged
	for i, c := range d.Changes {
		if i == changesAtOnce {
			p.Untold = len(d.Changes) - i
			break
		}
		p.Changes = append(p.Changes, views.DraftLine{ID: c.ID, Before: formLines(c.Before), After: formLines(c.After), Reset: c.Reset})
	}
	return p, nil
}

// applyDraft says what the file says.
func (s *Server) applyDraft(w http.ResponseWriter, r *http.Request) error {
	lang := r.PathValue("pack")
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := billing.Require(ctx, billing.OwnWords); err != nil {
			return err
		}
		id, err := uuid.Parse(strings.TrimSpace(r.PostForm.Get("draft")))
		if err != nil {
			return tenants.ErrNotFound
		}
		_, err = languages.Apply(ctx, tx, lang, id)
		return err
	})
	if err != nil {
		var p views.DraftProps
		if mendable(err) {
			if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) { p, err = s.draftProps(ctx, tx, r); return err }); err != nil {
				return err
			}
		}
		return s.again(w, r, err, func(f views.Fault) templ.Component { p.Fault = f; return views.DraftPage(p) })
	}
	http.Redirect(w, r, packPath(lang)+"?done=saved", http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
	return nil
}

// discardDraft forgets the file.
func (s *Server) discardDraft(w http.ResponseWriter, r *http.Request) error {
	lang := r.PathValue("pack")
	if err := s.changing(r, func(ctx context.Context, tx bun.Tx) error { return languages.Discard(ctx, tx, lang) }); err != nil {
		return err
	}
	http.Redirect(w, r, packPath(lang)+"?done=removed", http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
	return nil
}
