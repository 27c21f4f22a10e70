package score

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/rapport-go/rapport/internal/stat"
)

// A Comparison is what two independent samples (two waves of a survey, two groups) say
// about a difference.
type Comparison struct {
	// Difference is first minus second, with its interval.
	Difference Estimate `json:"difference"`
	First      float64  `json:"first"`  // the first sample's figure
	Second     float64  `json:"second"` // the second's
	// Centre and SE are the difference and the standard error that the test uses; for
	// [AdjustedZ] both come from the adjusted counts and so differ from Difference.
	Centre float64 `json:"centre"`
	SE     float64 `json:"se"`
	Test   Test    `json:"test"`
	// Testable is false, and Statistic and P are zero, where nothing varies in either
	// sample, so that there is nothing to test against.
	Testable bool `json:"testable"`
	// Statistic is z or t; zero for [Fisher], which has none.
	Statistic float64 `json:"statistic"`
	// DF is the degrees of freedom of [WelchT], else zero.
	DF float64 `json:"df,omitempty"`
	// P is the two-sided p-value: how often samples from equal populations lie at least
	// this far apart. Where several comparisons are made at once, see [AdjustP].
	P float64 `json:"p"`
}

// Explain says the comparison in one sentence.
func (c Comparison) Explain() string {
	what := c.Difference.Explain()
	if !c.Testable {
		return what[:len(what)-1] + "; no test, since nothing varies."
	}
	return fmt.Sprintf("%s; equal populations would differ this much with probability %s (%s).",
		what[:len(what)-1], strconv.FormatFloat(c.P, 'g', 3, 64), c.Test)
}

// CompareOptions are what a comparison can be told. A nil pointer is the zero value.
type CompareOptions struct {
	Level     float64 // confidence level of the difference's interval; 0 is 0.95
	Test      Test    // [AutoTest], the zero value, lets the comparison choose
	Unclipped bool    // leave ends beyond the scale
	NotRandom bool    // add the caveat
}

func (o *CompareOptions) settle() (CompareOptions, error) {
	var s CompareOptions
	if o != nil {
		s = *o
	}
	var err error
	s.Level, err = levelOf(s.Level)
	return s, err
}

func (o CompareOptions) refuse() error {
	return fault(ErrOutOfRange, "test", o.Test.String(), "no test for this figure")
}

// difference starts the comparison of two estimates.
func (o CompareOptions) difference(a, b Estimate) Comparison {
	return Comparison{
		First: a.Value, Second: b.Value, Test: o.Test,
		Difference: Estimate{
			Name: "difference of " + a.Name, Unit: a.Unit, Value: a.Value - b.Value, SE: math.Hypot(a.SE, b.SE),
			HasSE: a.HasSE && b.HasSE, Level: o.Level, N: a.N + b.N, EffectiveN: a.EffectiveN + b.EffectiveN,
			Caveats: ((a.Caveats | b.Caveats) &^ CaveatsOf(Clipped, NoSpread)).withIf(NotRandom, o.NotRandom),
		},
	}
}

func (o CompareOptions) finish(c *Comparison, widest float64) {
	s := settings{Options: Options{Unclipped: o.Unclipped}}
	s.clipTo(&c.Difference, -widest, widest)
}

// z fills the test's figures from its centre and standard error.
func (c *Comparison) z() {
	if c.Testable = c.SE > 0; c.Testable {
		c.Statistic = c.Centre / c.SE
		c.P = stat.TwoSided(c.Statistic)
	}
}

// CompareNetPromoter is the change of the net promoter score in points, first minus
// second, of two independent samples. The test, which also makes the interval, is
// [AdjustedZ] ([AutoTest]) or [UnpooledZ]. The interval is cut at ±200 unless
// Unclipped. A sample without an answer is [ErrNoData].
//
// Source: Rocks 2016; Sauro and Lewis, "Quantifying the User Experience", 2016, for the
// test between two scores.
func CompareNetPromoter(first, second NetPromoter, o *CompareOptions) (Comparison, error) {
	s, err := o.settle()
	a, errA := first.Estimate(&Options{Method: Wald})
	b, errB := second.Estimate(&Options{Method: Wald})
	if err := errors.Join(err, errA, errB); err != nil {
		return Comparison{}, err
	}
	c := s.difference(a, b)
	switch s.Test {
	case UnpooledZ:
		c.Centre, c.SE, c.Difference.Method = c.Difference.Value, c.Difference.SE, Wald
		c.Difference.Caveats = c.Difference.Caveats.withIf(NoSpread, !(a.SE > 0 && b.SE > 0))
	case AutoTest, AdjustedZ:
		c.Test, c.Difference.Method = AdjustedZ, AdjustedWald
		sa, ea := threeClass(float64(first.Promoters)+0.75, float64(first.Detractors)+0.75, float64(first.N())+3)
		sb, eb := threeClass(float64(second.Promoters)+0.75, float64(second.Detractors)+0.75, float64(second.N())+3)
		c.Centre, c.SE = sa-sb, math.Hypot(ea, eb)
	default:
		return Comparison{}, s.refuse()
	}
	c.z()
	half := stat.Critical(s.Level) * c.SE
	c.Difference.Low, c.Difference.High = c.Centre-half, c.Centre+half
	s.finish(&c, 2*points)
	return c, nil
}

