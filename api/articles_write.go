package api

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/answers"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// ArticleVersion is an article's text in one language as its writers see it: what is being written, else what is published, else
// the newest there was.
type ArticleVersion struct {
	Article     string     `json:"article" example:"art_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Language    string     `json:"language" example:"en"`
	Number      int        `json:"number" example:"3" doc:"Counted per language."`
	State       string     `json:"state" enum:"draft,review,sent_back,published,superseded,discarded"`
	Title       string     `json:"title" example:"How to withdraw"`
	Summary     string     `json:"summary"`
	Slug        string     `json:"slug" example:"how-to-withdraw" doc:"Its address among the help centre's."`
	Body        string     `json:"body" doc:"Markdown."`
	BasedOn     *int       `json:"based_on,omitempty" doc:"Of a translation: the number of the original's text it was made from."`
	Author      string     `json:"author" example:"CRM" doc:"Who wrote it last."`
	SavedAt     time.Time  `json:"saved_at"`
	Note        string     `json:"note,omitempty" doc:"What the reviewer wants changed."`
	PublishedAt *time.Time `json:"published_at,omitempty"`
}

func versionOf(v answers.Version) ArticleVersion {
	return ArticleVersion{Article: tenants.PublicID(tenants.ArticlePrefix, v.Article), Language: v.Language, Number: v.Number, State: string(v.State),
		Title: v.Title, Summary: v.Summary, Slug: v.Slug, Body: v.Body, BasedOn: v.BasedOn, Author: v.AuthorName, SavedAt: v.SavedAt.UTC(),
		Note: v.Note, PublishedAt: utc(v.PublishedAt)}
}

// ArticleTextPath names an article's text in an address.
type ArticleTextPath struct {
	Article  string `path:"article" maxLength:"40" example:"art_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Language string `path:"language" maxLength:"20" example:"en" doc:"As a BCP 47 tag."`
}

type versionOut struct{ Body ArticleVersion }

// edited is the version of a text that its writers look at; NotFound where there is none.
func edited(ctx context.Context, tx bun.Tx, article uuid.UUID, language string) (answers.Version, error) {
	v, err := answers.OpenVersion(ctx, tx, article, language)
	if fault.CodeOf(err) == fault.NotFound {
		v, err = answers.LiveVersion(ctx, tx, article, language)
	}
	if fault.CodeOf(err) != fault.NotFound {
		return v, err
	}
	all, err := answers.Versions(ctx, tx, article, language)
	if err == nil && len(all) == 0 {
		err = tenants.ErrNotFound
	}
	if err != nil {
		return v, err
	}
	return all[0], nil
}

func (a *API) getArticleText(ctx context.Context, in *ArticleTextPath) (*versionOut, error) {
	id := articleID(in.Article)
	var out versionOut
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ArticleRead, authz.Facts{Object: id}); err != nil {
			return err
		}
		v, err := edited(ctx, tx, id, in.Language)
		out.Body = versionOf(v)
		return err
	})
	return &out, err
}

// articleID reads an article's id; what isn't one is asked about all the same and answers as an unknown one does.
func articleID(s string) uuid.UUID {
	id, err := tenants.ParseID(tenants.ArticlePrefix, s)
	if err != nil {
		return uuid.Nil
	}
	return id
}

