package interaction

import (
	"iter"
	"time"
)

// A SessionEnd says how a self-service session ended, as far as the session
// itself could tell.
type SessionEnd uint8

// The ends of a session.
const (
	SessionConfirmed SessionEnd = iota + 1 // the customer said that it helped
	SessionAssumed                         // nothing was said: assumed to have helped
	SessionFailed                          // the customer said that it did not help
	SessionHandedOff                       // it was handed to a person
)

var sessionNames = []string{"confirmed", "assumed", "failed", "handed_off"}

// String names the end.
func (s SessionEnd) String() string { return enumString("session end", sessionNames, s) }

// MarshalText writes the name; an unset end is an error.
func (s SessionEnd) MarshalText() ([]byte, error) { return enumMarshal("session end", sessionNames, s) }

// UnmarshalText reads a name.
func (s *SessionEnd) UnmarshalText(text []byte) error {
	return enumParse("session end", sessionNames, text, s)
}

// A SelfServiceSession is a visit to the FAQ, the voice menu or the bot.
type SelfServiceSession struct {
	ID       string
	Customer string
	Issue    string
	Ended    time.Time
	End      SessionEnd
}

// A Deflection says whether self-service spared the customer a contact.
type Deflection uint8

// The verdicts on a session.
const (
	DeflectionYes          Deflection = iota + 1 // no contact with a person followed inside the window
	DeflectionNo                                 // one followed, or the session failed or was handed off
	DeflectionUndetermined                       // the window is still open
)

var deflectionNames = []string{"yes", "no", "undetermined"}

// String names the verdict.
func (d Deflection) String() string { return enumString("deflection", deflectionNames, d) }

// MarshalText writes the name; an unset verdict is an error.
func (d Deflection) MarshalText() ([]byte, error) {
	return enumMarshal("deflection", deflectionNames, d)
}

// UnmarshalText reads a name.
func (d *Deflection) UnmarshalText(text []byte) error {
	return enumParse("deflection", deflectionNames, text, d)
}

// Assisted keeps the contacts on channels in which a person of the business takes
// part. A channel without a profile counts as assisted.
func (ps *Profiles) Assisted(contacts iter.Seq[Contact]) iter.Seq[Contact] {
	return func(yield func(Contact) bool) {
		for c := range contacts {
			if p, known := ps.Lookup(c.Channel); known && !p.Assisted {
				continue
			}
			if !yield(c) {
				return
			}
		}
	}
}

// Deflection decides whether a session spared a contact, as seen at now, and says
// why. The book must hold assisted contacts only, see Profiles.Assisted.
//
// A session that failed or was handed off did not. Otherwise it did when the same
// customer made no contact about the same issue in the window after its end (the
// last instant included); until the window has passed it is undetermined, even
// when the customer said that it helped. What merely was not followed by anything
// counts as deflected for want of a better witness, so read the rate as an upper
// bound.
func (b *ContactBook) Deflection(s SelfServiceSession, window time.Duration, now time.Time) (Deflection, Trace) {
	const rule = "deflection"
	var why Trace
	switch {
	case s.Ended.IsZero() || s.Ended.After(now):
		why.say(rule, "the session has not ended")
		return DeflectionUndetermined, why
	case s.End == SessionFailed || s.End == SessionHandedOff:
		why.say(rule, "the session ended %s", s.End)
		return DeflectionNo, why
	}
	end := s.Ended.Add(max(window, 0))
	seen := end
	if now.Before(seen) {
		seen = now
	}
	if at, ok := b.firstIn(s.Customer, s.Issue, s.Ended, seen); ok {
		why.sayAt(at, rule, "the customer asked a person about %q inside the window", s.Issue)
		return DeflectionNo, why
	}
	if !now.After(end) {
		why.sayAt(end, rule, "nobody was asked so far, but the window is open until its end")
		return DeflectionUndetermined, why
	}
	why.sayAt(end, rule, "nobody was asked until the window ended; the session ended %s", s.End)
	return DeflectionYes, why
}

// DeflectionCounts counts verdicts. The zero value is empty; Merge joins shards.
type DeflectionCounts struct {
	Yes          int64 `json:"yes"`
	Confirmed    int64 `json:"confirmed"` // of Yes: the customer said that it helped
	No           int64 `json:"no"`
	Undetermined int64 `json:"undetermined"`
}

// CountDeflections judges every session and counts the verdicts.
func (b *ContactBook) CountDeflections(sessions iter.Seq[SelfServiceSession], window time.Duration, now time.Time) DeflectionCounts {
	var c DeflectionCounts
	for s := range sessions {
		switch v, _ := b.Deflection(s, window, now); v {
		case DeflectionYes:
			c.Yes++
			if s.End == SessionConfirmed {
				c.Confirmed++
			}
		case DeflectionNo:
			c.No++
		default:
			c.Undetermined++
		}
	}
	return c
}

// Merge gives the counts of both.
func (c DeflectionCounts) Merge(d DeflectionCounts) DeflectionCounts {
	return DeflectionCounts{c.Yes + d.Yes, c.Confirmed + d.Confirmed, c.No + d.No, c.Undetermined + d.Undetermined}
}

// Rate is yes / (yes + no); what is undetermined stays out. Without a verdict it
// is ErrNoData.
func (c DeflectionCounts) Rate() (Share, error) { return newShare(c.Yes, c.Yes+c.No, "deflection") }

// ConfirmedRate is confirmed / (yes + no): the careful reading.
func (c DeflectionCounts) ConfirmedRate() (Share, error) {
	return newShare(c.Confirmed, c.Yes+c.No, "deflection")
}
