package licences

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Status is what the regulator says of a licence, as an admin entered it. That it has run out is computed, never entered.
type Status string

// The statuses.
const (
	Active      Status = "active"
	Suspended   Status = "suspended"
	Revoked     Status = "revoked"
	Surrendered Status = "surrendered"
)

// Statuses are all of them, in the order a form offers them.
func Statuses() []Status { return []Status{Active, Suspended, Revoked, Surrendered} }

// Licence is one licence of a casino.
type Licence struct {
	ID        uuid.UUID
	Regulator string // a key of Regulators
	Authority string // the regulator's name, for Other
	Number    string
	Licensee  string
	Country   string // ISO 3166-1 alpha-2
	Domains   []string
	Link      string
	Confirmed string // who confirmed the host, for Other
	Seal      string // of tenants/pictures; "" where there is none
	From      *time.Time
	Until     *time.Time // the last day it holds
	Status    Status
	Position  int
	CreatedAt time.Time
	UpdatedAt time.Time
	RetiredAt *time.Time

	Gone bool  // the regulator's page was gone twice in a row
	Last *Look // the newest look at the page; nil before the first
}

// State is how a licence stands on a day.
type State string

// The states. Active and Expiring show a seal.
const (
	StateActive      State = "active"
	StateExpiring    State = "expiring" // holds, but runs out within soon
	StateExpired     State = "expired"
	StatePending     State = "pending" // its first day is yet to come
	StateSuspended   State = "suspended"
	StateRevoked     State = "revoked"
	StateSurrendered State = "surrendered"
	StateGone        State = "gone" // the regulator's page about it is gone
	StateRetired     State = "retired"
)

// soon is how many days before its end a licence is told to be running out.
const soon = 30

// StateAt is how the licence stands at a time. Days are UTC's: a licence holds until its last day ends there.
func (l Licence) StateAt(now time.Time) State {
	today := day(now)
	switch {
	case l.RetiredAt != nil:
		return StateRetired
	case l.Status != Active:
		return State(l.Status)
	case l.Until != nil && day(*l.Until).Before(today):
		return StateExpired
	case l.From != nil && day(*l.From).After(today):
		return StatePending
	case l.Gone:
		return StateGone
	case l.Until != nil && !day(*l.Until).After(today.AddDate(0, 0, soon)):
		return StateExpiring
	}
	return StateActive
}

// Holds says that players may be told the licence holds.
func (s State) Holds() bool { return s == StateActive || s == StateExpiring || s == StateGone }

// Proven says that the seal may be shown: the licence holds and its page stands.
func (s State) Proven() bool { return s == StateActive || s == StateExpiring }

func day(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Covers says that host, clean and without port, is one of the licence's domains. A subdomain is another host.
func (l Licence) Covers(host string) bool { return slices.Contains(l.Domains, host) }

// ShowsSeal says that a page at host shows the seal; elsewhere stands a link of words.
func (l Licence) ShowsSeal(host string, now time.Time) bool {
	return l.Seal != "" && l.Covers(host) && l.StateAt(now).Proven()
}

// Name is the regulator's.
func (l Licence) Name() string {
	if r, ok := RegulatorOf(l.Regulator); ok && r.Name != "" {
		return r.Name
	}
	return l.Authority
}

// Wording is the sentence the regulator wants, word for word and in English whatever the page speaks; "" where it wants none.
func (l Licence) Wording() string {
	r, _ := RegulatorOf(l.Regulator)
	return strings.NewReplacer("{Licensee}", l.Licensee, "{Number}", l.Number).Replace(r.Wording)
}

// LinkHost is the host its validation page stands on.
func (l Licence) LinkHost() string {
	u, err := url.Parse(l.Link)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// Hosts are the hosts on which pages of its regulator stand: a reader may be sent from one to another, and nowhere else.
func (l Licence) Hosts() []string {
	if r, ok := RegulatorOf(l.Regulator); ok && r.Key != Other {
		return r.Hosts
	}
	return []string{l.LinkHost()}
}
