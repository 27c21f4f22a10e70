package clv

import (
	"errors"
	"fmt"
)

// Sentinels on which a caller branches. Those with detail come wrapped in a
// ParameterError, a SummaryError or a joined error.
var (
	// ErrNoData says that there is nothing to count.
	ErrNoData = errors.New("clv: no data")
	// ErrParameter says that a parameter, horizon, rate, prior or option is out of range.
	ErrParameter = errors.New("clv: parameter out of range")
	// ErrSummary says that a customer's summary is impossible.
	ErrSummary = errors.New("clv: impossible summary")
	// ErrUndefined says that the asked quantity does not exist for these parameters, such as
	// a lifetime value without discount where the expected number of purchases is infinite.
	ErrUndefined = errors.New("clv: undefined")
	// ErrNoFit says that a result was asked of a fit that has none, such as an interval of a fit
	// whose status is Boundary, or that data make a likelihood beyond floating point.
	ErrNoFit = errors.New("clv: the fit does not support this")
	// ErrMerge says that two states cannot be merged.
	ErrMerge = errors.New("clv: states do not fit together")
)

// ParameterError names a value that is out of range; it unwraps to ErrParameter.
type ParameterError struct {
	// Name is the parameter as the documentation writes it, such as "alpha".
	Name string
	// Value is what was given.
	Value float64
	// Want says the range.
	Want string
}

// Error says which parameter is wrong and what would be right.
func (e *ParameterError) Error() string {
	return fmt.Sprintf("clv: %s is %g, want %s", e.Name, e.Value, e.Want)
}

// Unwrap gives ErrParameter.
func (e *ParameterError) Unwrap() error { return ErrParameter }

// SummaryError says what is impossible about a summary; it unwraps to ErrSummary.
type SummaryError struct {
	// Summary is what was given.
	Summary Summary
	// Why says what is wrong with it.
	Why string
}

// Error says what is wrong with which summary.
func (e *SummaryError) Error() string {
	return fmt.Sprintf("clv: summary x=%d, tx=%g, T=%g: %s", e.Summary.X, e.Summary.TX, e.Summary.T, e.Why)
}

// Unwrap gives ErrSummary.
func (e *SummaryError) Unwrap() error { return ErrSummary }
