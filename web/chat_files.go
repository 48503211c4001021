package web

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk"
	"pitdesk/desk/channels/chat"
	"pitdesk/desk/players"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// maxUpload is a file with the wrapping of a multipart body around it.
const maxUpload = chat.MaxFile + 64<<10

// slowestUpload is how long a file may take to arrive.
const slowestUpload = 3 * time.Minute

// chatUpload takes a file: the body as it is with a name in the query, or the first file of a form.
func (s *Server) chatUpload(w http.ResponseWriter, r *http.Request) error {
	if err := s.chats().uploading.Take(bearer(r)); err != nil {
		return err
	}
	var uploader players.Who
	if err := s.asPlayer(r, authz.ChatAttach, func(_ context.Context, _ bun.Tx, who players.Who) error {
		uploader = who
		return nil
	}); err != nil {
		return err
	}
	f, err := s.takeFile(w, r, "player", uploader.Player)
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusCreated, map[string]any{"file": f})
}

// talkUpload takes a file of an agent's for a conversation, before the message that carries it.
func (s *Server) talkUpload(w http.ResponseWriter, r *http.Request) error {
	if err := s.reading(r, func(ctx context.Context, tx bun.Tx) error {
		_, err := s.askFor(ctx, tx, r, authz.ConversationAttach, desk.Get)
		return err
	}); err != nil {
		return err
	}
	a, _ := authz.From(r.Context())
	f, err := s.takeFile(w, r, "agent", a.ID)
	if err != nil {
		return err
	}
	return answerJSON(w, http.StatusCreated, map[string]any{"file": f})
}

func (s *Server) takeFile(w http.ResponseWriter, r *http.Request, kind string, uploader uuid.UUID) (chatFile, error) {
	if s.Files == nil {
		return chatFile{}, fault.New(fault.Unavailable, "Files can't be taken right now.")
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(slowestUpload))
	name, raw, err := readFile(r)
	if err != nil {
		return chatFile{}, err
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	prepared, err := chat.Prepare(name, raw)
	if err != nil {
		return chatFile{}, err
	}
	ctx := r.Context()
	f, err := chat.Keep(ctx, s.Files, kind, uploader, prepared)
	if err != nil {
		return chatFile{}, err
	}
	out := chatFile{ID: tenants.PublicID(tenants.FilePrefix, f.ID), Name: f.Name, Type: f.MediaType, Size: f.Size}
	if f.Width != nil && f.Height != nil {
		out.Width, out.Height = *f.Width, *f.Height
	}
	out.URL = s.FileURL(ctx, out.ID)
	return out, nil
}

func readFile(r *http.Request) (name string, raw []byte, err error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if !strings.HasPrefix(kind, "multipart/") {
		raw, err = readCapped(r.Body)
		return r.URL.Query().Get("name"), raw, err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, fault.New(fault.Malformed, "This form can't be read.").Because(err)
	}
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return "", nil, fault.New(fault.Malformed, "The form holds no file.")
		}
		if err != nil {
			return "", nil, brokeOff(err)
		}
		if part.FileName() != "" {
			raw, err := readCapped(part)
			return part.FileName(), raw, err
		}
	}
}

func readCapped(body io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(body, chat.MaxFile+1))
	if err != nil {
		return nil, brokeOff(err)
	}
	return raw, nil
}

func brokeOff(err error) error {
	var tooLarge *http.MaxBytesError
	if asError(err, &tooLarge) {
		return fault.New(fault.TooLarge, "This file is too large: at most %d MB are taken.", chat.MaxFile>>20)
	}
	return fault.New(fault.Malformed, "The body broke off.").Because(err)
}

// FileURL is an address at which a file of the casino of ctx can be read for some minutes by whoever has it.
func (s *Server) FileURL(ctx context.Context, file string) string {
	return strings.TrimSuffix(s.Config.FilesURL, "/") + s.chats().links.Path(tenants.Current(ctx).ID, file, time.Now())
}

// file serves a file at a signed address. A browser never runs what it holds: it is an attachment, its type isn't guessed at,
// and its policy is a sandbox.
func (s *Server) file(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	tenant, err := tenants.ParseID(tenants.TenantPrefix, r.PathValue("tenant"))
	if err != nil {
		return err
	}
	if here, ok := tenants.FromContext(ctx); ok && here.ID != tenant {
		return tenants.ErrNotFound
	}
	ctx = tenants.With(ctx, tenants.Tenant{ID: tenant})
	id, err := tenants.ParseID(tenants.FilePrefix, r.PathValue("file"))
	if err != nil {
		return err
	}
	q := r.URL.Query()
	if !s.chats().links.Check(tenant, r.PathValue("file"), q.Get("until"), q.Get("sign"), time.Now()) || s.Files == nil {
		return tenants.ErrNotFound
	}
	f, content, err := chat.Open(ctx, s.Files, id)
	if err != nil {
		return err
	}
	defer content.Close()
	h := w.Header()
	kind := f.MediaType
	if kind == "text/plain" {
		kind += "; charset=utf-8"
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(f.Name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, max-age=600, immutable")
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}

// FilesHandler serves files, and nothing else, on the neutral host that Config.FilesURL names.
func (s *Server) FilesHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /files/{tenant}/{file}", func(w http.ResponseWriter, r *http.Request) {
		if err := s.file(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
	return mux
}
