package api

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/channels/chat"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

var errNoFiles = fault.New(fault.Unavailable, "Files can't be taken right now.")

type uploadIn struct {
	Name    string `query:"name" maxLength:"300" example:"statement.pdf" doc:"What the file is called."`
	RawBody []byte `contentType:"application/octet-stream"`
}

// Upload is a file that waits for the message it goes with.
type Upload struct {
	ID     string `json:"id" example:"fil_06ey3pjmrskbk9ks8x4w2ptxqg"`
	Name   string `json:"name" example:"statement.pdf"`
	Type   string `json:"type" example:"application/pdf" doc:"Its media type, found by looking into it."`
	Size   int64  `json:"size" example:"48211" doc:"Octets."`
	Width  *int   `json:"width,omitempty" example:"1280" doc:"Pixels, of an image."`
	Height *int   `json:"height,omitempty" example:"720"`
}

type uploadOut struct{ Body Upload }

// upload keeps a file for the key: only its own replies and notes can carry it.
func (a *API) upload(ctx context.Context, in *uploadIn) (*uploadOut, error) {
	if a.options.Files == nil {
		return nil, errNoFiles
	}
	if err := reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		return authz.Ask(ctx, tx, authz.ConversationAttach, authz.Facts{})
	}); err != nil {
		return nil, err
	}
	prepared, err := chat.Prepare(in.Name, in.RawBody)
	if err != nil {
		return nil, err
	}
	key, _ := authz.From(ctx)
	f, err := chat.Keep(ctx, a.options.Files, "agent", key.ID, prepared)
	if err != nil {
		return nil, err
	}
	return &uploadOut{Upload{ID: tenants.PublicID(tenants.FilePrefix, f.ID), Name: f.Name, Type: f.MediaType, Size: f.Size,
		Width: f.Width, Height: f.Height}}, nil
}

type fileIn struct {
	File string `path:"file" example:"fil_06ey3pjmrskbk9ks8x4w2ptxqg"`
}

// download serves a file to whoever may read its conversation. One that no message carries yet is nobody's to read.
func (a *API) download(ctx context.Context, in *fileIn) (*huma.StreamResponse, error) {
	id, err := tenants.ParseID(tenants.FilePrefix, in.File)
	if err != nil {
		return nil, err
	}
	var f chat.Placed
	err = reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if f, err = chat.Find(ctx, tx, id); err != nil {
			return err
		}
		if f.Conversation == nil {
			return tenants.ErrNotFound
		}
		c, err := desk.Get(ctx, tx, *f.Conversation)
		if err != nil {
			return err
		}
		return authz.Ask(ctx, tx, authz.ConversationRead, c.Facts())
	})
	if err != nil {
		return nil, err
	}
	if a.options.Files == nil {
		return nil, tenants.ErrNotFound
	}
	content, err := a.options.Files.Open(ctx, f.Blob)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		send(w, r, f, content)
	}}, nil
}

// send writes a file as an attachment that no browser runs.
func send(w http.ResponseWriter, r *http.Request, f chat.Placed, content io.ReadSeekCloser) {
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", f.MediaType)
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(f.Name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox")
	http.ServeContent(w, r, "", time.Time{}, content)
}
