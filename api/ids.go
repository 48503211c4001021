package api

import (
	"encoding/base64"
	"encoding/binary"

	"github.com/google/uuid"

	"pitdesk/internal/fault"
	"pitdesk/tenants"
)

// idIn reads an id that a query or a body names. A malformed one says so; an unknown one is for the operation to answer.
func idIn(prefix, field, s string) (uuid.UUID, error) {
	id, err := tenants.ParseID(prefix, s)
	if err != nil {
		return id, fault.New(fault.Invalid, "This isn't an id of the form %s.", prefix+"_…").On(field)
	}
	return id, nil
}

// maybeID is idIn for what may be missing.
func maybeID(prefix, field, s string) (*uuid.UUID, error) {
	if s == "" {
		return nil, nil
	}
	id, err := idIn(prefix, field, s)
	return &id, err
}

// idsIn is idIn for a list.
func idsIn(prefix, field string, list []string) ([]uuid.UUID, error) {
	ids := make([]uuid.UUID, 0, len(list))
	for _, s := range list {
		id, err := idIn(prefix, field, s)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func publicOrNone(prefix string, id *uuid.UUID) string {
	if id == nil {
		return ""
	}
	return tenants.PublicID(prefix, *id)
}

// page is one page of a list.
type page[T any] struct {
	Data    []T    `json:"data" doc:"This page's part of the list."`
	HasMore bool   `json:"has_more" example:"true" doc:"Whether there is another page."`
	Next    string `json:"next,omitempty" example:"AQAGO2n4" doc:"What to send as starting_after for the next page. Opaque, of this list alone."`
}

// pageOf is a page with what comes after it; an empty next is the end.
func pageOf[T any](data []T, next string) page[T] {
	if data == nil {
		data = []T{}
	}
	return page[T]{Data: data, HasMore: next != "", Next: next}
}

var errCursor = fault.New(fault.Invalid, "This cursor isn't one of this list's.").On("starting_after")

// A numbered list's cursor is its kind and the last number.
func numberCursor(kind byte, n int64) string {
	return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64([]byte{kind}, uint64(n)))
}

func readNumberCursor(kind byte, s string) (int64, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != 9 || b[0] != kind {
		return 0, errCursor
	}
	n := int64(binary.BigEndian.Uint64(b[1:]))
	if n < 0 {
		return 0, errCursor
	}
	return n, nil
}

// A list by id has the last id as its cursor.
func idCursor(kind byte, id uuid.UUID) string {
	return base64.RawURLEncoding.EncodeToString(append([]byte{kind}, id[:]...))
}

func readIDCursor(kind byte, s string) (uuid.UUID, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != 17 || b[0] != kind {
		return uuid.Nil, errCursor
	}
	return uuid.UUID(b[1:]), nil
}
