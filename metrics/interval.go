package metrics

import (
	"math"

	"github.com/rapport-go/rapport/internal/stat"
)

// A Method names how an interval was made, so that two reports can be compared.
type Method uint8

// The methods. For proportions: [Wald], [Wilson], [ClopperPearson], [Jeffreys] and
// [AgrestiCoull]. For the net promoter score: [Wald], [AdjustedWald] and [Score].
// For differences and ratios of proportions: [Newcombe] and [RatioOfWilson]. For
// means: [StudentT]. For weighted samples: [Kish] and [Linearised].
const (
	// Wald is the estimate ± z standard errors. No width where everybody agrees.
	Wald Method = iota + 1
	// Wilson is the score interval of a proportion (Wilson 1927).
	Wilson
	// ClopperPearson is the exact interval of a proportion (1934); it covers at
	// least its level and is the widest.
	ClopperPearson
	// Jeffreys is the interval of the Beta(1/2, 1/2) posterior (Brown, Cai and
	// DasGupta 2001).
	Jeffreys
	// AgrestiCoull is Wald around a shrunken proportion (1998); not clipped to [0, 1].
	AgrestiCoull
	// AdjustedWald adds 3/4 promoters, 3/2 passives and 3/4 detractors before Wald
	// (three pseudo-answers; Rocks 2016).
	AdjustedWald
	// Score inverts the score test of a three-class answer (Tango 1998).
	Score
	// Newcombe joins two Wilson intervals to one for their difference (Newcombe
	// 1998, method 10).
	Newcombe
	// RatioOfWilson joins two Wilson intervals to one for their ratio (MOVER-R,
	// Donner and Zou 2012).
	RatioOfWilson
	// StudentT is the mean ± t standard errors.
	StudentT
	// Kish is Wald with the effective sample size of the weights (Kish 1965).
	Kish
	// Linearised is Wald with the linearised (Taylor) variance of a ratio of
	// weighted sums, drawn with replacement (Särndal, Swensson and Wretman 1992,
	// section 5.6).
	Linearised
)

var methodNames = [...]string{
	"unset", "wald", "wilson", "clopper-pearson", "jeffreys", "agresti-coull",
	"adjusted-wald", "score", "newcombe", "ratio-of-wilson", "student-t", "kish", "linearised",
}

// String is the method's name, "unset" for the zero value.
func (m Method) String() string { return enumText(methodNames[:], uint8(m)) }

// MarshalText writes the name; the zero value and unknown methods are errors.
func (m Method) MarshalText() ([]byte, error) {
	return enumMarshal("method", methodNames[:], uint8(m))
}

// UnmarshalText reads a name.
func (m *Method) UnmarshalText(text []byte) error {
	return enumUnmarshal("method", methodNames[:], text, (*uint8)(m))
}

// An Interval is an estimate with its uncertainty: what was measured, between which
// values the truth lies at the confidence level, by which method, and on how many
// observations it rests. The unit is that of the estimate; the method that returns
// it says which.
type Interval struct {
	Estimate float64 `json:"estimate"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Level    float64 `json:"level"` // confidence level, 0.95 for 95 %
	N        int64   `json:"n"`     // observations
	Method   Method  `json:"method"`
}

// Contains reports whether the interval holds the value, ends included.
func (i Interval) Contains(v float64) bool { return i.Low <= v && v <= i.High }

func confidence(level float64) error {
	if !(level > 0 && level < 1) {
		return faultFloat(ErrOutOfRange, "level", level, "a confidence level lies strictly between 0 and 1")
	}
	return nil
}

func wrongMethod(m Method) error {
	return fault(ErrOutOfRange, "method", m.String(), "no method for this figure")
}

// Interval is the interval of the proportion, as shares, by [Wald], [Wilson],
// [ClopperPearson], [Jeffreys] or [AgrestiCoull] at a confidence level strictly
// between 0 and 1. Another method or level, and impossible counts, are
// [ErrOutOfRange]; a Total of zero is [ErrNoData]. Wald and AgrestiCoull are not
// clipped and can leave [0, 1].
func (p Proportion) Interval(method Method, level float64) (Interval, error) {
	if err := p.defined(); err != nil {
		return Interval{}, err
	}
	if err := confidence(level); err != nil {
		return Interval{}, err
	}
	x, n := float64(p.Hits), float64(p.Total)
	out := Interval{Estimate: x / n, Level: level, N: p.Total, Method: method}
	switch method {
	case Wald:
		out.Low, out.High = stat.Wald(x, n, level)
	case Wilson:
		out.Low, out.High = stat.Wilson(x, n, level)
	case ClopperPearson:
		out.Low, out.High = stat.ClopperPearson(x, n, level)
	case Jeffreys:
		out.Low, out.High = stat.Jeffreys(x, n, level)
	case AgrestiCoull:
		out.Low, out.High = stat.AgrestiCoull(x, n, level)
	default:
		return Interval{}, wrongMethod(method)
	}
	return out, nil
}

// Compare is the difference of two independent proportions, p - o, as shares, with
// the unpooled standard error; [Difference.Z] is then the unpooled test. The usual
// test of equality and the interval by Newcombe are in [TwoArm]. A proportion of
// nothing is [ErrNoData].
func (p Proportion) Compare(o Proportion) (Difference, error) {
	for _, each := range []Proportion{p, o} {
		if err := each.defined(); err != nil {
			return Difference{}, err
		}
	}
	a, b := float64(p.Hits)/float64(p.Total), float64(o.Hits)/float64(o.Total)
	return Difference{
		Estimate: a - b,
		SE:       math.Sqrt(a*(1-a)/float64(p.Total) + b*(1-b)/float64(o.Total)),
		N1:       p.Total, N2: o.Total,
	}, nil
}

// A Difference is how far two independent samples (two waves of a survey, two
// groups) lie apart, in the unit of their figure.
type Difference struct {
	Estimate float64 // first minus second
	SE       float64 // standard error, from the two samples' own standard errors
	N1, N2   int64   // observations
}

// Z is the test statistic Estimate / SE. ok is false where SE is zero: when all
// answers agree within both samples there is nothing to test against.
func (d Difference) Z() (z float64, ok bool) {
	if !(d.SE > 0) {
		return 0, false
	}
	return d.Estimate / d.SE, true
}

// P is the two-sided p-value of [Difference.Z]: how often samples from equal
// populations lie at least this far apart.
func (d Difference) P() (p float64, ok bool) {
	z, ok := d.Z()
	if !ok {
		return 0, false
	}
	return stat.TwoSided(z), true
}

// Interval is Estimate ± z SE, by [Wald], not clipped. A level outside (0, 1) is
// [ErrOutOfRange].
func (d Difference) Interval(level float64) (Interval, error) {
	if err := confidence(level); err != nil {
		return Interval{}, err
	}
	half := stat.Critical(level) * d.SE
	return Interval{d.Estimate, d.Estimate - half, d.Estimate + half, level, d.N1 + d.N2, Wald}, nil
}
