package sla

import (
	"sort"
	"time"
)

// Metric names what a clock measures. Hosts may add their own, see [Clock].
type Metric string

// The metrics that every set knows.
const (
	// FirstResponse runs from the customer's first message (or the case that a
	// customer opened) to the first public answer of a person. It runs once.
	FirstResponse Metric = "first_response"
	// NextResponse runs from the oldest unanswered customer message to the next
	// public answer, and never before the first response has been given.
	NextResponse Metric = "next_response"
	// UpdateCadence runs from each public answer to the next.
	UpdateCadence Metric = "update_cadence"
	// TimeToOwn runs from creation to assignment, and again when a case loses its owner.
	TimeToOwn Metric = "time_to_own"
	// Resolution runs from creation to resolved or closed.
	Resolution Metric = "resolution"
)

// Status is the state of a case as far as clocks care. Hosts may use further ones;
// they count as open.
type Status string

// The statuses with a meaning of their own. On resolved and closed no clock runs;
// merged and spam end every clock without a verdict. A case that turns out to be
// none of the two goes on: the clocks that had ended so are opened again, as the
// rule's [Reopen] says.
const (
	StatusNew      Status = "new"
	StatusOpen     Status = "open"
	StatusPending  Status = "pending"
	StatusOnHold   Status = "on_hold"
	StatusResolved Status = "resolved"
	StatusClosed   Status = "closed"
	StatusMerged   Status = "merged"
	StatusSpam     Status = "spam"
)

// isDone reports whether work on the case has ended, until it is opened again or for good.
func (s Status) isDone() bool { return s == StatusResolved || s == StatusClosed }

// isVoid reports whether the case is no case any more.
func (s Status) isVoid() bool { return s == StatusMerged || s == StatusSpam }

// Actor is who did what a signal reports.
type Actor int

// The actors. An unset actor of a creation is the customer.
const (
	Customer Actor = iota + 1
	Agent
	Bot
)

var actorNames = [...]string{"", "customer", "agent", "bot"}

// String names the actor.
func (a Actor) String() string { return enumText(int(a), actorNames[:]) }

// MarshalText writes the name.
func (a Actor) MarshalText() ([]byte, error) { return enumMarshal(int(a), actorNames[:]) }

// UnmarshalText reads the name.
func (a *Actor) UnmarshalText(text []byte) error {
	return enumUnmarshal((*int)(a), text, actorNames[:])
}

// Kind is what a signal reports.
type Kind int

// The kinds of signals.
const (
	// Created opens the case; By tells who did, Status and Facts may be set. A
	// second creation (of a case that was merged into this one) counts as a message of the customer.
	Created Kind = iota + 1
	// StatusChange sets Status.
	StatusChange
	// CustomerMessage is a message that a person on the customer's side wrote.
	CustomerMessage
	// AgentPublic is an answer that the customer can see, written by a person.
	AgentPublic
	// AgentPrivate is a note. It moves no clock.
	AgentPrivate
	// AutoReply is anything that a machine sent by itself on either side: receipts,
	// out-of-office mail, bulk mail (RFC 3834). It moves no clock.
	AutoReply
	// BotPublic is an answer of a bot; it counts where a rule says so.
	BotPublic
	// Assigned gives the case an owner.
	Assigned
	// Unassigned takes the owner away.
	Unassigned
	// FactsChange sets the Facts that it carries; policies are matched again.
	FactsChange
	// TargetChange sets other Targets for this case. Any other signal may carry
	// targets too. They hold until the case comes under another policy, or another
	// version of its policy.
	TargetChange
	// Custom is an event of the host's, told apart by Name.
	Custom
)

var kindNames = [...]string{
	"", "created", "status", "customer", "agent_public", "agent_private", "auto_reply", "bot_public",
	"assigned", "unassigned", "facts", "target_change", "custom",
}

// IsValid reports whether k is one of the kinds.
func (k Kind) IsValid() bool { return k >= Created && k <= Custom }

// String names the kind.
func (k Kind) String() string { return enumText(int(k), kindNames[:]) }

// MarshalText writes the name.
func (k Kind) MarshalText() ([]byte, error) { return enumMarshal(int(k), kindNames[:]) }

// UnmarshalText reads the name.
func (k *Kind) UnmarshalText(text []byte) error { return enumUnmarshal((*int)(k), text, kindNames[:]) }

// Facts are what policies are matched on: tier, channel, priority, language.
type Facts map[string]string

// Target sets another target for one metric.
type Target struct {
	Metric Metric
	Amount Amount
}

// Signal is one thing that happened to a case.
type Signal struct {
	ID      string // the host's key; a signal whose ID was seen before is ignored. Empty: never equal
	At      time.Time
	Kind    Kind
	By      Actor
	Status  Status
	Name    string   // for Custom
	Facts   Facts    // these facts change; others stay
	Targets []Target // of one metric the first counts
}

// History is the signals of one case.
type History struct {
	Case    string
	Signals []Signal
	// At is the instant for which the case is judged; the zero time is that of the last signal.
	At time.Time
}

// ordered gives the signals by time, those of the same instant in their given
// order. It copies only where it must.
func ordered(signals []Signal) []Signal {
	for i := 1; i < len(signals); i++ {
		if signals[i].At.Before(signals[i-1].At) {
			out := append([]Signal(nil), signals...)
			sort.SliceStable(out, func(i, j int) bool { return out[i].At.Before(out[j].At) })
			return out
		}
	}
	return signals
}

// firsts tells which signals of an ordered history are the first with their ID.
type firsts struct {
	maybe [16]uint64 // a bit per hash of an ID: where it is not set, the ID is new
	many  map[string]struct{}
}

// few is up to how many signals a search costs less than a map.
const few = 128

// first is asked of every index in turn.
func (f *firsts) first(history []Signal, i int) bool {
	id := history[i].ID
	if id == "" {
		return true
	}
	if len(history) > few {
		if f.many == nil {
			f.many = make(map[string]struct{}, len(history))
		}
		if _, ok := f.many[id]; ok {
			return false
		}
		f.many[id] = struct{}{}
		return true
	}
	word, bit := spread(hash(id))
	if f.maybe[word]&bit != 0 {
		for k := range i {
			if history[k].ID == id {
				return false
			}
		}
	}
	f.maybe[word] |= bit
	return true
}

// hash is FNV-1a.
func hash(id string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	return h
}

// spread picks one of 1,024 bits.
func spread(h uint64) (word int, bit uint64) { return int(h >> 6 & 15), 1 << (h & 63) }

// Merge joins the history of a case that was merged into another. The earliest
// creation starts the clocks, every message is kept, and only into's statuses,
// owners, facts and targets count.
func Merge(into, from []Signal) []Signal {
	out := append([]Signal(nil), into...)
	for _, s := range from {
		switch s.Kind {
		case Created:
			s.Status, s.Facts = "", nil
			out = append(out, s)
		case CustomerMessage, AgentPublic, AgentPrivate, AutoReply, BotPublic, Custom:
			out = append(out, s)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].At.Before(out[j].At) })
	return firstCreationSpeaks(out, into)
}

// firstCreationSpeaks gives the status and facts with which into began to the
// creation that now comes first.
func firstCreationSpeaks(all, into []Signal) []Signal {
	var own *Signal
	for i := range into {
		if into[i].Kind == Created {
			own = &into[i]
			break
		}
	}
	for i := range all {
		if all[i].Kind == Created && own != nil {
			all[i].Status, all[i].Facts = own.Status, own.Facts
			break
		}
	}
	return all
}
