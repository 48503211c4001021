package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
)

func topicOf(t desk.Topic) Topic {
	return Topic{TopicBrief{tenants.PublicID(tenants.TopicPrefix, t.ID), t.Key, names(t.Names)}, t.ToLead, t.RetiredAt != nil}
}

// TopicPath names a topic in an address.
type TopicPath struct {
	Topic string `path:"topic" example:"top_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

type topicOut struct{ Body Topic }

func (a *API) getTopic(ctx context.Context, in *TopicPath) (*topicOut, error) {
	id, err := tenants.ParseID(tenants.TopicPrefix, in.Topic)
	if err != nil {
		return nil, err
	}
	var out topicOut
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.DeskRead, authz.Facts{}); err != nil {
			return err
		}
		t, err := desk.TopicOf(ctx, tx, id)
		out.Body = topicOf(t)
		return err
	})
	return &out, err
}

// settle changes a part of the settings under the permission to change them.
func settle[T any](ctx context.Context, about string, do func(ctx context.Context, tx bun.Tx) (T, error)) (out T, err error) {
	err = writing(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.SettingsChange, authz.Facts{About: about}); err != nil {
			return err
		}
		out, err = do(ctx, tx)
		return err
	})
	return out, err
}

// settleTopic does something to the topic of that public id and answers with it.
func settleTopic(ctx context.Context, public string, do func(ctx context.Context, tx bun.Tx, id uuid.UUID) error) (*topicOut, error) {
	id, err := tenants.ParseID(tenants.TopicPrefix, public)
	if err != nil {
		id = uuid.Nil
	}
	t, err := settle(ctx, "topics", func(ctx context.Context, tx bun.Tx) (t desk.Topic, err error) {
		if err := do(ctx, tx, id); err != nil {
			return t, err
		}
		return desk.TopicOf(ctx, tx, id)
	})
	return &topicOut{topicOf(t)}, err
}

type newTopicBody struct {
	Strict
	Names  map[string]string `json:"names" maxProperties:"50" doc:"What it is called, by language."`
	ToLead bool              `json:"to_lead,omitempty" doc:"Whether conversations about it go to a lead at once."`
}

func (a *API) newTopic(ctx context.Context, in *struct{ Body newTopicBody }) (*topicOut, error) {
	t, err := settle(ctx, "topics", func(ctx context.Context, tx bun.Tx) (t desk.Topic, err error) {
		if err := spokenHere(ctx, in.Body.Names); err != nil {
			return t, err
		}
		id, err := desk.NewTopic(ctx, tx, in.Body.Names, in.Body.ToLead)
		if err != nil {
			return t, inNames(err)
		}
		return desk.TopicOf(ctx, tx, id)
	})
	return &topicOut{topicOf(t)}, err
}

// spokenHere refuses names in languages that the casino doesn't have.
func spokenHere(ctx context.Context, names map[string]string) error {
	for language := range names {
		if !slices.Contains(i18n.Known(ctx), language) {
			return fault.New(fault.Invalid, "This isn't a language we know.").On("names." + language)
		}
	}
	return nil
}

// inNames is a fault of a name, at the place where the API has it.
func inNames(err error) error {
	f := fault.Of(err)
	if language, ok := strings.CutPrefix(f.Field, "name_"); ok {
		return f.On("names." + language)
	}
	return err
}

type topicChange struct {
	Strict
	Names  map[string]*string `json:"names,omitempty" maxProperties:"50" doc:"By language; null takes the casino's own name away."`
	ToLead *bool              `json:"to_lead,omitempty"`
}

type topicChangeIn struct {
	TopicPath
	Body topicChange
}

func (a *API) changeTopic(ctx context.Context, in *topicChangeIn) (*topicOut, error) {
	return settleTopic(ctx, in.Topic, func(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
		t, err := desk.TopicOf(ctx, tx, id)
		if err != nil {
			return err
		}
		now := map[string]string{}
		if err := json.Unmarshal(t.Names, &now); err != nil {
			return err
		}
		given := map[string]string{}
		for language, name := range in.Body.Names {
			given[language] = text(name)
		}
		if err := spokenHere(ctx, given); err != nil {
			return err
		}
		for language, name := range given {
			now[language] = name
		}
		set(&t.ToLead, in.Body.ToLead)
		return inNamesOrNil(desk.ChangeTopic(ctx, tx, id, now, t.ToLead))
	})
}

func inNamesOrNil(err error) error {
	if err == nil {
		return nil
	}
	return inNames(err)
}

func (a *API) retireTopic(ctx context.Context, in *TopicPath) (*topicOut, error) {
	return settleTopic(ctx, in.Topic, func(ctx context.Context, tx bun.Tx, id uuid.UUID) error { return desk.RetireTopic(ctx, tx, id, true) })
}

func (a *API) restoreTopic(ctx context.Context, in *TopicPath) (*topicOut, error) {
	return settleTopic(ctx, in.Topic, func(ctx context.Context, tx bun.Tx, id uuid.UUID) error { return desk.RetireTopic(ctx, tx, id, false) })
}

type moveBody struct {
	Strict
	To string `json:"to" enum:"up,down"`
}

type moveIn struct {
	TopicPath
	Body moveBody
}

func (a *API) moveTopic(ctx context.Context, in *moveIn) (*topicOut, error) {
	return settleTopic(ctx, in.Topic, func(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
		return desk.MoveTopic(ctx, tx, id, in.Body.To == "up")
	})
}

// TagPath names a tag in an address.
type TagPath struct {
	Tag string `path:"tag" example:"tag_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

type tagOut struct{ Body Named }

func tagOf(t desk.TagName) Named { return Named{tenants.PublicID(tenants.TagPrefix, t.ID), t.Name} }

func (a *API) getTag(ctx context.Context, in *TagPath) (*tagOut, error) {
	id, err := tenants.ParseID(tenants.TagPrefix, in.Tag)
	if err != nil {
		return nil, err
	}
	var out tagOut
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.DeskRead, authz.Facts{}); err != nil {
			return err
		}
		t, err := desk.TagOf(ctx, tx, id)
		out.Body = tagOf(t)
		return err
	})
	return &out, err
}

