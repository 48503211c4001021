package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/channels/chat"
	"pitdesk/tenants"
	"pitdesk/tenants/exports"
	"pitdesk/tenants/resellers"
)

// registerExports declares how a casino's data is taken along.
func (a *API) registerExports() {
	add(a, operation{Operation: Operation{"export-tenant", http.MethodPost, "/tenants/{tenant}/export", authz.TenantExport}, tag: tenantsTag, above: true, founds: true,
		status: http.StatusCreated, summary: "Have everything of a casino written into a file", answer: exampleExport,
		description: "Follow it with `get-export` and Desk-Tenant. While another is being written the answer is 409."}, a.exportTenant)
	add(a, operation{Operation: Operation{"list-exports", http.MethodGet, "/exports", authz.ExportRead}, tag: exportsTag, summary: "List files with everything of the casino",
		answer: page[Export]{Data: []Export{exampleExport}}, description: "The newest first, 100 at most."}, paged(a.listExports, func(v Export) string { return v.ID }))
	add(a, operation{Operation: Operation{"create-export", http.MethodPost, "/exports", authz.ExportTake}, tag: exportsTag, status: http.StatusCreated,
		summary: "Have everything of the casino written into a file", answer: exampleExport,
		description: "A zip of JSON lines, one file for each kind of thing, and of what players and agents have sent. Passwords, tokens and secrets " +
			"stay behind. It works for a casino that is closed, too. While another is being written the answer is 409."}, a.createExport)
	done := exampleExport
	done.State, done.DoneAt, done.ExpiresAt, done.Size = "done", new(at(1)), new(at(7*24*60)), 482113
	add(a, operation{Operation: Operation{"get-export", http.MethodGet, "/exports/{export}", authz.ExportRead}, tag: exportsTag, summary: "See whether a file is written",
		answer: done}, a.getExport)
	add(a, operation{Operation: Operation{"download-export", http.MethodGet, "/exports/{export}/file", authz.ExportTake}, tag: exportsTag, summary: "Download a file",
		media: "application/zip", description: "For a week after it was written."}, a.downloadExport)
}

// Export is one file with everything that a casino has.
type Export struct {
	ID        string     `json:"id" example:"exp_06ey3pjmrskbk9ks8x4w2ptxqg"`
	State     string     `json:"state" enum:"waiting,done,failed"`
	AskedBy   string     `json:"asked_by" example:"Back office"`
	AskedAt   time.Time  `json:"asked_at"`
	DoneAt    *time.Time `json:"done_at,omitempty"`
	ExpiresAt *time.Time `json:"expires_at,omitempty" doc:"Until when it can be downloaded."`
	Size      int64      `json:"size" example:"482113" doc:"Octets; 0 while it is being written."`
}

// ExportPath is the file that a path names.
type ExportPath struct {
	Export string `path:"export" example:"exp_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

type exportOut struct{ Body Export }

func exportFrom(e exports.Export) Export {
	out := Export{ID: tenants.PublicID(tenants.ExportPrefix, e.ID), State: "waiting", AskedBy: e.AskedBy, AskedAt: e.AskedAt.UTC(), DoneAt: utc(e.DoneAt),
		ExpiresAt: utc(e.ExpiresAt), Size: e.Size}
	switch {
	case e.DoneAt != nil:
		out.State = "done"
	case e.FailedAt != nil:
		out.State = "failed"
	}
	return out
}

// exportTenant asks above casinos and has the file written within the casino, in a transaction of its own.
func (a *API) exportTenant(ctx context.Context, in *TenantPath) (*exportOut, error) {
	var t tenants.Tenant
	if err := a.overTenant(ctx, in.Tenant, authz.TenantExport, "", func(_ context.Context, _ bun.Tx, c resellers.Casino) error {
		t = tenants.Tenant{ID: c.ID, Slug: c.Slug, Name: c.Name, Language: c.Language, Reseller: c.Reseller, Standing: c.Standing}
		return nil
	}); err != nil {
		return nil, err
	}
	actor, _ := authz.From(ctx)
	within := actor
	within.Tenant, within.Role = t.ID, authz.Admin
	out := &exportOut{}
	err := tenants.In(authz.With(tenants.With(ctx, t), within), t.ID, func(ctx context.Context, tx bun.Tx) error {
		return once(ctx, tx, http.StatusCreated, func() (any, error) {
			e, err := exports.Ask(ctx, tx)
			if err != nil {
				return nil, err
			}
			out.Body = exportFrom(e)
			return out.Body, authz.Record(ctx, tx, within, "take", "export", nil)
		})
	})
	return out, err
}

func (a *API) createExport(ctx context.Context, _ *nothing) (*exportOut, error) {
	out := &exportOut{}
	err := writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ExportTake, authz.Facts{}); err != nil {
			return err
		}
		e, err := exports.Ask(ctx, tx)
		out.Body = exportFrom(e)
		return err
	})
	return out, err
}

func (a *API) listExports(ctx context.Context, _ *nothing) (*struct{ Body page[Export] }, error) {
	out := &struct{ Body page[Export] }{}
	err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ExportRead, authz.Facts{}); err != nil {
			return err
		}
		all, err := exports.All(ctx, tx)
		data, err := each(all, err, exportFrom)
		out.Body = pageOf(data, "")
		return err
	})
	return out, err
}

func lookExport(ctx context.Context, p authz.Permission, id string) (e exports.Export, err error) {
	export, err := tenants.ParseID(tenants.ExportPrefix, id)
	if err != nil {
		return e, err
	}
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, p, authz.Facts{Object: export}); err != nil {
			return err
		}
		e, err = exports.Get(ctx, tx, export)
		return err
	})
	return e, err
}

func (a *API) getExport(ctx context.Context, in *ExportPath) (*exportOut, error) {
	e, err := lookExport(ctx, authz.ExportRead, in.Export)
	return &exportOut{exportFrom(e)}, err
}

func (a *API) downloadExport(ctx context.Context, in *ExportPath) (*huma.StreamResponse, error) {
	e, err := lookExport(ctx, authz.ExportTake, in.Export)
	if err != nil {
		return nil, err
	}
	content, err := e.Open(ctx, a.options.Files)
	if err != nil {
		return nil, err
	}
	name := e.Name(tenants.Current(ctx).Slug)
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		send(w, r, chat.Placed{File: chat.File{Name: name, MediaType: "application/zip"}}, content)
	}}, nil
}

var exampleExport = Export{ID: "exp_06ey3pjmrskbk9ks8x4w2ptxqg", State: "waiting", AskedBy: "Back office", AskedAt: at(0)}
