package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"pitdesk/authz"
	"pitdesk/desk/channels/chat"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/tenants"
)

// Bounds of bodies: how large they may be, and how long they may take to arrive. Files have more of both.
const (
	maxBody      = 1 << 20
	bodyWithin   = 15 * time.Second
	uploadPath   = prefix + "/files"
	uploadWithin = 3 * time.Minute
)

var errKey = fault.New(fault.Unauthenticated, "This key isn't known here, or it has ended.")

// ServeHTTP finds the key, reads the body and hands the request to its operation.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := i18n.With(r.Context(), i18n.Default) // a program that asks for no language reads English, whatever the casino speaks
	if accepted := r.Header.Get("Accept-Language"); accepted != "" {
		ctx = i18n.With(ctx, i18n.Choose(ctx, i18n.Everyone, i18n.Default, accepted))
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	id := h.Get("Request-Id")
	if id == "" {
		id = uuid.Must(uuid.NewV7()).String()
		h.Set("Request-Id", id)
	}
	if a.document.serve(w, r) {
		return
	}
	actor, err := a.keyOf(ctx, bearer(r))
	if err != nil {
		a.fail(ctx, w, err)
		return
	}
	actor.RequestID, actor.Address = id, a.options.Address(r)
	ctx = authz.With(ctx, actor)
	r = r.WithContext(ctx)
	if err := readBody(w, r); err != nil {
		a.fail(ctx, w, err)
		return
	}
	a.mux.ServeHTTP(w, r)
}

// keyOf is who acts with a key. Another casino's key answers as one that nobody ever made.
func (a *API) keyOf(ctx context.Context, secret string) (authz.Actor, error) {
	if secret == "" {
		return authz.Actor{}, errKey
	}
	k, err := tenants.PoolsOf(ctx).Doors.ByAPIKey(ctx, secret)
	if fault.CodeOf(err) == fault.NotFound || err == nil && k.Tenant.ID != tenants.Current(ctx).ID {
		return authz.Actor{}, errKey
	}
	if err != nil {
		return authz.Actor{}, err
	}
	return authz.Actor{Kind: authz.KindKey, Tenant: k.Tenant.ID, ID: k.ID, Role: authz.Role(k.Role), Name: k.Name}, nil
}

// bearer is a request's bearer token (RFC 6750, section 2.1), or "".
func bearer(r *http.Request) string {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// readBody takes a whole body off the wire before anything is done for it, within a size and a time.
func readBody(w http.ResponseWriter, r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	most, within := int64(maxBody), bodyWithin
	if r.URL.Path == uploadPath {
		most, within = chat.MaxFile, uploadWithin
	}
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(within))
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	_ = control.SetReadDeadline(time.Time{})
	var slow net.Error
	switch {
	case errors.As(err, &slow) && slow.Timeout():
		return fault.New(fault.Malformed, "The body took too long to arrive.")
	case fault.CodeOf(err) == fault.TooLarge:
		return err
	case err != nil:
		return fault.New(fault.Malformed, "The body broke off.").Because(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(text))
	return nil
}

// fail answers an error outside an operation.
func (a *API) fail(ctx context.Context, w http.ResponseWriter, err error) {
	a.problem(ctx, err).answer(w)
}

// problem is an error as outsiders see it. What nobody foresaw is logged, once, here.
func (a *API) problem(ctx context.Context, err error) *Problem {
	p := problemOf(ctx, err)
	if p.Status >= 500 {
		actor, _ := authz.From(ctx)
		a.options.Log.ErrorContext(ctx, "request failed", "request", actor.RequestID, "err", err)
	}
	return p
}

// refuseTheRest answers what no operation does: other methods with 405 (RFC 9110, section 15.5.6), other paths with 404.
func (a *API) refuseTheRest() {
	methods := map[string][]string{}
	for _, o := range a.operations {
		methods[o.Path] = append(methods[o.Path], o.Method)
		if o.Method == http.MethodGet {
			methods[o.Path] = append(methods[o.Path], http.MethodHead)
		}
	}
	for path, allowed := range methods {
		slices.Sort(allowed)
		allow := strings.Join(allowed, ", ")
		a.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			p := problemOf(r.Context(), fault.New(fault.NotFound, "This method isn't one of this address: %s.", allow))
			p.Type, p.Title, p.Status = "/problems/method_not_allowed", http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed
			w.Header().Set("Allow", allow)
			p.answer(w)
		})
	}
	a.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { a.fail(r.Context(), w, tenants.ErrNotFound) })
}
