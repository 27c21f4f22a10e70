package metrics

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
)

// Sentinels of the conditions on which a caller branches. A figure that cannot
// be given is always one of these, never NaN, 0 or -1 in its place.
var (
	// ErrUndefined says that the formula has no value for these inputs: a division
	// by zero, an infinite lifetime, a curve that never falls far enough.
	ErrUndefined = errors.New("metrics: undefined")
	// ErrNoData says that there is nothing to count. It is a kind of
	// [ErrUndefined]: errors.Is finds both.
	ErrNoData error = &noData{}
	// ErrOutOfRange says that an input is no possible value of its quantity.
	ErrOutOfRange = errors.New("metrics: out of range")
	// ErrInconsistent says that inputs which are possible one by one contradict
	// each other.
	ErrInconsistent = errors.New("metrics: inconsistent")
	// ErrConfig says that two states were built under different configurations
	// and cannot be merged, or that serialised state is not of this configuration.
	ErrConfig = errors.New("metrics: configuration differs")
	// ErrCorrupt says that serialised state is damaged or hostile.
	ErrCorrupt = errors.New("metrics: corrupt state")
)

type noData struct{}

func (*noData) Error() string { return "metrics: nothing to count" }
func (*noData) Unwrap() error { return ErrUndefined }

// A ValueError names the input that stands in the way of a figure. It unwraps to
// one of the sentinels.
type ValueError struct {
	Field string // the input as the formula's documentation names it
	Value string // its value as text
	Why   string // what is wrong with it
	Err   error  // ErrOutOfRange, ErrInconsistent, ErrUndefined, ErrNoData or ErrConfig
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

// count refuses a negative number of things.
func count(field string, n int64) error {
	if n < 0 {
		return faultInt(ErrOutOfRange, field, n, "a count is not negative")
	}
	return nil
}

// part refuses a part that is negative or larger than its whole.
func part(field string, n int64, whole string, total int64) error {
	if err := errors.Join(count(field, n), count(whole, total)); err != nil {
		return err
	}
	if n > total {
		return faultInt(ErrOutOfRange, field, n, "more than "+whole+", "+strconv.FormatInt(total, 10))
	}
	return nil
}

// bounded passes a decimal through the gate before any arithmetic.
func bounded(field string, d decimal.Decimal) error {
	if err := amount.Check(d); err != nil {
		return fault(ErrOutOfRange, field, "beyond the limits", err.Error())
	}
	return nil
}

// notNegative passes a decimal through the gate and refuses one below zero.
func notNegative(field string, d decimal.Decimal) error {
	if err := bounded(field, d); err != nil {
		return err
	}
	if d.Sign() < 0 {
		return fault(ErrOutOfRange, field, amount.Text(d), "not negative by definition")
	}
	return nil
}

// sum adds two counts of which neither is negative.
func sum(field string, a, b int64) (int64, error) {
	if a < 0 || b < 0 {
		return 0, faultInt(ErrOutOfRange, field, min(a, b), "a count is not negative")
	}
	if c := a + b; c >= a {
		return c, nil
	}
	return 0, fault(ErrOutOfRange, field, "beyond int64", "the sum overflows")
}
