package api

import (
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// Maybe is a member of a merge patch (RFC 7396): left out, it stays as it was; null takes it away; a value sets it. Declare it with
// omitzero. Members that can't be taken away are pointers with omitempty instead: null is refused there.
type Maybe[T any] struct {
	Given bool // it was in the patch
	Null  bool // as null; Value is its zero then
	Value T
}

// UnmarshalJSON is called for members that are there, null included.
func (m *Maybe[T]) UnmarshalJSON(text []byte) error {
	var zero T
	m.Given, m.Null, m.Value = true, string(text) == "null", zero
	if m.Null {
		return nil
	}
	return json.Unmarshal(text, &m.Value)
}

// MarshalJSON writes the member as a patch has it.
func (m Maybe[T]) MarshalJSON() ([]byte, error) {
	if !m.Given || m.Null {
		return []byte("null"), nil
	}
	return json.Marshal(m.Value)
}

// Schema is T's, or null.
func (Maybe[T]) Schema(r huma.Registry) *huma.Schema {
	s := *r.Schema(reflect.TypeFor[T](), false, "")
	s.Nullable = true
	return &s
}
