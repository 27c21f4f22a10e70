package survival

import (
	"errors"
	"math"
	"slices"

	"github.com/rapport-go/rapport/internal/stat"
)

// Options are the choices of curves. Nil and zero fields mean the defaults.
type Options struct {
	// Level is the confidence level, strictly between 0 and 1; 0 means 0.95.
	Level float64
	// Band is the scale of the intervals; the default is Log.
	Band Band
}

func (o *Options) orDefault() (Options, error) {
	var out Options
	if o != nil {
		out = *o
	}
	if out.Level == 0 {
		out.Level = 0.95
	}
	var f []error
	if !(out.Level > 0 && out.Level < 1) {
		f = append(f, fault("Options.Level", "%v is not a level between 0 and 1", out.Level))
	}
	if int(out.Band) >= len(bandNames) {
		f = append(f, fault("Options.Band", "%d has no name", out.Band))
	}
	return out, errors.Join(f...)
}

// Point is one time of a curve at which events happened or observations were censored.
type Point struct {
	Time                     float64
	AtRisk, Events, Censored int64
	// Survival is the share that outlasts this time.
	Survival float64

	logVar    float64 // Greenwood's variance of log S
	low, high float64
	banded    bool
}

// StandardError is Greenwood's standard error of Survival; false where Survival is 0.
func (p Point) StandardError() (se float64, ok bool) {
	if p.Survival == 0 {
		return 0, false
	}
	return p.Survival * math.Sqrt(p.logVar), true
}

// Interval is the pointwise interval of Survival; false where its band does not exist: at
// a survival of 0, and on the log-log scale also at 1.
func (p Point) Interval() (low, high float64, ok bool) { return p.low, p.high, p.banded }

// Curve is a Kaplan-Meier estimate.
type Curve struct {
	points []Point
	rows   []Row // with entries, for the numbers at risk
	n      int64
	events int64
	level  float64
	band   Band
}

// KaplanMeier is the product-limit estimate S(t) = Π (1 - d/n) over the event times up to
// t (Kaplan & Meier 1958, eq. 2b). Its variance is Greenwood's: S² Σ d/(n(n-d)). With
// delayed entry an early risk set may be so small that the curve falls to 0 and stays there.
// An empty table is [ErrNoData].
func (t *Table) KaplanMeier(o *Options) (Curve, error) {
	opts, err := o.orDefault()
	if err != nil {
		return Curve{}, err
	}
	c := Curve{rows: t.Rows(), level: opts.Level, band: opts.Band}
	if len(c.rows) == 0 {
		return Curve{}, ErrNoData
	}
	z := stat.Critical(opts.Level)
	c.points = make([]Point, 0, len(c.rows))
	s, v := 1.0, 0.0
	for _, r := range c.rows {
		c.n += r.Events + r.Censored
		c.events += r.Events
		if r.Events+r.Censored == 0 {
			continue // only entries
		}
		n, d := float64(r.AtRisk), float64(r.Events)
		if r.Events == r.AtRisk {
			s = 0
		} else if r.Events > 0 && s > 0 {
			s *= (n - d) / n
			v += d / (n * (n - d))
		}
		p := Point{Time: r.Time, AtRisk: r.AtRisk, Events: r.Events, Censored: r.Censored, Survival: s, logVar: v}
		p.low, p.high, p.banded = band(s, math.Sqrt(v), z, opts.Band)
		c.points = append(c.points, p)
	}
	return c, nil
}

// band is the interval of a survival with the standard error of its logarithm.
func band(s, se, z float64, b Band) (low, high float64, ok bool) {
	if s == 0 {
		return 0, 0, false
	}
	switch b {
	case Plain:
		return max(0, s-z*s*se), min(1, s+z*s*se), true
	case LogLog:
		if s == 1 {
			return 0, 0, false
		}
		l := math.Log(-math.Log(s))
		w := z * se / math.Abs(math.Log(s))
		return math.Exp(-math.Exp(l + w)), math.Exp(-math.Exp(l - w)), true
	case Log:
	}
	return s * math.Exp(-z*se), min(1, s*math.Exp(z*se)), true
}

