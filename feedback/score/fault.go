package score

import (
	"errors"
	"fmt"
	"strconv"
)

// Sentinels of the conditions on which a caller branches. A figure that cannot be
// given is always one of these, never NaN, 0 or -1 in its place.
var (
	// ErrUndefined says that the formula has no value for these answers: one answer
	// has no spread, a constant item has no correlation.
	ErrUndefined = errors.New("score: undefined")
	// ErrNoData says that nobody answered. It is a kind of [ErrUndefined]: errors.Is
	// finds both.
	ErrNoData error = &noData{}
	// ErrOutOfRange says that an input is no possible value of its quantity: an NPS
	// of 11, a weight below zero, a level of 95 instead of 0.95.
	ErrOutOfRange = errors.New("score: out of range")
	// ErrInconsistent says that inputs which are possible one by one contradict each
	// other: more answers than people, anchors that cross.
	ErrInconsistent = errors.New("score: inconsistent")
	// ErrIncomplete says that a respondent left out an item that the instrument's
	// score needs.
	ErrIncomplete = errors.New("score: incomplete answers")
	// ErrEmptyCell says that a group with a population share has no respondent, so
	// that no weight can speak for it.
	ErrEmptyCell = errors.New("score: empty cell")
	// ErrNotConverged says that an iteration did not reach its tolerance.
	ErrNotConverged = errors.New("score: not converged")
	// ErrCollinear says that a driver follows from the others.
	ErrCollinear = errors.New("score: collinear")
	// ErrTooMany says that an exact method would take too long for so many inputs.
	ErrTooMany = errors.New("score: too many")
	// ErrNotComparable says that a comparison would look like an answer and not be
	// one; the detail says why and what to do instead.
	ErrNotComparable = errors.New("score: not comparable")
	// ErrConfig says that two states were built under different configurations and
	// cannot be merged, or that serialised state is not of this configuration.
	ErrConfig = errors.New("score: configuration differs")
	// ErrCorrupt says that serialised state is damaged or hostile.
	ErrCorrupt = errors.New("score: corrupt state")
)

type noData struct{}

func (*noData) Error() string { return "score: no answer" }
func (*noData) Unwrap() error { return ErrUndefined }

// A ValueError names the input that stands in the way of a figure. It unwraps to one
// of the sentinels.
type ValueError struct {
	Field string // the input, named as in the documentation
	Value string // its value as text
	Why   string // what is wrong with it
	Err   error  // the sentinel
}

// Error writes the fault in one line.
func (e *ValueError) Error() string {
	return fmt.Sprintf("%v: %s is %s: %s", e.Err, e.Field, e.Value, e.Why)
}

// Unwrap gives the sentinel.
func (e *ValueError) Unwrap() error { return e.Err }

func fault(err error, field, value, why string) error {
	return &ValueError{Field: field, Value: value, Why: why, Err: err}
}

func faultInt(err error, field string, value int64, why string) error {
	return fault(err, field, strconv.FormatInt(value, 10), why)
}

func faultFloat(err error, field string, value float64, why string) error {
	return fault(err, field, strconv.FormatFloat(value, 'g', -1, 64), why)
}

func noAnswer(field string) error { return faultInt(ErrNoData, field, 0, "nobody answered") }

// count refuses a negative number of things.
func count(field string, n int64) error {
	if n < 0 {
		return faultInt(ErrOutOfRange, field, n, "a count is not negative")
	}
	return nil
}

// sum adds counts, none of which is negative.
func sum(field string, counts ...int64) (int64, error) {
	var total int64
	for _, n := range counts {
		if err := count(field, n); err != nil {
			return 0, err
		}
		if total += n; total < 0 {
			return 0, fault(ErrOutOfRange, field, "beyond int64", "the sum overflows")
		}
	}
	return total, nil
}

// mergeCounts adds the counts of another state, all of them or none.
func mergeCounts(field string, into, from []int64) error {
	merged := make([]int64, len(into))
	for i := range into {
		var err error
		if merged[i], err = sum(field, into[i], from[i]); err != nil {
			return err
		}
	}
	if _, err := sum(field, merged...); err != nil {
		return err
	}
	copy(into, merged)
	return nil
}

// clip keeps hostile text short in error messages.
func clip(s string) string {
	const most = 64
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}
