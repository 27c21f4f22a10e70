package routing

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Reason is why an agent got an item, or why it waits.
type Reason uint8

// The reasons: six for an assignment, the rest for waiting, in the order of the
// checks. The first check that leaves nobody gives the reason. Where an item names
// several languages, those who are compared are those who speak Decision.Language.
const (
	LastAgent    Reason = iota + 1 // the agent who had it last
	OnlyOne                        // nobody else fitted
	BestLanguage                   // others fitted too, by languages that the customer prefers less
	LowestShare                    // of those who are compared, the lowest load share
	LongestIdle                    // shares being equal, idle longest
	FirstID                        // all being equal, the first by ID

	NobodyPresent   // nobody is on duty
	NobodyOnChannel // nobody on duty works on the channel
	NobodySpeaks    // none of those has one of the languages at the level
	NobodySkilled   // none of those has the skills
	NobodyNamed     // none of those is among the agents that the step names
	Recovering      // those who could are in a recovery pause, or have had their row of difficult contacts
	NoRoom          // those who could have no room for the weight, or are reserved
)

var reasonNames = [...]string{
	"last_agent", "only_one", "best_language", "lowest_share", "longest_idle", "first_id", "nobody_present",
	"nobody_on_channel", "nobody_speaks", "nobody_skilled", "nobody_named", "recovering", "no_room",
}

// String is the reason's name.
func (r Reason) String() string {
	if r >= 1 && int(r) <= len(reasonNames) {
		return reasonNames[r-1]
	}
	return fmt.Sprintf("reason(%d)", uint8(r))
}

// MarshalText writes the name; an unset reason is an error.
func (r Reason) MarshalText() ([]byte, error) {
	if r < 1 || int(r) > len(reasonNames) {
		return nil, fmt.Errorf("%w: reason %d", ErrInput, uint8(r))
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads a name.
func (r *Reason) UnmarshalText(text []byte) error {
	for i, name := range reasonNames {
		if name == string(text) {
			*r = Reason(i + 1)
			return nil
		}
	}
	return fmt.Errorf("%w: reason %q", ErrInput, text[:min(len(text), 40)])
}

// Funnel is how many agents were left after each check.
type Funnel struct {
	Agents  int `json:"agents"`
	Present int `json:"present"`
	Channel int `json:"channel"`
	Speak   int `json:"speak"`
	Skilled int `json:"skilled"`
	Named   int `json:"named"`
	Rested  int `json:"rested"`
	Room    int `json:"room"`
	// Tongue is how many of those with room speak Decision.Language at the level; zero
	// where the item names no language or waits.
	Tongue int `json:"tongue,omitzero"`
}

// Decision is what becomes of one item in a round.
type Decision struct {
	Item     string        `json:"item"`
	Agent    string        `json:"agent,omitzero"` // empty: it waits
	Reason   Reason        `json:"reason"`
	Priority int64         `json:"priority"` // effective
	Waited   time.Duration `json:"waited_ns"`
	Step     int           `json:"step"` // index of the step in force; -1: none
	// Language is the first of the item's languages that the agent speaks at the level.
	Language language.Tag `json:"language,omitzero"`
	Funnel   Funnel       `json:"funnel"`
	// Load and Capacity are the agent's, this item included.
	Load     int `json:"load,omitzero"`
	Capacity int `json:"capacity,omitzero"`
	// SetAside is how many units of interruptible work the agent has to lay aside.
	SetAside int `json:"set_aside,omitzero"`
	// Reserved is the agent who is kept free for this waiting item.
	Reserved string `json:"reserved,omitzero"`
	// Changes is when the step in force gives way; zero: never.
	Changes time.Time `json:"changes,omitzero"`
}

// IsAssigned reports whether somebody got the item.
func (d Decision) IsAssigned() bool { return d.Agent != "" }

// Why writes the decision in a sentence.
func (d Decision) Why() string {
	var b strings.Builder
	waited := d.Waited.Round(time.Second)
	f := d.Funnel
	if d.IsAssigned() {
		fmt.Fprintf(&b, "%s to %s (%s, load now %d of %d) of %d who fitted", d.Item, d.Agent, d.Reason, d.Load, d.Capacity, f.Room)
		if f.Tongue > 0 && f.Tongue < f.Room {
			fmt.Fprintf(&b, ", %d in %s", f.Tongue, d.Language)
		}
		fmt.Fprintf(&b, "; priority %d, waited %v", d.Priority, waited)
		if d.SetAside > 0 {
			fmt.Fprintf(&b, "; %d units of interruptible work set aside", d.SetAside)
		}
	} else {
		fmt.Fprintf(&b, "%s waits (%s): of %d agents %d on duty, %d on the channel, %d speak, %d skilled, %d named, %d rested, %d with room; priority %d, waited %v",
			d.Item, d.Reason, f.Agents, f.Present, f.Channel, f.Speak, f.Skilled, f.Named, f.Rested, f.Room, d.Priority, waited)
		if d.Reserved != "" {
			fmt.Fprintf(&b, "; %s is kept free for it", d.Reserved)
		}
	}
	if d.Step >= 0 {
		fmt.Fprintf(&b, "; step %d", d.Step+1)
		if !d.Changes.IsZero() {
			fmt.Fprintf(&b, " until %s", d.Changes.UTC().Format(time.RFC3339))
		}
	}
	return b.String()
}

// SupportCall asks a supervisor to stand by an agent.
type SupportCall struct {
	Agent      string `json:"agent"`
	Item       string `json:"item,omitzero"`       // the difficult item; empty when the agent asked
	Supervisor string `json:"supervisor,omitzero"` // empty: no other than the agent is on duty
	InRow      int    `json:"in_row,omitzero"`     // difficult contacts in a row, this one included
}

// Why writes the call in a sentence.
func (c SupportCall) Why() string {
	who := c.Supervisor
	if who == "" {
		who = "nobody (no other supervisor is on duty)"
	}
	if c.Item == "" {
		return fmt.Sprintf("%s asked for support: %s", c.Agent, who)
	}
	return fmt.Sprintf("%s has difficult contact %d in a row (%s): %s", c.Agent, c.InRow, c.Item, who)
}

// Plan is the outcome of a round.
type Plan struct {
	Decisions []Decision    `json:"decisions"` // one per item, in the order in which they were taken
	Support   []SupportCall `json:"support,omitempty"`
	// Next is the first instant at which the passing of time alone may let a waiting item
	// go: a step widens, a pause or a row ends, a shift begins. Zero: none is known.
	Next time.Time `json:"next,omitzero"`
}

// Assigned yields the decisions that assign.
func (p Plan) Assigned() iter.Seq[Decision] { return p.filter(true) }

// Waiting yields the decisions of items that wait.
func (p Plan) Waiting() iter.Seq[Decision] { return p.filter(false) }

func (p Plan) filter(assigned bool) iter.Seq[Decision] {
	return func(yield func(Decision) bool) {
		for _, d := range p.Decisions {
			if d.IsAssigned() == assigned && !yield(d) {
				return
			}
		}
	}
}

// Explain writes every decision and call, one a line.
func (p Plan) Explain() string {
	var b strings.Builder
	for _, d := range p.Decisions {
		b.WriteString(d.Why())
		b.WriteByte('\n')
	}
	for _, c := range p.Support {
		b.WriteString(c.Why())
		b.WriteByte('\n')
	}
	if !p.Next.IsZero() {
		fmt.Fprintf(&b, "look again at %s\n", p.Next.UTC().Format(time.RFC3339))
	}
	return b.String()
}