// CompareProportions is the difference of two independent shares, first minus second,
// with the interval by [Newcombe] and the test [NMinusOne], [PooledZ] or [Fisher];
// [AutoTest] is NMinusOne where every expected count is at least 1 and Fisher below.
// NMinusOne and PooledZ are not Testable where the pooled share is 0 or 1; Fisher
// beyond 10^12 answers is [ErrTooMany]. A sample without an answer is [ErrNoData].
//
// Source: Newcombe, Statistics in Medicine 17 (1998) 873-890; Campbell, Statistics in
// Medicine 26 (2007) 3661-3675.
func CompareProportions(first, second Proportion, o *CompareOptions) (Comparison, error) {
	s, err := o.settle()
	a, errA := first.Estimate(nil)
	b, errB := second.Estimate(nil)
	if err := errors.Join(err, errA, errB); err != nil {
		return Comparison{}, err
	}
	c := s.difference(a, b)
	c.Difference.Method = Newcombe
	x1, n1, x2, n2 := float64(first.Hits), float64(first.Total), float64(second.Hits), float64(second.Total)
	c.Difference.Low, c.Difference.High = stat.Newcombe(x1, n1, x2, n2, s.Level)
	if c.Test == AutoTest {
		c.Test = NMinusOne
		if least := min(x1+x2, n1+n2-x1-x2) * min(n1, n2) / (n1 + n2); least < 1 {
			c.Test = Fisher
		}
	}
	c.Centre = c.Difference.Value
	switch c.Test {
	case PooledZ:
		c.Statistic = stat.PooledZ(x1, n1, x2, n2)
	case NMinusOne:
		c.Statistic = stat.NMinusOneZ(x1, n1, x2, n2)
	case Fisher:
		c.SE, c.P, c.Testable = c.Difference.SE, stat.FisherExact(first.Hits, first.Total, second.Hits, second.Total), true
		if math.IsNaN(c.P) {
			return Comparison{}, faultFloat(ErrTooMany, "answers", n1+n2, "Fisher's test enumerates up to 1e12; take the N-1 test")
		}
	default:
		return Comparison{}, s.refuse()
	}
	if c.Test != Fisher {
		if c.Testable = !math.IsNaN(c.Statistic); c.Testable {
			c.P = stat.TwoSided(c.Statistic)
			if c.Statistic != 0 {
				c.SE = c.Centre / c.Statistic
			} else {
				c.SE = c.Difference.SE
			}
		} else {
			c.Statistic = 0
		}
	}
	s.finish(&c, 1)
	return c, nil
}

// CompareEstimates is the difference of two estimates of the same figure from
// independent samples: by [WelchT] where both rest on [StudentT] ([AutoTest]), else
// by [UnpooledZ] on their own standard errors. Estimates of other figures or units
// are [ErrNotComparable]; one without a standard error is [ErrUndefined]. An estimate whose
// standard error is zero, since all its answers are the same, counts as if it were known;
// [NoSpread] says so. For net promoter scores and shares by counts [CompareNetPromoter] and [CompareProportions]
// are better.
//
// It compares what the figures say, not what people meant: between countries or
// languages compare anchored scores ([AnchorEstimate]) or ridits instead.
//
// Source: Welch, Biometrika 34 (1947) 28-35.
func CompareEstimates(first, second Estimate, o *CompareOptions) (Comparison, error) {
	s, err := o.settle()
	errs := []error{err}
	if first.Name != second.Name || first.Unit != second.Unit {
		errs = append(errs, fault(ErrNotComparable, "estimates", strconv.Quote(clip(first.Name))+" and "+strconv.Quote(clip(second.Name)), "another figure or unit"))
	}
	for _, e := range []Estimate{first, second} {
		if !e.HasSE || !(e.SE >= 0) || math.IsInf(e.SE, 0) || math.IsNaN(e.Value) || math.IsInf(e.Value, 0) {
			errs = append(errs, faultInt(ErrUndefined, "standard error of "+clip(e.Name), e.N, "too few answers for one"))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return Comparison{}, err
	}
	c := s.difference(first, second)
	c.Centre, c.SE = c.Difference.Value, c.Difference.SE
	if c.Test == AutoTest {
		c.Test = UnpooledZ
		if first.N > 1 && second.N > 1 && first.Method == StudentT && second.Method == StudentT {
			c.Test = WelchT
		}
	}
	critical := stat.Critical(s.Level)
	switch c.Test {
	case UnpooledZ:
		c.Difference.Method = Wald
		c.z()
	case WelchT:
		if first.N < 2 || second.N < 2 {
			return Comparison{}, faultInt(ErrUndefined, "answers", min(first.N, second.N), "a t test needs two in each sample")
		}
		c.Difference.Method = StudentT
		if c.Testable = c.SE > 0; c.Testable {
			c.DF = satterthwaite(first, second)
			c.Statistic = c.Centre / c.SE
			c.P = stat.StudentTwoSided(c.Statistic, c.DF)
			critical = stat.StudentCritical(s.Level, c.DF)
		}
	default:
		return Comparison{}, s.refuse()
	}
	// Also where one sample alone has no spread: the interval then takes it as known.
	c.Difference.Caveats = c.Difference.Caveats.withIf(NoSpread, !(first.SE > 0 && second.SE > 0))
	c.Difference.around(critical)
	return c, nil
}

func satterthwaite(a, b Estimate) float64 {
	// Ratios to the larger variance keep very large and very small ones in range.
	most := max(a.SE, b.SE)
	va, vb := (a.SE/most)*(a.SE/most), (b.SE/most)*(b.SE/most)
	return (va + vb) * (va + vb) / (va*va/float64(a.N-1) + vb*vb/float64(b.N-1))
}
