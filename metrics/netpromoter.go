package metrics

import (
	"math"

	"github.com/rapport-go/rapport/internal/stat"
)

// points turns shares into the customary -100 to 100.
const points = 100

// Variance is the variance of one answer worth +1, 0 or -1, from 0 to 1: p + d -
// (p - d)^2 with p and d the shares of promoters and detractors (the multinomial
// variance; Rocks, "Interval Estimation for the Net Promoter Score", The American
// Statistician 70 (2016) 365-372). No answer is [ErrNoData].
func (n NetPromoter) Variance() (float64, error) {
	total, err := n.valid()
	if err != nil {
		return 0, err
	}
	return stat.ThreePointVariance(float64(n.Promoters)/total, float64(n.Detractors)/total), nil
}

func (n NetPromoter) valid() (float64, error) {
	if err := n.check(); err != nil {
		return 0, err
	}
	total, err := n.total()
	return float64(total), err
}

// StandardError is the standard error of the score in points: 100 sqrt(Variance/n).
// It is zero where all answers fall into one class, which says more about the
// formula than about the customers; see [AdjustedWald]. No answer is [ErrNoData].
func (n NetPromoter) StandardError() (float64, error) {
	v, err := n.Variance()
	if err != nil {
		return 0, err
	}
	return points * math.Sqrt(v/float64(n.N())), nil
}

// UnbiasedStandardError divides by n - 1 instead of n. One answer alone is
// [ErrUndefined], none [ErrNoData].
func (n NetPromoter) UnbiasedStandardError() (float64, error) {
	v, err := n.Variance()
	if err != nil {
		return 0, err
	}
	if n.N() == 1 {
		return 0, faultInt(ErrUndefined, "answers", 1, "one answer has no spread")
	}
	return points * math.Sqrt(v/float64(n.N()-1)), nil
}

// Interval is the interval of the score in points, clipped to -100 and 100, by
// [Wald], [AdjustedWald] or [Score]. Prefer AdjustedWald or Score below a few
// hundred answers and wherever one class is nearly empty. AdjustedWald is centred
// on the adjusted score, and so at samples of a few answers the estimate itself
// can lie at an end. Another method, or a level outside (0, 1), is
// [ErrOutOfRange]; no answer is [ErrNoData].
func (n NetPromoter) Interval(method Method, level float64) (Interval, error) {
	total, err := n.valid()
	if err != nil {
		return Interval{}, err
	}
	if err := confidence(level); err != nil {
		return Interval{}, err
	}
	p, d := float64(n.Promoters), float64(n.Detractors)
	out := Interval{Estimate: points * (p - d) / total, Level: level, N: n.N(), Method: method}
	switch method {
	case Wald:
		out.Low, out.High = threeClassWald(p, d, total, level)
	case AdjustedWald:
		out.Low, out.High = threeClassWald(p+0.75, d+0.75, total+3, level)
	case Score:
		out.Low, out.High = stat.PairedScore(p, d, total, level)
	default:
		return Interval{}, wrongMethod(method)
	}
	out.Low, out.High = max(points*out.Low, -points), min(points*out.High, points)
	return out, nil
}

func threeClassWald(up, down, n, level float64) (lo, hi float64) {
	half := stat.Critical(level) * math.Sqrt(stat.ThreePointVariance(up/n, down/n)/n)
	centre := (up - down) / n
	return centre - half, centre + half
}

// Compare is the change between two waves of independent answers in points, n - o,
// with the standard error sqrt(SE^2 + SE^2). A wave without an answer is
// [ErrNoData].
func (n NetPromoter) Compare(o NetPromoter) (Difference, error) {
	var out Difference
	for i, wave := range []NetPromoter{n, o} {
		se, err := wave.StandardError()
		if err != nil {
			return Difference{}, err
		}
		out.SE = math.Hypot(out.SE, se)
		score := points * float64(wave.Promoters-wave.Detractors) / float64(wave.N())
		if i == 0 {
			out.Estimate, out.N1 = score, wave.N()
		} else {
			out.Estimate, out.N2 = out.Estimate-score, wave.N()
		}
	}
	return out, nil
}
