package outreach

import (
	"cmp"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/rapport-go/rapport/interaction"
)

// Scope is what an unsubscription or a grant is about. An empty field covers all.
type Scope struct {
	Channel interaction.Channel `json:"channel,omitzero"`
	Purpose Purpose             `json:"purpose,omitzero"`
	Topic   string              `json:"topic,omitzero"`
}

// Covers reports whether a message on the channel, for the purpose and topic, falls
// under the scope. A scope with a topic covers that topic only.
func (s Scope) Covers(ch interaction.Channel, p Purpose, topic string) bool {
	return (s.Channel == "" || s.Channel == ch) && (s.Purpose == "" || s.Purpose == p) && (s.Topic == "" || s.Topic == topic)
}

// Includes reports whether everything that t covers is covered by s.
func (s Scope) Includes(t Scope) bool {
	return (s.Channel == "" || s.Channel == t.Channel) && (s.Purpose == "" || s.Purpose == t.Purpose) && (s.Topic == "" || s.Topic == t.Topic)
}

// String writes channel:purpose:topic with "*" for what is covered whole.
func (s Scope) String() string {
	part := func(v string) string { return cmp.Or(v, "*") }
	return part(string(s.Channel)) + ":" + part(string(s.Purpose)) + ":" + part(s.Topic)
}

func (s Scope) compare(t Scope) int {
	return cmp.Or(cmp.Compare(s.Channel, t.Channel), cmp.Compare(s.Purpose, t.Purpose), strings.Compare(s.Topic, t.Topic))
}

// Optout is one unsubscription.
type Optout struct {
	Scope Scope     `json:"scope"`
	At    time.Time `json:"at"`
}

// Optouts are the unsubscriptions of one recipient that stand. The zero value is
// none. Values are immutable: every change gives a new one. An unsubscription is
// idempotent, and final until a grant that is later.
type Optouts struct{ list []Optout }

// NewOptouts gathers unsubscriptions in any order; a scope that comes twice counts
// from its earliest.
func NewOptouts(list ...Optout) Optouts {
	var o Optouts
	for _, one := range list {
		o = o.Unsubscribe(one.Scope, one.At)
	}
	return o
}

// Unsubscribe adds an unsubscription. A scope that is there keeps the earlier
// instant, so that repeating one changes nothing.
func (o Optouts) Unsubscribe(s Scope, at time.Time) Optouts {
	i, found := slices.BinarySearchFunc(o.list, s, func(e Optout, s Scope) int { return e.Scope.compare(s) })
	if found && !at.Before(o.list[i].At) {
		return o
	}
	list := slices.Clone(o.list)
	if found {
		list[i].At = at
	} else {
		list = slices.Insert(list, i, Optout{s, at})
	}
	return Optouts{list}
}

// Grant lifts every unsubscription that lies within the scope and before at. One
// that reaches beyond the scope stands, since the recipient took back more than is
// granted now; for what is granted it gives way in the gate to the consent of that
// instant.
func (o Optouts) Grant(s Scope, at time.Time) Optouts {
	list := slices.DeleteFunc(slices.Clone(o.list), func(e Optout) bool { return s.Includes(e.Scope) && e.At.Before(at) })
	if len(list) == len(o.list) {
		return o
	}
	return Optouts{list}
}

// Stops gives the latest unsubscription, made at now or before, that covers a
// message; ok is false when there is none.
func (o Optouts) Stops(now time.Time, ch interaction.Channel, p Purpose, topic string) (latest Optout, ok bool) {
	return o.stops(now, ch, p, topic, false)
}

// stops is Stops; named leaves out the unsubscriptions that name no purpose.
func (o Optouts) stops(now time.Time, ch interaction.Channel, p Purpose, topic string, named bool) (latest Optout, ok bool) {
	for i := range o.list {
		e := &o.list[i]
		if (!named || e.Scope.Purpose != "") && e.Scope.Covers(ch, p, topic) && !e.At.After(now) && (!ok || e.At.After(latest.At)) {
			latest, ok = *e, true
		}
	}
	return latest, ok
}

// All yields the unsubscriptions in order of scope.
func (o Optouts) All() iter.Seq[Optout] { return slices.Values(o.list) }

// Len is the number of unsubscriptions.
func (o Optouts) Len() int { return len(o.list) }

// MarshalJSON writes an array.
func (o Optouts) MarshalJSON() ([]byte, error) {
	if o.list == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(o.list)
}

// UnmarshalJSON reads an array in any order.
func (o *Optouts) UnmarshalJSON(data []byte) error {
	var list []Optout
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	*o = NewOptouts(list...)
	return nil
}

// The periods within which an unsubscription has to be honoured.
const (
	// OneClickPeriod is that of the large mailbox providers for one-click
	// unsubscription (Google and Yahoo sender requirements, 2024): two days.
	OneClickPeriod = 48 * time.Hour
	// CANSPAMBusinessDays is that of 16 CFR 316.5 and 15 U.S.C. 7704(a)(4).
	CANSPAMBusinessDays = 10
)

// Breach is a message that went out although the recipient had unsubscribed from
// it longer than the period before.
type Breach struct {
	Optout Optout        `json:"optout"`
	Sent   Sent          `json:"sent"`
	Late   time.Duration `json:"late_ns"` // after the period had ended
}

// Breaches looks through what was sent for messages that an unsubscription covers and
// which went out after it by the period or more: an audit of senders that do not pass
// the gate, which stops at once. The result is in the order of sent.
func (o Optouts) Breaches(sent iter.Seq[Sent], period time.Duration) []Breach {
	var out []Breach
	for s := range sent {
		for _, e := range o.list {
			due := e.At.Add(period)
			if e.Scope.Covers(s.Channel, s.Purpose, s.Topic) && !s.At.Before(due) {
				out = append(out, Breach{Optout: e, Sent: s, Late: s.At.Sub(due)})
				break
			}
		}
	}
	return out
}
