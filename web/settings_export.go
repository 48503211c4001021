package web

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/tenants"
	"pitdesk/tenants/exports"
	"pitdesk/views"
)

// exportSettings is the files with everything that the casino has. It is there however the casino stands.
func (s *Server) exportSettings(w http.ResponseWriter, r *http.Request) error {
	p := views.ExportProps{Settings: s.settingsProps(r, "export")}
	if err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ExportRead, authz.Facts{}); err != nil {
			return err
		}
		return s.exportFiles(ctx, tx, &p)
	}); err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.Export(p))
}

func (s *Server) exportFiles(ctx context.Context, tx bun.Tx, p *views.ExportProps) error {
	all, err := exports.All(ctx, tx)
	for _, e := range all {
		p.Files = append(p.Files, views.ExportLine{Href: "/settings/export/" + tenants.PublicID(tenants.ExportPrefix, e.ID), By: e.AskedBy,
			Asked: e.AskedAt, Until: e.ExpiresAt, Size: e.Size, Failed: e.FailedAt != nil})
	}
	return err
}

// askExport has a file written.
func (s *Server) askExport(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(r); err != nil {
		return err
	}
	err := s.writing(r, func(ctx context.Context, tx bun.Tx) error {
		if err := authz.Ask(ctx, tx, authz.ExportTake, authz.Facts{}); err != nil {
			return err
		}
		_, err := exports.Ask(ctx, tx)
		return err
	})
	if err == nil {
		http.Redirect(w, r, "/settings/export?done=export", http.StatusSeeOther)
		return nil
	}
	p := views.ExportProps{Settings: s.settingsProps(r, "export")}
	if mendable(err) {
		if failed := s.reading(r, func(ctx context.Context, tx bun.Tx) error { return s.exportFiles(ctx, tx, &p) }); failed != nil {
			return failed
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.Fault = f
		return views.Export(p)
	})
}

// downloadExport sends a file.
func (s *Server) downloadExport(w http.ResponseWriter, r *http.Request) error {
	id, err := tenants.ParseID(tenants.ExportPrefix, r.PathValue("export"))
	if err != nil {
		return err
	}
	var e exports.Export
	if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.ExportTake, authz.Facts{Object: id}); err != nil {
			return err
		}
		e, err = exports.Get(ctx, tx, id)
		return err
	}); err != nil {
		return err
	}
	content, err := e.Open(r.Context(), s.Files)
	if err != nil {
		return err
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(e.Name(tenants.Current(r.Context()).Slug)))
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}
