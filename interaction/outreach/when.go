package outreach

import (
	"errors"
	"slices"
	"time"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/internal/civil"
)

// when finds the first instant that passes caps and quiet hours.
func (r *ruling) when(ch interaction.Channel) Decision {
	free, d, ok := r.caps(ch)
	if !ok {
		return d
	}
	at, d, ok := r.hours(ch, free)
	if !ok {
		return d
	}
	switch {
	case at.Equal(r.now):
		return Decision{Verdict: Send, Channel: ch}
	case r.expires(at):
		return r.skip(CheckExpiry, ch, Expired, "before it may go")
	}
	why := QuietHours
	if free.After(r.now) {
		why = CapReached
	}
	return Decision{Verdict: Defer, Channel: ch, Until: at, Reason: why}
}

// caps gives the first instant at which no cap is reached. Each cap has one: when the
// limit-th latest message that counts has left it.
func (r *ruling) caps(ch interaction.Channel) (free time.Time, d Decision, ok bool) {
	free = r.now
	m, p := r.message, &r.gate.policy
	gap := Cap{Name: "preferred gap", Limit: 1, Window: r.facts.Preferences.Gap}
	useGap := gap.Window > 0 && p.needsConsent(m.Purpose)
	counted := useGap
	for i := range p.Caps {
		counted = counted || p.Caps[i].matches(ch, m.Purpose)
	}
	if !counted {
		return free, Decision{}, true
	}
	if r.lacks(FacetHistory) {
		return free, r.unread(CheckCaps, ch, FacetHistory), false
	}
	name := ""
	later := func(c *Cap, at time.Time) {
		if at.After(free) {
			free, name = at, c.Name
		}
	}
	if useGap {
		later(&gap, r.leaves(&gap, true))
	}
	for i := range p.Caps {
		c := &p.Caps[i]
		if !c.matches(ch, m.Purpose) {
			continue
		}
		at := r.leaves(c, false)
		if r.blocked {
			return free, r.zoneless(CheckCaps, ch, c.Name), false
		}
		later(c, at)
	}
	if free.After(r.now) {
		r.trace = append(r.trace, Line{Check: CheckCaps, Channel: ch, Reason: CapReached, Name: name, Until: free})
	} else {
		r.pass(CheckCaps, ch, "")
	}
	return free, Decision{}, true
}

// leaves is the instant at which the cap has room; the zero time where it has room anyway.
func (r *ruling) leaves(c *Cap, consented bool) time.Time {
	if c.LocalDays > 0 {
		if r.settleZones(); r.blocked {
			return time.Time{}
		}
	}
	last, ok := r.nthLatest(c, consented)
	if !ok {
		return time.Time{}
	}
	if c.Window > 0 {
		return last.Add(c.Window)
	}
	if r.now.Sub(last) > time.Duration(c.LocalDays+2)*26*time.Hour { // more than so many days in any zone
		return time.Time{}
	}
	var free time.Time
	for i := range r.zones() {
		loc, err := r.gate.location(r.zone(i))
		if err != nil { // they are loaded already
			continue
		}
		if at := localDay(last, loc).AddDays(c.LocalDays).Start(loc); at.After(free) {
			free = at
		}
	}
	return free
}

// localDay is the day of t by rule R: the one whose start is the last at t or before,
// although a clock that is put back over midnight may read the day before once more.
func localDay(t time.Time, loc *time.Location) civil.Date {
	d := civil.Of(t.In(loc))
	if next := d.AddDays(1); !next.Start(loc).After(t) {
		return next
	}
	return d
}

