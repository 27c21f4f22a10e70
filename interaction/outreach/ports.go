package outreach

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/interaction"
)

// Consents reads a recipient's consents. Like every port it is implemented by the
// host, called with the context of Gather, and must be safe for concurrent use where
// Gather is called concurrently.
type Consents interface {
	Consents(ctx context.Context, who string) ([]Consent, error)
}

// Unsubscriptions reads a recipient's unsubscriptions.
type Unsubscriptions interface {
	Optouts(ctx context.Context, who string) (Optouts, error)
}

// Suppressions reads which of a recipient's channels are suppressed.
type Suppressions interface {
	Suppressed(ctx context.Context, who string) ([]Suppression, error)
}

// History reads what was sent to a recipient: since an instant, and whether a key
// ever was.
type History interface {
	Sent(ctx context.Context, who string, since time.Time) ([]Sent, error)
	HasSent(ctx context.Context, who, key string) (bool, error)
}

// Wishes reads a recipient's preferences.
type Wishes interface {
	Preferences(ctx context.Context, who string) (Preferences, error)
}

// Addresses reads on which channels a recipient has an address.
type Addresses interface {
	Reachable(ctx context.Context, who string) ([]interaction.Channel, error)
}

// Complaints reads whether a complaint of a recipient is open.
type Complaints interface {
	OpenComplaint(ctx context.Context, who string) (bool, error)
}

// Zones reads a recipient's IANA zone, empty when not known, and the zones where the
// recipient may be, if those are known.
type Zones interface {
	Zone(ctx context.Context, who string) (zone string, candidates []string, err error)
}

// ContactHours reads a recipient's own contact hours; nil is none.
type ContactHours interface {
	Hours(ctx context.Context, who string) (Opener, error)
}

// Ports are where a gate reads facts. Consents, Unsubscriptions, Suppressions,
// History, Complaints and Zones that are nil count as facts that could not be read;
// Wishes, Addresses and ContactHours that are nil mean that the host keeps none. A host
// that knows nobody's zone gives a Zones that answers with the empty name, on which the
// policy for unknown zones decides.
type Ports struct {
	Consents        Consents
	Unsubscriptions Unsubscriptions
	Suppressions    Suppressions
	History         History
	Wishes          Wishes
	Addresses       Addresses
	Complaints      Complaints
	Zones           Zones
	ContactHours    ContactHours
}

// Gather reads the facts that deciding a message to who at now takes. A port that
// fails leaves its facet in Facts.Missing, so that Decide fails closed; the error
// joins the failures for the host's log, and the facts may be used whether or not
// there is one. A withdrawal or an unsubscription that a port dates after now came while
// the facts were being read, or by a clock that is ahead: it counts as of now.
func (g *Gate) Gather(ctx context.Context, p Ports, who string, now time.Time, m *Message) (Facts, error) {
	var f Facts
	var failed []error
	read := func(facet Facet, have bool, get func() error) {
		if !have {
			f.Missing |= facet
			return
		}
		if err := get(); err != nil {
			f.Missing |= facet
			failed = append(failed, fmt.Errorf("outreach: %s: %w", facet, err))
		}
	}
	read(FacetConsents, p.Consents != nil, func() error {
		list, err := p.Consents.Consents(ctx, who)
		f.Consents = consentsBy(list, now)
		return err
	})
	read(FacetOptouts, p.Unsubscriptions != nil, func() error {
		o, err := p.Unsubscriptions.Optouts(ctx, who)
		f.Optouts = o.by(now)
		return err
	})
	read(FacetSuppressions, p.Suppressions != nil, func() (err error) { f.Suppressed, err = p.Suppressions.Suppressed(ctx, who); return })
	read(FacetComplaint, p.Complaints != nil, func() (err error) { f.OpenComplaint, err = p.Complaints.OpenComplaint(ctx, who); return })
	read(FacetZone, p.Zones != nil, func() (err error) { f.Zone, f.Candidates, err = p.Zones.Zone(ctx, who); return })
	if p.Wishes != nil {
		read(FacetPreferences, true, func() (err error) { f.Preferences, err = p.Wishes.Preferences(ctx, who); return })
	}
	if p.Addresses != nil {
		read(FacetReach, true, func() (err error) {
			if f.Reachable, err = p.Addresses.Reachable(ctx, who); f.Reachable == nil {
				f.Reachable = []interaction.Channel{}
			}
			return err
		})
	}
	if p.ContactHours != nil {
		read(FacetHours, true, func() (err error) { f.Hours, err = p.ContactHours.Hours(ctx, who); return })
	}
	g.gatherHistory(ctx, p.History, who, now, m, &f, read)
	return f, errors.Join(failed...)
}

// consentsBy counts what takes consent back after now as said at now.
func consentsBy(list []Consent, now time.Time) []Consent {
	out := slices.Clone(list)
	for i := range out {
		if out[i].State != Granted && out[i].Since.After(now) {
			out[i].Since = now
		}
	}
	return out
}

func (g *Gate) gatherHistory(ctx context.Context, h History, who string, now time.Time, m *Message, f *Facts, read func(Facet, bool, func() error)) {
	read(FacetKeys, h != nil && m != nil, func() error {
		sent, err := h.HasSent(ctx, who, m.Key)
		if sent {
			f.Keys = []string{m.Key}
		}
		return err
	})
	back := g.Lookback(f.Preferences)
	if back == 0 {
		return
	}
	read(FacetHistory, h != nil, func() (err error) {
		f.Sent, err = h.Sent(ctx, who, now.Add(-back))
		return err
	})
}
