package score

import (
	"errors"
	"math"
	"strconv"

	"github.com/rapport-go/rapport/internal/stat"
)

// A Figure is one number that a function makes from co-moments.
type Figure struct {
	Name  string
	Unit  Unit
	Value float64
}

// Jackknife gives standard errors to figures that have no formula for one (LMG, relative
// weights, omega): figures are made from all groups together and again without each group in
// turn. Groups are random parts of the respondents, of about equal size, such as by a hash of
// the respondent; at least 5, and 20 or more are better. The interval is by [GroupJackknife],
// not clipped.
//
// Fewer groups, a nil or empty one, or a value that is not finite are [ErrOutOfRange]; groups of
// different widths are [ErrConfig]; a method other than [Auto] and [GroupJackknife], or a
// Population, is [ErrOutOfRange]; errors of the function are passed on; figures that come and go
// between groups are [ErrInconsistent].
//
// Source: Kott, "The Delete-a-Group Jackknife", Journal of Official Statistics 17 (2001) 521-526:
// variance (G-1)/G Σ (θ_g - θ)², t with G-1 degrees of freedom.
func Jackknife(groups []*Comoments, figures func(*Comoments) ([]Figure, error), o *Options) ([]Estimate, error) {
	const fewest = 5
	all, faults := Comoments{}, []error{}
	if len(groups) < fewest {
		faults = append(faults, faultInt(ErrOutOfRange, "groups", int64(len(groups)), "at least 5"))
	}
	for i, g := range groups {
		if g == nil || g.n == 0 {
			faults = append(faults, faultInt(ErrOutOfRange, "group "+strconv.Itoa(i), 0, "nobody is in it"))
			continue
		}
		faults = append(faults, all.Merge(g))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	s, err := o.settle(all.n)
	if s.Method != Auto && s.Method != GroupJackknife {
		err = errors.Join(err, s.refuse())
	}
	if err := errors.Join(err, s.noPopulation()); err != nil {
		return nil, err
	}
	whole, err := finite(figures(&all))
	if err != nil {
		return nil, err
	}
	out := make([]Estimate, len(whole))
	squares := make([]float64, len(whole))
	for g := range groups {
		rest := Comoments{}
		for i, other := range groups {
			if i != g {
				if err := rest.Merge(other); err != nil {
					return nil, err
				}
			}
		}
		part, err := finite(figures(&rest))
		if err != nil {
			return nil, err
		}
		for i := range squares {
			if len(part) != len(whole) || part[i].Name != whole[i].Name {
				return nil, faultInt(ErrInconsistent, "figures without group "+strconv.Itoa(g), int64(len(part)), "not those of all groups")
			}
			squares[i] += (part[i].Value - whole[i].Value) * (part[i].Value - whole[i].Value)
		}
	}
	n := float64(len(groups))
	for i, f := range whole {
		out[i] = Estimate{
			Name: f.Name, Unit: f.Unit, Value: f.Value, SE: math.Sqrt((n - 1) / n * squares[i]), HasSE: true,
			Level: s.Level, N: all.n, EffectiveN: float64(all.n), Method: GroupJackknife, Caveats: s.caveats,
		}
		out[i].around(stat.StudentCritical(s.Level, n-1))
	}
	return out, nil
}

func finite(figures []Figure, err error) ([]Figure, error) {
	faults := []error{err}
	for _, f := range figures {
		if math.IsNaN(f.Value) || math.Abs(f.Value) > largestAnswer {
			faults = append(faults, faultFloat(ErrOutOfRange, clip(f.Name), f.Value, "not finite, or beyond 1e60"))
		}
	}
	return figures, errors.Join(faults...)
}

// JackknifeDrivers is [Jackknife] of R² and of each driver's share of it, in the order of
// [DriverReport], as shares. The options are those of [Comoments.Drivers].
func JackknifeDrivers(groups []*Comoments, outcome int, o *DriverOptions) (r2 Estimate, importance []Estimate, err error) {
	opts := Options{}
	if o != nil {
		opts.Level, opts.NotRandom = o.Level, o.NotRandom
	}
	all, err := Jackknife(groups, func(c *Comoments) ([]Figure, error) {
		r, err := c.Drivers(outcome, o)
		if err != nil {
			return nil, err
		}
		out := []Figure{{"R²", Share, r.R2}}
		for _, d := range r.Drivers {
			out = append(out, Figure{"importance of " + d.Name, Share, d.ImportanceShare})
		}
		return out, nil
	}, &opts)
	if err != nil {
		return Estimate{}, nil, err
	}
	return all[0], all[1:], nil
}
