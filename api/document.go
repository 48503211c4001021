package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// prefix is where the operations are. Another version of them would be another prefix.
const prefix = "/v1"

// newDocument is the empty API: what holds for every operation. Nothing of it is fetched from elsewhere, and nothing adds
// fields to answers.
func newDocument(mux *http.ServeMux) huma.API {
	config := huma.DefaultConfig("Support desk", "1")
	config.CreateHooks = nil // they add a $schema member to every answer
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.RejectUnknownQueryParameters = true
	config.AllowAdditionalPropertiesByDefault = true // answers grow; bodies refuse what they don't know: see Strict
	format := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: readJSON}
	config.Formats = map[string]huma.Format{"application/json": format, "json": format}
	config.Info.Description = "A casino's support desk for programs: conversations, what is said and done in them, and the players.\n\n" +
		"Requests go to the desk's own address with one of its keys, as `Authorization: Bearer dk_…`. A key acts with a role " +
		"(operator, lead or admin) and sees what an agent of that role sees. JSON in UTF-8 goes in and comes out; members that an " +
		"operation doesn't know are refused. Answers may gain members at any time: ignore those you don't know, and don't take a " +
		"list of values for complete. A member that is absent has no value. Times are RFC 3339 in UTC. Ids are opaque, with a " +
		"prefix that says of what. What isn't there and what this key may not see answer alike, with 404."
	config.Info.Contact = &huma.Contact{Name: "The desk's administrators", URL: "https://desk.example/help"}
	config.Servers = []*huma.Server{{URL: "https://{desk}" + prefix, Description: "Production: the casino's own desk", Extensions: map[string]any{"x-internal": false},
		Variables: map[string]*huma.ServerVariable{"desk": {Default: "desk.example", Description: "The address at which agents sign in"}}}}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"key": {Type: "http", Scheme: "bearer", BearerFormat: "dk_…",
		Description: "A key of the casino. It is shown once, when it is made."}}
	config.Components.Parameters = requestHeaders()
	config.Components.Responses = map[string]*huma.Response{}
	config.Security = []map[string][]string{{"key": {}}}
	config.Tags = []*huma.Tag{
		{Name: tenantsTag, Description: "A reseller's casinos: made, changed, held back. For a reseller's key, at the API's own address and without Desk-Tenant."},
		{Name: resellerTag, Description: "A reseller's own account, and what was done by it. For a reseller's key, without Desk-Tenant."},
		{Name: exportsTag, Description: "Everything that a casino has, to take along."},
		{Name: keysTag, Description: "Keys to this API: a casino's, or a reseller's own."},
		{Name: staffTag, Description: "Who works at the desk, what they may, and how a back office lets them in."},
		{Name: conversationsTag, Description: "Who talks, who has the conversation, where it stands."},
		{Name: entriesTag, Description: "What was said and done in a conversation: its log, numbered without gaps."},
		{Name: playersTag, Description: "Who writes to the desk."},
		{Name: deskTag, Description: "What the desk is made of: topics, teams, tags, agents, and the key itself."},
		{Name: houseTag, Description: "What the casino shows its players of itself."},
		{Name: answersTag, Description: "The help centre: what players read before they ask, and what is for staff alone."},
		{Name: viewsTag, Description: "Cuts through the inbox that the casino keeps for everybody."},
		{Name: macrosTag, Description: "Replies that are written once and used often, and what is done with them."},
		{Name: languagesTag, Description: "In which languages the casino speaks to whom, and what it says its own way."},
		{Name: domainsTag, Description: "The addresses of the casino's own at which its desk is reached."},
		{Name: eventsTag, Description: "What happened, in one order and without gaps: for programs that must miss nothing."},
		{Name: webhooksTag, Description: "Where events are sent, signed by Standard Webhooks, and what became of each."},
		{Name: streamTag, Description: "What happens, as it happens."},
	}
	return huma.NewAPI(config, humago.NewAdapter(mux, prefix))
}

// The tags operations are sorted by.
const (
	tenantsTag       = "Casinos"
	resellerTag      = "Reseller"
	exportsTag       = "Exports"
	keysTag          = "Keys"
	staffTag         = "Staff"
	conversationsTag = "Conversations"
	answersTag       = "Articles"
	languagesTag     = "Languages"
	domainsTag       = "Domains"
	macrosTag        = "Macros"
	viewsTag         = "Views"
	entriesTag       = "Entries"
	playersTag       = "Players"
	deskTag          = "Desk"
	houseTag         = "House"
	streamTag        = "Stream"
	eventsTag        = "Events"
	webhooksTag      = "Webhooks"
)

// readJSON is json.Unmarshal for strangers' bodies: valid UTF-8 alone, and no names of our types in what it says.
func readJSON(data []byte, v any) error {
	if !utf8.Valid(data) {
		return errors.New("not valid UTF-8")
	}
	err := json.Unmarshal(data, v)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return errors.New("unexpected " + wrong.Value + " as " + wrong.Field)
	}
	return err
}

// documents are the OpenAPI document as it is served.
type documents struct{ yaml, json []byte }

// Document is the OpenAPI document in YAML.
func (a *API) Document() []byte { return a.document().yaml }

// PlainDocument is Document as OpenAPI 3.0.
func (a *API) PlainDocument() []byte {
	text, err := a.huma.OpenAPI().DowngradeYAML()
	if err != nil {
		panic("api: document: " + err.Error())
	}
	return text
}

func (a *API) render() documents {
	asJSON, err := json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
	if err != nil {
		panic("api: document: " + err.Error())
	}
	asYAML, err := a.huma.OpenAPI().YAML()
	if err != nil {
		panic("api: document: " + err.Error())
	}
	return documents{yaml: asYAML, json: append(asJSON, '\n')}
}

// serveDocument answers the document's two addresses, to anyone: it tells nothing of any casino.
func (a *API) serveDocument(w http.ResponseWriter, r *http.Request) bool {
	var text []byte
	switch r.URL.Path {
	case prefix + "/openapi.yaml":
		text = a.document().yaml
		w.Header().Set("Content-Type", "application/yaml") // RFC 9512
	case prefix + "/openapi.json":
		text = a.document().json
		w.Header().Set("Content-Type", "application/json")
	default:
		return false
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(text)
	}
	return true
}