// Points are the times of the curve, ascending. The slice is the caller's.
func (c Curve) Points() []Point { return slices.Clone(c.points) }

// Observations and Events are what the curve rests on.
func (c Curve) Observations() int64 { return c.n }

// Events is how many observations had the event.
func (c Curve) Events() int64 { return c.events }

// Level is the confidence level of the intervals, and Band their scale.
func (c Curve) Level() float64 { return c.level }

// Band is the scale of the intervals.
func (c Curve) Band() Band { return c.band }

// At is the curve at any time: the survival, its variance and its interval after the last
// event up to then, and the number at risk just before it. Events and Censored are those at
// this very time. False for a time that is negative, NaN or beyond the last observation.
func (c Curve) At(time float64) (Point, bool) {
	if len(c.points) == 0 || !(time >= 0 && time <= c.points[len(c.points)-1].Time) {
		return Point{}, false
	}
	p := Point{Survival: 1, banded: c.band != LogLog, low: 1, high: 1}
	if c.band == LogLog {
		p.low, p.high = 0, 0
	}
	i, exact := slices.BinarySearchFunc(c.points, time, func(p Point, t float64) int { return compare(p.Time, t) })
	if exact {
		p = c.points[i]
	} else if i > 0 {
		p = c.points[i-1]
		p.Events, p.Censored = 0, 0
	}
	p.Time = time
	// Nobody leaves between two rows, so the risk set is that of the next one.
	j, _ := slices.BinarySearchFunc(c.rows, time, func(r Row, t float64) int { return compare(r.Time, t) })
	p.AtRisk = c.rows[j].AtRisk
	return p, true
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Quantile is the time by which a share had the event, with its limits. Value is
// meaningless where the method that returned it said false.
type Quantile struct {
	Value float64
	// Low and High are where the band crosses the same level (Brookmeyer & Crowley 1982). HasLow
	// and HasHigh are false where the band does not reach it.
	Low, High       float64
	HasLow, HasHigh bool
}

// Median is Quantile(0.5, rule).
func (c Curve) Median(rule MedianRule) (Quantile, bool) { return c.Quantile(0.5, rule) }

// Quantile is the time by which the share p, strictly between 0 and 1, had the event: where
// the curve first is at or below 1-p. It is false when the curve does not come down
// that far, for another p, and for an unknown rule. Where only the band comes down so
// far, its limits are there beside the false, as R prints NA (180, NA): more than half
// are still there, and the median is at least 180. Levels are compared to within
// 1.5e-8 (the square root of the machine's epsilon, as in R), so that 1-1/2 found by products is met.
func (c Curve) Quantile(p float64, rule MedianRule) (Quantile, bool) {
	if !(p > 0 && p < 1) || int(rule) >= len(medianNames) {
		return Quantile{}, false
	}
	level := 1 - p
	var q Quantile
	var ok bool
	q.Value, ok = c.crossing(level, rule, func(p Point) (float64, bool) { return p.Survival, true })
	q.Low, q.HasLow = c.crossing(level, rule, func(p Point) (float64, bool) { return p.low, p.banded })
	q.High, q.HasHigh = c.crossing(level, rule, func(p Point) (float64, bool) { return p.high, p.banded })
	return q, ok
}

// crossing is the time at which a line of the curve comes down to a level.
func (c Curve) crossing(level float64, rule MedianRule, line func(Point) (float64, bool)) (float64, bool) {
	const tolerance = 1.4901161193847656e-08
	for i, p := range c.points {
		y, ok := line(p)
		if !ok || y >= level+tolerance {
			continue
		}
		if rule == Infimum || math.Abs(y-level) >= tolerance {
			return p.Time, true
		}
		for _, later := range c.points[i+1:] {
			if lower, ok := line(later); ok && lower < y {
				return (p.Time + later.Time) / 2, true
			}
		}
		return p.Time, true
	}
	return 0, false
}

// Mean is an estimate of a mean time with its standard error.
type Mean struct {
	// Horizon is the time up to which the mean is restricted.
	Horizon float64
	// Value is the mean time that is spent before the event and before the horizon.
	Value float64
	// StandardError of Value.
	StandardError float64
	// Low and High are Value ± z standard errors, at the level of the curve.
	Low, High float64
}

// RestrictedMean is the area under the curve up to a horizon: the mean time before the
// event, of at most the horizon (Irwin 1949; variance as in Klein & Moeschberger 2003,
// eq. 4.5.2). The horizon must be above 0 ([ErrInvalid]) and not beyond the last
// observation unless the curve has come down to 0 ([ErrHorizon]).
func (c Curve) RestrictedMean(horizon float64) (Mean, error) {
	if !(horizon > 0 && horizon <= math.MaxFloat64) {
		return Mean{}, fault("horizon", "%v is not a time above 0", horizon)
	}
	if len(c.points) == 0 {
		return Mean{}, ErrNoData
	}
	if last := c.points[len(c.points)-1]; horizon > last.Time && last.Survival > 0 {
		return Mean{}, ErrHorizon
	}
	m := Mean{Horizon: horizon}
	// From the right: the area between each event time and the horizon.
	end, _ := slices.BinarySearchFunc(c.points, horizon, func(p Point, t float64) int { return compare(p.Time, t) })
	right, variance := horizon, 0.0
	for i := end - 1; i >= 0; i-- {
		p := c.points[i]
		m.Value += p.Survival * (right - p.Time)
		right = p.Time
		if p.Events > 0 && p.Events < p.AtRisk {
			n, d := float64(p.AtRisk), float64(p.Events)
			variance += m.Value * m.Value * d / (n * (n - d))
		}
	}
	m.Value += right
	m.StandardError = math.Sqrt(variance)
	z := stat.Critical(c.level)
	m.Low, m.High = m.Value-z*m.StandardError, m.Value+z*m.StandardError
	return m, nil
}

// HazardOptions are the choices of [Table.NelsonAalen]. Nil and zero fields mean the defaults.
type HazardOptions struct {
	// Level is the confidence level; 0 means 0.95.
	Level float64
	// Band is Log (the default: H·exp(±z·se/H)) or Plain (H ± z·se, cut at 0).
	Band Band
	// FlemingHarrington counts tied events one after the other (Fleming & Harrington 1984):
	// 1/n + 1/(n-1) + ... instead of d/n.
	FlemingHarrington bool
}

// HazardPoint is one event time of a cumulative hazard.
type HazardPoint struct {
	Time           float64
	AtRisk, Events int64
	// Hazard is the cumulative hazard up to and including this time.
	Hazard float64
	// StandardError is the root of Σ d/n² (Aalen 1978).
	StandardError float64
	Low, High     float64
}

// NelsonAalen is the cumulative hazard H(t) = Σ d/n over the event times up to t
// (Nelson 1972, Aalen 1978). A table without events is [ErrNoData].
func (t *Table) NelsonAalen(o *HazardOptions) ([]HazardPoint, error) {
	var opts HazardOptions
	if o != nil {
		opts = *o
	}
	common, err := (&Options{Level: opts.Level, Band: opts.Band}).orDefault()
	if opts.Band == LogLog {
		err = errors.Join(err, fault("HazardOptions.Band", "log-log belongs to survival curves"))
	}
	if err != nil {
		return nil, err
	}
	z := stat.Critical(common.Level)
	var out []HazardPoint
	h, v := 0.0, 0.0
	for _, r := range t.Rows() {
		if r.Events == 0 {
			continue
		}
		n := float64(r.AtRisk)
		if opts.FlemingHarrington {
			for j := range r.Events {
				h += 1 / (n - float64(j))
				v += 1 / ((n - float64(j)) * (n - float64(j)))
			}
		} else {
			h += float64(r.Events) / n
			v += float64(r.Events) / (n * n)
		}
		p := HazardPoint{Time: r.Time, AtRisk: r.AtRisk, Events: r.Events, Hazard: h, StandardError: math.Sqrt(v)}
		if opts.Band == Plain {
			p.Low, p.High = max(0, h-z*p.StandardError), h+z*p.StandardError
		} else {
			w := math.Exp(z * p.StandardError / h)
			p.Low, p.High = h/w, h*w
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, ErrNoData
	}
	return out, nil
}
