package outreach

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/rapport-go/rapport/interaction"
)

// Gate decides whether a message may go now. It is immutable but for the zones and
// calendars that it keeps after their first use, and safe for concurrent use.
//
// Guarantees, whatever the facts: it never answers Send for a message that expired,
// whose key was sent, whose channel is suppressed, without the consent that the
// purpose needs, over a cap, in quiet hours, or where a fact that decides any of these
// is missing. Between two sends that race it cannot decide: the host records the key
// before it sends, in one atomic step.
type Gate struct {
	policy Policy

	mu    sync.RWMutex
	zones map[string]*time.Location
}

// NewGate checks the policy as Validate does and copies it.
func NewGate(p Policy) (*Gate, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return &Gate{policy: p.clone()}, nil
}

// Policy is a copy of the gate's policy.
func (g *Gate) Policy() Policy { return g.policy.clone() }

// Lookback is how far back the history of sent messages has to reach for the caps and
// for a preferred gap; zero where nothing is counted.
func (g *Gate) Lookback(p Preferences) time.Duration {
	longest := p.Gap
	for i := range g.policy.Caps {
		c := &g.policy.Caps[i]
		longest = max(longest, c.Window)
		if c.LocalDays > 0 {
			longest = max(longest, time.Duration(c.LocalDays+2)*24*time.Hour)
		}
	}
	return longest
}

// Decide says what becomes of the message at now, from facts as they are now. The
// checks come in this order and the first that does not pass decides: expired,
// duplicate; then per channel reach, suppression, consent, preference, open
// complaint, caps, quiet hours. Caps and quiet hours defer to the first instant that
// passes all of both; a message that would expire by then is skipped as expired. With
// the policy's fallback the first channel that is not skipped is taken, and where
// every one is skipped the reason is that of the first that could be reached.
//
// It is a pure function of its arguments and the policy: what facts say to have
// happened after now has not happened, so that now is not to lie before the facts were
// read. [Gate.Gather] sees to that for consents and unsubscriptions. Nil facts are facts of which
// every facet is missing; a nil message is invalid.
func (g *Gate) Decide(now time.Time, f *Facts, m *Message) Decision {
	if f == nil {
		f = &Facts{Missing: allFacets}
	}
	if m == nil {
		m = &Message{}
	}
	r := ruling{gate: g, now: now, facts: f, message: m}
	channels := m.Channels[:min(len(m.Channels), maxChannels)]
	if !g.policy.Fallback && len(channels) > 1 {
		channels = channels[:1]
	}
	r.trace = make([]Line, 0, 9) // as many as one channel takes
	d := r.decide(channels)
	d.Key, d.At, d.Trace, d.Missing = m.Key, now, r.trace, r.missing
	return d
}

// ruling is one decision in the making.
type ruling struct {
	gate    *Gate
	now     time.Time
	facts   *Facts
	message *Message
	trace   []Line
	missing Facet

	zonesKnown bool // places is settled
	blocked    bool // the zone is unknown and the policy blocks
	place      string
	places     []string // instead of place
}

// zones is how many zones the recipient may be in; zone is one of them.
func (r *ruling) zones() int { return max(1, len(r.places)) }

func (r *ruling) zone(i int) string {
	if len(r.places) > 0 {
		return r.places[i]
	}
	return r.place
}

func (r *ruling) decide(channels []interaction.Channel) Decision {
	if d, ok := r.ofMessage(); !ok {
		return d
	}
	var skipped, waits Decision
	for _, ch := range channels {
		d := r.ofChannel(ch)
		switch {
		case d.Verdict == Send, d.Verdict == Defer && !r.gate.policy.FallbackOnDefer:
			return d
		case d.Verdict == Defer:
			if waits.Verdict == 0 || d.Until.Before(waits.Until) {
				waits = d
			}
		case skipped.Verdict == 0 || skipped.Reason == Unreachable:
			skipped = d
		}
	}
	if waits.Verdict == Defer {
		return waits
	}
	return skipped
}

func (r *ruling) pass(c Check, ch interaction.Channel, name string) {
	r.trace = append(r.trace, Line{Check: c, Channel: ch, Name: name})
}

func (r *ruling) skip(c Check, ch interaction.Channel, why Reason, name string) Decision {
	r.trace = append(r.trace, Line{Check: c, Channel: ch, Reason: why, Name: name})
	return Decision{Verdict: Skip, Reason: why}
}

