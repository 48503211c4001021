package live

import (
	"encoding/json"

	"github.com/google/uuid"
)

// wire is one payload.
type wire struct {
	From  string      `json:"f"`
	Kind  string      `json:"k,omitempty"` // what it is when it isn't hints; see the kinds
	To    string      `json:"to,omitempty"`
	Hints []Change    `json:"c,omitempty"`
	Again []uuid.UUID `json:"g,omitempty"`

	// Over NATS alone.
	Count  int64 `json:"n,omitempty"` // how many payloads with hints its sender has sent there, this one included
	Number int64 `json:"p,omitempty"` // the sender's advisory lock
}

// Kinds of payloads that aren't hints.
const (
	kindHello = "hello" // a process has come
	kindHere  = "here"  // the answer to it
	kindDeaf  = "deaf"  // a process hears nothing over NATS; told by NOTIFY
	kindBeat  = "beat"  // a process is there; told over NATS
	kindBye   = "bye"   // a process goes; told over NATS
)

// pack writes hints into as few payloads as they fit.
func (b *Bus) pack(hints []Change, again map[uuid.UUID]struct{}) []string {
	var payloads []string
	var chunk []json.RawMessage
	size, burst := 0, 0
	next := func() {
		if len(chunk) > 0 {
			payloads = append(payloads, text(struct {
				From  string            `json:"f"`
				Hints []json.RawMessage `json:"c"`
			}{b.id, chunk}))
		}
		chunk, size = nil, 0
	}
	for _, c := range hints {
		if _, ok := again[c.Tenant]; ok {
			continue
		}
		one, err := json.Marshal(c)
		burst += len(one)
		if err != nil || len(one) > maxPayload/2 || burst > maxBurst {
			again[c.Tenant] = struct{}{}
			continue
		}
		if size+len(one) > maxPayload-100 {
			next()
		}
		chunk = append(chunk, one)
		size += len(one) + 1
	}
	next()
	var ids []uuid.UUID
	for t := range again {
		if ids = append(ids, t); len(ids) == 150 {
			payloads = append(payloads, text(wire{From: b.id, Again: ids}))
			ids = nil
		}
	}
	if len(ids) > 0 {
		payloads = append(payloads, text(wire{From: b.id, Again: ids}))
	}
	return payloads
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
