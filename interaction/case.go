package interaction

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrHistory marks events that do not form the history of one case.
var ErrHistory = errors.New("interaction: not the history of a case")

// A CaseMessage is what a case remembers of a message: not its text.
type CaseMessage struct {
	ID        string       `json:"id"`
	At        time.Time    `json:"at"`
	Channel   Channel      `json:"channel"`
	Direction Direction    `json:"direction"`
	Class     InboundClass `json:"class,omitzero"` // of an inbound message
	By        Actor        `json:"by"`
}

// IsContact reports whether a person among the customers wrote it.
func (m CaseMessage) IsContact() bool {
	return m.Direction == Inbound && (m.Class == 0 || m.Class == ClassHuman)
}

// IsAnswer reports whether a person of the business wrote it to the customer.
func (m CaseMessage) IsAnswer() bool { return m.Direction == Outbound && m.By.Role.IsStaff() }

// A Gesture is something done for the customer beyond what was owed.
type Gesture struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	By      Actor     `json:"by"`
	What    string    `json:"what"`
	Reason  string    `json:"reason"`
	Promise string    `json:"promise,omitzero"` // the promise that it went beyond, if one
}

// A Case is the state of a case: what its events add up to. It is a value;
// Evolve gives a new one and leaves the old as it was. The zero Case has not
// been opened. Its JSON is for reading; a case is restored from its events.
type Case struct {
	ID           string        `json:"id"`
	Customer     string        `json:"customer"`
	Issue        string        `json:"issue,omitzero"`
	Purpose      Purpose       `json:"purpose,omitzero"`
	Channel      Channel       `json:"channel"`         // on which it was opened
	Parent       string        `json:"parent,omitzero"` // the case that it follows up
	Status       Status        `json:"status,omitzero"`
	Since        time.Time     `json:"since,omitzero"` // in this status
	Owner        string        `json:"owner,omitzero"`
	Opened       time.Time     `json:"opened,omitzero"`   // the earliest start of all that was merged in
	Answered     time.Time     `json:"answered,omitzero"` // first answer by a person, or by a bot where the rules count it
	LastContact  time.Time     `json:"last_contact,omitzero"`
	LastAnswer   time.Time     `json:"last_answer,omitzero"`
	Resolved     time.Time     `json:"resolved,omitzero"` // latest resolution
	Closed       time.Time     `json:"closed,omitzero"`
	Reopened     int           `json:"reopened,omitzero"`
	Verified     bool          `json:"verified,omitzero"` // the customer confirmed the latest resolution
	Acknowledged time.Time     `json:"acknowledged,omitzero"`
	MergedInto   string        `json:"merged_into,omitzero"`
	Absorbed     []string      `json:"absorbed,omitempty"` // cases merged into this one
	Messages     []CaseMessage `json:"messages,omitempty"` // by instant, then id
	HandOffs     []HandOff     `json:"hand_offs,omitempty"`
	Problem      Problem       `json:"problem,omitzero"`
	Run          Run           `json:"run,omitzero"`
	Escalations  []Escalation  `json:"escalations,omitempty"`
	Promises     []Promise     `json:"promises,omitempty"`
	Gestures     []Gesture     `json:"gestures,omitempty"`
	Version      uint64        `json:"version"` // events so far

	commands []string // ids of the commands that were carried out, sorted
	fold     *folding // while many events are applied at once, else nil
}

// Contacts counts the messages that people among the customers wrote.
func (c Case) Contacts() int {
	n := 0
	for _, m := range c.Messages {
		if m.IsContact() {
			n++
		}
	}
	return n
}

// Transfers counts the hand-offs to another person or team.
func (c Case) Transfers() int {
	n := 0
	for _, h := range c.HandOffs {
		if h.IsTransfer() {
			n++
		}
	}
	return n
}

// Message finds a message.
func (c Case) Message(id string) (m CaseMessage, ok bool) {
	return lookup(c.Messages, func(m CaseMessage) bool { return m.ID == id })
}

// Promise finds a promise.
func (c Case) Promise(id string) (p Promise, ok bool) {
	return lookup(c.Promises, func(p Promise) bool { return p.ID == id })
}

// Escalation finds an escalation.
func (c Case) Escalation(id string) (e Escalation, ok bool) {
	return lookup(c.Escalations, func(e Escalation) bool { return e.ID == id })
}

func lookup[T any](list []T, is func(T) bool) (found T, ok bool) {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], true
	}
	return found, false
}

// HasRun reports whether the command was carried out on this case before.
func (c Case) HasRun(command string) bool {
	_, ok := slices.BinarySearch(c.commands, command)
	return ok
}

// FirstContactRow gives the case to first-contact resolution.
func (c Case) FirstContactRow() ResolvedIssue {
	return ResolvedIssue{
		ID: c.ID, Customer: c.Customer, Issue: c.Issue, Resolved: c.Resolved,
		Contacts: c.Contacts(), Transferred: c.Transfers() > 0,
	}
}

// Interactions gives the messages of the case as records for a timeline, in
// order. Notes among staff are internal ones. The latest answer before a
// resolution carries its outcome. What was written on one channel is one thread,
// so that a reply counts as an answer and not as a repeat; a visit, call or chat
// (see DefaultProfiles) has none, for there every contact is a new one.
func (c Case) Interactions() []Interaction {
	out := make([]Interaction, 0, len(c.Messages))
	profiles := DefaultProfiles()
	last := -1
	for _, m := range c.Messages {
		x := Interaction{
			ID: m.ID, Customer: c.Customer, At: m.At, Channel: m.Channel, Direction: m.Direction, Class: m.Class,
			Purpose: c.Purpose, Case: c.ID, Issue: c.Issue, Bot: m.By.Role == RoleBot,
		}
		if m.Direction != Inbound {
			x.Agent = m.By.ID
		}
		if p, known := profiles.Lookup(m.Channel); known && !p.Synchronous {
			x.Thread = c.ID
		}
		if m.Direction == Outbound && !c.Resolved.IsZero() && !m.At.After(c.Resolved) {
			last = len(out)
		}
		out = append(out, x)
	}
	if last >= 0 && !c.Status.IsOpen() {
		out[last].Outcome = OutcomeResolved
	}
	return out
}

