package score

import (
	"errors"
	"math"
	"slices"
	"strconv"

	"github.com/rapport-go/rapport/internal/stat"
)

// A Quadrant is a field of the importance-performance map, cut at the medians.
//
// Source: Martilla and James, "Importance-Performance Analysis", Journal of Marketing 41
// (1977) 77-79.
type Quadrant uint8

// The quadrants.
const (
	// ConcentrateHere: important and performing below the median.
	ConcentrateHere Quadrant = iota + 1
	// KeepUp: important and performing at or above the median.
	KeepUp
	// LowPriority: less important and performing below the median.
	LowPriority
	// PossibleOverkill: less important and performing at or above the median.
	PossibleOverkill
)

var quadrantNames = [...]string{"unset", "concentrate-here", "keep-up", "low-priority", "possible-overkill"}

// String is the quadrant's name, "unset" for the zero value.
func (q Quadrant) String() string { return enumText(quadrantNames[:], uint8(q)) }

// MarshalText writes the name; the zero value and unknown quadrants are errors.
func (q Quadrant) MarshalText() ([]byte, error) {
	return enumMarshal("quadrant", quadrantNames[:], 1, uint8(q))
}

// UnmarshalText reads a name.
func (q *Quadrant) UnmarshalText(text []byte) error {
	return enumUnmarshal("quadrant", quadrantNames[:], 1, text, (*uint8)(q))
}

// An Importance names how R² was shared among the drivers.
type Importance uint8

// The measures of importance.
const (
	// LMG averages a driver's gain in R² over all orders of the drivers: the Shapley
	// value of R² (Lindeman, Merenda and Gold 1980; Grömping 2007).
	LMG Importance = iota + 1
	// RelativeWeights is Johnson's share by way of orthogonal counterparts of the
	// drivers (Multivariate Behavioral Research 35 (2000) 1-19); close to LMG, and cheap
	// for any number of drivers.
	RelativeWeights
)

var importanceNames = [...]string{"unset", "lmg", "relative-weights"}

// String is the measure's name, "unset" for the zero value.
func (i Importance) String() string { return enumText(importanceNames[:], uint8(i)) }

// MarshalText writes the name; the zero value and unknown measures are errors.
func (i Importance) MarshalText() ([]byte, error) {
	return enumMarshal("importance", importanceNames[:], 1, uint8(i))
}

// UnmarshalText reads a name.
func (i *Importance) UnmarshalText(text []byte) error {
	return enumUnmarshal("importance", importanceNames[:], 1, text, (*uint8)(i))
}

// A Driver is what one question has to do with the outcome.
type Driver struct {
	Name    string  `json:"name"`
	Pearson float64 `json:"pearson"` // correlation with the outcome
	// Coefficient is that of the regression, in outcome steps per driver step, with its
	// t interval; Beta is the standardised one. Both can be negative for a driver that
	// helps, where drivers overlap: importance is LMG or RelativeWeight. HasCoefficient
	// is false for collinear drivers that were allowed.
	Coefficient    Estimate `json:"coefficient"`
	Beta           float64  `json:"beta"`
	HasCoefficient bool     `json:"has_coefficient"`
	// LMG is the driver's share of R², adding up to R² over the drivers. HasLMG is false
	// for more than 15 drivers.
	LMG    float64 `json:"lmg"`
	HasLMG bool    `json:"has_lmg"`
	// RelativeWeight is Johnson's share of R², adding up to R² too.
	RelativeWeight float64 `json:"relative_weight"`
	// ImportanceShare is the driver's part of R² by the report's Importance, 0 to 1; zero
	// where R² is zero.
	ImportanceShare float64 `json:"importance_share"`
	// Performance is the driver's mean, in its own scale, with its interval.
	Performance Estimate `json:"performance"`
	Quadrant    Quadrant `json:"quadrant"`
}

