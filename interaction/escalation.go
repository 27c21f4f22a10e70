package interaction

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Sentinels of escalation.
var (
	// ErrEarly marks a climb before the time to accept has run out.
	ErrEarly = errors.New("interaction: too early")
	// ErrTop means that an escalation stands on the top rung and cannot climb.
	ErrTop = errors.New("interaction: no rung above")
)

// An EscalationKind says what an escalation asks for.
type EscalationKind uint8

// The kinds of escalation.
const (
	Functional   EscalationKind = iota + 1 // another skill
	Hierarchical                           // more authority
)

var escalationNames = []string{"functional", "hierarchical"}

// String names the kind.
func (k EscalationKind) String() string { return enumString("escalation kind", escalationNames, k) }

// MarshalText writes the name; an unset kind is an error.
func (k EscalationKind) MarshalText() ([]byte, error) {
	return enumMarshal("escalation kind", escalationNames, k)
}

// UnmarshalText reads a name.
func (k *EscalationKind) UnmarshalText(text []byte) error {
	return enumParse("escalation kind", escalationNames, text, k)
}

// A Rung is one step of a ladder: who is asked, and how long they have to accept.
type Rung struct {
	To     string // team, skill or role, such as "supervisor"
	Accept Target // time to accept, from the instant they were asked
}

// A Ladder is the way an escalation climbs while nobody accepts it. It is never
// changed after it was made.
type Ladder struct {
	name  string
	kind  EscalationKind
	rungs []Rung
}

// NewLadder makes a ladder of at least one rung. It reports a malformed name, an
// unknown kind, rungs without an addressee, with the addressee of the rung below
// (ErrDuplicate), or without a positive time to accept, all at once.
func NewLadder(name string, kind EscalationKind, rungs ...Rung) (*Ladder, error) {
	var fs faults
	if !isName(name) {
		fs.add("name", name, nameRule)
	}
	if !enumValid(escalationNames, kind) {
		fs.add("kind", kind.String(), "is unknown")
	}
	if len(rungs) == 0 {
		fs.add("rungs", "", "must hold at least one")
	}
	for i, r := range rungs {
		path := fmt.Sprintf("rungs[%d]", i)
		fs.id(path+".to", r.To, true)
		if i > 0 && r.To != "" && r.To == rungs[i-1].To {
			fs.addAs(ErrDuplicate, path+".to", r.To, "is the rung below")
		}
		if err := r.Accept.validate(); err != nil || r.Accept.IsZero() {
			fs.add(path+".accept", r.Accept.String(), "must be set and not negative")
		}
	}
	if err := fs.join(); err != nil {
		return nil, err
	}
	return &Ladder{name: name, kind: kind, rungs: slices.Clone(rungs)}, nil
}

// Name is the ladder's name.
func (l *Ladder) Name() string { return l.name }

// Kind says what the ladder asks for.
func (l *Ladder) Kind() EscalationKind { return l.kind }

// Rungs lists the rungs from below.
func (l *Ladder) Rungs() []Rung { return slices.Clone(l.rungs) }

// An EscalationState says where an escalation stands.
type EscalationState uint8

// The states of an escalation.
const (
	EscalationRaised   EscalationState = iota + 1 // somebody was asked
	EscalationAccepted                            // somebody took it
	EscalationRefused                             // the top rung declined it
)

var escalationStateNames = []string{"raised", "accepted", "refused"}

// String names the state.
func (s EscalationState) String() string {
	return enumString("escalation state", escalationStateNames, s)
}

// MarshalText writes the name; an unset state is an error.
func (s EscalationState) MarshalText() ([]byte, error) {
	return enumMarshal("escalation state", escalationStateNames, s)
}

// UnmarshalText reads a name.
func (s *EscalationState) UnmarshalText(text []byte) error {
	return enumParse("escalation state", escalationStateNames, text, s)
}

// An Escalation is an issue raised to somebody who has to accept it.
type Escalation struct {
	ID         string          `json:"id"`
	Ladder     string          `json:"ladder"`
	Kind       EscalationKind  `json:"kind"`
	Trigger    Trigger         `json:"trigger"`
	Reason     string          `json:"reason,omitzero"`
	Rung       int             `json:"rung"` // counted from 0
	To         string          `json:"to"`
	State      EscalationState `json:"state"`
	Raised     time.Time       `json:"raised"`            // first asked
	Asked      time.Time       `json:"asked"`             // asked on this rung
	AcceptBy   time.Time       `json:"accept_by"`         // on this rung
	Accepted   time.Time       `json:"accepted,omitzero"` // when
	AcceptedBy string          `json:"accepted_by,omitzero"`
	Climbs     int             `json:"climbs,omitzero"`
}

