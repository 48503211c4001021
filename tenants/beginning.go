package tenants

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Beginning is what a casino that has just been registered is given besides what every casino gets.
type Beginning struct {
	// Admin is its first admin, who has no password yet: they come in by a sign-in link, or choose one by a reset's letter.
	Admin Newcomer
	// Site is the casino's own site, "https://www.casino.example": its pages may hold the chat. Empty: none is known yet.
	Site string
	// Accent is the brand's colour, "#3657d6". Empty: a quiet blue.
	Accent string
}

// Newcomer is somebody who is made a member of a casino.
type Newcomer struct{ Email, Name, Language string }

// Begun is what there is then.
type Begun struct {
	Admin uuid.UUID // the membership
}

// Begin gives a new casino what it begins with, in the transaction that registers it (see Doors.Found): the casino stands in
// ctx. What takes longer follows by jobs once that is committed.
type Begin func(ctx context.Context, tx bun.Tx, b Beginning) (Begun, error)
