// Package blob keeps files by key: bytes in, the same bytes out. It must never know whose they are or what they hold; who
// may read a file is decided long before its key gets here.
package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"pitdesk/internal/fault"
)

// Store keeps files. Put replaces what was under the key and leaves nothing behind when it fails. Open answers NotFound for
// a key that isn't there. Delete of an absent key is no error.
type Store interface {
	Put(ctx context.Context, key string, content io.Reader) error
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	Delete(ctx context.Context, key string) error
}

// keyForm keeps a key inside the store: names of letters, digits, - and _, with slashes between.
var keyForm = regexp.MustCompile(`^[a-z0-9_-]{1,80}(/[a-z0-9_-]{1,80}){0,5}$`)

func check(key string) error {
	if !keyForm.MatchString(key) {
		return fault.New(fault.NotFound, "There is nothing here.")
	}
	return nil
}

// Probe tries whether a store takes, returns and forgets a file.
func Probe(ctx context.Context, s Store) error {
	word := rand.Text()
	key := "probe/" + strings.ToLower(word)
	if err := s.Put(ctx, key, strings.NewReader(word)); err != nil {
		return err
	}
	file, err := s.Open(ctx, key)
	if err != nil {
		return err
	}
	got, err := io.ReadAll(file)
	if err := errors.Join(err, file.Close(), s.Delete(ctx, key)); err != nil {
		return err
	}
	if string(got) != word {
		return fmt.Errorf("the file store returned %d bytes that it wasn't given", len(got))
	}
	return nil
}
