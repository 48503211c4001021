package web

import (
	"context"
	"net/http"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/authz/trail"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
	"pitdesk/views"
)

// auditChain is how far the casino's audit log can be proven.
func auditChain(ctx context.Context, tx bun.Tx) (c views.AuditChain, err error) {
	b := trail.Of(tenants.Current(ctx))
	state, err := b.StateOf(ctx, tx)
	if err != nil {
		return c, err
	}
	broken, err := b.Recent(ctx, tx)
	if broken != nil {
		c.Broken = int(max(1, broken.Number))
	}
	c.Links, c.SignedTo, c.SignedAt = int(state.Links), int(state.SignedTo), state.SignedAt
	return c, err
}

// auditExport is the casino's audit log with its hashes as a file: ?format=jsonl, which proves itself, or csv, for people. It is written
// part by part, so that a slow reader holds no transaction open.
func (s *Server) auditExport(w http.ResponseWriter, r *http.Request) error {
	format := r.URL.Query().Get("format")
	kind, ok := map[string]string{trail.CSV: "text/csv; charset=utf-8", trail.JSONLines: "application/jsonl"}[format]
	ctx := r.Context()
	b := trail.Of(tenants.Current(ctx))
	var entries []trail.Entry
	var more bool
	err := s.writing(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.AuditExport, authz.Facts{About: format}); err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.NotFound, "There is nothing here.")
		}
		entries, more, err = b.Entries(ctx, tx, 0)
		return err
	})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", "attachment; filename=audit."+format)
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Cache-Control", "no-store")
	return b.Write(w, format, entries, more, func(after int64) (next []trail.Entry, more bool, err error) {
		err = tenants.Reading(ctx, tenants.Current(ctx).ID, func(ctx context.Context, tx bun.Tx) (err error) {
			next, more, err = b.Entries(ctx, tx, after)
			return err
		})
		return next, more, err
	})
}
