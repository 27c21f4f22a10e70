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
	Scope Scope `json:"scope"`
	// At is when it was first made. Zero is not known: then no consent is later, and only
	// [Optouts.Grant] lifts it.
	At time.Time `json:"at"`
	// Again is when it was last repeated; zero: never.
	Again time.Time `json:"again,omitzero"`
}

// last is the instant that a consent has to be later than.
func (e *Optout) last() time.Time {
	if e.Again.After(e.At) {
		return e.Again
	}
	return e.At
}

// join takes in an unsubscription of the same scope and reports whether that changed
// anything.
func (e *Optout) join(f Optout) bool {
	first, last := e.At, e.last()
	if f.At.Before(first) {
		first = f.At
	}
	if f.last().After(last) {
		last = f.last()
	}
	joined := Optout{Scope: e.Scope, At: first}
	if last.After(first) {
		joined.Again = last
	}
	same := joined.At.Equal(e.At) && joined.Again.Equal(e.Again)
	*e = joined
	return !same
}

// Optouts are the unsubscriptions of one recipient that stand. The zero value is
// none. Values are immutable: every change gives a new one. An unsubscription is
// idempotent, and final until a grant that is later than its last repetition.
type Optouts struct{ list []Optout }

// NewOptouts gathers unsubscriptions in any order; a scope that comes twice counts
// from its earliest, and its latest is when it was repeated.
func NewOptouts(list ...Optout) Optouts {
	if len(list) == 0 {
		return Optouts{}
	}
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b Optout) int { return a.Scope.compare(b.Scope) })
	out := sorted[:0]
	for _, one := range sorted {
		if n := len(out); n > 0 && out[n-1].Scope == one.Scope {
			out[n-1].join(one)
			continue
		}
		clean := Optout{Scope: one.Scope, At: one.At}
		clean.join(one)
		out = append(out, clean)
	}
	return Optouts{out}
}

// Unsubscribe adds an unsubscription. A scope that is there keeps its first instant,
// from which the period to honour it runs, and notes the last: whoever unsubscribes
// anew after a grant is unsubscribed. Repeating one of the same instant changes nothing.
func (o Optouts) Unsubscribe(s Scope, at time.Time) Optouts {
	i, found := slices.BinarySearchFunc(o.list, s, func(e Optout, s Scope) int { return e.Scope.compare(s) })
	one := Optout{Scope: s, At: at}
	if !found {
		return Optouts{slices.Insert(slices.Clone(o.list), i, one)}
	}
	joined := o.list[i]
	if !joined.join(one) {
		return o
	}
	list := slices.Clone(o.list)
	list[i] = joined
	return Optouts{list}
}

// by counts what was made after now, while the facts were being read, as made at now.
func (o Optouts) by(now time.Time) Optouts {
	list := o.list
	for i := range list {
		if list[i].At.After(now) {
			if &list[0] == &o.list[0] {
				list = slices.Clone(o.list)
			}
			list[i].At = now
		}
	}
	return Optouts{list}
}

// Grant lifts every unsubscription that lies within the scope and before at. One
// that reaches beyond the scope stands, since the recipient took back more than is
// granted now; for what is granted it gives way in the gate to the consent of that
// instant.
func (o Optouts) Grant(s Scope, at time.Time) Optouts {
	list := slices.DeleteFunc(slices.Clone(o.list), func(e Optout) bool { return s.Includes(e.Scope) && e.last().Before(at) })
	if len(list) == len(o.list) {
		return o
	}
	return Optouts{list}
}

// Stops gives the latest unsubscription, first made at now or before, that covers a
// message, one of unknown instant before all others; ok is false when there is none.
func (o Optouts) Stops(now time.Time, ch interaction.Channel, p Purpose, topic string) (latest Optout, ok bool) {
	return o.stops(now, ch, p, topic, false)
}

// stops is Stops; named leaves out the unsubscriptions that name no purpose.
func (o Optouts) stops(now time.Time, ch interaction.Channel, p Purpose, topic string, named bool) (latest Optout, ok bool) {
	for i := range o.list {
		e := &o.list[i]
		if (named && e.Scope.Purpose == "") || !e.Scope.Covers(ch, p, topic) || e.At.After(now) {
			continue
		}
		if !ok || (!latest.At.IsZero() && (e.At.IsZero() || e.last().After(latest.last()))) {
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
// the gate, which stops at once. A message for the purpose Service breaches only an
// unsubscription that names it. Of several that cover a message the earliest counts. The
// result is in the order of sent.
func (o Optouts) Breaches(sent iter.Seq[Sent], period time.Duration) []Breach {
	var out []Breach
	for s := range sent {
		first := -1
		for i := range o.list {
			e := &o.list[i]
			if (s.Purpose != Service || e.Scope.Purpose != "") && e.Scope.Covers(s.Channel, s.Purpose, s.Topic) &&
				(first < 0 || e.At.Before(o.list[first].At)) {
				first = i
			}
		}
		if first < 0 {
			continue
		}
		if due := o.list[first].At.Add(period); !s.At.Before(due) {
			out = append(out, Breach{Optout: o.list[first], Sent: s, Late: s.At.Sub(due)})
		}
	}
	return out
}
