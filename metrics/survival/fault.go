package survival

import (
	"errors"
	"fmt"
	"strconv"
)

// Sentinels of the package.
var (
	// ErrNoData is returned where there is nothing to estimate from.
	ErrNoData = errors.New("survival: no data")
	// ErrInvalid is returned for times, options and counts that cannot be.
	ErrInvalid = errors.New("survival: invalid")
	// ErrHorizon is returned for a time beyond the follow-up, where nothing is known.
	ErrHorizon = errors.New("survival: beyond the follow-up")
	// ErrSingular is returned for covariates that are constant or depend on each other.
	ErrSingular = errors.New("survival: covariates cannot be told apart")
	// ErrCorrupt is returned for serialised state that is damaged or of an unknown version.
	ErrCorrupt = errors.New("survival: corrupt state")
)

// FieldError is one fault: the field and what is wrong with it. It unwraps to [ErrInvalid].
type FieldError struct {
	Field  string
	Reason string
}

// Error is the fault in one line.
func (e *FieldError) Error() string { return "survival: invalid: " + e.Field + ": " + e.Reason }

// Unwrap is [ErrInvalid].
func (e *FieldError) Unwrap() error { return ErrInvalid }

func fault(field, reason string, args ...any) error {
	return &FieldError{field, fmt.Sprintf(reason, args...)}
}

// Band is the scale on which an interval of a curve is computed. The zero value is Log.
type Band uint8

// The bands.
const (
	// Log: exp(log S ± z·se(log S)), cut at 1. The default of R's survfit.
	Log Band = iota
	// LogLog: exp(-exp(log(-log S) ± z·se)), always within 0 and 1. The default of lifelines.
	LogLog
	// Plain: S ± z·se(S), cut to 0 and 1.
	Plain
)

// MedianRule says which time is the median (or another quantile) where the curve is exactly
// at its level over a whole interval. The zero value is Midpoint.
type MedianRule uint8

// The rules.
const (
	// Midpoint of the interval, as in R.
	Midpoint MedianRule = iota
	// Infimum: the first time at which the curve is at or below the level, as in lifelines.
	Infimum
)

// Weighting is how a log-rank test weighs its event times. The zero value is Mantel.
type Weighting uint8

// The weightings.
const (
	// Mantel weighs all event times alike: the log-rank test (rho = 0).
	Mantel Weighting = iota
	// PetoPeto weighs by the pooled Kaplan-Meier estimate just before the time (rho = 1), so
	// that early differences count more: the Peto & Peto modification of Gehan-Wilcoxon.
	PetoPeto
)

// Ties is how the Cox partial likelihood treats events at the same time. The zero value is Efron.
type Ties uint8

// The treatments.
const (
	// Efron (1977), the most accurate of the two approximations. The default of R.
	Efron Ties = iota
	// Breslow (1974), the simplest, biased towards 0 when ties are many.
	Breslow
	// Exact is the discrete (conditional logistic) partial likelihood of Cox (1972). Its
	// work grows with risk set times ties.
	Exact
)

var (
	bandNames      = []string{"log", "log-log", "plain"}
	medianNames    = []string{"midpoint", "infimum"}
	weightingNames = []string{"mantel", "peto-peto"}
	tiesNames      = []string{"efron", "breslow", "exact"}
)

// String is the name of the band: log, log-log or plain.
func (b Band) String() string { return name(bandNames, uint8(b)) }

// MarshalText writes the name.
func (b Band) MarshalText() ([]byte, error) { return marshal("Band", bandNames, uint8(b)) }

// UnmarshalText reads a name that MarshalText writes.
func (b *Band) UnmarshalText(text []byte) error {
	return unmarshal("Band", bandNames, text, (*uint8)(b))
}

// String is the name of the rule: midpoint or infimum.
func (m MedianRule) String() string { return name(medianNames, uint8(m)) }

// MarshalText writes the name.
func (m MedianRule) MarshalText() ([]byte, error) {
	return marshal("MedianRule", medianNames, uint8(m))
}

// UnmarshalText reads a name that MarshalText writes.
func (m *MedianRule) UnmarshalText(text []byte) error {
	return unmarshal("MedianRule", medianNames, text, (*uint8)(m))
}

// String is the name of the weighting: mantel or peto-peto.
func (w Weighting) String() string { return name(weightingNames, uint8(w)) }

// MarshalText writes the name.
func (w Weighting) MarshalText() ([]byte, error) {
	return marshal("Weighting", weightingNames, uint8(w))
}

// UnmarshalText reads a name that MarshalText writes.
func (w *Weighting) UnmarshalText(text []byte) error {
	return unmarshal("Weighting", weightingNames, text, (*uint8)(w))
}

// String is the name of the treatment: efron, breslow or exact.
func (t Ties) String() string { return name(tiesNames, uint8(t)) }

// MarshalText writes the name.
func (t Ties) MarshalText() ([]byte, error) { return marshal("Ties", tiesNames, uint8(t)) }

// UnmarshalText reads a name that MarshalText writes.
func (t *Ties) UnmarshalText(text []byte) error {
	return unmarshal("Ties", tiesNames, text, (*uint8)(t))
}

func name(names []string, v uint8) string {
	if int(v) < len(names) {
		return names[v]
	}
	return "unknown " + strconv.Itoa(int(v))
}

func marshal(kind string, names []string, v uint8) ([]byte, error) {
	if int(v) >= len(names) {
		return nil, fault(kind, "%d has no name", v)
	}
	return []byte(names[v]), nil
}

func unmarshal(kind string, names []string, text []byte, into *uint8) error {
	for i, n := range names {
		if n == string(text) {
			*into = uint8(i) //nolint:gosec // an index of a short list
			return nil
		}
	}
	return fault(kind, "%.30q is no such name", text)
}
