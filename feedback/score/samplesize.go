package score

import (
	"errors"
	"math"

	"github.com/rapport-go/rapport/internal/stat"
)

// A SampleSize says how many answers a margin of error needs.
type SampleSize struct {
	Infinite float64 `json:"infinite"` // for a population without limit, before rounding
	Exact    float64 `json:"exact"`    // for the population, before rounding
	Required int64   `json:"required"` // the next whole number of answers
	// Margin is the margin of error that Required answers give, in the unit of the
	// margin asked for.
	Margin float64 `json:"margin"`
}

// SampleOptions are what a planned sample can be told. A nil pointer is the zero value.
type SampleOptions struct {
	Level      float64 // confidence level; 0 is 0.95
	Population int64   // people to draw from; 0 is without limit
	Power      float64 // for SizeToDetect: the chance to see the difference; 0 is 0.8
}

// most is the largest number of answers that a plan may ask for.
const most = 1 << 53

func (o *SampleOptions) settle() (SampleOptions, error) {
	var s SampleOptions
	if o != nil {
		s = *o
	}
	var errs [3]error
	s.Level, errs[0] = levelOf(s.Level)
	errs[1] = count("population", s.Population)
	if s.Power == 0 {
		s.Power = 0.8
	}
	if !(s.Power > 0 && s.Power < 1) {
		errs[2] = faultFloat(ErrOutOfRange, "power", s.Power, "a power lies strictly between 0 and 1")
	}
	return s, errors.Join(errs[:]...)
}

// SizeForProportion is how many answers put the share within ± margin at the
// confidence level: n0 = z² p(1-p) / margin², and for a population of N people n0 /
// (1 + (n0-1)/N), rounded up. p is the share expected, 0.5 for the worst case;
// margin is a share, strictly between 0 and 1. Anything else is [ErrOutOfRange].
//
// Source: Cochran, "Sampling Techniques", 3rd ed., 1977, equations 4.1 and 4.2.
func SizeForProportion(p, margin float64, o *SampleOptions) (SampleSize, error) {
	if !(p > 0 && p < 1) {
		return SampleSize{}, faultFloat(ErrOutOfRange, "share", p, "a share lies strictly between 0 and 1")
	}
	return sizeFor(p*(1-p), margin, 1, o)
}

// SizeForNetPromoter is how many answers put the net promoter score within ± margin
// points, for a variance of one answer from 0 to 1 ([NetPromoter.Variance]; 1 is
// the worst case, 0.7 is usual).
func SizeForNetPromoter(variance, margin float64, o *SampleOptions) (SampleSize, error) {
	if !(variance > 0 && variance <= 1) {
		return SampleSize{}, faultFloat(ErrOutOfRange, "variance", variance, "above 0, at most 1")
	}
	return sizeFor(variance, margin, points, o)
}

func sizeFor(variance, margin, unit float64, o *SampleOptions) (SampleSize, error) {
	s, err := o.settle()
	if !(margin > 0 && margin < unit) {
		err = errors.Join(err, faultFloat(ErrOutOfRange, "margin", margin, "above zero and below the width of the scale"))
	}
	if err != nil {
		return SampleSize{}, err
	}
	z, e := stat.Critical(s.Level), margin/unit
	n := SampleSize{Infinite: z / e * (z / e) * variance}
	n.Exact = n.Infinite
	if s.Population > 0 {
		n.Exact = n.Infinite / (1 + (n.Infinite-1)/float64(s.Population))
	}
	if !(n.Exact <= most) {
		return SampleSize{}, faultFloat(ErrOutOfRange, "margin", margin, "more answers than can be counted")
	}
	n.Required = max(int64(math.Ceil(n.Exact-1e-9)), 1) // 1e-9: an exact whole number is itself
	fpc := 1.0
	if s.Population > 0 {
		n.Required = min(n.Required, s.Population)
		fpc = 0
		if s.Population > n.Required {
			fpc = math.Sqrt(float64(s.Population-n.Required) / float64(s.Population-1))
		}
	}
	n.Margin = unit * z * math.Sqrt(variance/float64(n.Required)) * fpc
	return n, nil
}

// SizeToDetect is how many answers each of two samples needs so that a difference is
// found significant at the level with the power asked for: (z_α/2 + z_β)² (v1 + v2) /
// difference², rounded up, with v1 and v2 the variances of one answer in the unit of
// the difference. For shares the variance is p(1-p); for the net promoter score use
// [NetPromoter.Variance] and a difference in hundredths (0.10 is 10 points). Each
// variance is zero or more and one is above zero; the difference is above zero;
// anything else is [ErrOutOfRange]. Population is not used.
//
// Source: Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions", 3rd
// ed., 2003, section 4.2, without continuity correction.
func SizeToDetect(difference, variance1, variance2 float64, o *SampleOptions) (int64, error) {
	s, err := o.settle()
	errs := []error{err}
	for _, v := range []float64{variance1, variance2} {
		if !(v >= 0) || math.IsInf(v, 1) {
			errs = append(errs, faultFloat(ErrOutOfRange, "variance", v, "zero or more, and finite"))
		}
	}
	if !(difference > 0) || math.IsInf(difference, 1) || variance1+variance2 == 0 {
		errs = append(errs, faultFloat(ErrOutOfRange, "difference", difference, "above zero, between answers that vary"))
	}
	if err := errors.Join(errs...); err != nil {
		return 0, err
	}
	z := (stat.Critical(s.Level) + stat.NormalQuantile(s.Power)) / difference
	n := z * z * (variance1 + variance2)
	if !(n <= most) {
		return 0, faultFloat(ErrOutOfRange, "difference", difference, "more answers than can be counted")
	}
	return max(int64(math.Ceil(n-1e-9)), 2), nil
}