type newArticleBody struct {
	Strict
	Category string `json:"category" maxLength:"40" example:"cat_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Topic    string `json:"topic,omitempty" maxLength:"40"`
	Audience string `json:"audience,omitempty" enum:"players,staff" doc:"Absent: players."`
	Language string `json:"language" maxLength:"20" example:"en" doc:"What it is written in first."`
	ArticleWords
}

// ArticleWords are what is written of an article in one language. They are exported, as the other parts of inputs are, because huma looks at no others.
type ArticleWords struct {
	Title   string `json:"title" maxLength:"400" example:"How to withdraw" doc:"160 characters at most."`
	Summary string `json:"summary,omitempty" maxLength:"1000" doc:"One or two sentences, for lists and search engines."`
	Slug    string `json:"slug,omitempty" maxLength:"200" doc:"Its address; absent, one is made of the title."`
	Body    string `json:"body,omitempty" maxLength:"120000" doc:"Markdown. HTML in it is left out."`
}

func (w ArticleWords) draft() answers.Draft {
	return answers.Draft{Title: w.Title, Summary: w.Summary, Slug: w.Slug, Body: w.Body}
}

func (a *API) addArticle(ctx context.Context, in *struct{ Body newArticleBody }) (*articleOut, error) {
	b := in.Body
	category, err := idIn(tenants.CategoryPrefix, "category", b.Category)
	if err != nil {
		return nil, err
	}
	topic, err := maybeID(tenants.TopicPrefix, "topic", b.Topic)
	if err != nil {
		return nil, err
	}
	var out articleOut
	err = writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ArticleWrite, authz.Facts{}); err != nil {
			return err
		}
		made, err := answers.Create(ctx, tx, answers.New{Category: category, Topic: topic, Audience: answers.Audience(b.Audience), Language: b.Language, Draft: b.draft()})
		out.Body = articleOf(made)
		return err
	})
	return &out, err
}

type placeBody struct {
	Strict
	Category *string       `json:"category,omitempty" maxLength:"40"`
	Topic    Maybe[string] `json:"topic,omitzero" doc:"null: none."`
	Audience *string       `json:"audience,omitempty" enum:"players,staff"`
}

type placeIn struct {
	ArticlePath
	Body placeBody
}

// placeArticle changes where an article stands and for whom it is.
func (a *API) placeArticle(ctx context.Context, in *placeIn) (*articleOut, error) {
	return a.articleDeed(ctx, in.Article, func(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
		now, err := answers.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		if in.Body.Category != nil {
			if now.Category, err = idIn(tenants.CategoryPrefix, "category", *in.Body.Category); err != nil {
				return err
			}
		}
		if in.Body.Topic.Given {
			if now.Topic, err = maybeID(tenants.TopicPrefix, "topic", in.Body.Topic.Value); err != nil {
				return err
			}
		}
		if in.Body.Audience != nil {
			now.Audience = answers.Audience(*in.Body.Audience)
		}
		return answers.Place(ctx, tx, id, now.Category, now.Topic, now.Audience)
	})
}

// articleDeed does something to a whole article that a reviewer may, and answers with it.
func (a *API) articleDeed(ctx context.Context, article string, deed func(ctx context.Context, tx bun.Tx, id uuid.UUID) error) (*articleOut, error) {
	id := articleID(article)
	var out articleOut
	err := writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ArticleReview, authz.Facts{Object: id}); err != nil {
			return err
		}
		if err := deed(ctx, tx, id); err != nil {
			return err
		}
		now, err := answers.Get(ctx, tx, id)
		out.Body = articleOf(now)
		return err
	})
	return &out, err
}

func (a *API) archiveArticle(ctx context.Context, in *ArticlePath) (*articleOut, error) {
	return a.articleDeed(ctx, in.Article, answers.Archive)
}

func (a *API) unarchiveArticle(ctx context.Context, in *ArticlePath) (*articleOut, error) {
	return a.articleDeed(ctx, in.Article, answers.Unarchive)
}

type draftBody struct {
	Strict
	ArticleWords
	BasedOn int `json:"based_on,omitempty" minimum:"0" doc:"Of a translation: the number of the original's text it was made from. Absent: the newest."`
}

type draftIn struct {
	ArticleTextPath
	Body draftBody
}

// saveDraft writes a text down. Over one that is there it wants to know what was read: two writers may be at it.
func (a *API) saveDraft(ctx context.Context, in *draftIn) (*versionOut, error) {
	return a.textDeed(ctx, &in.ArticleTextPath, authz.ArticleWrite, func(ctx context.Context, tx bun.Tx, id uuid.UUID, now *answers.Version) error {
		d := in.Body.draft()
		if now != nil {
			if !matched(ctx) {
				return errNeedsMatch
			}
			d.Opened = now.Mark()
			if d.Slug == "" {
				d.Slug = now.Slug
			}
		}
		_, err := answers.SaveDraft(ctx, tx, id, in.Language, d, in.Body.BasedOn)
		return err
	})
}

// textDeed does something to an article's text and answers with it. now is nil where there is no text in this language yet.
func (a *API) textDeed(ctx context.Context, at *ArticleTextPath, p authz.Permission,
	deed func(ctx context.Context, tx bun.Tx, id uuid.UUID, now *answers.Version) error) (*versionOut, error) {
	id := articleID(at.Article)
	var out versionOut
	err := writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, p, authz.Facts{Object: id}); err != nil {
			return err
		}
		if _, err := answers.Get(ctx, tx, id); err != nil {
			return err
		}
		v, err := edited(ctx, tx, id, at.Language)
		now := &v
		if fault.CodeOf(err) == fault.NotFound {
			now, err = nil, nil
		}
		if err != nil {
			return err
		}
		if err := deed(ctx, tx, id, now); err != nil {
			return err
		}
		v, err = edited(ctx, tx, id, at.Language)
		out.Body = versionOf(v)
		return err
	})
	return &out, err
}

// onText is textDeed for what needs a text.
func (a *API) onText(p authz.Permission, deed func(ctx context.Context, tx bun.Tx, now *answers.Version) error) func(ctx context.Context, in *ArticleTextPath) (*versionOut, error) {
	return func(ctx context.Context, in *ArticleTextPath) (*versionOut, error) {
		return a.textDeed(ctx, in, p, func(ctx context.Context, tx bun.Tx, _ uuid.UUID, now *answers.Version) error {
			if now == nil {
				return tenants.ErrNotFound
			}
			return deed(ctx, tx, now)
		})
	}
}

func askReview(ctx context.Context, tx bun.Tx, now *answers.Version) error {
	_, err := answers.AskReview(ctx, tx, now.Article, now.Language, now.Mark())
	return err
}

func publish(ctx context.Context, tx bun.Tx, now *answers.Version) error {
	_, err := answers.Publish(ctx, tx, now.Article, now.Language, now.Mark())
	return err
}

func unpublish(ctx context.Context, tx bun.Tx, now *answers.Version) error {
	return answers.Unpublish(ctx, tx, now.Article, now.Language)
}

func discard(ctx context.Context, tx bun.Tx, now *answers.Version) error {
	return answers.Discard(ctx, tx, now.Article, now.Language, now.Mark())
}

type sendBackBody struct {
	Strict
	Note string `json:"note" minLength:"1" maxLength:"2000" example:"Say which bank." doc:"What should change. 1,000 characters at most."`
}

type sendBackIn struct {
	ArticleTextPath
	Body sendBackBody
}

func (a *API) sendBack(ctx context.Context, in *sendBackIn) (*versionOut, error) {
	return a.onText(authz.ArticleReview, func(ctx context.Context, tx bun.Tx, now *answers.Version) error {
		_, err := answers.SendBack(ctx, tx, now.Article, now.Language, now.Mark(), in.Body.Note)
		return err
	})(ctx, &in.ArticleTextPath)
}

var (
	exampleVersion = ArticleVersion{Article: exampleArticle.ID, Language: "en", Number: 1, State: "draft", Title: "How to withdraw",
		Summary: "From the cashier to your account.", Slug: "how-to-withdraw", Body: "Open the cashier and choose **Withdraw**.", Author: "CRM", SavedAt: exampleTime}
	exampleWords = ArticleWords{Title: exampleVersion.Title, Summary: exampleVersion.Summary, Body: exampleVersion.Body}
)

// registerArticleWriting declares what programs may write of the help centre.
func (a *API) registerArticleWriting() {
	const text = "/articles/{article}/texts/{language}"
	op := func(id, method, path string, p authz.Permission) Operation { return Operation{id, method, path, p} }
	add(a, operation{Operation: op("add-article", http.MethodPost, "/articles", authz.ArticleWrite), tag: answersTag, status: http.StatusCreated, summary: "Begin an article",
		body: newArticleBody{Category: exampleArticle.Category, Language: "en", ArticleWords: exampleWords}, answer: exampleArticle,
		description: "With a draft in its first language. Nobody reads it before it is published."}, a.addArticle)
	add(a, operation{Operation: op("place-article", http.MethodPatch, "/articles/{article}", authz.ArticleReview), tag: answersTag, summary: "Put an article elsewhere",
		body: placeBody{Category: &exampleArticle.Category}, answer: exampleArticle, description: "Into another category, about another topic, or for others to read."}, a.placeArticle)
	for _, o := range []struct {
		id, deed, summary, description string
		handle                         func(context.Context, *ArticlePath) (*articleOut, error)
	}{
		{"archive-article", "archive", "Archive an article", "In all its languages: nobody reads it any more. Its texts stay.", a.archiveArticle},
		{"unarchive-article", "unarchive", "Bring an archived article back", "What was published is read again.", a.unarchiveArticle},
	} {
		add(a, operation{Operation: op(o.id, http.MethodPost, "/articles/{article}/"+o.deed, authz.ArticleReview), tag: answersTag, summary: o.summary,
			description: o.description, answer: exampleArticle}, o.handle)
	}
	add(a, operation{Operation: op("get-article-text", http.MethodGet, text, authz.ArticleRead), tag: answersTag, summary: "Get a text of an article",
		answer: exampleVersion, description: "What is being written in this language, else what is published. Its ETag goes with what is done to it."}, a.getArticleText)
	add(a, operation{Operation: op("save-article-text", http.MethodPut, text, authz.ArticleWrite), tag: answersTag, summary: "Save a draft of an article's text",
		body: draftBody{ArticleWords: exampleWords}, answer: exampleVersion,
		description: "What is published stays as it is. Over a text that is there, send the ETag that you have read as If-Match: without one the answer is 428. " +
			"A language that the article doesn't have yet needs none. Saving takes the question for a review back."}, a.saveDraft)
	for _, o := range []struct {
		id, deed, summary, description string
		p                              authz.Permission
		do                             func(ctx context.Context, tx bun.Tx, now *answers.Version) error
		state                          answers.State
	}{
		{"ask-article-review", "ask-review", "Ask for a review of a draft", "One that waits already answers 409.", authz.ArticleWrite, askReview, answers.Review},
		{"publish-article-text", "publish", "Publish a draft", "From now on it is what people read. Send If-Match to publish what you have read and nothing newer.",
			authz.ArticleReview, publish, answers.Published},
		{"unpublish-article-text", "unpublish", "Take a published text back", "Nobody reads it any more, and its address is free.", authz.ArticleReview, unpublish, answers.Superseded},
		{"discard-article-draft", "discard", "Drop a draft", "What is published stays as it is.", authz.ArticleWrite, discard, answers.Discarded},
	} {
		answer := exampleVersion
		answer.State = string(o.state)
		add(a, operation{Operation: op(o.id, http.MethodPost, text+"/"+o.deed, o.p), tag: answersTag, summary: o.summary, description: o.description, answer: answer},
			a.onText(o.p, o.do))
	}
	back := exampleVersion
	back.State, back.Note = string(answers.SentBack), "Say which bank."
	add(a, operation{Operation: op("send-article-back", http.MethodPost, text+"/send-back", authz.ArticleReview), tag: answersTag, summary: "Send a draft back to its author",
		body: sendBackBody{Note: "Say which bank."}, answer: back, description: "One that doesn't wait for a review answers 409."}, a.sendBack)
}
