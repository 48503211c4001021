package web

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/desk/channels/chat"
	"pitdesk/desk/players"
	"pitdesk/internal/fault"
	"pitdesk/tenants"
	"pitdesk/views"
)

// chatSettings is where the chat may stand, and by which keys the casino's backend says who its player is.
func (s *Server) chatSettings(w http.ResponseWriter, r *http.Request) error {
	var p views.ChatSettingsProps
	err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := authz.Ask(ctx, tx, authz.SettingsRead, authz.Facts{}); err != nil {
			return err
		}
		p, err = s.chatSettingsProps(ctx, tx, r)
		return err
	})
	if err != nil {
		return err
	}
	return views.Render(w, r, http.StatusOK, views.ChatSettings(p))
}

func (s *Server) chatSettingsProps(ctx context.Context, tx bun.Tx, r *http.Request) (p views.ChatSettingsProps, err error) {
	p = views.ChatSettingsProps{Settings: s.settingsProps(r, "chat"),
		Snippet: `<script async src="` + s.Config.URL(tenants.Current(ctx), "/chat.js") + `"></script>`}
	if err := lastChange(ctx, tx, &p.Settings); err != nil {
		return p, err
	}
	if p.Origins, err = chat.Origins(ctx, tx); err != nil {
		return p, err
	}
	keys, err := players.Keys(ctx, tx)
	for _, k := range keys {
		p.Keys = append(p.Keys, views.KeyLine{ID: k.ID, Alg: k.Alg, Created: k.CreatedAt, Revoked: k.RevokedAt})
	}
	return p, err
}

// addOrigin lets the pages of an origin hold the chat.
func (s *Server) addOrigin(w http.ResponseWriter, r *http.Request) error {
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) error { return chat.AddOrigin(ctx, tx, r.PostForm.Get("origin")) })
	if err != nil {
		return s.chatSettingsAgain(w, r, err, "origin")
	}
	http.Redirect(w, r, "/settings/chat?done=added", http.StatusSeeOther)
	return nil
}

// removeOrigin ends that.
func (s *Server) removeOrigin(w http.ResponseWriter, r *http.Request) error {
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) error {
		return chat.RemoveOrigin(ctx, tx, r.PostForm.Get("origin"))
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/chat?done=removed", http.StatusSeeOther)
	return nil
}

// addKey makes a shared secret and shows it this once, or takes a public key.
func (s *Server) addKey(w http.ResponseWriter, r *http.Request) error {
	var p views.ChatSettingsProps
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) (err error) {
		k := players.Key{ID: strings.TrimSpace(r.PostForm.Get("id")), Alg: players.HS256}
		secret := ""
		if r.PostForm.Get("kind") == "public" {
			k.Alg = players.EdDSA
			k.Key, err = publicKey(r.PostForm.Get("public"))
		} else {
			secret = players.NewSecret()
			k.Key = []byte(secret)
		}
		if err != nil {
			return err
		}
		if err := players.AddKey(ctx, tx, k); err != nil {
			return err
		}
		p, err = s.chatSettingsProps(ctx, tx, r)
		p.Made, p.Secret = k.ID, secret
		return err
	})
	if err != nil {
		of := "secret"
		if r.PostForm.Get("kind") == "public" {
			of = "public"
		}
		return s.chatSettingsAgain(w, r, err, of)
	}
	if p.Secret == "" {
		http.Redirect(w, r, "/settings/chat?done=added", http.StatusSeeOther)
		return nil
	}
	return views.Render(w, r, http.StatusOK, views.ChatSettings(p))
}

// publicKey reads an Ed25519 public key as PEM (RFC 8410) or as its 32 octets in base64, either alphabet.
func publicKey(text string) ([]byte, error) {
	wrong := fault.New(fault.Invalid, "This isn't a public key: paste the PEM text or the 32 octets in base64.").On("public")
	text = strings.TrimSpace(text)
	if block, _ := pem.Decode([]byte(text)); block != nil {
		parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
		if key, ok := parsed.(ed25519.PublicKey); ok && err == nil {
			return key, nil
		}
		return nil, wrong
	}
	plain := strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(text)
	key, err := base64.RawURLEncoding.DecodeString(plain)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, wrong
	}
	return key, nil
}

// revokeKey ends a key's use.
func (s *Server) revokeKey(w http.ResponseWriter, r *http.Request) error {
	err := s.changing(r, func(ctx context.Context, tx bun.Tx) error { return players.RevokeKey(ctx, tx, r.PathValue("key")) })
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/chat?done=revoked", http.StatusSeeOther)
	return nil
}

func (s *Server) chatSettingsAgain(w http.ResponseWriter, r *http.Request, err error, of string) error {
	var p views.ChatSettingsProps
	if mendable(err) {
		if err := s.reading(r, func(ctx context.Context, tx bun.Tx) (err error) { p, err = s.chatSettingsProps(ctx, tx, r); return err }); err != nil {
			return err
		}
	}
	return s.again(w, r, err, func(f views.Fault) templ.Component {
		p.Fault, p.Of, p.Origin, p.KeyID, p.Public = f, of, r.PostForm.Get("origin"), r.PostForm.Get("id"), r.PostForm.Get("public")
		return views.ChatSettings(p)
	})
}