// Opportunity is what there is to gain: the importance share times the distance of the
// performance from a target on the driver's own scale, in steps of that scale; below zero where
// the target is passed. The interval is that of the performance; the share is taken as it is
// ([JackknifeDrivers] gives its own doubt). A target that is not finite is [ErrOutOfRange].
func (d Driver) Opportunity(target float64) (Estimate, error) {
	if !(math.Abs(target) <= largestAnswer) {
		return Estimate{}, faultFloat(ErrOutOfRange, "target", target, "finite")
	}
	e := d.Performance
	e.Name = "opportunity of " + d.Name
	e.Value = d.ImportanceShare * (target - d.Performance.Value)
	e.Low, e.High = d.ImportanceShare*(target-d.Performance.High), d.ImportanceShare*(target-d.Performance.Low)
	e.SE *= d.ImportanceShare
	return e, nil
}

// A DriverReport says which questions go with the outcome. It describes association; it
// does not say what a change would do.
type DriverReport struct {
	Drivers    []Driver   `json:"drivers"` // in the order of the columns
	N          int64      `json:"n"`
	R2         float64    `json:"r2"`
	AdjustedR2 float64    `json:"adjusted_r2"`
	Intercept  float64    `json:"intercept"` // with the coefficients; zero without
	Importance Importance `json:"importance"`
	// Collinear are the drivers that follow from those before them, where allowed.
	Collinear []string `json:"collinear,omitempty"`
	Caveats   Caveats  `json:"caveats"`
}

// DriverOptions are what an analysis of drivers can be told. A nil pointer is the zero
// value.
type DriverOptions struct {
	Level float64 // confidence level of coefficients and performance; 0 is 0.95
	// Names are those of the drivers, in the order of the columns without the outcome;
	// nil names them by their column. Another number is [ErrOutOfRange].
	Names []string
	// AllowCollinear shares R² even where a driver follows from others: R² of each set of
	// drivers needs no coefficients, so that two copies of one driver share equally.
	// Coefficients are then not given. The default refuses with the driver's name.
	AllowCollinear bool
	NotRandom      bool // add the caveat
}

// MostLMG is the largest number of drivers for which LMG is computed; it looks at
// 2^drivers models.
const MostLMG = 15

// tolerance is the share of a standardised driver's variance that the drivers before it
// leave unexplained, below which it counts as collinear.
const tolerance = 1e-10

// Drivers regresses one column, the outcome, on all others and shares R² among them, by
// [LMG] for up to [MostLMG] drivers and by [RelativeWeights] beyond. A column that is not
// there is [ErrOutOfRange]; no row is [ErrNoData]; not more rows than coefficients, a
// constant driver or a constant outcome is [ErrUndefined]; a driver that follows from
// those before it is [ErrCollinear], by its name.
//
// Source: Grömping, "Estimators of Relative Importance in Linear Regression Based on
// Variance Decomposition", The American Statistician 61 (2007) 139-147.
func (c *Comoments) Drivers(outcome int, o *DriverOptions) (DriverReport, error) {
	d, err := c.design(outcome, o)
	if err != nil {
		return DriverReport{}, err
	}
	r := DriverReport{N: c.n, Importance: LMG, Collinear: d.collinear, Caveats: d.caveats}
	p := len(d.columns)
	beta, inverse := d.coefficients()
	lmg := shapley(d.cor, d.with)
	relative, ok := relativeWeights(d.cor, d.with)
	if !ok {
		return DriverReport{}, faultInt(ErrNotConverged, "drivers", int64(p), "the eigenvectors were not found")
	}
	for _, w := range relative {
		r.R2 += w
	}
	if beta != nil {
		r.R2 = 0
		for i, b := range beta {
			r.R2 += b * d.with[i]
		}
	}
	r.R2 = min(max(r.R2, 0), 1)
	rank := p - len(d.collinear)
	r.AdjustedR2 = 1 - (1-r.R2)*float64(c.n-1)/float64(c.n-int64(rank)-1)
	if lmg == nil {
		r.Importance = RelativeWeights
	}
	for i, column := range d.columns {
		driver := Driver{Name: d.names[i], Pearson: d.with[i], RelativeWeight: relative[i]}
		share := relative[i]
		if lmg != nil {
			driver.LMG, driver.HasLMG, share = lmg[i], true, lmg[i]
		}
		if r.R2 > 0 {
			driver.ImportanceShare = share / r.R2
		}
		if beta != nil {
			driver.Beta, driver.HasCoefficient = beta[i], true
			driver.Coefficient = d.coefficient(i, beta[i], inverse[i], r.R2)
			r.Intercept -= driver.Coefficient.Value * c.mean(column)
		}
		if driver.Performance, err = c.columnMean("performance of "+d.names[i], column, &Options{Level: d.level, NotRandom: d.caveats.Has(NotRandom)}); err != nil {
			return DriverReport{}, err
		}
		r.Drivers = append(r.Drivers, driver)
	}
	if beta != nil {
		r.Intercept += c.mean(outcome)
	}
	r.place()
	return r, nil
}

