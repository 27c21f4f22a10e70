package staffing

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/rapport-go/rapport/internal/stat"
)

// Model says what becomes of a call that finds every agent busy.
type Model uint8

// The three models.
const (
	B Model = iota + 1 // it is lost
	C                  // it waits, however long
	A                  // it waits until its patience ends
)

var modelNames = [...]string{"erlang_b", "erlang_c", "erlang_a"}

// String is the model's name, such as "erlang_c".
func (m Model) String() string {
	if m >= B && m <= A {
		return modelNames[m-1]
	}
	return fmt.Sprintf("model(%d)", uint8(m))
}

// MarshalText writes the name; an unset model is ErrRange.
func (m Model) MarshalText() ([]byte, error) {
	if m < B || m > A {
		return nil, &FieldError{Field: "Model", Value: m.String(), Want: strings.Join(modelNames[:], ", ")}
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads a name; anything else is ErrRange.
func (m *Model) UnmarshalText(text []byte) error {
	for i, name := range modelNames {
		if name == string(text) {
			*m = Model(i + 1)
			return nil
		}
	}
	return &FieldError{Field: "Model", Value: string(text[:min(len(text), 40)]), Want: strings.Join(modelNames[:], ", ")}
}

// Result is the steady state of a queue.
type Result struct {
	Model   Model   `json:"model"`
	Agents  int     `json:"agents"`  // or lines
	Offered float64 `json:"offered"` // erlangs

	// Wait is the share of calls that find every agent busy. Under Erlang B, where
	// such a call is lost, it is the share blocked and equals Lost.
	Wait float64 `json:"wait"`
	// Within is the threshold of ServiceLevel.
	Within time.Duration `json:"within_ns"`
	// ServiceLevel is the share of all calls, those that hang up included, which are
	// answered within the threshold.
	ServiceLevel float64 `json:"service_level"`
	// Lost is the share of calls that are never answered: blocked under Erlang B, hung
	// up under Erlang A, none under Erlang C.
	Lost float64 `json:"lost"`
	// Occupancy is the share of agents' time spent on calls.
	Occupancy float64 `json:"occupancy"`
	// MeanWait is the mean time in queue over all calls, including those that do not
	// wait and those that hang up. Under Erlang C it is the average speed of answer.
	MeanWait time.Duration `json:"mean_wait_ns"`
	// AnswerSpeed is the average speed of answer: the mean time in queue of the calls
	// that are answered.
	AnswerSpeed time.Duration `json:"answer_speed_ns"`
	// Queue is the mean number of calls waiting (Little's law: arrival rate * MeanWait).
	Queue float64 `json:"queue"`
}

// ErlangB solves the queue without waiting room: calls that find all lines busy are
// lost. Lines is 0 to 1,000,000; with none, every call is lost. ErrRange, ErrNoData.
func ErlangB(l Load, lines int) (Result, error) {
	var faults faults
	faults.agents("lines", lines, 0)
	offered, err := l.Offered()
	if err := errors.Join(faults.join(), err); err != nil {
		return Result{}, err
	}
	b := stat.ErlangB(offered, lines)
	r := Result{Model: B, Agents: lines, Offered: offered, Wait: b, Lost: b, ServiceLevel: 1 - b}
	if lines > 0 {
		r.Occupancy = offered * (1 - b) / float64(lines)
	}
	return r, nil
}

// ErlangC solves the queue in which nobody hangs up, with the service level within
// the threshold, which may be zero. ErrUnstable when the load reaches the agents;
// ErrRange for agents outside 1 to 1,000,000 or a negative threshold; ErrNoData.
func ErlangC(l Load, agents int, within time.Duration) (Result, error) {
	var faults faults
	faults.agents("agents", agents, 1)
	faults.notNegative("within", within)
	offered, err := l.Offered()
	if err := errors.Join(faults.join(), err); err != nil {
		return Result{}, err
	}
	if offered >= float64(agents) {
		return Result{}, &UnstableError{Offered: offered, Agents: agents}
	}
	return queueC(l, offered, agents, stat.ErlangC(offered, agents), within), nil
}

// queueC fills the result from the probability of waiting. With spare = agents -
// offered, the waiting time of those who wait is exponential with mean
// Handle/spare (Erlang 1917; Cooper 1981, section 3.4).
func queueC(l Load, offered float64, agents int, wait float64, within time.Duration) Result {
	spare := float64(agents) - offered
	mean := wait * l.Handle.Seconds() / spare
	r := Result{
		Model: C, Agents: agents, Offered: offered, Wait: wait, Within: within,
		ServiceLevel: answeredC(wait, spare, l.Handle, within),
		Occupancy:    offered / float64(agents),
		MeanWait:     durationOf(mean),
		Queue:        wait * offered / spare,
	}
	r.AnswerSpeed = r.MeanWait
	return r
}

func answeredC(wait, spare float64, handle, within time.Duration) float64 {
	return 1 - wait*math.Exp(-spare*(float64(within)/float64(handle)))
}

// ErlangA solves the queue in which those who wait hang up after an exponential
// time of the mean patience, which must be above zero. It has a steady state at any
// load. ErrRange for agents outside 1 to 1,000,000, a patience not above zero or a
// negative threshold; ErrNoData; ErrUnsolved.
func ErlangA(l Load, agents int, patience, within time.Duration) (Result, error) {
	var faults faults
	faults.agents("agents", agents, 1)
	faults.positive("patience", patience)
	faults.notNegative("within", within)
	offered, err := l.Offered()
	if err := errors.Join(faults.join(), err); err != nil {
		return Result{}, err
	}
	return queueA(l, offered, agents, patience, within)
}

func queueA(l Load, offered float64, agents int, patience, within time.Duration) (Result, error) {
	a, ok := stat.NewErlangA(offered, agents, l.Handle.Seconds(), patience.Seconds(), within.Seconds())
	if !ok {
		return Result{}, fmt.Errorf("%w: %.6g erlangs, %d agents, patience %v", ErrUnsolved, offered, agents, patience)
	}
	r := Result{
		Model: A, Agents: agents, Offered: offered, Wait: a.Wait, Within: within,
		ServiceLevel: a.Within, Lost: a.Abandon,
		Occupancy: offered * (1 - a.Abandon) / float64(agents),
		MeanWait:  durationOf(a.Mean),
		Queue:     offered * a.Mean / l.Handle.Seconds(),
	}
	if a.Abandon < 1 {
		r.AnswerSpeed = durationOf(answerSpeedA(l, offered, agents, patience) * a.Wait / (1 - a.Abandon))
	}
	return r, nil
}

// answerSpeedA is the mean, over calls that find all agents busy, of the wait if the
// call is answered and of zero if it hangs up, in seconds. A call that finds j others
// waiting moves up through stages of rate n m + i k, i = j+1 … 1 (n agents of rate m,
// patience of rate k), whether or not it is answered; it is answered with
// probability n m / (n m + (j+1) k). The share of calls that find j waiting is
// proportional to the product of L / (n m + i k) over i = 1 … j (Palm 1957). The
// series is no longer than those that [stat.NewErlangA] has summed before.
func answerSpeedA(l Load, offered float64, agents int, patience time.Duration) float64 {
	rate, k := float64(agents)/l.Handle.Seconds(), 1/patience.Seconds()
	calls := offered / l.Handle.Seconds()
	const high = 1e250
	weight, weights, stages, sum := 1.0, 0.0, 0.0, 0.0
	for i := 1.0; ; i++ {
		stage := 1 / (rate + i*k)
		stages += stage
		part := weight * rate * stage * stages
		weights += weight
		sum += part
		if weight *= calls * stage; weight > high {
			weight, weights, sum = weight/high, weights/high, sum/high
		}
		if weight <= weights*1e-17 && part <= sum*1e-15 {
			return sum / weights
		}
	}
}

// Explain says in sentences what the result means.
func (r Result) Explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %.4g erlangs for %d agents keep them busy %.1f %% of their time.\n", r.Model, r.Offered, r.Agents, 100*r.Occupancy)
	if r.Model == B {
		fmt.Fprintf(&b, "%.2f %% of calls find every line busy and are lost.\n", 100*r.Lost)
		return b.String()
	}
	fmt.Fprintf(&b, "%.1f %% of calls wait; %.1f %% are answered within %v; the mean wait is %v, and %.2f calls are waiting on average.\n",
		100*r.Wait, 100*r.ServiceLevel, r.Within, r.MeanWait.Round(10*time.Millisecond), r.Queue)
	if r.Model == A {
		fmt.Fprintf(&b, "%.2f %% of calls hang up.\n", 100*r.Lost)
	}
	return b.String()
}
