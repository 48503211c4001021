package api

import (
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
	"pitdesk/billing"
	"pitdesk/desk/channels/chat"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/internal/telemetry"
	"pitdesk/tenants"
	"pitdesk/tenants/languages"
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
	telemetry.Found(ctx, telemetry.API, "none")
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	id := h.Get("Request-Id")
	if id == "" {
		id = uuid.Must(uuid.NewV7()).String()
		h.Set("Request-Id", id)
	}
	h.Set(allowOrigin, a.options.Scheme+"://"+r.Host)
	if a.serveDocument(w, r) || serveReference(w, r) || problemPage(w, r) {
		return
	}
	ctx, err := a.speak(ctx, h, r)
	if err != nil {
		a.fail(ctx, w, err)
		return
	}
	ctx, actor, err := a.who(ctx, r)
	if err != nil {
		a.fail(ctx, w, err)
		return
	}
	actor.RequestID, actor.Address = id, a.options.Address(r)
	if actor.Tenant != tenants.Nobody {
		telemetry.Of(ctx, actor.Tenant.String())
	}
	ctx = authz.With(ctx, actor)
	if err := a.quotas.take(h, actor.ID); err != nil {
		a.fail(ctx, w, err)
		return
	}
	r = r.WithContext(ctx)
	text, err := readBody(w, r)
	if err != nil {
		a.fail(ctx, w, err)
		return
	}
	a.answerTo(w, r, text)
}

// tenantHeader names the casino that a request is about, where its key reaches several.
const tenantHeader = "Desk-Tenant"

// who is who acts with the key of a request, and ctx with the casino that it is about. At a casino's own address that is the
// casino, and only its own key and its reseller's are known. At the API's address a casino's key stands for its casino, and a
// reseller's key names one in Desk-Tenant or stands above them all. Foreign casinos and keys answer as those that nobody made.
func (a *API) who(ctx context.Context, r *http.Request) (context.Context, authz.Actor, error) {
	secret := bearer(r)
	if secret == "" {
		return ctx, authz.Actor{}, errKey
	}
	doors := tenants.PoolsOf(ctx).Doors
	k, err := doors.ByAPIKey(ctx, secret)
	if fault.CodeOf(err) == fault.NotFound || err == nil && !k.AllowsFrom(a.options.Address(r)) {
		return ctx, authz.Actor{}, errKey
	}
	if err != nil {
		return ctx, authz.Actor{}, err
	}
	actor := authz.Actor{Kind: authz.KindKey, ID: k.ID, Role: authz.Role(k.Role), Name: k.Name, Reseller: k.Reseller, Scopes: k.Scopes}
	here, atCasino := tenants.FromContext(ctx)
	arrived := atCasino
	named := r.Header.Get(tenantHeader)
	if !atCasino && k.Tenant.ID != tenants.Nobody {
		here, atCasino = k.Tenant, true
	}
	if named != "" {
		id, err := tenants.ParseID(tenants.TenantPrefix, named)
		if err == nil && atCasino && id != here.ID {
			err = tenants.ErrNotFound
		}
		if err == nil && !atCasino {
			here, err = doors.ByID(ctx, id)
		}
		if err == nil && k.Reseller != tenants.Nobody && here.Reseller != k.Reseller {
			err = tenants.ErrNotFound
		}
		if err != nil {
			return ctx, authz.Actor{}, err
		}
		atCasino = true
	}
	if !atCasino {
		return ctx, actor, nil
	}
	if k.Tenant.ID != here.ID && (k.Reseller == tenants.Nobody || here.Reseller != k.Reseller) {
		return ctx, authz.Actor{}, errKey
	}
	if k.Reseller == tenants.Nobody {
		// What a reseller does for its casinos is the reseller's; a casino's own keys are its plan's.
		if err := billing.Require(tenants.With(ctx, here), billing.API); err != nil {
			return ctx, authz.Actor{}, err
		}
	} else {
		actor.Role = authz.Admin // within its own casinos; its scopes bound it
	}
	actor.Tenant = here.ID
	ctx = tenants.With(ctx, here)
	if !arrived { // at its own address the casino's words are loaded already
		spoken, err := languages.Speak(ctx)
		if err != nil {
			return ctx, authz.Actor{}, err
		}
		ctx = spoken
	}
	return ctx, actor, nil
}

var (
	errNoTenant = fault.New(fault.Malformed, "Say which casino this is about, in the header Desk-Tenant.")
	errNotAbove = fault.New(fault.Forbidden, "This is for a reseller's key, without Desk-Tenant.")
)

// level refuses a request that is about a casino where the operation is above them, and the reverse.
func (o operation) level(ctx context.Context) error {
	actor, ok := authz.From(ctx)
	switch {
	case !ok || o.either: // authz refuses strangers itself
		return nil
	case o.above && actor.Tenant != tenants.Nobody:
		return errNotAbove
	case !o.above && actor.Tenant == tenants.Nobody:
		return errNoTenant
	}
	return nil
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
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil, nil
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
		return nil, fault.New(fault.Malformed, "The body took too long to arrive.")
	case fault.CodeOf(err) == fault.TooLarge:
		return nil, err
	case err != nil:
		return nil, fault.New(fault.Malformed, "The body broke off.").Because(err)
	}
	return text, nil
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
