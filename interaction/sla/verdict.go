package sla

import (
	"iter"
	"time"

	"github.com/rapport-go/rapport/internal/binenc"
)

// Outcome is how a cycle ended.
type Outcome int

// The outcomes.
const (
	// Met: stopped with no more than the target used.
	Met Outcome = iota + 1
	// Late: stopped with more than the target used.
	Late
	// Undecided: the cycle is open and within the target.
	Undecided
	// UndecidedLate: the cycle is open and over the target.
	UndecidedLate
	// Dropped: the case was merged or was spam, or lost its target.
	Dropped
	// Superseded: met once, and then the case was opened again; a later cycle counts.
	Superseded
)

var outcomeNames = [...]string{"", "met", "breached", "open", "open_late", "cancelled", "superseded"}

// String names the outcome: met, breached, open, open_late, cancelled, superseded.
func (o Outcome) String() string { return enumText(int(o), outcomeNames[:]) }

// MarshalText writes the name.
func (o Outcome) MarshalText() ([]byte, error) { return enumMarshal(int(o), outcomeNames[:]) }

// UnmarshalText reads the name.
func (o *Outcome) UnmarshalText(text []byte) error {
	return enumUnmarshal((*int)(o), text, outcomeNames[:])
}

// Verdict is one cycle of one clock, tied to the version of the policy that judged it.
type Verdict struct {
	Case    string // set by Replay and by hosts; Evaluate does not know it
	Metric  Metric
	Cycle   int
	Outcome Outcome
	Policy  PolicyRef
	Started time.Time
	Ended   time.Time // zero while open
	Elapsed time.Duration
	Goal    time.Duration
}

// Attainment counts cycles by outcome, and cases by their worst. The zero value is
// empty; Merge is associative and commutative.
type Attainment struct {
	Met, Late, Undecided, UndecidedLate, Dropped, Superseded int64
	// A case is met when at least one of its cycles was and none was late; late
	// when one was, open ones included. Others (open, dropped) are undecided.
	CasesMet, CasesLate, CasesUndecided int64
}

// Attain counts verdicts. Those of one case must follow each other, so that
// memory does not grow with the number of cases; each run of the same Case is a
// case, and verdicts without one are cases of their own.
func Attain(verdicts iter.Seq[Verdict]) Attainment {
	var t tally
	for v := range verdicts {
		if v.Case != t.id || v.Case == "" {
			t.flush()
			t.id = v.Case
		}
		t.add(v.Outcome)
	}
	t.flush()
	return t.sum
}

// tally counts the cycles of one case at a time.
type tally struct {
	sum             Attainment
	id              string
	open, met, late bool
}

func (t *tally) add(o Outcome) {
	t.open = true
	t.met = t.met || o == Met
	t.late = t.late || isLate(o)
	t.sum.count(o)
}

// flush closes the case.
func (t *tally) flush() {
	switch {
	case !t.open:
	case t.late:
		t.sum.CasesLate++
	case t.met:
		t.sum.CasesMet++
	default:
		t.sum.CasesUndecided++
	}
	t.open, t.met, t.late = false, false, false
}

func (a *Attainment) count(o Outcome) {
	switch o {
	case Met:
		a.Met++
	case Late:
		a.Late++
	case Undecided:
		a.Undecided++
	case UndecidedLate:
		a.UndecidedLate++
	case Superseded:
		a.Superseded++
	default:
		a.Dropped++
	}
}

// Merge adds the counts of other cases.
func (a *Attainment) Merge(o Attainment) {
	into, from := a.fields(), o.fields()
	for i := range into {
		*into[i] += *from[i]
	}
}

// Cycles is the number of all cycles.
func (a Attainment) Cycles() int64 {
	return a.Met + a.Late + a.Undecided + a.UndecidedLate + a.Dropped + a.Superseded
}

// Rate is the share of decided cycles that were met, met / (met + late), as a
// ratio 0 to 1; ok is false where none is decided. Cycles that are open, late ones
// among them, are not decided.
func (a Attainment) Rate() (share float64, ok bool) { return ratio(a.Met, a.Met+a.Late) }

// CaseRate is the same for cases.
func (a Attainment) CaseRate() (share float64, ok bool) {
	return ratio(a.CasesMet, a.CasesMet+a.CasesLate)
}

func ratio(num, den int64) (float64, bool) {
	if den == 0 {
		return 0, false
	}
	return float64(num) / float64(den), true
}

func (a *Attainment) fields() []*int64 {
	return []*int64{&a.Met, &a.Late, &a.Undecided, &a.UndecidedLate, &a.Dropped, &a.Superseded, &a.CasesMet, &a.CasesLate, &a.CasesUndecided}
}

var attainmentKind = binenc.Kind{'S', 'L', 'A', 't'}

// MarshalBinary writes the counts.
func (a Attainment) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(attainmentKind, 1, 0)
	for _, f := range a.fields() {
		w.Int(*f)
	}
	return w.Frame(), nil
}

// UnmarshalBinary reads what MarshalBinary wrote.
func (a *Attainment) UnmarshalBinary(data []byte) error {
	r, err := binenc.NewReader(data, attainmentKind, 1)
	if err != nil {
		return err
	}
	var made Attainment
	for _, f := range made.fields() {
		if *f = r.Int(); *f < 0 {
			r.Fail("a negative count")
		}
	}
	if err := r.Close(); err != nil {
		return err
	}
	*a = made
	return nil
}
