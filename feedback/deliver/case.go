package deliver

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Promise is a due time of a case. Promises of an earlier cycle stay as they were: a
// case that is opened again keeps its broken ones.
type Promise struct {
	Stage Stage     `json:"stage"`
	Cycle int       `json:"cycle"` // 1 for the opening, one more for each reopening
	DueAt time.Time `json:"due_at"`
	MetAt time.Time `json:"met_at,omitzero"` // the zero time while it is open
	Ended time.Time `json:"ended,omitzero"`  // when a reopening replaced it unkept; the zero time otherwise
}

// Broken reports a promise that was kept late, or not by now or by its end. A
// promise kept at its due instant is kept.
func (p Promise) Broken(now time.Time) bool {
	switch {
	case !p.MetAt.IsZero():
		return p.MetAt.After(p.DueAt)
	case !p.Ended.IsZero() && p.Ended.Before(now):
		return p.Ended.After(p.DueAt)
	default:
		return now.After(p.DueAt)
	}
}

// Step is one line of a case's log.
type Step struct {
	Key    string    `json:"key"`
	Action Action    `json:"action"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Note   string    `json:"note,omitempty"`
}

// Case is one customer's matter from the first answer to the verified end. It is
// plain data that the host stores; Loop.Open and Loop.Apply give new values and
// leave the old ones alone.
type Case struct {
	ID       string    `json:"id"`
	Contact  string    `json:"contact"`
	Rule     string    `json:"rule"`
	Severity Severity  `json:"severity"`
	Owner    string    `json:"owner"`
	State    State     `json:"state"`
	OpenedAt time.Time `json:"opened_at"`
	Cycle    int       `json:"cycle"`
	Promises []Promise `json:"promises"`
	Log      []Step    `json:"log"`
}

// Closed reports a case whose customer has said that it is settled. Until then its
// contact has an open case, and is not surveyed where the policy says so.
func (c Case) Closed() bool { return c.State == Verified }

// Command is one action on a case.
type Command struct {
	Key    string // the host's idempotency key; required
	Action Action // required
	At     time.Time
	By     string // who did it; for Assign, who owns it from now on; required
	Note   string // at most 4,096 bytes
}

// CommandError says why a command was refused. It unwraps to ErrCommand.
type CommandError struct {
	Action Action
	State  State
	Detail string
}

// Error writes the action, the state and the reason.
func (e *CommandError) Error() string {
	return fmt.Sprintf("%v: %v in state %v: %s", ErrCommand, e.Action, e.State, e.Detail)
}

// Unwrap gives ErrCommand.
func (e *CommandError) Unwrap() error { return ErrCommand }

// Open makes a case of a seed, with the due times that its rule promises. Budgets in
// business time are counted on the calendar and need one. ErrLoop for a rule that the
// loop does not have, ErrRequest for a missing id, contact or instant.
func (l *Loop) Open(id, contact string, s Seed, at time.Time, business Adder) (Case, error) {
	fs := faults{err: ErrRequest}
	fs.name("id", id, true)
	fs.name("contact", contact, true)
	if at.IsZero() {
		fs.add("at", "is the zero time")
	}
	rule, ok := l.rule(s.Rule)
	if !ok {
		return Case{}, errors.Join(fs.join(), fmt.Errorf("%w: no rule %q", ErrLoop, clip(s.Rule)))
	}
	err := fs.join()
	if err != nil {
		return Case{}, err
	}
	c := Case{
		ID: id, Contact: contact, Rule: s.Rule, Severity: cmp.Or(s.Severity, rule.Severity), Owner: cmp.Or(s.Owner, rule.Owner),
		State: Opened, OpenedAt: at, Cycle: 1,
	}
	if c.Promises, err = rule.promises(at, 1, business); err != nil {
		return Case{}, err
	}
	return c, nil
}

func (r *CaseRule) promises(at time.Time, cycle int, business Adder) ([]Promise, error) {
	var out []Promise
	for i, b := range r.Promise {
		if b.Time == 0 {
			continue
		}
		calendar := business
		if !b.Business {
			calendar = nil
		} else if business == nil {
			return nil, fmt.Errorf("%w: rule %q counts business time and there is no calendar", ErrLoop, r.Name)
		}
		due, err := Due(at, b.Time, calendar)
		if err != nil {
			return nil, err
		}
		out = append(out, Promise{Stage: Stage(i + 1), Cycle: cycle, DueAt: due})
	}
	return out, nil
}

// Apply gives the case after a command. A key that the case has seen changes nothing;
// a command that the state does not allow, that is older than the last step, or that
// lacks a field is ErrCommand. With an error the case is the one that was given. Reaching the customer also acknowledges; reopening
// makes new promises from its instant and keeps the old ones as they stood.
func (l *Loop) Apply(c Case, cmd Command, business Adder) (Case, error) {
	if slices.ContainsFunc(c.Log, func(s Step) bool { return s.Key == cmd.Key }) && cmd.Key != "" {
		return c, nil
	}
	next, err := c.allow(cmd)
	if err != nil {
		return c, err
	}
	given := c
	c.Promises, c.Log = slices.Clone(c.Promises), slices.Clone(c.Log)
	c.Log = append(c.Log, Step(cmd))
	c.State = next
	switch cmd.Action {
	case Ack:
		c.keep(Acknowledgement, cmd.At)
	case Reach:
		c.keep(Acknowledgement, cmd.At)
		c.keep(CallBack, cmd.At)
	case Settle:
		c.keep(Resolution, cmd.At)
	case Assign:
		c.Owner = cmd.By
	case Reopen:
		if c, err = l.reopen(c, cmd.At, business); err != nil {
			return given, err
		}
	}
	return c, nil
}

// allow is the state after the command.
func (c Case) allow(cmd Command) (State, error) {
	refuse := func(detail string) (State, error) {
		return c.State, &CommandError{cmd.Action, c.State, detail}
	}
	last := c.OpenedAt
	if n := len(c.Log); n > 0 {
		last = c.Log[n-1].At
	}
	switch {
	case cmd.Key == "" || cmd.By == "" || cmd.At.IsZero():
		return refuse("needs a key, an instant and who did it")
	case len(cmd.Key) > maxName || len(cmd.By) > maxName || len(cmd.Note) > 4096:
		return refuse("has a text that is too long")
	case cmd.At.Before(last):
		return refuse("is older than the last step")
	}
	s := c.State
	before := s == Opened || s == Reopened
	switch cmd.Action {
	case Ack:
		if before {
			return Acknowledged, nil
		}
	case Attempt:
		if before || s == Acknowledged || s == Contacted {
			return s, nil
		}
	case Reach:
		if before || s == Acknowledged {
			return Contacted, nil
		}
	case Settle:
		if s == Contacted {
			return Resolved, nil
		}
	case Verify:
		if s == Resolved {
			return Verified, nil
		}
	case Reopen:
		if s == Resolved || s == Verified {
			return Reopened, nil
		}
	case Assign:
		if s != Verified && s != 0 {
			return s, nil
		}
	}
	return refuse("is not allowed")
}

// keep marks the open promise of a stage in this cycle.
func (c *Case) keep(stage Stage, at time.Time) {
	for i := range c.Promises {
		if p := &c.Promises[i]; p.Stage == stage && p.Cycle == c.Cycle && p.MetAt.IsZero() {
			p.MetAt = at
		}
	}
}

func (l *Loop) reopen(c Case, at time.Time, business Adder) (Case, error) {
	rule, ok := l.rule(c.Rule)
	if !ok {
		return c, fmt.Errorf("%w: no rule %q", ErrLoop, clip(c.Rule))
	}
	fresh, err := rule.promises(at, c.Cycle+1, business)
	if err != nil {
		return c, err
	}
	for i := range c.Promises {
		if p := &c.Promises[i]; p.MetAt.IsZero() && p.Ended.IsZero() {
			p.Ended = at
		}
	}
	c.Cycle++
	c.Promises = append(c.Promises, fresh...)
	return c, nil
}

// Escalation is a broken promise that has climbed a rung.
type Escalation struct {
	Case  string
	Stage Stage
	Cycle int
	Level int    // rung, from one
	To    string // who is told
	At    time.Time
}

// Escalations are all that have come due up to and including now, in the order of
// their instants. A promise climbs from the moment that it is broken until it is kept.
// The host remembers which ones it has told: they are the same each time.
func (l *Loop) Escalations(c Case, now time.Time) []Escalation {
	var out []Escalation
	for _, p := range c.Promises {
		end := p.MetAt
		if end.IsZero() {
			end = p.Ended
		}
		for i, r := range l.policy.Ladder {
			at := p.DueAt.Add(r.After).Add(1) // broken one instant after its due time
			if at.After(now) || !end.IsZero() && at.After(end) {
				break
			}
			out = append(out, Escalation{c.ID, p.Stage, p.Cycle, i + 1, r.To, at})
		}
	}
	slices.SortStableFunc(out, func(a, b Escalation) int { return a.At.Compare(b.At) })
	return out
}

// Next is the first instant after now at which something happens to the case by
// itself: a promise comes due or climbs a rung. ok is false when nothing will.
func (l *Loop) Next(c Case, now time.Time) (at time.Time, ok bool) {
	see := func(t time.Time) {
		if t.After(now) && (!ok || t.Before(at)) {
			at, ok = t, true
		}
	}
	for _, p := range c.Promises {
		if !p.MetAt.IsZero() || !p.Ended.IsZero() {
			continue
		}
		see(p.DueAt)
		for _, r := range l.policy.Ladder {
			see(p.DueAt.Add(r.After).Add(1))
		}
	}
	return at, ok
}

// Queue orders cases for those who must call back: open promises by due time, the
// more severe first among equals. Closed cases and those without an open promise come
// last, by id.
func Queue(cases []Case) []Case {
	out := slices.Clone(cases)
	slices.SortStableFunc(out, func(a, b Case) int {
		x, okA := a.due()
		y, okB := b.due()
		switch {
		case okA != okB && okA:
			return -1
		case okA != okB:
			return 1
		case okA:
			return cmp.Or(x.Compare(y), cmp.Compare(b.Severity, a.Severity), strings.Compare(a.ID, b.ID))
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

func (c Case) due() (at time.Time, ok bool) {
	for _, p := range c.Promises {
		if p.MetAt.IsZero() && p.Ended.IsZero() && (!ok || p.DueAt.Before(at)) {
			at, ok = p.DueAt, true
		}
	}
	return at, ok && !c.Closed()
}

// Explain writes the case, its promises as of now and its log for people, instants in
// the given zone (UTC for nil).
func (c Case) Explain(now time.Time, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	show := func(t time.Time) string { return t.In(zone).Format("2006-01-02 15:04 -07:00") }
	var b strings.Builder
	fmt.Fprintf(&b, "case %s of %s: %v, %v, owner %s, rule %s\n", c.ID, c.Contact, c.State, c.Severity, c.Owner, c.Rule)
	for _, p := range c.Promises {
		word := "open"
		switch broken := p.Broken(now); {
		case !p.MetAt.IsZero() && broken:
			word = "kept late at " + show(p.MetAt)
		case !p.MetAt.IsZero():
			word = "kept at " + show(p.MetAt)
		case broken:
			word = "broken"
		case !p.Ended.IsZero():
			word = "replaced at " + show(p.Ended)
		}
		fmt.Fprintf(&b, "  %d %-16s due %s  %s\n", p.Cycle, p.Stage, show(p.DueAt), word)
	}
	for _, s := range c.Log {
		fmt.Fprintf(&b, "  %s %-8s %s", show(s.At), s.Action, s.By)
		if s.Note != "" {
			fmt.Fprintf(&b, ": %s", s.Note)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