// nthLatest is the instant of the Limit-th latest message that the cap counts.
func (r *ruling) nthLatest(c *Cap, consented bool) (time.Time, bool) {
	const few = 16
	var buf [few]time.Time
	top := buf[:0] // latest first
	sent := r.facts.Sent
	if c.Limit > len(sent) {
		return time.Time{}, false
	}
	if c.Limit > few {
		return r.nthOfMany(c, consented)
	}
	for i := range sent {
		s := &sent[i]
		if !r.counts(c, s, consented) || (len(top) == c.Limit && !s.At.After(top[len(top)-1])) {
			continue
		}
		if len(top) < c.Limit {
			top = append(top, s.At)
		}
		k := len(top) - 1
		for ; k > 0 && s.At.After(top[k-1]); k-- {
			top[k] = top[k-1]
		}
		top[k] = s.At
	}
	if len(top) < c.Limit {
		return time.Time{}, false
	}
	return top[c.Limit-1], true
}

func (r *ruling) counts(c *Cap, s *Sent, consented bool) bool {
	return c.matches(s.Channel, s.Purpose) && (!consented || r.gate.policy.needsConsent(s.Purpose))
}

func (r *ruling) nthOfMany(c *Cap, consented bool) (time.Time, bool) {
	var all []time.Time
	for i := range r.facts.Sent {
		if r.counts(c, &r.facts.Sent[i], consented) {
			all = append(all, r.facts.Sent[i].At)
		}
	}
	if len(all) < c.Limit {
		return time.Time{}, false
	}
	slices.SortFunc(all, func(a, b time.Time) int { return b.Compare(a) })
	return all[c.Limit-1], true
}

// hours gives the first instant from free on at which every window of the message
// and the recipient's own hours are open.
func (r *ruling) hours(ch interaction.Channel, free time.Time) (time.Time, Decision, bool) {
	windows := r.gate.policy.Windows
	asked := r.facts.Hours != nil
	for i := range windows {
		if !windows[i].matches(ch, r.message.Purpose) {
			continue
		}
		asked = true
		if r.settleZones(); r.blocked {
			return free, r.zoneless(CheckHours, ch, windows[i].Name), false
		}
	}
	if r.lacks(FacetHours) {
		return free, r.unread(CheckHours, ch, FacetHours), false
	}
	if !asked {
		return free, Decision{}, true
	}
	name, err := "", error(nil)
	s := newSearch(free)
	for {
		if name, err = r.round(ch, &s, name); err != nil {
			return free, r.skip(CheckHours, ch, QuietHours, never(err)), false
		}
		if s.settled() {
			break
		}
		if s.over() {
			return free, r.skip(CheckHours, ch, QuietHours, "never open"), false
		}
	}
	if s.t.After(free) {
		r.trace = append(r.trace, Line{Check: CheckHours, Channel: ch, Reason: QuietHours, Name: name, Until: s.t})
	} else {
		r.pass(CheckHours, ch, "")
	}
	return s.t, Decision{}, true
}

// round asks every window in every zone, and the recipient's hours, once. The name
// is that of the first window that was closed.
func (r *ruling) round(ch interaction.Channel, s *search, name string) (string, error) {
	moved := func(before time.Time, by string) {
		if name == "" && s.t.After(before) {
			name = by
		}
	}
	windows := r.gate.policy.Windows
	for i := range windows {
		w := &windows[i]
		if !w.matches(ch, r.message.Purpose) {
			continue
		}
		for k := range r.zones() {
			zone := r.zone(k)
			c, err := w.Hours.In(zone)
			if err != nil {
				return name, err
			}
			before := s.t
			u, err := c.NextOpen(before)
			if err == nil {
				err = s.move(u)
			}
			if err != nil {
				return name, err
			}
			moved(before, zone)
		}
	}
	if r.facts.Hours != nil {
		before := s.t
		if err := s.open(r.facts.Hours); err != nil {
			return name, err
		}
		moved(before, "own hours")
	}
	return name, nil
}

func never(err error) string {
	if errors.Is(err, businesstime.ErrNeverOpen) || errors.Is(err, businesstime.ErrHorizon) || errors.Is(err, ErrNeverOpen) {
		return "never open"
	}
	return "hours not known"
}
