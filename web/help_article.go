package web

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/desk/answers"
	"pitdesk/desk/channels/chat"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
	"pitdesk/views"
)

// The paces of the help centre, by address. A person who reads meets none of them.
var (
	helpLooking = chat.Pace{Every: time.Second / 20, Burst: 200}
	helpVoting  = chat.Pace{Every: 10 * time.Second, Burst: 20}
)

// helpDesk is what the help centre's handlers share.
type helpDesk struct {
	looking *chat.Throttle
	voting  *chat.Throttle
	key     []byte // of voters' digests
}

func (s *Server) helps() *helpDesk {
	s.helpOnce.Do(func() {
		s.help = &helpDesk{looking: chat.NewThrottle(helpLooking), voting: chat.NewThrottle(helpVoting), key: s.LinkKey}
		if len(s.help.key) == 0 {
			s.help.key = make([]byte, 32)
			_, _ = rand.Read(s.help.key)
		}
	})
	return s.help
}

// helpArticle is an article's page. An address it had before leads to the one it has now.
func (s *Server) helpArticle(w http.ResponseWriter, q reading) error {
	p, err := s.helpRead(q)
	if err != nil {
		return err
	}
	if p.Slug != q.PathValue("slug") {
		w.Header().Set("Cache-Control", helpKept)
		http.Redirect(w, q.Request, answers.Path(p.Language, p.Slug), http.StatusMovedPermanently)
		return nil
	}
	given := q.URL.Query().Get("vote")
	vote := views.HelpVote{Said: given == "said"}
	if given == "yes" || given == "no" {
		vote.Given = given
	}
	if given != "" {
		w.Header().Set("Cache-Control", "private, no-store")
	} else {
		w.Header().Set("Last-Modified", p.PublishedAt.UTC().Format(http.TimeFormat))
	}
	props, err := s.helpProps(q, p, vote)
	if err != nil {
		return err
	}
	return lasting(w, q.Request, views.HelpArticle(props))
}

func (s *Server) helpRead(q reading) (answers.Page, error) {
	return answers.ReadKept(q.Context(), q.language, q.PathValue("slug"))
}

func (s *Server) helpProps(q reading, p answers.Page, vote views.HelpVote) (views.HelpArticleProps, error) {
	ctx := q.Context()
	at := map[string]string{}
	for _, t := range p.Texts {
		at[t.Language] = t.Path()
	}
	h, err := s.helpHouse(q, p.Title, p.Summary, at)
	if err != nil {
		return views.HelpArticleProps{}, err
	}
	h.Article = true
	if _, name, ok := strings.Cut(p.HTML, `src="/pictures/`); ok {
		name, _, _ = strings.Cut(name, `"`)
		h.Picture = s.Config.URL(tenants.Current(ctx), "/pictures/"+name)
	}
	vote.Action = answers.Path(p.Language, p.Slug) + "/vote"
	props := views.HelpArticleProps{House: h, Search: helpSearch(q.language, ""), Home: answers.HomePath(q.language), Lang: p.Language,
		Dir: i18n.Dir(i18n.With(ctx, p.Language)), Title: p.Title, Summary: p.Summary, HTML: p.HTML, Updated: p.PublishedAt,
		Related: helpLinks(ctx, q.language, p.Related), Vote: vote,
		Chat: helpChat + "?article=" + tenants.PublicID(tenants.ArticlePrefix, p.Article)}
	if c, ok := q.guide.ByID(p.Category); ok {
		props.Category = helpShelf(ctx, q, c, 0)
	}
	few := len(p.Headings) > 12
	for _, heading := range p.Headings {
		if heading.Level == 2 || heading.Level == 3 && !few {
			props.Contents = append(props.Contents, views.HelpHeading{ID: heading.ID, Text: heading.Text})
		}
	}
	return props, nil
}

// helpVote takes a reader's word on an article: first yes or no, then what they may add.
func (s *Server) helpVote(w http.ResponseWriter, q reading) error {
	ctx := q.Context()
	if err := readForm(q.Request); err != nil {
		return err
	}
	given, words := q.PostForm.Get("helpful"), strings.TrimSpace(q.PostForm.Get("words"))
	if given != "yes" && given != "no" {
		return fault.New(fault.Invalid, "Say yes or no.").On("helpful")
	}
	t := tenants.Current(ctx)
	if err := s.helps().voting.Take(t.ID.String() + s.Address(q.Request)); err != nil {
		return err
	}
	p, err := s.helpRead(q)
	if err != nil {
		return err
	}
	err = tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		return answers.Vote(ctx, tx, answers.Ballot{Article: p.Article, Language: p.Language, Helpful: given == "yes", Words: words,
			Voter: s.voter(q.Request, t, p)})
	})
	if fault.CodeOf(err) == fault.Invalid {
		props, broken := s.helpProps(q, p, views.HelpVote{Given: given, Words: words, Fault: views.Fault{Field: "words", Sentence: i18n.Fault(ctx, err)}})
		if broken != nil {
			return broken
		}
		return views.Render(w, q.Request, http.StatusUnprocessableEntity, views.HelpArticle(props))
	}
	if err != nil {
		return err
	}
	if words != "" {
		given = "said"
	}
	http.Redirect(w, q.Request, answers.Path(p.Language, p.Slug)+"?vote="+given+"#vote", http.StatusSeeOther)
	return nil
}

// voter is who votes, so that they count once: a keyed digest of address and browser, another for each article, from which
// nobody gets back to either.
func (s *Server) voter(r *http.Request, t tenants.Tenant, p answers.Page) []byte {
	mac := hmac.New(sha256.New, s.helps().key)
	for _, part := range []string{"vote", t.ID.String(), p.Article.String(), s.Address(r), r.UserAgent()} {
		mac.Write([]byte(part))
		mac.Write([]byte{0})
	}
	return mac.Sum(nil)[:16]
}
