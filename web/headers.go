package web

import "net/http"

// strictTransport keeps a browser on TLS for 30 days from its last visit (RFC 6797). Not longer, and for no names below: a host
// may be a casino's own, and the casino may take it elsewhere.
const strictTransport = "max-age=2592000"

// barePolicy is for answers that are no pages: they load nothing, lead nowhere and stand in no frame.
const barePolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// filePolicy is for content that others brought: on top of that it runs in an origin of its own.
const filePolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

// permissionsPolicy turns off what no page of ours uses (W3C Permissions Policy). Pages may sound an alert, copy and fill the screen.
const permissionsPolicy = "accelerometer=(), camera=(), display-capture=(), encrypted-media=(), geolocation=(), gyroscope=(), hid=(), " +
	"magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), " +
	"xr-spatial-tracking=()"

// Guarded gives every answer of every host the headers that keep others away from it. Handlers say more where theirs must be
// loaded from elsewhere, or are pages.
func (s *Server) Guarded(h http.Header, r *http.Request) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", barePolicy)
	h.Set("Permissions-Policy", permissionsPolicy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if s.Config.Scheme == "https" && Secured(r, s.Config.TrustedProxies) {
		h.Set("Strict-Transport-Security", strictTransport)
	}
}
