package deflection

import (
	"crypto/hmac"
	"crypto/sha256"
	"time"

	"github.com/google/uuid"
)

// Within is how long somebody who was shown an answer may still ask: after that they count as not having asked.
const Within = 24 * time.Hour

// Most is how many answers are shown at once.
const Most = 3

// MostShown is how many different articles one Look remembers, whatever somebody types.
const MostShown = 60

// Look is one time that somebody is about to ask. The chat makes up a name for it and sends it along until a conversation
// has begun.
type Look struct {
	ID       uuid.UUID
	Visitor  []byte // from Key.Visitor
	Language string
}

// LookID is the id of the look that the chat calls name. A name can't be told from its id.
func LookID(name string) uuid.UUID {
	sum := sha256.Sum256([]byte("look:" + name))
	return uuid.UUID(sum[:16])
}

// Key makes the digests that stand for people and words. It is the deployment's, the same in every process, and isn't in
// the database.
type Key []byte

// Visitor stands for a player on one day (UTC): the same player is somebody else tomorrow.
func (k Key) Visitor(tenant, player uuid.UUID, at time.Time) []byte {
	return k.digest("visitor", tenant, player.String(), at.UTC().Format(time.DateOnly))
}

func (k Key) word(tenant uuid.UUID, language, word string) []byte {
	return k.digest("word", tenant, language, word)
}

// person stands for somebody who looked for a word, and for the same person only with the same word.
func (k Key) person(tenant, player uuid.UUID, language, word string) []byte {
	return k.digest("person", tenant, player.String(), language, word)
}

func (k Key) digest(what string, tenant uuid.UUID, parts ...string) []byte {
	h := hmac.New(sha256.New, k)
	h.Write([]byte("deflection\x00" + what + "\x00" + tenant.String()))
	for _, part := range parts {
		h.Write([]byte("\x00" + part))
	}
	return h.Sum(nil)[:16]
}
