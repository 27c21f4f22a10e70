package loyalty

import (
	"errors"
	"strings"
	"time"
)

// Decision is what a command led to.
type Decision struct {
	Events []Event // to be appended together; of several accounts where the command moves points between them
	Result Result  // the answer; also what a repeated command gets
	Trace  Trace   // why, rule by rule
}

// Stamp writes the hash of the command into its events.
func (d *Decision) Stamp(h Hash) {
	for i := range d.Events {
		d.Events[i].Hash = h
	}
}

// session is a decision in the making. It reads base until something has to be
// folded, and from then on a scratch copy.
type session struct {
	p      *Program
	c      Command
	now    Instant
	base   *Account
	a      *Account // base, or a scratch copy
	others []*session
	events []Event
	folded int // events that a already holds
	res    Result
	trace  Trace
	quals  []Qualified // of events that a does not hold yet
	fewer  bool        // something that counted for tiers has gone
}

// Decide says what a command does to an account, without changing it. others are
// the accounts of [Parties], in its order; each must be current.
//
// First time is settled up to the command, then the command is decided. On a
// refusal the error is a [*RefusedError], and the decision holds only what time did
// up to the command and that its clock moved on: a host may append that or drop it.
//
// The checks come in this order, and the first that fails is reported:
//
//  1. the command: key ([ErrKey]), account ([ErrAccount]), time ([ErrTime]), action
//     and its required fields and sizes ([ErrCommand], [ErrAmount]), other accounts
//     ([ErrSelf], [ErrAccount]);
//  2. the clock ([ErrClock]); a [Tick] below it is accepted and does nothing;
//  3. the account: closed ([ErrClosed]), blocked ([ErrBlocked]; refunds, reversals,
//     releases, notices, Reinstate, Close and Tick pass);
//  4. what the command names: wallet, lot, hold, redemption, order, line, reward, tier
//     ([ErrNoWallet] and so on);
//  5. its own terms: the end of a hold ([ErrUntil]), the effective time
//     ([ErrBackdated]), then points above zero ([ErrPoints]), steps and minimum
//     ([ErrMinimum]), reason and approver ([ErrApprover]);
//  6. limits: [ErrInsufficient], [ErrExceedsHold], [ErrExceedsDrawn],
//     [ErrExceedsEarn], [ErrLimit], [ErrBudget], [ErrStock], [ErrOverflow].
func Decide(p *Program, a *Account, c Command, others ...*Account) (Decision, error) {
	s := session{p: p, c: c, base: a, a: a, now: InstantOf(c.At)}
	if err := s.check(others); err != nil {
		return Decision{}, err
	}
	if a.version > 0 && s.now < a.clock {
		if c.Do.Command() == CmdTick {
			s.res.Kind = CmdTick
			return Decision{Result: s.res}, nil
		}
		return Decision{}, s.refuse(ErrClock, "at", InstantOf(c.At).String(), 0, 0)
	}
	for _, o := range s.others {
		if o.base.version > 0 && s.now < o.base.clock {
			o.now = o.base.clock // the other account has seen more; it takes part at its own time
		}
		o.settle()
	}
	s.settle()
	s.res.Kind = c.Do.Command()
	settled := len(s.events)
	err := s.gate()
	if d, ok := c.Do.(Purchase); ok && err == nil {
		h := new(session) // an order is weighed in memory of its own; the others stay on the stack
		*h = s
		err = h.purchase(d)
		s = *h
	} else if err == nil {
		err = s.decide()
	}
	if err != nil {
		s.events = s.events[:settled]
		if s.now > a.clock || a.version == 0 {
			s.emitAt(&Ticked{}, s.now, "") // not the command's: its key stays free
		}
		return Decision{Events: s.events, Trace: s.trace}, err
	}
	for _, o := range s.others {
		if o.acted() {
			s.events = append(s.events, o.events...)
		}
	}
	return Decision{Events: s.events, Result: s.res, Trace: s.trace}, nil
}

// acted reports whether the command itself did something to a party, and not only
// time.
func (s *session) acted() bool {
	for i := range s.events {
		if s.events[i].Key != "" {
			return true
		}
	}
	return false
}

// refuse makes the error of a refusal.
func (s *session) refuse(err error, field, value string, want, have Points) error {
	if len(value) > 60 {
		value = value[:60] + "…"
	}
	e := &RefusedError{Err: err, Account: s.c.Account, Field: field, Value: value, Want: want, Have: have}
	if s.c.Do != nil {
		e.Command = s.c.Do.Command()
	}
	return e
}

// emit appends an event of the command, effective now.
func (s *session) emit(b Body) *Event { return s.emitAt(b, s.now, s.c.Key) }

