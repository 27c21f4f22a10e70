package outreach

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/businesstime"
)

// Cap limits how many messages a recipient gets. Exactly one of Window and LocalDays
// is set. Messages count, and are limited, when they match the channels and
// purposes; an empty list matches all.
type Cap struct {
	Name  string // for the trace
	Limit int    // at least one
	// Window is the length of a rolling window: a message sent a whole window ago no
	// longer counts.
	Window time.Duration
	// LocalDays counts by dates of the recipient's zone: 1 is a calendar day, 7 that day
	// and the six before it. Where the zone is not known the policy for unknown zones
	// decides.
	LocalDays int
	Channels  []interaction.Channel
	Purposes  []Purpose
}

func (c *Cap) matches(ch interaction.Channel, p Purpose) bool {
	return (len(c.Channels) == 0 || slices.Contains(c.Channels, ch)) && (len(c.Purposes) == 0 || slices.Contains(c.Purposes, p))
}

// Window is the time of the recipient's day in which messages may arrive; the rest
// is quiet. Every window that matches a message has to be open.
type Window struct {
	Name     string // for the trace
	Hours    *Hours
	Channels []interaction.Channel // empty: all
	Purposes []Purpose             // empty: all
}

func (w *Window) matches(ch interaction.Channel, p Purpose) bool {
	return (len(w.Channels) == 0 || slices.Contains(w.Channels, ch)) && (len(w.Purposes) == 0 || slices.Contains(w.Purposes, p))
}

// Policy is what a host allows itself. The zero value asks for consent to everything
// but service messages, takes an unconfirmed consent for none, and has no caps and no
// quiet hours.
type Policy struct {
	// NoConsent are the purposes that need no consent record. Nil is Service alone. An
	// unsubscription that names such a purpose holds for it all the same, which a consent
	// record that was withdrawn does not.
	NoConsent []Purpose
	// SingleOptIn takes a pending consent for a grant. Otherwise (double opt-in) it
	// takes the confirmation.
	SingleOptIn bool
	// Hold are the purposes that wait until a complaint is closed: they are skipped.
	Hold    []Purpose
	Caps    []Cap
	Windows []Window
	// UnknownZone says what holds where a check needs the recipient's zone and it is
	// not known. The zero value is Block.
	UnknownZone ZonePolicy
	DefaultZone string   // for the policy DefaultZone
	Zones       []string // where recipients may be, for MostRestrictive; facts may narrow it
	// Fallback tries the channels of a message in their order until one is not
	// skipped. Without it only the first channel counts.
	Fallback bool
	// FallbackOnDefer goes on to the next channel also when the earlier one would have
	// to wait. Where none can go at once the one that can go first waits. It needs
	// Fallback.
	FallbackOnDefer bool
	// Retry defers a message by so much when a fact could not be read. Zero skips it.
	Retry time.Duration
}

const (
	maxRules     = 1000
	maxCapLimit  = 1_000_000
	maxLocalDays = 3660
)

// Validate reports every fault of the policy, joined; each unwraps to [ErrPolicy],
// or to [ErrZone] for a name that is no zone.
func (p *Policy) Validate() error {
	fs := faults{err: ErrPolicy}
	for i := range p.Caps {
		p.Caps[i].check(&fs, fmt.Sprintf("Caps[%d]", i))
	}
	for i := range p.Windows {
		at := fmt.Sprintf("Windows[%d]", i)
		if p.Windows[i].Hours == nil {
			fs.add(at+".Hours", nil, "is required")
		}
		checkChannels(&fs, at+".Channels", p.Windows[i].Channels, false)
	}
	if len(p.Caps) > maxRules || len(p.Windows) > maxRules {
		fs.add("Policy", nil, fmt.Sprintf("has more than %d caps or windows", maxRules))
	}
	p.checkZones(&fs)
	if p.FallbackOnDefer && !p.Fallback {
		fs.add("FallbackOnDefer", true, "needs Fallback")
	}
	if p.Retry < 0 {
		fs.add("Retry", p.Retry, "must not be negative")
	}
	return fs.join()
}