// unread answers for a fact that a check needs and that is missing.
func (r *ruling) unread(c Check, ch interaction.Channel, f Facet) Decision {
	r.missing |= f & r.facts.Missing
	name := (f & r.facts.Missing).String()
	until := r.now.Add(r.gate.policy.Retry)
	if r.gate.policy.Retry == 0 {
		return r.skip(c, ch, Unavailable, name)
	}
	if r.expires(until) {
		return r.skip(c, ch, Expired, name)
	}
	r.trace = append(r.trace, Line{Check: c, Channel: ch, Reason: Unavailable, Name: name, Until: until})
	return Decision{Verdict: Defer, Channel: ch, Until: until, Reason: Unavailable}
}

func (r *ruling) lacks(f Facet) bool { return r.facts.Missing&f != 0 }

func (r *ruling) expires(at time.Time) bool {
	return !r.message.Expires.IsZero() && !at.Before(r.message.Expires)
}

func (r *ruling) ofMessage() (Decision, bool) {
	m := r.message
	if !m.valid() {
		return r.skip(CheckMessage, "", Invalid, ""), false
	}
	if r.expires(r.now) {
		return r.skip(CheckExpiry, "", Expired, ""), false
	}
	r.pass(CheckExpiry, "", "")
	if slices.Contains(r.facts.Keys, m.Key) {
		return r.skip(CheckDuplicate, "", Duplicate, ""), false
	}
	for i := range r.facts.Sent {
		if r.facts.Sent[i].Key == m.Key {
			return r.skip(CheckDuplicate, "", Duplicate, ""), false
		}
	}
	if r.lacks(FacetKeys) {
		return r.unread(CheckDuplicate, m.Channels[0], FacetKeys), false
	}
	r.pass(CheckDuplicate, "", "")
	return Decision{}, true
}

func (r *ruling) ofChannel(ch interaction.Channel) Decision {
	f := r.facts
	if r.lacks(FacetReach) {
		return r.unread(CheckReach, ch, FacetReach)
	}
	if f.Reachable != nil && !slices.Contains(f.Reachable, ch) {
		return r.skip(CheckReach, ch, Unreachable, "")
	}
	r.pass(CheckReach, ch, "")
	for i := range f.Suppressed {
		if s := &f.Suppressed[i]; s.Channel == "" || s.Channel == ch {
			return r.skip(CheckSuppression, ch, Suppressed, s.Why)
		}
	}
	if r.lacks(FacetSuppressions) {
		return r.unread(CheckSuppression, ch, FacetSuppressions)
	}
	r.pass(CheckSuppression, ch, "")
	if d, ok := r.consent(ch); !ok {
		return d
	}
	if d, ok := r.preference(ch); !ok {
		return d
	}
	if d, ok := r.complaint(ch); !ok {
		return d
	}
	return r.when(ch)
}

func (r *ruling) consent(ch interaction.Channel) (Decision, bool) {
	m, f := r.message, r.facts
	needed := r.gate.policy.needsConsent(m.Purpose)
	facets := FacetOptouts
	if needed {
		facets |= FacetConsents
	}
	if r.lacks(facets) {
		return r.unread(CheckConsent, ch, facets), false
	}
	best, found := f.consent(r.now, ch, m.Purpose)
	if out, stopped := f.Optouts.stops(r.now, ch, m.Purpose, m.Topic, !needed); stopped {
		if !found || best.State == Withdrawn || out.At.IsZero() || !best.Since.After(out.last()) {
			return r.skip(CheckConsent, ch, ConsentWithdrawn, "unsubscribed"), false
		}
	}
	switch {
	case !needed:
		r.pass(CheckConsent, ch, "not needed")
	case !found:
		return r.skip(CheckConsent, ch, ConsentMissing, ""), false
	case best.State == Granted:
		r.pass(CheckConsent, ch, "granted")
	case best.State == Pending && r.gate.policy.SingleOptIn:
		r.pass(CheckConsent, ch, "pending, single opt-in")
	case best.State == Pending:
		return r.skip(CheckConsent, ch, ConsentNotConfirmed, ""), false
	default:
		return r.skip(CheckConsent, ch, ConsentWithdrawn, ""), false
	}
	return Decision{}, true
}

