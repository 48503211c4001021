package chat

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"pitdesk/tenants"
)

// linkFor is how long an address of a file is good at least. Addresses made within it are the same, so that browsers keep
// what they have.
const linkFor = 10 * time.Minute

// Links signs addresses of files, so that an <img> needs no token. Whoever is given one may read the file until it runs out.
type Links struct{ key []byte }

// NewLinks returns links signed with a secret of the deployment.
func NewLinks(key []byte) Links { return Links{key} }

// Path is the address of a file from now on, without host.
func (l Links) Path(tenant uuid.UUID, file string, now time.Time) string {
	until := now.Truncate(linkFor).Add(2 * linkFor).Unix()
	return fmt.Sprintf("/files/%s/%s?until=%d&sign=%s", tenants.PublicID(tenants.TenantPrefix, tenant), file, until, l.sign(tenant, file, until))
}

// Check says whether until and sign are what Path made for the file, and still good.
func (l Links) Check(tenant uuid.UUID, file, until, sign string, now time.Time) bool {
	at, err := strconv.ParseInt(until, 10, 64)
	if err != nil || now.Unix() >= at {
		return false
	}
	return hmac.Equal([]byte(sign), []byte(l.sign(tenant, file, at)))
}

func (l Links) sign(tenant uuid.UUID, file string, until int64) string {
	mac := hmac.New(sha256.New, l.key)
	fmt.Fprintf(mac, "file\x00%s\x00%s\x00%d", tenant, file, until)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}