func (c *Cap) check(fs *faults, at string) {
	if c.Limit < 1 || c.Limit > maxCapLimit {
		fs.add(at+".Limit", c.Limit, "must be 1 to 1,000,000")
	}
	if (c.Window > 0) == (c.LocalDays > 0) || c.Window < 0 || c.LocalDays < 0 || c.LocalDays > maxLocalDays {
		fs.add(at, nil, fmt.Sprintf("must have either Window above zero or LocalDays of 1 to %d", maxLocalDays))
	}
	checkChannels(fs, at+".Channels", c.Channels, false)
}

func (p *Policy) checkZones(fs *faults) {
	zone := func(field, name string) {
		if _, err := LoadZone(name); err != nil {
			fs.list = append(fs.list, fmt.Errorf("%w: %s: %w", ErrPolicy, field, err))
		}
	}
	for i, name := range p.Zones {
		zone(fmt.Sprintf("Zones[%d]", i), name)
	}
	if len(p.Zones) > 64 {
		fs.add("Zones", len(p.Zones), "has more than 64 zones")
	}
	switch p.UnknownZone {
	case 0, Block:
	case MostRestrictive:
		if len(p.Zones) == 0 {
			fs.add("Zones", nil, "is required by the policy most_restrictive")
		}
	case DefaultZone:
		zone("DefaultZone", p.DefaultZone)
		return
	default:
		fs.add("UnknownZone", p.UnknownZone, "is not one of its values")
	}
	if p.DefaultZone != "" {
		zone("DefaultZone", p.DefaultZone)
	}
}

func (p *Policy) needsConsent(purpose Purpose) bool {
	if p.NoConsent == nil {
		return purpose != Service
	}
	return !slices.Contains(p.NoConsent, purpose)
}

func (p *Policy) clone() Policy {
	c := *p
	if p.NoConsent != nil {
		c.NoConsent = append([]Purpose{}, p.NoConsent...)
	}
	c.Hold, c.Zones = slices.Clone(p.Hold), slices.Clone(p.Zones)
	c.Caps, c.Windows = slices.Clone(p.Caps), slices.Clone(p.Windows)
	for i := range c.Caps {
		c.Caps[i].Channels, c.Caps[i].Purposes = slices.Clone(c.Caps[i].Channels), slices.Clone(c.Caps[i].Purposes)
	}
	for i := range c.Windows {
		c.Windows[i].Channels, c.Windows[i].Purposes = slices.Clone(c.Windows[i].Channels), slices.Clone(c.Windows[i].Purposes)
	}
	return c
}

// DefaultPolicy is a careful start, to be replaced by the host's own. Messages for
// marketing and research are held while a complaint is open, and limited to one a local
// day and three in seven days. They may arrive from 08:00 to 21:00 of the recipient's
// day on every channel; so may messages for any purpose by phone, "sms" and "push". Those
// are the calling hours of 47 CFR 64.1200(c)(1). Where one of these needs a zone that is
// not known, nothing goes. The next channel is tried where one is skipped.
func DefaultPolicy() Policy {
	const hour = 3600
	day := mustDaily(8*hour, 21*hour)
	wanted := []Purpose{Marketing, Research}
	return Policy{
		Hold: wanted,
		Caps: []Cap{
			{Name: "one a day", Limit: 1, LocalDays: 1, Purposes: wanted},
			{Name: "three a week", Limit: 3, Window: 7 * 24 * time.Hour, Purposes: wanted},
		},
		Windows: []Window{
			{Name: "day", Hours: day, Purposes: wanted},
			{Name: "day, aloud", Hours: day, Channels: []interaction.Channel{interaction.Phone, "sms", "push"}},
		},
		UnknownZone: Block,
		Fallback:    true,
	}
}

// mustDaily is DailyHours of constants.
func mustDaily(open, end businesstime.TimeOfDay) *Hours {
	h, err := DailyHours(open, end)
	if err != nil {
		panic("outreach: " + err.Error())
	}
	return h
}
