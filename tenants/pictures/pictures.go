// Package pictures keeps the pictures a casino shows to everybody: logos, seals, figures of help articles. Whoever knows the
// casino's host may see them; what a player sends is not kept here.
package pictures

import (
	"bytes"
	"context"
	"io"
	"regexp"

	"github.com/google/uuid"

	"pitdesk/internal/blob"
	"pitdesk/internal/fault"
	"pitdesk/internal/picture"
	"pitdesk/tenants"
)

// Path is where a picture is served, on every host of its casino.
func Path(name string) string {
	if name == "" {
		return ""
	}
	return "/pictures/" + name
}

var nameForm = regexp.MustCompile(`^[0-9a-f]{32}\.(png|jpg)$`)

// ValidName tells whether name could be a picture's.
func ValidName(name string) bool { return nameForm.MatchString(name) }

// Keep stores a picture of the casino of ctx and returns its name, under which the same octets always stand. A picture whose
// name was then not written anywhere harms nobody.
func Keep(ctx context.Context, files blob.Store, p picture.Picture) (name string, err error) {
	name = p.Name()
	return name, files.Put(ctx, key(tenants.Current(ctx).ID, name), bytes.NewReader(p.Bytes))
}

// Open reads a picture of the casino of ctx; NotFound where it has none of that name, another casino's included.
func Open(ctx context.Context, files blob.Store, name string) (content io.ReadSeekCloser, kind string, err error) {
	if !ValidName(name) {
		return nil, "", fault.New(fault.NotFound, "There is nothing here.")
	}
	kind = "image/png"
	if name[33:] == "jpg" {
		kind = "image/jpeg"
	}
	content, err = files.Open(ctx, key(tenants.Current(ctx).ID, name))
	return content, kind, err
}

// key has no dot, which keys can't hold.
func key(tenant uuid.UUID, name string) string {
	return tenant.String() + "/pictures/" + name[:32] + "-" + name[33:]
}
