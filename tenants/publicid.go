package tenants

import (
	"encoding/base32"

	"github.com/google/uuid"

	"pitdesk/internal/fault"
)

// Public ids are a kind's prefix and the UUID in lower-case Crockford base32: cnv_06abc….
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// Prefixes of the public ids.
const (
	TenantPrefix       = "ten"
	ConversationPrefix = "cnv"
	EntryPrefix        = "ent"
	PlayerPrefix       = "ply"
	MemberPrefix       = "agt"
	TeamPrefix         = "tea"
	TopicPrefix        = "top"
	TagPrefix          = "tag"
	FilePrefix         = "fil"
	KeyPrefix          = "key"
	InvitationPrefix   = "inv"
	SessionPrefix      = "ses"
	DomainPrefix       = "dom"
	LicencePrefix      = "lic"
	ArticlePrefix      = "art"
	CategoryPrefix     = "cat"
	ResellerPrefix     = "res"
	EndpointPrefix     = "whk"
	DeliveryPrefix     = "dlv"
	EventPrefix        = "evt"
	DeedPrefix         = "ded"
	MacroPrefix        = "mac"
	ViewPrefix         = "viw"
	ExportPrefix       = "exp"
	VisitPrefix        = "vst"
	PersonPrefix       = "per"
)

// PublicID is id as people outside see it.
func PublicID(prefix string, id uuid.UUID) string {
	return prefix + "_" + crockford.EncodeToString(id[:])
}

// ParseID reads a public id. A malformed one answers NotFound, as an unknown one does.
func ParseID(prefix, s string) (uuid.UUID, error) {
	var id uuid.UUID
	if len(s) != len(prefix)+1+26 || s[:len(prefix)] != prefix || s[len(prefix)] != '_' {
		return id, ErrNotFound
	}
	n, err := crockford.Decode(id[:], []byte(s[len(prefix)+1:]))
	if err != nil || n != len(id) || PublicID(prefix, id) != s {
		return uuid.Nil, ErrNotFound
	}
	return id, nil
}

// ErrNotFound is the one answer to what isn't there and to what belongs to somebody else.
var ErrNotFound = fault.New(fault.NotFound, "There is nothing here.")

// Nobody is the id of nobody and nothing.
var Nobody uuid.UUID

// NewID returns a UUIDv7 (RFC 9562, section 5.7): ids grow with time, so that indexes stay dense.
func NewID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
