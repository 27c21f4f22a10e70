package deliver

import (
	"fmt"
	"math"

	"github.com/rapport-go/rapport/internal/stat"
)

// Power says how sure one wants to be. A zero field is its default.
type Power struct {
	Level float64 // two-sided confidence level; 0.95
	Power float64 // chance to see the change when it is there; 0.80
}

func (o *Power) values() (za, zb float64, err error) {
	p := Power{0.95, 0.80}
	if o != nil && o.Level != 0 {
		p.Level = o.Level
	}
	if o != nil && o.Power != 0 {
		p.Power = o.Power
	}
	if !(p.Level > 0 && p.Level < 1 && p.Power > 0 && p.Power < 1) {
		return 0, 0, fmt.Errorf("%w: level %v and power %v are not both between 0 and 1", ErrDetect, p.Level, p.Power)
	}
	return stat.Critical(p.Level), stat.NormalQuantile(p.Power), nil
}

// DetectShare is how many answers each of two waves needs so that a change of a share
// from one value to another is seen: (z1 sqrt(2 p q) + z2 sqrt(p1 q1 + p2 q2))^2 /
// (p2 - p1)^2 with p the mean of both, rounded up (Fleiss, Levin and Paik 2003, eq.
// 4.14 without the continuity correction; it is also R's power.prop.test). ErrDetect
// where the shares are equal or outside 0 to 1, or the number has no end.
func DetectShare(from, to float64, o *Power) (int64, error) {
	za, zb, err := o.values()
	if err != nil {
		return 0, err
	}
	if !(from >= 0 && from <= 1 && to >= 0 && to <= 1) || from == to {
		return 0, fmt.Errorf("%w: from %v to %v is no change of a share", ErrDetect, from, to)
	}
	mean := (from + to) / 2
	root := za*math.Sqrt(2*mean*(1-mean)) + zb*math.Sqrt(from*(1-from)+to*(1-to))
	return wholeSample(root * root / ((to - from) * (to - from)))
}

// DetectMean is how many answers each of two waves needs so that a change of a mean is
// seen: 2 (z1 + z2)^2 sd^2 / change^2, rounded up (Fleiss, Levin and Paik 2003; the
// normal approximation). For a net promoter score take its standard deviation in
// points. ErrDetect where the change or the deviation is zero, negative or no number.
func DetectMean(sd, change float64, o *Power) (int64, error) {
	za, zb, err := o.values()
	if err != nil {
		return 0, err
	}
	if !(sd > 0) || math.IsInf(sd, 0) || !(math.Abs(change) > 0) {
		return 0, fmt.Errorf("%w: deviation %v, change %v", ErrDetect, sd, change)
	}
	ratio := (za + zb) * sd / change
	return wholeSample(2 * ratio * ratio)
}

// wholeSample rounds up, forgiving the last digits; two answers are the least.
func wholeSample(n float64) (int64, error) {
	if !(n < 1e15) {
		return 0, fmt.Errorf("%w: more than 10^15 answers", ErrDetect)
	}
	return max(2, int64(math.Ceil(n-1e-9*n))), nil
}
