package staffing

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Sentinels of this package.
var (
	// ErrRange: an argument is out of its range. Every [FieldError] unwraps to it.
	ErrRange = errors.New("staffing: out of range")
	// ErrNoData: the load has no calls, so that there is nothing to staff for.
	ErrNoData = errors.New("staffing: no calls")
	// ErrUnstable: the load reaches the agents and nobody hangs up, so that the queue
	// grows for ever. Every [UnstableError] unwraps to it.
	ErrUnstable = errors.New("staffing: no steady state")
	// ErrUnreachable: the goal takes more agents than the options allow.
	ErrUnreachable = errors.New("staffing: goal out of reach")
	// ErrUnsolved: Erlang A with a patience so long and a load so far above the agents
	// that its series is too long to sum.
	ErrUnsolved = errors.New("staffing: series too long")
)

// FieldError is one argument out of range. It unwraps to [ErrRange].
type FieldError struct {
	Field string // such as "Load.Handle"
	Value string
	Want  string // the range, for people
}

// Error writes field, value and range.
func (e *FieldError) Error() string {
	return fmt.Sprintf("staffing: %s is %s, want %s", e.Field, e.Value, e.Want)
}

// Unwrap gives ErrRange.
func (e *FieldError) Unwrap() error { return ErrRange }

// UnstableError says how far a queue without a steady state is from having one. It
// unwraps to [ErrUnstable].
type UnstableError struct {
	Offered float64 // erlangs
	Agents  int
}

// Error writes load and agents, and the least number that would do.
func (e *UnstableError) Error() string {
	return fmt.Sprintf("%v: %.6g erlangs for %d agents, at least %d are needed", ErrUnstable, e.Offered, e.Agents, e.Least())
}

// Unwrap gives ErrUnstable.
func (e *UnstableError) Unwrap() error { return ErrUnstable }

// Least is the smallest number of agents with which the queue has a steady state.
func (e *UnstableError) Least() int { return least(e.Offered) }

func least(offered float64) int { return int(math.Floor(offered)) + 1 }

// maxAgents bounds loads and numbers of agents, and with them the work of a call:
// Erlang B is a recursion over the agents.
const maxAgents = 1_000_000

// Load is the work that arrives.
type Load struct {
	Calls  float64       // expected in Period; not negative, may be a fraction
	Period time.Duration // above zero
	Handle time.Duration // mean time that one call takes an agent, wrap-up included; above zero
}

// Offered is the load in erlangs: Calls * Handle / Period. ErrNoData without calls;
// ErrRange with every field that is out of its range, or a load above a million
// erlangs.
func (l Load) Offered() (float64, error) {
	var faults faults
	if !(l.Calls >= 0) || math.IsInf(l.Calls, 1) {
		faults.add("Load.Calls", l.Calls, "a number, not negative")
	}
	faults.positive("Load.Period", l.Period)
	faults.positive("Load.Handle", l.Handle)
	if err := faults.join(); err != nil {
		return 0, err
	}
	if l.Calls == 0 {
		return 0, ErrNoData
	}
	offered := l.erlangs()
	if offered > maxAgents || offered == 0 {
		faults.add("Load", offered, "above 0 and at most 1,000,000 erlangs")
	}
	return offered, faults.join()
}

// erlangs shortens the fraction first: 49 calls of one minute in 49 minutes are one
// erlang, and 49 * (1/49) in float64 is a little less, which would look stable.
func (l Load) erlangs() float64 {
	a, b := l.Handle, l.Period
	for b != 0 {
		a, b = b, a%b
	}
	return l.Calls * float64(l.Handle/a) / float64(l.Period/a)
}

type faults []error

func (fs *faults) add(field string, value any, want string) {
	*fs = append(*fs, &FieldError{Field: field, Value: fmt.Sprint(value), Want: want})
}

func (fs *faults) positive(field string, d time.Duration) {
	if d <= 0 {
		fs.add(field, d, "above zero")
	}
}

func (fs *faults) notNegative(field string, d time.Duration) {
	if d < 0 {
		fs.add(field, d, "not negative")
	}
}

func (fs *faults) agents(field string, n, from int) {
	if n < from || n > maxAgents {
		fs.add(field, n, fmt.Sprintf("from %d to 1,000,000", from))
	}
}

func (fs *faults) join() error { return errors.Join(*fs...) }

// durationOf crosses the border from seconds in float64.
func durationOf(seconds float64) time.Duration {
	ns := math.Round(seconds * 1e9)
	if ns >= math.MaxInt64 {
		return math.MaxInt64
	}
	return time.Duration(ns)
}
