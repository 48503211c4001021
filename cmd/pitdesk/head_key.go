package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"pitdesk/desk"
)

// keyFolder holds what must not be in the database: the key that signs logs' heads, and the public halves of all keys that
// ever did.
func (s *Settings) keyFolder() string { return filepath.Join(s.Data, "keys") }

func (s *Settings) headKeyPath() string {
	if s.HeadKeyFile != "" {
		return s.HeadKeyFile
	}
	return filepath.Join(s.keyFolder(), "heads.pem")
}

// headKey is the key that signs heads: PITDESK_HEAD_KEY_FILE's, else one that is made once and kept in the data folder. Both
// are PKCS #8 (RFC 5958) in PEM, as `openssl genpkey -algorithm ed25519` writes.
func (s *Settings) headKey() (ed25519.PrivateKey, error) {
	key, err := readHeadKey(s.headKeyPath())
	if errors.Is(err, fs.ErrNotExist) && s.HeadKeyFile == "" {
		key, err = s.makeHeadKey()
	}
	if err != nil {
		return nil, err
	}
	return key, s.publish(key.Public().(ed25519.PublicKey))
}

func readHeadKey(path string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path) // #nosec G304 -- the path is the operator's own setting
	if err != nil {
		return nil, fmt.Errorf("PITDESK_HEAD_KEY_FILE: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("PITDESK_HEAD_KEY_FILE: %s holds no PEM", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("PITDESK_HEAD_KEY_FILE: %s: %w", path, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("PITDESK_HEAD_KEY_FILE: %s holds a %T, want an Ed25519 key", path, parsed)
	}
	return key, nil
}

func (s *Settings) makeHeadKey() (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	err = writeKey(s.headKeyPath(), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), os.Link)
	if errors.Is(err, fs.ErrExist) { // another process made one in this moment
		return readHeadKey(s.headKeyPath())
	}
	return key, err
}

// publish keeps a public key, so that its signatures can be checked when another has taken its place.
func (s *Settings) publish(key ed25519.PublicKey) error {
	path := filepath.Join(s.keyFolder(), "heads-"+desk.KeyID(key)+".pub.pem")
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return err
	}
	return writeKey(path, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), os.Rename)
}

// publicKeys are the keys whose signatures are believed.
func (s *Settings) publicKeys() ([]ed25519.PublicKey, error) {
	var keys []ed25519.PublicKey
	if key, err := readHeadKey(s.headKeyPath()); err == nil {
		keys = append(keys, key.Public().(ed25519.PublicKey))
	}
	paths, err := filepath.Glob(filepath.Join(s.keyFolder(), "heads-*.pub.pem"))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		text, err := os.ReadFile(path) // #nosec G304 -- the path is the operator's own setting
		if err != nil {
			return nil, fmt.Errorf("public key: %w", err)
		}
		block, _ := pem.Decode(text)
		if block == nil {
			return nil, fmt.Errorf("public key: %s holds no PEM", path)
		}
		parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("public key: %s: %w", path, err)
		}
		if key, ok := parsed.(ed25519.PublicKey); ok {
			keys = append(keys, key)
		}
	}
	return keys, nil
}