// clone gives a copy that shares no memory that an event may change.
func (c Case) clone() Case {
	c.Absorbed = slices.Clone(c.Absorbed)
	c.Messages = slices.Clone(c.Messages)
	c.HandOffs = slices.Clone(c.HandOffs)
	c.Problem.Entries = slices.Clone(c.Problem.Entries)
	c.Run.Entries = slices.Clone(c.Run.Entries)
	c.Escalations = slices.Clone(c.Escalations)
	c.Promises = slices.Clone(c.Promises)
	c.Gestures = slices.Clone(c.Gestures)
	c.commands = slices.Clone(c.commands)
	return c
}

// Evolve applies one event and gives the new state. It asks no rules: what was
// decided stays decided, whatever the rules say today. It copies the state, so a
// history is better read with Fold.
func Evolve(c Case, e Event) Case {
	c = c.clone()
	c.apply(e)
	return c
}

// evolve applies a run of events and leaves c as it was.
func (c Case) evolve(events []Event) Case {
	c = c.clone()
	for _, e := range events {
		c.apply(e)
	}
	return c
}

// Fold applies the events of one case from its beginning, in time O(n log n). Events
// of several cases, gaps and repetitions are ErrHistory; none gives the zero Case.
func Fold(events []Event) (Case, error) {
	c := Case{fold: newFolding(len(events))}
	for i, e := range events {
		if e.Case != events[0].Case || e.Seq != uint64(i)+1 || e.Change == nil {
			return Case{}, fmt.Errorf("%w: event %d is number %d of case %q", ErrHistory, i, e.Seq, e.Case)
		}
		c.apply(e)
	}
	c.fold.finish(&c)
	return c, nil
}

// folding finds by a map what a single event finds by looking, and sorts once at
// the end what a single event keeps in order.
type folding struct {
	messages    map[string]bool
	commands    map[string]bool
	promises    map[string]int
	escalations map[string]int
}

func newFolding(events int) *folding {
	return &folding{
		messages: make(map[string]bool, events), commands: make(map[string]bool, events),
		promises: map[string]int{}, escalations: map[string]int{},
	}
}

func (f *folding) finish(c *Case) {
	slices.SortFunc(c.Messages, compareMessages)
	slices.Sort(c.commands)
	c.fold = nil
}

func (c *Case) apply(e Event) {
	c.Version = e.Seq
	if e.Change != nil {
		e.Change.apply(c, e)
	}
	if e.Command == "" {
		return
	}
	if c.fold != nil {
		if !c.fold.commands[e.Command] {
			c.fold.commands[e.Command] = true
			c.commands = append(c.commands, e.Command)
		}
		return
	}
	if i, found := slices.BinarySearch(c.commands, e.Command); !found {
		c.commands = slices.Insert(c.commands, i, e.Command)
	}
}

func (c *Case) addMessage(m CaseMessage) {
	if c.fold != nil {
		if c.fold.messages[m.ID] {
			return
		}
		c.fold.messages[m.ID] = true
		c.Messages = append(c.Messages, m)
	} else {
		if _, known := c.Message(m.ID); known {
			return
		}
		i, _ := slices.BinarySearchFunc(c.Messages, m, compareMessages)
		c.Messages = slices.Insert(c.Messages, i, m)
	}
	if m.IsContact() && m.At.After(c.LastContact) {
		c.LastContact = m.At
	}
}

// addPromise adds a promise at the end; of two with one id the first is found.
func (c *Case) addPromise(p Promise) {
	if c.fold != nil {
		if _, has := c.fold.promises[p.ID]; !has {
			c.fold.promises[p.ID] = len(c.Promises)
		}
	}
	c.Promises = append(c.Promises, p)
}

// promiseAt is the place of a promise, or -1.
func (c *Case) promiseAt(id string) int {
	if c.fold != nil {
		if i, has := c.fold.promises[id]; has {
			return i
		}
		return -1
	}
	return slices.IndexFunc(c.Promises, func(p Promise) bool { return p.ID == id })
}

// addEscalation adds an escalation at the end; of two with one id the first is
// found.
func (c *Case) addEscalation(e Escalation) {
	if c.fold != nil {
		if _, has := c.fold.escalations[e.ID]; !has {
			c.fold.escalations[e.ID] = len(c.Escalations)
		}
	}
	c.Escalations = append(c.Escalations, e)
}

// escalationAt is the place of an escalation, or -1.
func (c *Case) escalationAt(id string) int {
	if c.fold != nil {
		if i, has := c.fold.escalations[id]; has {
			return i
		}
		return -1
	}
	return slices.IndexFunc(c.Escalations, func(e Escalation) bool { return e.ID == id })
}

func (c *Case) setStatus(s Status, at time.Time) {
	switch {
	case s == StatusResolved:
		c.Resolved, c.Verified = at, false
	case s == StatusClosed:
		c.Closed = at
	case s == StatusOpen && c.Status == StatusResolved:
		c.Reopened++
		c.Verified = false
	}
	c.Status, c.Since = s, at
}