// place puts the drivers on the map, cut at the medians of importance and performance.
func (r *DriverReport) place() {
	median := func(of func(Driver) float64) float64 {
		values := make([]float64, len(r.Drivers))
		for i, d := range r.Drivers {
			values[i] = of(d)
		}
		slices.Sort(values)
		return stat.QuantileType7(values, 0.5)
	}
	important := median(func(d Driver) float64 { return d.ImportanceShare })
	performing := median(func(d Driver) float64 { return d.Performance.Value })
	for i, d := range r.Drivers {
		high, good := d.ImportanceShare >= important, d.Performance.Value >= performing
		switch {
		case high && !good:
			r.Drivers[i].Quadrant = ConcentrateHere
		case high:
			r.Drivers[i].Quadrant = KeepUp
		case !good:
			r.Drivers[i].Quadrant = LowPriority
		default:
			r.Drivers[i].Quadrant = PossibleOverkill
		}
	}
}

// A design is a regression in standardised form.
type design struct {
	c         *Comoments
	columns   []int // of the drivers
	names     []string
	cor       [][]float64 // of the drivers
	with      []float64   // of each driver with the outcome
	sd        []float64
	outcomeSD float64
	collinear []string
	level     float64
	caveats   Caveats
}

func (c *Comoments) design(outcome int, o *DriverOptions) (design, error) {
	var opts DriverOptions
	if o != nil {
		opts = *o
	}
	if c.n == 0 {
		return design{}, noAnswer("drivers")
	}
	level, err := levelOf(opts.Level)
	errs := []error{err}
	if outcome < 0 || outcome >= c.k {
		errs = append(errs, faultInt(ErrOutOfRange, "outcome", int64(outcome), "a column of "+strconv.Itoa(c.k)+", counted from 0"))
	}
	if c.k < 2 {
		errs = append(errs, faultInt(ErrUndefined, "drivers", 0, "none beside the outcome"))
	}
	if opts.Names != nil && len(opts.Names) != c.k-1 {
		errs = append(errs, faultInt(ErrOutOfRange, "names", int64(len(opts.Names)), "one for each driver, "+strconv.Itoa(c.k-1)))
	}
	if c.n <= int64(c.k) {
		errs = append(errs, faultInt(ErrUndefined, "rows", c.n, "more than coefficients are needed, "+strconv.Itoa(c.k)))
	}
	if err := errors.Join(errs...); err != nil {
		return design{}, err
	}
	d := design{c: c, level: level, caveats: CaveatsOf().withIf(NotRandom, opts.NotRandom).withIf(FewAnswers, c.n < fewAnswers)}
	d.name(outcome, opts.Names)
	if err := d.standardise(outcome); err != nil {
		return design{}, err
	}
	d.collinear = d.dependent()
	if len(d.collinear) > 0 && !opts.AllowCollinear {
		for _, name := range d.collinear {
			errs = append(errs, fault(ErrCollinear, "driver", strconv.Quote(clip(name)), "it follows from the drivers before it: leave it out, or allow it and do without coefficients"))
		}
	}
	return d, errors.Join(errs...)
}