// consent is the statement that holds at now: the latest, and of several of one
// instant the least permissive.
func (f *Facts) consent(now time.Time, ch interaction.Channel, p Purpose) (best Consent, found bool) {
	for i := range f.Consents {
		c := &f.Consents[i]
		if c.Purpose != p || (c.Channel != "" && c.Channel != ch) || c.Since.After(now) {
			continue
		}
		if !found || c.Since.After(best.Since) || (c.Since.Equal(best.Since) && c.State.strictness() > best.State.strictness()) {
			best, found = *c, true
		}
	}
	return best, found
}

// strictness orders the states; what is none of them allows nothing.
func (c ConsentState) strictness() int {
	if c < Granted || c > Withdrawn {
		return int(Withdrawn)
	}
	return int(c)
}

func (r *ruling) preference(ch interaction.Channel) (Decision, bool) {
	p := &r.facts.Preferences
	if r.lacks(FacetPreferences) {
		return r.unread(CheckPreference, ch, FacetPreferences), false
	}
	if len(p.Channels) > 0 && !slices.Contains(p.Channels, ch) {
		return r.skip(CheckPreference, ch, Preference, "other channels"), false
	}
	if r.message.Topic != "" && slices.Contains(p.TopicsOff, r.message.Topic) {
		return r.skip(CheckPreference, ch, Preference, r.message.Topic), false
	}
	r.pass(CheckPreference, ch, "")
	return Decision{}, true
}

func (r *ruling) complaint(ch interaction.Channel) (Decision, bool) {
	if !slices.Contains(r.gate.policy.Hold, r.message.Purpose) {
		return Decision{}, true
	}
	if r.facts.OpenComplaint {
		return r.skip(CheckComplaint, ch, OpenComplaint, ""), false
	}
	if r.lacks(FacetComplaint) {
		return r.unread(CheckComplaint, ch, FacetComplaint), false
	}
	r.pass(CheckComplaint, ch, "")
	return Decision{}, true
}

// settleZones finds the zones where the recipient may be: the known one, else what
// the policy for unknown zones says.
func (r *ruling) settleZones() {
	if r.zonesKnown {
		return
	}
	r.zonesKnown = true
	g, f := r.gate, r.facts
	unread := r.lacks(FacetZone)
	if unread {
		r.missing |= FacetZone
	} else if f.Zone != "" {
		if _, err := g.location(f.Zone); err == nil {
			r.place = f.Zone
			return
		}
	}
	switch {
	case g.policy.UnknownZone == MostRestrictive:
		r.places = g.policy.Zones
		if !unread && len(f.Candidates) > 0 && g.allKnown(f.Candidates) {
			r.places = f.Candidates
		}
	case g.policy.UnknownZone == DefaultZone && !unread:
		r.place = g.policy.DefaultZone
	default:
		r.blocked = true
	}
}

// zoneless answers where a check needs a zone and there is none. A zone that could
// not be read may be read later, and a default stands for one that is not known, not
// for one that is known elsewhere.
func (r *ruling) zoneless(c Check, ch interaction.Channel, name string) Decision {
	p := &r.gate.policy
	if r.lacks(FacetZone) && (p.Retry > 0 || p.UnknownZone == DefaultZone) {
		return r.unread(c, ch, FacetZone)
	}
	return r.skip(c, ch, UnknownZone, name)
}

const maxCandidates = 64

func (g *Gate) allKnown(list []string) bool {
	if len(list) > maxCandidates {
		return false
	}
	for _, zone := range list {
		if _, err := g.location(zone); err != nil {
			return false
		}
	}
	return true
}

// location keeps the zones that it has loaded; there are some six hundred names.
func (g *Gate) location(name string) (*time.Location, error) {
	g.mu.RLock()
	loc := g.zones[name]
	g.mu.RUnlock()
	if loc != nil {
		return loc, nil
	}
	loc, err := LoadZone(name)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.zones == nil {
		g.zones = make(map[string]*time.Location)
	}
	g.zones[name] = loc
	return loc, nil
}

// Warm loads the zones and compiles the policy's hours for them, so that no decision
// has to. ErrZone for a name that is no zone; the others are loaded all the same.
func (g *Gate) Warm(zones ...string) error {
	fs := faults{err: ErrZone}
	for _, zone := range zones {
		if _, err := g.location(zone); err != nil {
			fs.list = append(fs.list, err)
			continue
		}
		for i := range g.policy.Windows {
			if _, err := g.policy.Windows[i].Hours.In(zone); err != nil {
				fs.list = append(fs.list, fmt.Errorf("outreach: window %d: %w", i, err))
			}
		}
	}
	return fs.join()
}