// reserve gives memory for the events of the command where none is needed yet.
func (s *session) reserve(events []Event) {
	if s.events == nil {
		s.events = events
	}
}

func (s *session) emitAt(b Body, effective Instant, key string) *Event {
	if s.events == nil {
		s.events = make([]Event, 0, 1)
	}
	s.events = append(s.events, Event{
		Account: s.base.id, Seq: s.base.version + uint64(len(s.events)) + 1,
		Effective: effective, Recorded: s.now, Key: key, Program: s.p.version, Body: b,
	})
	return &s.events[len(s.events)-1]
}

// fold brings the scratch copy up to date, so that what follows reads the state
// after the events so far.
func (s *session) fold() {
	if s.folded == len(s.events) {
		return
	}
	if s.a == s.base {
		s.a = s.base.scratch()
	}
	for ; s.folded < len(s.events); s.folded++ {
		Evolve(s.a, &s.events[s.folded])
	}
	s.quals = s.quals[:0]
}

// state is the account for reading, events so far included.
func (s *session) state() *Account {
	s.fold()
	return s.a
}

// check refuses what is wrong with a command before any account is looked at.
func (s *session) check(others []*Account) error {
	c := &s.c
	switch {
	case c.Key == "" || len(c.Key) > MaxID:
		return s.refuse(ErrKey, "key", c.Key, 0, 0)
	case c.Account == "" || len(c.Account) > MaxID || c.Account != s.base.id:
		return s.refuse(ErrAccount, "account", c.Account, 0, 0)
	case s.now < firstInstant || s.now > lastInstant || s.now == Never:
		return s.refuse(ErrTime, "at", c.At.UTC().Format(time.RFC3339), 0, 0)
	case c.Do == nil:
		return s.refuse(ErrCommand, "do", "", 0, 0)
	case isHouse(c.Account) && c.Do.Command() != CmdTick:
		return s.refuse(ErrAccount, "account", c.Account, 0, 0)
	}
	if r, ok := c.Do.(limited); ok {
		if field, err := r.check(); err != nil {
			return s.refuse(cause(err), field, "", 0, 0)
		}
	}
	want := Parties(s.p, *c)
	if len(others) < len(want) {
		return s.refuse(ErrAccount, "parties", "", Points(len(want)), Points(len(others)))
	}
	for i, id := range want {
		if id == c.Account {
			return s.refuse(ErrSelf, "parties", id, 0, 0)
		}
		if isHouse(id) && !usesHouse(c.Do.Command()) {
			return s.refuse(ErrAccount, "parties", id, 0, 0)
		}
		if others[i] == nil || others[i].id != id {
			return s.refuse(ErrAccount, "parties", id, 0, 0)
		}
		s.others = append(s.others, &session{p: s.p, c: *c, base: others[i], a: others[i], now: s.now})
	}
	return nil
}

// isHouse reports whether an id is that of an account of the house.
func isHouse(id string) bool { return strings.HasPrefix(id, housePrefix) }

// housePrefix begins the ids of the house's accounts, and of no member's.
const housePrefix = "house/"

// usesHouse reports whether the parties of a kind of command are the house's own.
func usesHouse(kind CommandKind) bool {
	switch kind {
	case CmdTransfer, CmdMerge, CmdRedeem, CmdReverse:
		return false
	}
	return true
}

// cause is the sentinel that a detail unwraps to.
func cause(err error) error {
	for _, e := range []error{ErrAmount, ErrOverflow, ErrSelf, ErrCommand} {
		if errors.Is(err, e) {
			return e
		}
	}
	return ErrCommand
}

// limited is an action with fields that need a check of their own.
type limited interface {
	check() (field string, err error)
}

// gate refuses what an account in its state may not do.
func (s *session) gate() error {
	kind := s.c.Do.Command()
	switch s.a.status {
	case StatusClosed:
		if kind != CmdTick {
			return s.refuse(ErrClosed, "account", s.c.Account, 0, 0)
		}
	case StatusBlocked:
		switch kind {
		case CmdRefund, CmdReverse, CmdRelease, CmdNotice, CmdReinstate, CmdClose, CmdTick:
		default:
			return s.refuse(ErrBlocked, "account", s.c.Account, 0, 0)
		}
	}
	return nil
}

// decide hands the command to its kind.
func (s *session) decide() error {
	switch d := s.c.Do.(type) {
	case Redeem:
		return s.redeem(d)
	case Earn:
		return s.earn(d)
	case Hold:
		return s.hold(d)
	case Capture:
		return s.capture(d)
	case Release:
		return s.release(d)
	case Reverse:
		return s.reverse(d)
	case Refund:
		return s.refund(d)
	case Tick:
		if s.now > s.base.clock || s.base.version == 0 {
			s.emit(&Ticked{})
		}
		return nil
	}
	return s.decideRest()
}
