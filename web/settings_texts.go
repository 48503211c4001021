package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/billing"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants/languages"
	"pitdesk/views"
)

// textsAtOnce is how many texts of a language a page shows.
const textsAtOnce = 30

// pack is one language: who checked it, its file, and its texts.
func (s *Server) pack(w http.ResponseWriter, r *http.Request) error {
	var p views.PackProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.HouseRead, authz.Facts{}); err != nil {
			return err
		}
		p, err = s.packProps(ctx, tx, r, r.URL.Query())
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.PackPage(p))
}

// packProps shows the texts that q asks for.
func (s *Server) packProps(ctx context.Context, tx bun.Tx, r *http.Request, q url.Values) (p views.PackProps, err error) {
	lang := r.PathValue("pack")
	p = views.PackProps{Settings: s.settingsProps(r, "languages"), May: mayChange(ctx), Surfaces: i18n.Surfaces(),
		Query: q.Get("q"), Surface: q.Get("surface"), Show: q.Get("show")}
	if err := lastChange(ctx, tx, &p.Settings); err != nil {
		return p, err
	}
	pack, err := languages.PackOf(ctx, tx, lang)
	if err != nil {
		return p, err
	}
	p.Pack = packLine(pack)
	if d, err := languages.DraftOf(ctx, tx, lang); err == nil {
		p.Waiting = &d.MadeAt
	} else if fault.CodeOf(err) != fault.NotFound {
		return p, err
	}
	lines, err := languages.Lines(ctx, tx, lang, languages.Filter{Surface: p.Surface, Words: p.Query,
		Own: p.Show == "own", Moved: p.Show == "moved", Missing: p.Show == "missing"})
	if err != nil {
		return p, err
	}
	p.Total = len(lines)
	from, _ := strconv.Atoi(q.Get("from"))
	from = max(0, min(from, len(lines)/textsAtOnce*textsAtOnce))
	to := min(len(lines), from+textsAtOnce)
	for i, l := range lines[from:to] {
		p.Texts = append(p.Texts, textLine(lang, l))
		p.Texts[i].Number = from + i
	}
	if to < len(lines) {
		p.More = textsFrom(p, to)
	}
	if from > 0 {
		p.Before = textsFrom(p, max(0, from-textsAtOnce))
	}
	return p, nil
}

func textsFrom(p views.PackProps, from int) string {
	q := url.Values{"from": {strconv.Itoa(from)}}
	return packPath(p.Pack.Lang) + "?" + queryOf(q, p.Query, p.Surface, p.Show) + "#texts"
}

func queryOf(q url.Values, words, surface, show string) string {
	for name, value := range map[string]string{"q": words, "surface": surface, "show": show} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q.Encode()
}

func textLine(lang string, l languages.Line) views.TextLine {
	t := views.TextLine{ID: l.ID, Surface: l.Surface, Own: l.Own != nil, Changed: l.Moved == languages.Changed, Gone: l.Moved == languages.Gone,
		Missing: l.Own == nil && l.Lang != lang && !i18n.FromCLDR(l.ID), Blanks: languages.Written(l.Source)}
	if english, ok := i18n.Original(i18n.Default, l.ID); ok && lang != i18n.Default {
		t.English = formLines(english.Text)
	}
	if l.Lang == lang {
		t.Product = formLines(l.Text)
	}
	if l.Own != nil {
		t.Forms, t.By, t.At = formLines(l.Own.Text), l.Own.AuthorName, l.Own.ChangedAt
		if l.Moved != languages.Same {
			t.Was = formLines(l.Own.Original)
		}
		return t
	}
	t.Forms = formLines(languages.Shaped(lang, l.Source))
	return t
}

// wordingOf is what a form says of one text.
func wordingOf(r *http.Request) i18n.Text {
	text := i18n.Text{}
	for _, form := range languages.Forms() {
		if said, ok := r.PostForm["form_"+form]; ok {
			text[form] = said[0]
		}
	}
	if said, ok := r.PostForm["form_"]; ok {
		text["other"] = said[0]
	}
	return text
}

func setText(ctx context.Context, tx bun.Tx, r *http.Request) error {
	if err := billing.Require(ctx, billing.OwnWords); err != nil {
		return err
	}
	return languages.Set(ctx, tx, r.PathValue("pack"), r.PostForm.Get("id"), wordingOf(r))
}

func resetText(ctx context.Context, tx bun.Tx, r *http.Request) error {
	return languages.Reset(ctx, tx, r.PathValue("pack"), r.PostForm.Get("id"))
}

func keepText(ctx context.Context, tx bun.Tx, r *http.Request) error {
	return languages.Keep(ctx, tx, r.PathValue("pack"), r.PostForm.Get("id"))
}

// wordingDeed does something to one text and leads back to the texts it was chosen among.
func (s *Server) wordingDeed(done string, do func(ctx context.Context, tx bun.Tx, r *http.Request) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := s.changing(r, func(ctx context.Context, tx bun.Tx) error { return do(ctx, tx, r) })
		if err != nil {
			return s.packAgain(w, r, err, r.PostForm.Get("id"), nil)
		}
		q := queryOf(url.Values{"done": {done}}, r.PostForm.Get("q"), r.PostForm.Get("surface"), r.PostForm.Get("show"))
		http.Redirect(w, r, packPath(r.PathValue("pack"))+"?"+q+"#texts", http.StatusSeeOther) // #nosec G710 -- it begins with a path of our own
		return nil
	}
}

// packAgain shows a language once more with what went wrong: of is the id of a text, or which other form it was.
func (s *Server) packAgain(w http.ResponseWriter, r *http.Request, err error, of string, problems *fileProblems) error {
	var p views.PackProps
	if mendable(err) {
		q := url.Values{"q": {r.PostForm.Get("q")}, "surface": {r.PostForm.Get("surface")}, "show": {r.PostForm.Get("show")}}
		if of != "" && of != "file" && of != "checked" && of != "remove" {
			q = url.Values{"q": {of}}
		}
		if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) { p, err = s.packProps(ctx, tx, r, q); return err }); err != nil {
			return err
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.Fault, p.Of = f, of
		for i, t := range p.Texts {
			if t.ID == of {
				p.Texts[i].Forms = formLines(wordingOf(r))
			}
		}
		if problems != nil {
			p.Problems, p.Untold = problems.lines, problems.more
			p.Of = ""
		}
		return views.PackPage(p)
	})
}
