package api

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/staff"
	"pitdesk/internal/blob"
	"pitdesk/tenants"
	"pitdesk/tenants/domains"
)

// Options are what the API needs of the deployment it runs in.
type Options struct {
	Log *slog.Logger
	// Scheme is what the deployment's addresses begin with; empty is https.
	Scheme string
	// Draining is closed when streams are to end; nil never ends them.
	Draining func() <-chan struct{}
	// Address tells where a request came from, for the audit log.
	Address func(*http.Request) string
	// Files keeps what is attached to messages; nil takes and gives none.
	Files blob.Store
	// DNS answers whether domains are the casino's, DomainsUnder is where they are to point, OwnHosts are the deployment's.
	DNS          domains.Resolver
	DomainsUnder string
	OwnHosts     []string
	// Sessions are those of staff, which end with what is changed about them; nil remembers none.
	Sessions *staff.Sessions
	// URL is an absolute address at a casino's main host; nil speaks https there.
	URL func(t tenants.Tenant, path string) string
	// Begin gives a casino that the API registers what it begins with; nil gives it nothing.
	Begin tenants.Begin
	// Heartbeat is how often a silent stream shows that it lives, and how often its key is looked at again; zero is 15 s.
	Heartbeat time.Duration
	// PerMinute is how many requests of one key are answered in a minute; zero counts none.
	PerMinute int
}

// API answers /v1. Requests come with their casino in ctx (tenants.With), and with its pools and hub.
type API struct {
	options    Options
	mux        *http.ServeMux
	huma       huma.API
	operations []Operation
	byPattern  map[string]*operation // by the mux's pattern
	versions   []string              // dates of the surface that are served, oldest first
	quotas     quotas
	document   func() documents // written once somebody asks
	streams    places
}

// New builds the API.
func New(o Options) *API {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Scheme == "" {
		o.Scheme = "https"
	}
	if o.Draining == nil {
		o.Draining = func() <-chan struct{} { return nil }
	}
	if o.Address == nil {
		o.Address = func(r *http.Request) string { return r.RemoteAddr }
	}
	if o.Heartbeat <= 0 {
		o.Heartbeat = 15 * time.Second
	}
	if o.Sessions == nil {
		o.Sessions = staff.NewSessions()
	}
	if o.URL == nil {
		o.URL = func(t tenants.Tenant, path string) string { return "https://" + t.Host + path }
	}
	if o.DNS == nil {
		o.DNS = domains.DNS{}
	}
	a := &API{options: o, mux: http.NewServeMux(), byPattern: map[string]*operation{}, versions: versions, quotas: quotas{most: o.PerMinute}}
	a.huma = newDocument(a.mux)
	a.register()
	a.refuseTheRest()
	a.bound()
	a.document = sync.OnceValue(a.render)
	return a
}

// Operation is one thing the API can do, for whoever walks them all.
type Operation struct {
	ID         string
	Method     string
	Path       string // with {placeholders}, /v1 included
	Permission authz.Permission
}

// Operations are all there are.
func Operations() []Operation { return New(Options{}).operations }

// in runs fn in a transaction of the request's casino; a repeated message that raced with itself gets the first answer. Where the
// request has a transaction already (see perform), it is that one, and doing it again is its business.
func in(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
	if askedOf(ctx) != nil {
		return tenants.In(ctx, tenants.Current(ctx).ID, fn)
	}
	return desk.Again(func() error { return tenants.In(ctx, tenants.Current(ctx).ID, fn) })
}

// reading is in for what only looks.
func reading(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
	return tenants.Reading(ctx, tenants.Current(ctx).ID, fn)
}

func writing(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
	return in(ctx, fn)
}

// held runs fn on a conversation that stays as it is meanwhile, after asking for p on it.
func held(ctx context.Context, id string, p authz.Permission, fn func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error) error {
	conversation, err := tenants.ParseID(tenants.ConversationPrefix, id)
	if err != nil {
		return err
	}
	return in(ctx, func(ctx context.Context, tx bun.Tx) error {
		c, err := desk.Hold(ctx, tx, conversation)
		if err != nil {
			return err
		}
		if err := authz.Ask(ctx, tx, p, c.Facts()); err != nil {
			return err
		}
		return fn(ctx, tx, &c)
	})
}

// changed is held for operations that answer with the conversation as it is afterwards.
func changed(ctx context.Context, id string, p authz.Permission, fn func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error) (*conversationOut, error) {
	var out conversationOut
	err := held(ctx, id, p, func(ctx context.Context, tx bun.Tx, c *desk.Conversation) error {
		if err := fn(ctx, tx, c); err != nil {
			return err
		}
		row, err := desk.Look(ctx, tx, c.ID, uuid.Nil)
		if err != nil {
			return err
		}
		out.Body, err = conversationOf(row)
		return err
	})
	return &out, err
}
