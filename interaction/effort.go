package interaction

import (
	"fmt"
	"time"
)

// Effort is what it cost a customer to get an issue settled, as counts. The zero
// value is no effort; Merge joins issues or shards.
type Effort struct {
	Contacts  int64         `json:"contacts"`  // inbound contacts by people
	Repeats   int64         `json:"repeats"`   // of them: came back about the same issue
	Transfers int64         `json:"transfers"` // passed from hand to hand
	Hops      int64         `json:"hops"`      // had to change the channel
	ReAsked   int64         `json:"re_asked"`  // data given before and asked for again
	Over      time.Duration `json:"over_ns"`   // waited beyond what was promised
}

// Merge gives the effort of both.
func (e Effort) Merge(f Effort) Effort {
	return Effort{
		Contacts: e.Contacts + f.Contacts, Repeats: e.Repeats + f.Repeats, Transfers: e.Transfers + f.Transfers,
		Hops: e.Hops + f.Hops, ReAsked: e.ReAsked + f.ReAsked, Over: e.Over + f.Over,
	}
}

// EffortWeights turn effort into points. They are a host's judgement; there is no
// published scale.
type EffortWeights struct {
	Repeat   float64
	Transfer float64
	Hop      float64
	ReAsk    float64
	OverHour float64 // for each hour over the promise
}

// DefaultEffortWeights count a transfer, a hop and a question asked again as one
// point, a repeat contact as 1.4 (second contacts take 30 to 50 % longer,
// LimeBridge) and an hour over the promise as half a point.
func DefaultEffortWeights() EffortWeights {
	return EffortWeights{Repeat: 1.4, Transfer: 1, Hop: 1, ReAsk: 1, OverHour: 0.5}
}

// Points weighs the effort: 0 or more with weights of 0 or more.
func (e Effort) Points(w EffortWeights) float64 {
	return w.Repeat*float64(e.Repeats) + w.Transfer*float64(e.Transfers) + w.Hop*float64(e.Hops) +
		w.ReAsk*float64(e.ReAsked) + w.OverHour*e.Over.Hours()
}

// Explain says what the points are made of.
func (e Effort) Explain(w EffortWeights) Trace {
	var why Trace
	add := func(what string, n int64, weight float64) {
		if n != 0 {
			why.say("effort", "%d %s at %.2f: %.2f", n, what, weight, weight*float64(n))
		}
	}
	add("repeat contacts", e.Repeats, w.Repeat)
	add("transfers", e.Transfers, w.Transfer)
	add("channel changes", e.Hops, w.Hop)
	add("questions asked again", e.ReAsked, w.ReAsk)
	if e.Over != 0 {
		why.say("effort", "%s over the promise at %.2f an hour: %.2f", e.Over, w.OverHour, w.OverHour*e.Over.Hours())
	}
	why.say("effort", "%.2f points over %d contacts", e.Points(w), e.Contacts)
	return why
}

// A TopicEffort is the effort that one issue cost one customer.
type TopicEffort struct {
	Customer string
	Issue    string
	Effort   Effort
}

// effortState follows one issue through its records.
type effortState struct {
	index    int
	begun    bool
	channel  Channel
	last     *Interaction // latest record by a person
	resolved bool
}

// EffortLedger lists the effort of every issue that the records name, in order
// of the first contact.
//
// An inbound contact by a person is a repeat when it is not the first about its
// issue and does not answer us: it answers us when the record before it on the
// issue is an outbound one of the same thread that did not say resolved. It is a
// hop when it uses another channel than the customer's contact before it. A record
// whose outcome is transferred is a transfer; ReAsked and Over are added up from
// every record.
func (t Timeline) EffortLedger() []TopicEffort {
	states := make(map[topicKey]*effortState)
	var out []TopicEffort
	t.byTime.walk(nil, nil, func(x *Interaction) bool {
		if x.Issue == "" {
			return true
		}
		key := topicKey{x.Customer, x.Issue}
		s, ok := states[key]
		if !ok {
			s = &effortState{index: len(out)}
			states[key] = s
			out = append(out, TopicEffort{Customer: x.Customer, Issue: x.Issue})
		}
		s.follow(x, &out[s.index].Effort)
		return true
	})
	return out
}

func (s *effortState) follow(x *Interaction, e *Effort) {
	e.ReAsked += int64(len(x.ReAsked))
	e.Over += x.Over
	if x.Outcome == OutcomeTransferred {
		e.Transfers++
	}
	if !x.IsHuman() && x.Direction != Outbound {
		return
	}
	if x.Direction == Inbound {
		e.Contacts++
		if s.begun {
			if !s.answers(x) {
				e.Repeats++
			}
			if x.Channel != s.channel {
				e.Hops++
			}
		}
		s.begun, s.channel = true, x.Channel
	}
	if x.Outcome != 0 {
		s.resolved = x.Outcome == OutcomeResolved
	}
	s.last = x
}

func (s *effortState) answers(x *Interaction) bool {
	return s.last.Direction == Outbound && s.last.Thread != "" && s.last.Thread == x.Thread && !s.resolved
}

// TotalEffort adds up a ledger.
func TotalEffort(ledger []TopicEffort) Effort {
	var sum Effort
	for _, e := range ledger {
		sum = sum.Merge(e.Effort)
	}
	return sum
}

// Effort is what the case itself knows of the customer's effort: contacts,
// transfers and channel changes by hand-off; each contact after a resolution is
// a repeat. Seen at now, Over adds up by how much promises were missed.
func (c Case) Effort(now time.Time) Effort {
	e := Effort{Contacts: int64(c.Contacts()), Transfers: int64(c.Transfers()), Repeats: int64(c.Reopened)}
	for _, h := range c.HandOffs {
		if h.IsHop() {
			e.Hops++
		}
	}
	for _, p := range c.Promises {
		if late, ok := p.Late(now); ok {
			e.Over += late
		}
	}
	return e
}

// String writes the counts on one line.
func (e Effort) String() string {
	return fmt.Sprintf("%d contacts, %d repeats, %d transfers, %d channel changes, %d asked again, %s over",
		e.Contacts, e.Repeats, e.Transfers, e.Hops, e.ReAsked, e.Over)
}