func (d *design) name(outcome int, names []string) {
	for column := range d.c.k {
		if column == outcome {
			continue
		}
		name := "column " + strconv.Itoa(column)
		if names != nil {
			name = names[len(d.columns)]
		}
		d.columns, d.names = append(d.columns, column), append(d.names, name)
	}
}

func (d *design) standardise(outcome int) error {
	cov := d.c.matrix()
	var faults []error
	if cov[outcome][outcome] == 0 {
		faults = append(faults, fault(ErrUndefined, "outcome", "constant", "there is nothing to explain"))
	}
	for i, column := range d.columns {
		if cov[column][column] == 0 {
			faults = append(faults, fault(ErrUndefined, "driver "+strconv.Quote(clip(d.names[i])), "constant", "everybody answered "+strconv.FormatFloat(d.c.mean(column), 'g', -1, 64)))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	all := correlations(cov)
	d.outcomeSD = math.Sqrt(cov[outcome][outcome])
	d.cor = square(len(d.columns))
	for i, a := range d.columns {
		d.with, d.sd = append(d.with, all[a][outcome]), append(d.sd, math.Sqrt(cov[a][a]))
		for j, b := range d.columns {
			d.cor[i][j] = all[a][b]
		}
	}
	return nil
}

// dependent names the drivers of whose variance those before them leave nothing.
func (d *design) dependent() []string {
	var names []string
	m := clone(d.cor)
	for i := range m {
		if m[i][i] < tolerance {
			names = append(names, d.names[i])
			continue
		}
		eliminate(m, nil, i, i+1)
	}
	return names
}

// eliminate removes variable i from the variables from on, and from the outcome.
func eliminate(m [][]float64, with []float64, i, from int) {
	pivot := m[i][i]
	for a := from; a < len(m); a++ {
		f := m[i][a] / pivot
		if f == 0 {
			continue
		}
		for b := a; b < len(m); b++ {
			m[a][b] -= f * m[i][b]
		}
		if with != nil {
			with[a] -= f * with[i]
		}
	}
}

func clone(m [][]float64) [][]float64 {
	out := square(len(m))
	for i := range m {
		copy(out[i], m[i])
	}
	return out
}

// coefficients are the standardised ones and the diagonal of the inverse of the drivers'
// correlations, by Cholesky; nil where drivers are collinear.
func (d *design) coefficients() (beta, inverse []float64) {
	if len(d.collinear) > 0 {
		return nil, nil
	}
	p := len(d.cor)
	l := square(p)
	for i := range p {
		for j := range i + 1 {
			s := d.cor[i][j]
			for k := range j {
				s -= l[i][k] * l[j][k]
			}
			if i == j {
				l[i][i] = math.Sqrt(s)
			} else {
				l[i][j] = s / l[j][j]
			}
		}
	}
	solve := func(v []float64) []float64 {
		x := slices.Clone(v)
		for i := range p {
			for k := range i {
				x[i] -= l[i][k] * x[k]
			}
			x[i] /= l[i][i]
		}
		for i := p - 1; i >= 0; i-- {
			for k := i + 1; k < p; k++ {
				x[i] -= l[k][i] * x[k]
			}
			x[i] /= l[i][i]
		}
		return x
	}
	inverse = make([]float64, p)
	for i := range p {
		unit := make([]float64, p)
		unit[i] = 1
		inverse[i] = solve(unit)[i]
	}
	return solve(d.with), inverse
}

// coefficient is a driver's in the units of the answers, with its t interval.
func (d *design) coefficient(i int, beta, inverse, r2 float64) Estimate {
	df := float64(d.c.n - int64(len(d.cor)) - 1)
	by := d.outcomeSD / d.sd[i]
	e := Estimate{
		Name: "coefficient of " + d.names[i], Unit: Pure, Value: beta * by, SE: by * math.Sqrt(max(0, 1-r2)*inverse/df), HasSE: true,
		Level: d.level, N: d.c.n, EffectiveN: float64(d.c.n), Method: StudentT, Caveats: d.caveats,
	}
	e.around(stat.StudentCritical(d.level, df))
	return e
}
