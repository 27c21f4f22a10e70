package score

import (
	"errors"
	"math"
	"time"
)

// A CarelessFlag is one sign that somebody answered without reading.
type CarelessFlag uint8

// The flags.
const (
	// StraightLine: all answers, two or more, are the same.
	StraightLine CarelessFlag = iota + 1
	// LongRun: the longest run of equal answers reaches the limit.
	LongRun
	// LowVariation: the standard deviation within the person is below the limit.
	LowVariation
	// TooFast: less time per item than the limit.
	TooFast
)

var carelessNames = [...]string{"unset", "straight-line", "long-run", "low-variation", "too-fast"}

// String is the flag's name, "unset" for the zero value.
func (f CarelessFlag) String() string { return enumText(carelessNames[:], uint8(f)) }

// MarshalText writes the name; the zero value and unknown flags are errors.
func (f CarelessFlag) MarshalText() ([]byte, error) {
	return enumMarshal("flag", carelessNames[:], 1, uint8(f))
}

// UnmarshalText reads a name.
func (f *CarelessFlag) UnmarshalText(text []byte) error {
	return enumUnmarshal("flag", carelessNames[:], 1, text, (*uint8)(f))
}

// CarelessOptions are the limits of the flags. A nil pointer is the zero value.
type CarelessOptions struct {
	// LongestRun is the run from which on LongRun is raised; 0 is half of the items, at
	// least 6 (Curran 2016).
	LongestRun int
	// LeastVariation is the standard deviation below which LowVariation is raised; 0 is
	// never. It depends on the scale and on how alike the items are.
	LeastVariation float64
	// Taken is how long the person needed for the items; 0 is not known.
	Taken time.Duration
	// LeastPerItem is the time per item below which TooFast is raised; 0 is two seconds
	// (Huang et al. 2012).
	LeastPerItem time.Duration
}

// A Carelessness is what one person's answers look like. Its flags are signs to look at: a
// contented customer may answer 5 throughout in good faith. Nothing is deleted.
type Carelessness struct {
	LongestRun int `json:"longest_run"` // of equal answers in a row (longstring)
	Distinct   int `json:"distinct"`    // different answers
	// Variation is the standard deviation over n - 1 of the person's answers (intra-
	// individual response variability, IRV). HasVariation is false for one answer.
	Variation    float64        `json:"variation"`
	HasVariation bool           `json:"has_variation"`
	Flags        []CarelessFlag `json:"flags,omitempty"` // in the order of the constants
}

// Has reports whether a flag was raised.
func (c Carelessness) Has(f CarelessFlag) bool {
	for _, g := range c.Flags {
		if g == f {
			return true
		}
	}
	return false
}

// InspectAnswers looks at one person's answers in the order of the questionnaire, those that
// were given. No answer is [ErrNoData]; a limit below zero, or one that is NaN, is
// [ErrOutOfRange].
//
// Source: Meade and Craig, "Identifying Careless Responses in Survey Data", Psychological
// Methods 17 (2012) 437-455; Dunn et al., Journal of Business and Psychology 33 (2018)
// 105-121, for IRV; Curran, Journal of Experimental Social Psychology 66 (2016) 4-19; Huang et
// al., Journal of Business and Psychology 27 (2012) 99-114.
func InspectAnswers(answers []int, o *CarelessOptions) (Carelessness, error) {
	var opts CarelessOptions
	if o != nil {
		opts = *o
	}
	if err := errors.Join(count("longest run", int64(opts.LongestRun)), count("time taken", int64(opts.Taken)), count("least time per item", int64(opts.LeastPerItem))); err != nil {
		return Carelessness{}, err
	}
	if !(opts.LeastVariation >= 0) {
		return Carelessness{}, faultFloat(ErrOutOfRange, "least variation", opts.LeastVariation, "zero or more")
	}
	n := len(answers)
	if n == 0 {
		return Carelessness{}, noAnswer("answers of one person")
	}
	if opts.LongestRun == 0 {
		opts.LongestRun = max(6, (n+1)/2)
	}
	if opts.LeastPerItem == 0 {
		opts.LeastPerItem = 2 * time.Second
	}
	c := runs(answers)
	for flag, raised := range [...]bool{
		StraightLine: n > 1 && c.Distinct == 1,
		LongRun:      c.LongestRun >= opts.LongestRun,
		LowVariation: c.HasVariation && c.Variation < opts.LeastVariation,
		TooFast:      opts.Taken > 0 && opts.Taken/time.Duration(n) < opts.LeastPerItem,
	} {
		if raised {
			c.Flags = append(c.Flags, CarelessFlag(flag)) //nolint:gosec // 1 to 4
		}
	}
	return c, nil
}

func runs(answers []int) Carelessness {
	var c Carelessness
	seen := make(map[int]struct{}, 8)
	run, mean := 0, 0.0
	for i, a := range answers {
		if i > 0 && answers[i-1] == a {
			run++
		} else {
			run = 1
		}
		c.LongestRun = max(c.LongestRun, run)
		seen[a] = struct{}{}
		mean += (float64(a) - mean) / float64(i+1)
	}
	c.Distinct = len(seen)
	if c.HasVariation = len(answers) > 1; c.HasVariation && c.Distinct > 1 {
		squares := 0.0
		for _, a := range answers {
			squares += (float64(a) - mean) * (float64(a) - mean)
		}
		c.Variation = math.Sqrt(squares / float64(len(answers)-1))
	}
	return c
}
