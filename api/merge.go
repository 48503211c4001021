package api

import (
	"bytes"
	"encoding/json"
)

// merged is v with a merge patch laid over it (RFC 7396): members that the patch doesn't name stay, null takes a member away. The
// patch has passed the operation's schema.
func merged[T any](v T, patch []byte) (T, error) {
	var out T
	raw, err := json.Marshal(v)
	if err != nil {
		return out, err
	}
	var target, change any
	if err := json.Unmarshal(raw, &target); err != nil {
		return out, err
	}
	d := json.NewDecoder(bytes.NewReader(patch))
	d.UseNumber()
	if err := d.Decode(&change); err != nil {
		return out, err
	}
	if raw, err = json.Marshal(merge(target, change)); err != nil {
		return out, err
	}
	return out, json.Unmarshal(raw, &out)
}

func merge(target, change any) any {
	members, ok := change.(map[string]any)
	if !ok {
		return change
	}
	into, ok := target.(map[string]any)
	if !ok {
		into = map[string]any{}
	}
	for name, value := range members {
		if value == nil {
			delete(into, name)
		} else {
			into[name] = merge(into[name], value)
		}
	}
	return into
}
