package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// linkKey is the secret that signs files' addresses: the configured one, else one that is made once and kept in the data
// folder.
func (s *Settings) linkKey() ([]byte, error) {
	if s.LinkKey != "" {
		return []byte(s.LinkKey), nil
	}
	path := filepath.Join(s.Data, "link.key")
	key, err := os.ReadFile(path) // #nosec G304 -- the path is the operator's own setting
	if err == nil && len(key) >= 32 {
		return key, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("link key: %w", err)
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	key = []byte(base64.RawURLEncoding.EncodeToString(raw[:]))
	place := os.Link
	if err == nil { // what is there is no key
		place = os.Rename
	}
	err = writeKey(path, key, place)
	if errors.Is(err, fs.ErrExist) { // another process made one in this moment
		key, err = os.ReadFile(path) // #nosec G304 -- the path is the operator's own setting
	}
	if err != nil {
		return nil, fmt.Errorf("link key: %w", err)
	}
	return key, nil
}
