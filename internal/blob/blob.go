// Package blob keeps files by key: bytes in, the same bytes out. It must never know whose they are or what they hold; who
// may read a file is decided long before its key gets here.
package blob

import (
	"context"
	"io"
	"regexp"

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