// IsOverdue reports whether nobody had accepted by the time that the rung
// allows. An acceptance at that very instant is in time.
func (e Escalation) IsOverdue(now time.Time) bool {
	return e.State == EscalationRaised && now.After(e.AcceptBy)
}

// AcceptedLate reports whether it was accepted after the time that the rung
// allows: a verdict of the instants, whenever a timer ran.
func (e Escalation) AcceptedLate() bool {
	return e.State == EscalationAccepted && e.Accepted.After(e.AcceptBy)
}

// A Trigger is what made an escalation due.
type Trigger uint8

// The triggers of an escalation.
const (
	TriggerLadder   Trigger = iota + 1 // a step of a service-level ladder
	TriggerCustomer                    // the customer asks for it
	TriggerMood                        // the mood falls: twice, or once strongly
	TriggerRepeat                      // the customer had to come back too often
	TriggerAbuse                       // abuse or threats
	TriggerLegal                       // legal words, supplied by the host
	TriggerAgent                       // the agent asks for skill, authority or support
)

var triggerNames = []string{"ladder", "customer", "mood", "repeat", "abuse", "legal", "agent"}

// String names the trigger.
func (t Trigger) String() string { return enumString("trigger", triggerNames, t) }

// MarshalText writes the name; an unset trigger is an error.
func (t Trigger) MarshalText() ([]byte, error) { return enumMarshal("trigger", triggerNames, t) }

// UnmarshalText reads a name.
func (t *Trigger) UnmarshalText(text []byte) error {
	return enumParse("trigger", triggerNames, text, t)
}

// TriggerRules say when an escalation is due. The zero value listens to ladder
// steps, the customer, the agent, and abuse only.
type TriggerRules struct {
	Repeats    int        // this many repeat contacts or more; 0: never
	Mood       MoodLimits // see Trajectory.Alarm; the zero value never
	LegalWords []string   // words and phrases; matched whole, without regard to case
}

// EscalationSigns are what the host observed about a contact.
type EscalationSigns struct {
	LadderStep string     // name of the service-level step that fell due; empty: none
	Asked      bool       // the customer asked for somebody else
	Agent      string     // the agent's reason to ask for help; empty: none
	Abuse      bool       // abuse or threats, as the host's moderation found
	Mood       Trajectory // of this issue
	Repeats    int        // repeat contacts about this issue
	Text       string     // the customer's words
}

// Triggers lists what speaks for an escalation, in the order of the Trigger
// constants, and explains each; none when nothing does.
func (r TriggerRules) Triggers(s EscalationSigns) ([]Trigger, Trace) {
	var out []Trigger
	var why Trace
	found := func(t Trigger, format string, args ...any) {
		out = append(out, t)
		why.say("escalate: "+t.String(), format, args...)
	}
	if s.LadderStep != "" {
		found(TriggerLadder, "step %s fell due", shorten(s.LadderStep))
	}
	if s.Asked {
		found(TriggerCustomer, "the customer asked for it")
	}
	if alarm, text := s.Mood.Alarm(r.Mood); alarm {
		found(TriggerMood, "%s", text)
	}
	if r.Repeats > 0 && s.Repeats >= r.Repeats {
		found(TriggerRepeat, "%d repeat contacts, the limit is %d", s.Repeats, r.Repeats)
	}
	if s.Abuse {
		found(TriggerAbuse, "abuse or threats")
	}
	if word, ok := findWord(s.Text, r.LegalWords); ok {
		found(TriggerLegal, "the customer wrote %q", shorten(word))
	}
	if s.Agent != "" {
		found(TriggerAgent, "the agent asks: %s", shorten(s.Agent))
	}
	if out == nil {
		why.say("escalate", "nothing speaks for it")
	}
	return out, why
}

// findWord finds the first of the words that stands in the text as a whole.
func findWord(text string, words []string) (string, bool) {
	folded := fold(text)
	for _, word := range words {
		if w := fold(word); strings.TrimSpace(w) != "" && hasWord(folded, w) {
			return word, true
		}
	}
	return "", false
}
