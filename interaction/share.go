package interaction

import (
	"fmt"

	"github.com/rapport-go/rapport/internal/stat"
)

// A Share is a part of a whole that was counted. Whole is positive.
type Share struct {
	Part  int64 `json:"part"`
	Whole int64 `json:"whole"`
}

// Ratio is part / whole, between 0 and 1.
func (s Share) Ratio() float64 { return float64(s.Part) / float64(s.Whole) }

// An Interval is where the true share lies, as far as a sample of N can tell.
type Interval struct {
	Low, High float64 // 0 to 1
	Level     float64 // the confidence, such as 0.95
	N         int64
	Method    string // "Wilson"
}

// Interval is the score interval of Wilson (1927, "Probable Inference, the Law
// of Succession, and Statistical Inference", JASA 22) at the confidence level,
// without continuity correction. A level outside (0, 1) is ErrInvalid; a share
// of nothing is ErrNoData.
func (s Share) Interval(level float64) (Interval, error) {
	if !(level > 0 && level < 1) {
		return Interval{}, &FieldError{Field: "level", Value: fmt.Sprint(level), Detail: "must lie between 0 and 1", Err: ErrInvalid}
	}
	if s.Whole <= 0 || s.Part < 0 || s.Part > s.Whole {
		return Interval{}, fmt.Errorf("%w: a share of %d in %d", ErrNoData, s.Part, s.Whole)
	}
	low, high := stat.Wilson(float64(s.Part), float64(s.Whole), level)
	return Interval{Low: low, High: high, Level: level, N: s.Whole, Method: "Wilson"}, nil
}

// String writes "9 of 10 (90.0 %)".
func (s Share) String() string {
	if s.Whole <= 0 {
		return "no data"
	}
	return fmt.Sprintf("%d of %d (%.1f %%)", s.Part, s.Whole, 100*s.Ratio())
}
