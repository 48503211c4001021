package seal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"github.com/tink-crypto/tink-go/v2/tink"
)

var (
	// ErrNoKey is what a secret answers that was sealed under a key the ring hasn't.
	ErrNoKey = errors.New("it is sealed under a key that we don't have")
	// ErrSpoiled is what a secret answers that was changed, or that rests where it was not sealed for.
	ErrSpoiled = errors.New("it was changed, or sealed for another place")
)

// Ring are the keys of a deployment. What rests under any of them opens; which one seals, the database says.
type Ring struct {
	mu     sync.Mutex
	read   func() ([]byte, error) // nil: the keys are fixed for the life of the process
	looked time.Time
	text   []byte
	handle *keyset.Handle // nil: there are none
	opener tink.AEAD
}

// NewRing makes a ring with one new key.
func NewRing() (*Ring, error) {
	h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return ringOf(h)
}

// Parse reads a ring as Text writes it: a Tink keyset in JSON.
func Parse(text []byte) (*Ring, error) {
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		return nil, errors.New("it is no Tink keyset in JSON") // the library's words would quote it
	}
	return ringOf(h)
}

// Watch is Parse of a text that may come to be or grow while the process lives: read is asked for it now, and again when a secret
// rests under a key that is new. Where it answers fs.ErrNotExist there are no keys yet.
func Watch(read func() ([]byte, error)) (*Ring, error) {
	text, err := read()
	if errors.Is(err, fs.ErrNotExist) {
		return &Ring{read: read}, nil
	}
	if err != nil {
		return nil, err
	}
	r, err := Parse(text)
	if err == nil {
		r.read = read
	}
	return r, err
}

func ringOf(h *keyset.Handle) (*Ring, error) {
	for _, k := range h.KeysetInfo().GetKeyInfo() {
		switch {
		case k.GetOutputPrefixType() != tinkpb.OutputPrefixType_TINK:
			return nil, fmt.Errorf("its key %d puts no number of its own before what it seals", k.GetKeyId())
		case k.GetStatus() != tinkpb.KeyStatusType_ENABLED:
			return nil, fmt.Errorf("its key %d is not enabled", k.GetKeyId())
		}
	}
	opener, err := aead.New(h)
	if err != nil {
		return nil, errors.New("its keys aren't for AEAD")
	}
	r := &Ring{handle: h, opener: opener}
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	r.text = b.Bytes()
	return r, nil
}

// Text is the ring as it is kept: whoever has it can open everything.
func (r *Ring) Text() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.text)
}

// IDs are the keys' numbers, the newest last.
func (r *Ring) IDs() []uint32 {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.handle == nil {
		return nil
	}
	var ids []uint32
	for _, k := range r.handle.KeysetInfo().GetKeyInfo() {
		ids = append(ids, k.GetKeyId())
	}
	return ids
}

// Newest is the key that was added last, 0 where there is none.
func (r *Ring) Newest() uint32 {
	ids := r.IDs()
	if len(ids) == 0 {
		return 0
	}
	return ids[len(ids)-1]
}

// Add returns a ring with one more key, made now. r stays as it is.
func (r *Ring) Add() (*Ring, error) {
	if r.Newest() == 0 {
		return NewRing()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	m := keyset.NewManagerFromHandle(r.handle)
	if _, err := m.Add(aead.AES256GCMKeyTemplate()); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return fromManager(m)
}

// Without returns a ring without some keys, of which it must have others. r stays as it is.
func (r *Ring) Without(ids ...uint32) (*Ring, error) {
	left := slices.DeleteFunc(r.IDs(), func(id uint32) bool { return slices.Contains(ids, id) })
	if len(left) == 0 {
		return nil, errors.New("seal: no key would be left")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	m := keyset.NewManagerFromHandle(r.handle)
	if err := m.SetPrimary(left[len(left)-1]); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	for _, k := range r.handle.KeysetInfo().GetKeyInfo() {
		if slices.Contains(ids, k.GetKeyId()) {
			if err := m.Delete(k.GetKeyId()); err != nil {
				return nil, fmt.Errorf("seal: %w", err)
			}
		}
	}
	return fromManager(m)
}

func fromManager(m *keyset.Manager) (*Ring, error) {
	h, err := m.Handle()
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return ringOf(h)
}

// has says whether there is such a key, looking for new ones where there may be some.
func (r *Ring) has(id uint32) bool {
	if r == nil {
		return false
	}
	if slices.Contains(r.IDs(), id) {
		return true
	}
	return r.look() && slices.Contains(r.IDs(), id)
}

// lookEvery is how often at most the keys are looked for anew.
const lookEvery = time.Second

func (r *Ring) look() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.read == nil || time.Since(r.looked) < lookEvery {
		return false
	}
	r.looked = time.Now()
	text, err := r.read()
	if err != nil {
		return false
	}
	fresh, err := Parse(text)
	if err != nil {
		return false
	}
	r.text, r.handle, r.opener = fresh.text, fresh.handle, fresh.opener
	return true
}

// seal encrypts under one of the keys, for a place.
func (r *Ring) seal(id uint32, secret, place []byte) ([]byte, error) {
	if !r.has(id) {
		return nil, fmt.Errorf("seal: key %d: %w", id, ErrNoKey)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	m := keyset.NewManagerFromHandle(r.handle)
	if err := m.SetPrimary(id); err != nil {
		return nil, fmt.Errorf("seal: key %d: %w", id, err)
	}
	h, err := m.Handle()
	if err != nil {
		return nil, fmt.Errorf("seal: key %d: %w", id, err)
	}
	a, err := aead.New(h)
	if err != nil {
		return nil, fmt.Errorf("seal: key %d: %w", id, err)
	}
	return a.Encrypt(secret, place)
}

// open decrypts what was sealed for a place.
func (r *Ring) open(sealed, place []byte) ([]byte, error) {
	id, ok := keyOf(sealed)
	if !ok {
		return nil, ErrSpoiled
	}
	if !r.has(id) {
		return nil, fmt.Errorf("key %d: %w", id, ErrNoKey)
	}
	r.mu.Lock()
	opener := r.opener
	r.mu.Unlock()
	secret, err := opener.Decrypt(sealed, place)
	if err != nil {
		return nil, ErrSpoiled
	}
	return secret, nil
}

// keyOf reads under which key something was sealed: Tink writes a 1 and the key's number before it
// (https://developers.google.com/tink/wire-format#crypto_key_id).
func keyOf(sealed []byte) (uint32, bool) {
	if len(sealed) < 5 || sealed[0] != 1 {
		return 0, false
	}
	return binary.BigEndian.Uint32(sealed[1:5]), true
}