func settleTag(ctx context.Context, public string, do func(ctx context.Context, tx bun.Tx, id uuid.UUID) (desk.TagName, error)) (*tagOut, error) {
	id, err := tenants.ParseID(tenants.TagPrefix, public)
	if err != nil {
		id = uuid.Nil
	}
	t, err := settle(ctx, "tags", func(ctx context.Context, tx bun.Tx) (desk.TagName, error) { return do(ctx, tx, id) })
	return &tagOut{tagOf(t)}, err
}

func (a *API) newTag(ctx context.Context, in *struct{ Body tagBody }) (*tagOut, error) {
	t, err := settle(ctx, "tags", func(ctx context.Context, tx bun.Tx) (desk.TagName, error) { return desk.AddTag(ctx, tx, in.Body.Name) })
	return &tagOut{tagOf(t)}, err
}

type tagChangeIn struct {
	TagPath
	Body tagBody
}

func (a *API) renameTag(ctx context.Context, in *tagChangeIn) (*tagOut, error) {
	return settleTag(ctx, in.Tag, func(ctx context.Context, tx bun.Tx, id uuid.UUID) (desk.TagName, error) {
		return desk.RenameTag(ctx, tx, id, in.Body.Name)
	})
}

func (a *API) retireTag(ctx context.Context, in *TagPath) (*tagOut, error) {
	return settleTag(ctx, in.Tag, desk.RetireTag)
}

// registerTopics declares what programs may do with the casino's topics and tags.
func (a *API) registerTopics() {
	op := func(id, method, path string, p authz.Permission) Operation { return Operation{id, method, path, p} }
	topic, tag, gone, toLead := exampleTopics.Data[0], exampleTags.Data[0], exampleTopics.Data[0], true
	gone.Retired = true
	own := topic
	own.Names = map[string]string{"en": "Jackpots"}
	name := "Jackpots"
	add(a, operation{Operation: op("get-topic", http.MethodGet, "/topics/{topic}", authz.DeskRead), tag: deskTag, summary: "Get a topic", answer: topic}, a.getTopic)
	add(a, operation{Operation: op("add-topic", http.MethodPost, "/topics", authz.SettingsChange), tag: deskTag, status: http.StatusCreated, summary: "Add a topic",
		body: newTopicBody{Names: own.Names}, answer: own, description: "To the end of the list. Its key comes from its English name."}, a.newTopic)
	add(a, operation{Operation: op("change-topic", http.MethodPatch, "/topics/{topic}", authz.SettingsChange), tag: deskTag, summary: "Change a topic",
		body: topicChange{Names: map[string]*string{"en": &name}, ToLead: &toLead}, answer: own,
		description: "What the body leaves out stays, languages included. Its key stays for good."}, a.changeTopic)
	add(a, operation{Operation: op("move-topic", http.MethodPost, "/topics/{topic}/move", authz.SettingsChange), tag: deskTag, summary: "Move a topic in the list",
		body: moveBody{To: "up"}, answer: topic, description: "It changes places with its neighbour; at the end of the list it stays."}, a.moveTopic)
	add(a, operation{Operation: op("retire-topic", http.MethodDelete, "/topics/{topic}", authz.SettingsChange), tag: deskTag, summary: "Retire a topic",
		answer: gone, description: "Nobody is offered it any more; conversations keep it."}, a.retireTopic)
	add(a, operation{Operation: op("restore-topic", http.MethodPost, "/topics/{topic}/restore", authz.SettingsChange), tag: deskTag, summary: "Bring a retired topic back",
		answer: topic}, a.restoreTopic)
	add(a, operation{Operation: op("get-tag", http.MethodGet, "/tags/{tag}", authz.DeskRead), tag: deskTag, summary: "Get a tag", answer: tag,
		description: "A retired one too: conversations may carry it."}, a.getTag)
	add(a, operation{Operation: op("create-tag", http.MethodPost, "/tags", authz.SettingsChange), tag: deskTag, status: http.StatusCreated, summary: "Add a tag",
		body: tagBody{Name: tag.Name}, answer: tag, description: "Before any conversation carries it. A retired one of this name comes back."}, a.newTag)
	add(a, operation{Operation: op("rename-tag", http.MethodPatch, "/tags/{tag}", authz.SettingsChange), tag: deskTag, summary: "Rename a tag",
		body: tagBody{Name: tag.Name}, answer: tag, description: "On all conversations that carry it."}, a.renameTag)
	add(a, operation{Operation: op("retire-tag", http.MethodDelete, "/tags/{tag}", authz.SettingsChange), tag: deskTag, summary: "Retire a tag",
		answer: tag, description: "Nobody is offered it any more; conversations keep it. Put on a conversation by its name, it is back."}, a.retireTag)
}
