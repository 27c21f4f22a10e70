package metrics

import (
	"errors"
	"math"
	"time"

	"github.com/rapport-go/rapport/internal/stat"
)

// MaxAgents bounds the agents that the queueing formulas look at; their recursion
// takes one step an agent.
const MaxAgents = 1_000_000

// OfferedLoad is the work that calls bring, in erlangs: calls * handle / period. A
// negative number or duration, or a period of zero, is [ErrOutOfRange].
func OfferedLoad(calls float64, period, handle time.Duration) (float64, error) {
	err := duration("calls", calls)
	if period <= 0 {
		err = errors.Join(err, fault(ErrOutOfRange, "period", period.String(), "above zero"))
	}
	if handle < 0 {
		err = errors.Join(err, fault(ErrOutOfRange, "handle time", handle.String(), "not negative"))
	}
	if err != nil {
		return 0, err
	}
	return calls * float64(handle) / float64(period), nil
}

func queueInputs(erlangs float64, agents int) error {
	err := duration("erlangs", erlangs)
	if agents < 0 || agents > MaxAgents {
		err = errors.Join(err, faultInt(ErrOutOfRange, "agents", int64(agents), "0 to 1,000,000"))
	}
	return err
}

// ErlangB is the share of calls that are lost where callers do not wait: all lines
// are busy. Impossible inputs are [ErrOutOfRange].
//
// Source: Erlang 1917; by the recursion B(n) = a B(n-1) / (n + a B(n-1)), which has
// no factorial and holds at 10,000 erlangs.
func ErlangB(erlangs float64, agents int) (float64, error) {
	if err := queueInputs(erlangs, agents); err != nil {
		return 0, err
	}
	return stat.ErlangB(erlangs, agents), nil
}

// ErlangC is the share of calls that have to wait, when every caller waits for as
// long as it takes. A load at or above the number of agents has no steady state and
// is [ErrUndefined].
func ErlangC(erlangs float64, agents int) (float64, error) {
	if err := queueInputs(erlangs, agents); err != nil {
		return 0, err
	}
	if erlangs >= float64(agents) {
		return 0, faultFloat(ErrUndefined, "erlangs", erlangs, "at or above the number of agents the queue grows without end")
	}
	return stat.ErlangC(erlangs, agents), nil
}

// A Queue is what callers meet in a steady state.
type Queue struct {
	Agents       int
	Erlangs      float64
	WaitShare    float64 // of calls that have to wait
	ServiceLevel float64 // share of calls answered within the threshold
	ASASeconds   float64 // mean wait in seconds over all calls (average speed of answer)
	Occupancy    float64 // share of the agents' time spent on calls
	AbandonShare float64 // of calls that hang up; 0 in the Erlang C model
}

// NewQueue is the Erlang C queue (patient callers) with a mean handle time above zero
// and a threshold of zero or more. Errors as [ErlangC].
func NewQueue(erlangs float64, agents int, handle, within time.Duration) (Queue, error) {
	err := queueTimes(handle, within)
	wait, err2 := ErlangC(erlangs, agents)
	if err := errors.Join(err, err2); err != nil {
		return Queue{}, err
	}
	return Queue{
		Agents: agents, Erlangs: erlangs, WaitShare: wait,
		ServiceLevel: stat.ErlangCWithin(erlangs, agents, handle.Seconds(), within.Seconds()),
		ASASeconds:   stat.ErlangCWait(erlangs, agents, handle.Seconds()),
		Occupancy:    erlangs / float64(agents),
	}, nil
}

func queueTimes(handle, within time.Duration) error {
	var err error
	if handle <= 0 {
		err = fault(ErrOutOfRange, "handle time", handle.String(), "above zero")
	}
	if within < 0 {
		err = errors.Join(err, fault(ErrOutOfRange, "threshold", within.String(), "not negative"))
	}
	return err
}

// StaffQueue is the Erlang C queue with the fewest agents that answer at least the
// share target (0 to below 1) of calls within the threshold. A load of zero, a
// target outside the range, or a need beyond [MaxAgents] is [ErrOutOfRange].
func StaffQueue(erlangs float64, handle, within time.Duration, target float64) (Queue, error) {
	err := errors.Join(queueTimes(handle, within), duration("erlangs", erlangs))
	if erlangs == 0 || !(target >= 0 && target < 1) {
		err = errors.Join(err, faultFloat(ErrOutOfRange, "target", target, "a load above zero and a target of 0 to below 1"))
	}
	if err != nil {
		return Queue{}, err
	}
	agents, ok := stat.ErlangCServers(erlangs, handle.Seconds(), within.Seconds(), target, MaxAgents)
	if !ok {
		return Queue{}, faultFloat(ErrOutOfRange, "erlangs", erlangs, "needs more than 1,000,000 agents")
	}
	return NewQueue(erlangs, agents, handle, within)
}

// NewImpatientQueue is the Erlang A queue: waiting callers hang up after an
// exponential time with the mean patience. It has a steady state at any load above
// zero. ServiceLevel counts all offered calls, abandoned ones as missed
// ([AbandonedFailed]). Impossible inputs are [ErrOutOfRange], and so are loads times
// patience beyond about 10 million handle times, where the series gets too long.
//
// Source: Palm 1957; formulas of Zeltyn and Mandelbaum, "Call centers with impatient
// customers", Queueing Systems 51 (2005) 361-402.
func NewImpatientQueue(erlangs float64, agents int, handle, patience, within time.Duration) (Queue, error) {
	err := errors.Join(queueInputs(erlangs, agents), queueTimes(handle, within))
	if agents == 0 || erlangs == 0 || patience <= 0 {
		err = errors.Join(err, fault(ErrOutOfRange, "patience", patience.String(), "load, agents and patience are above zero"))
	}
	if err != nil {
		return Queue{}, err
	}
	a, ok := stat.NewErlangA(erlangs, agents, handle.Seconds(), patience.Seconds(), within.Seconds())
	if !ok {
		return Queue{}, faultFloat(ErrOutOfRange, "erlangs", erlangs, "beyond the reach of the series")
	}
	return Queue{
		Agents: agents, Erlangs: erlangs, WaitShare: a.Wait, ServiceLevel: a.Within,
		ASASeconds: a.Mean, AbandonShare: a.Abandon,
		Occupancy: math.Min(1, erlangs*(1-a.Abandon)/float64(agents)),
	}, nil
}
