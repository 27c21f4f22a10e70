package outreach

import (
	"strings"
	"time"

	"github.com/rapport-go/rapport/interaction"
)

// Opener says when something is open next: at t itself or later, never earlier. A
// businesstime.Calendar is one; so is whatever knows a recipient's customary or
// stated contact hours. It must be safe for concurrent use where facts are shared.
type Opener interface {
	NextOpen(t time.Time) (time.Time, error)
}

// Consent is one statement about a purpose on a channel.
type Consent struct {
	Channel interaction.Channel `json:"channel,omitzero"` // empty: every channel
	Purpose Purpose             `json:"purpose"`
	State   ConsentState        `json:"state"`
	Since   time.Time           `json:"since,omitzero"` // zero: since before anything else
}

// Suppression closes a channel for every purpose: a hard bounce, a STOP, a complaint
// to the mailbox provider.
type Suppression struct {
	Channel interaction.Channel `json:"channel,omitzero"` // empty: every channel
	Why     string              `json:"why,omitzero"`
}

// Sent is one message that went out.
type Sent struct {
	Key     string              `json:"key"`
	At      time.Time           `json:"at"`
	Channel interaction.Channel `json:"channel"`
	Purpose Purpose             `json:"purpose"`
	Topic   string              `json:"topic,omitzero"`
}

// Preferences are what the recipient said about being contacted. The zero value is
// no preference.
type Preferences struct {
	Channels  []interaction.Channel `json:"channels,omitempty"`   // only these, where any are named
	TopicsOff []string              `json:"topics_off,omitempty"` // not these topics
	// Gap is the least time between two messages of purposes that need consent: the
	// recipient's preferred cadence. Zero is no preference.
	Gap time.Duration `json:"gap_ns,omitzero"`
}

// Facet is a set of facts.
type Facet uint16

// The facets of facts.
const (
	FacetConsents Facet = 1 << iota
	FacetOptouts
	FacetSuppressions
	FacetKeys
	FacetHistory
	FacetPreferences
	FacetReach
	FacetComplaint
	FacetZone
	FacetHours

	allFacets = FacetHours<<1 - 1
)

var facetNames = names{
	"consents", "optouts", "suppressions", "keys", "history", "preferences", "reach", "complaint", "zone", "hours",
}

// String lists the facets, such as "consents, zone"; "none" for the empty set.
func (f Facet) String() string {
	s := ""
	for i, name := range facetNames {
		if f&(1<<i) == 0 {
			continue
		}
		if s != "" {
			s += ", "
		}
		s += name
	}
	if s == "" {
		return "none"
	}
	return s
}

// MarshalText writes what String does.
func (f Facet) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads what String writes.
func (f *Facet) UnmarshalText(text []byte) error {
	var set Facet
	for part := range strings.SplitSeq(string(text), ", ") {
		if part == "none" {
			continue
		}
		n, err := facetNames.parse("facet", []byte(part))
		if err != nil {
			return err
		}
		set |= 1 << (n - 1)
	}
	*f = set
	return nil
}

// Facts are what is known about the recipient at the instant of sending. They are
// read at that instant, never when the message is planned. What could not be read is
// named in Missing: a check that needs it does not pass.
type Facts struct {
	Consents   []Consent
	Optouts    Optouts
	Suppressed []Suppression
	Keys       []string // keys that were sent before, as far as they matter
	// Sent is what went out lately, in any order, at least as far back as
	// [Gate.Lookback]. Its keys count as sent too.
	Sent        []Sent
	Preferences Preferences
	// Reachable are the channels on which the recipient has an address. Nil means that
	// the host keeps no such list and every channel may be tried; empty means none.
	Reachable     []interaction.Channel
	OpenComplaint bool
	// Zone is the recipient's IANA zone; empty is not known. A name that is no zone
	// counts as not known.
	Zone string
	// Candidates are zones where a recipient of unknown zone may be, such as those of
	// a telephone prefix. Empty: the policy's.
	Candidates []string
	// Hours are the recipient's own contact hours, besides the policy's windows; nil
	// is none.
	Hours Opener
	// Missing names what could not be read.
	Missing Facet
}
