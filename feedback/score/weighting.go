package score

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/rapport-go/rapport/internal/stat"
)

// RakeOptions are what finding weights can be told. A nil pointer is the zero value.
type RakeOptions struct {
	// Total is what the weights add up to; 0 is the sum of the base weights, which is the
	// number of respondents without a design.
	Total float64
	// Tolerance is how far the share of any level may be from its target after a pass; 0 is
	// 1e-11.
	Tolerance float64
	// MostPasses is the number of passes over the margins after which it gives up; 0 is 1000.
	MostPasses int
	// Trim is the largest adjustment (weight over base weight) as a multiple of the mean
	// adjustment; 0 is no limit, otherwise above 1. Adjustments beyond it are cut and the rest
	// is raked again, up to 50 times; margins that can then not be met are missed by
	// Residual, and the report says so.
	Trim float64
}

// A LevelReport is one level of a margin before and after weighting, as shares.
type LevelReport struct {
	Margin      string  `json:"margin"`
	Level       string  `json:"level"`
	Respondents int64   `json:"respondents"`
	Before      float64 `json:"before"` // by base weights
	After       float64 `json:"after"`
	Target      float64 `json:"target"`
}

// A WeightReport says what weighting did and what it costs.
type WeightReport struct {
	N         int64 `json:"n"`
	Passes    int   `json:"passes"` // over all margins, until converged for the last time
	Converged bool  `json:"converged"`
	// Residual is the largest distance of a level's share from its target.
	Residual float64 `json:"residual"`
	// EffectiveN is Kish's effective sample size of the weights, DesignEffect N over it.
	EffectiveN   float64 `json:"effective_n"`
	DesignEffect float64 `json:"design_effect"`
	// LeastAdjustment and LargestAdjustment are the ends of weight over base weight, as
	// multiples of the mean adjustment.
	LeastAdjustment   float64 `json:"least_adjustment"`
	LargestAdjustment float64 `json:"largest_adjustment"`
	// Trimmed is the number of respondents whose adjustment stands at the limit.
	Trimmed int64 `json:"trimmed"`
	// EmptyCells is the number of combinations of levels that no respondent has;
	// EmptyExamples are the first of them, at most 20, as levels by margin. Raking lets their
	// neighbours speak for them.
	EmptyCells    float64       `json:"empty_cells"`
	EmptyExamples [][]string    `json:"empty_examples,omitempty"`
	Levels        []LevelReport `json:"levels"`
}

// A Weighting is the weights of a raked sample. It is immutable and safe for concurrent use.
type Weighting struct {
	Report      WeightReport
	raking      *Raking
	adjustments map[uint64]float64
}

// Weight is the weight of a respondent with the levels, in the order of the margins, and the
// base weight. Levels that no respondent had together are [ErrEmptyCell]; other faults are
// those of [Raking.Add].
func (w *Weighting) Weight(levels []string, base float64) (float64, error) {
	key, err := w.raking.key(levels)
	if !(base >= leastWeight && base <= largestWeight) {
		err = errors.Join(err, faultFloat(ErrOutOfRange, "weight", base, "from 1e-60 to 1e60"))
	}
	if err != nil {
		return 0, err
	}
	a, ok := w.adjustments[key]
	if !ok {
		return 0, fault(ErrEmptyCell, "levels", strconv.Quote(clip(levels[0]))+"...", "nobody in the sample had these levels together")
	}
	return base * a, nil
}

// fit is the state of iterative proportional fitting over the cells that occur.
type fit struct {
	keys    []uint64
	base    []float64 // sum of base weights
	factor  []float64 // adjustment
	capped  []bool
	level   [][]int32 // by margin and cell
	targets [][]float64
	sums    []float64
	total   float64
}

// Weights rakes the sample. No respondent is [ErrNoData]. A level with a target and without a
// respondent is [ErrEmptyCell]; all such levels are named. Not converging, which margins that
// contradict each other on the cells that occur cause, is [ErrNotConverged] with the residual.
// Options out of their range are [ErrOutOfRange].
//
// A level's share is compared with its target after each pass over all margins in their order.
func (r *Raking) Weights(o *RakeOptions) (*Weighting, error) {
	opts, err := o.settle()
	if err != nil {
		return nil, err
	}
	if r.n == 0 {
		return nil, noAnswer("respondents")
	}
	f := r.fit(opts)
	if err := r.emptyLevels(f); err != nil {
		return nil, err
	}
	w := &Weighting{raking: &Raking{margins: r.margins, levels: r.levels, strides: r.strides}}
	w.Report.N = r.n
	if err := f.solve(opts, &w.Report); err != nil {
		return nil, err
	}
	w.adjustments = make(map[uint64]float64, len(f.keys))
	for i, key := range f.keys {
		w.adjustments[key] = f.factor[i]
	}
	r.report(f, &w.Report)
	return w, nil
}

func (o *RakeOptions) settle() (RakeOptions, error) {
	var s RakeOptions
	if o != nil {
		s = *o
	}
	var faults []error
	if !(s.Total == 0 || s.Total >= leastWeight && s.Total <= largestWeight) {
		faults = append(faults, faultFloat(ErrOutOfRange, "total", s.Total, "above zero and finite"))
	}
	if s.Tolerance == 0 {
		s.Tolerance = 1e-11
	}
	if !(s.Tolerance > 0 && s.Tolerance < 1) {
		faults = append(faults, faultFloat(ErrOutOfRange, "tolerance", s.Tolerance, "a share above zero"))
	}
	if s.MostPasses == 0 {
		s.MostPasses = 1000
	}
	faults = append(faults, count("passes", int64(s.MostPasses)))
	if !(s.Trim == 0 || s.Trim > 1 && !math.IsInf(s.Trim, 1)) {
		faults = append(faults, faultFloat(ErrOutOfRange, "trim", s.Trim, "a multiple of the mean adjustment, above 1"))
	}
	return s, errors.Join(faults...)
}

func (r *Raking) fit(o RakeOptions) *fit {
	f := &fit{keys: slices.Sorted(maps.Keys(r.cells)), total: o.Total}
	var all stat.ExactSum
	for _, key := range f.keys {
		w, _ := r.cells[key].weights()
		all.Add(w)
		f.base, f.factor, f.capped = append(f.base, w), append(f.factor, 1), append(f.capped, false)
	}
	if f.total == 0 {
		f.total = all.Float()
	}
	// Base weights are brought to the total first, which keeps tiny and huge ones in range.
	for i := range f.factor {
		f.factor[i] = f.total / all.Float()
	}
	widest := 0
	for i, m := range r.margins {
		size := 0.0
		for _, t := range m.Targets {
			size += t.Size
		}
		targets, level := make([]float64, len(m.Targets)), make([]int32, len(f.keys))
		for j, t := range m.Targets {
			targets[j] = t.Size / size
		}
		for c, key := range f.keys {
			level[c] = int32(key / r.strides[i] % uint64(len(m.Targets))) //nolint:gosec // below 10000
		}
		f.targets, f.level = append(f.targets, targets), append(f.level, level)
		widest = max(widest, len(m.Targets))
	}
	f.sums = make([]float64, widest)
	return f
}

// emptyLevels names every level with a target and without a respondent.
func (r *Raking) emptyLevels(f *fit) error {
	var faults []error
	for i, m := range r.margins {
		seen := make([]bool, len(m.Targets))
		for _, l := range f.level[i] {
			seen[l] = true
		}
		for j, t := range m.Targets {
			if !seen[j] {
				faults = append(faults, fault(ErrEmptyCell, clip(m.Name), strconv.Quote(clip(t.Level)), "no respondent can speak for it: ask some, or join it with another level"))
			}
		}
	}
	return errors.Join(faults...)
}

// margin fills sums with the weight at each level of a margin.
func (f *fit) margin(i int) []float64 {
	sums := f.sums[:len(f.targets[i])]
	clear(sums)
	for c, l := range f.level[i] {
		sums[l] += f.base[c] * f.factor[c]
	}
	return sums
}

func (f *fit) residual() float64 {
	worst := 0.0
	for i, targets := range f.targets {
		for l, s := range f.margin(i) {
			worst = max(worst, math.Abs(s/f.total-targets[l]))
		}
	}
	return worst
}

// pass brings each margin to its targets, moving only the cells that are not capped.
func (f *fit) pass(anyCapped bool) {
	for i, targets := range f.targets {
		sums := f.margin(i)
		var fixed []float64
		if anyCapped {
			fixed = make([]float64, len(targets))
			for c, l := range f.level[i] {
				if f.capped[c] {
					fixed[l] += f.base[c] * f.factor[c]
				}
			}
		}
		ratio := sums
		for l, t := range targets {
			if fixed == nil {
				ratio[l] = t * f.total / sums[l]
				continue
			}
			free, want := sums[l]-fixed[l], t*f.total-fixed[l]
			ratio[l] = 1
			if free > 0 && want > 0 {
				ratio[l] = want / free
			}
		}
		for c, l := range f.level[i] {
			if !f.capped[c] {
				f.factor[c] *= ratio[l]
			}
		}
	}
}

func (f *fit) solve(o RakeOptions, report *WeightReport) error {
	const rounds = 50
	capped := false
	for range rounds {
		for report.Passes = 0; report.Passes < o.MostPasses && !report.Converged; {
			f.pass(capped)
			report.Passes++
			report.Residual = f.residual()
			report.Converged = report.Residual < o.Tolerance
		}
		if !report.Converged && !capped || math.IsNaN(report.Residual) {
			return faultFloat(ErrNotConverged, "residual", report.Residual, "after "+strconv.Itoa(report.Passes)+" passes: the margins contradict each other on the combinations that occur")
		}
		if o.Trim == 0 || !f.trim(o.Trim) {
			return nil
		}
		capped = true
		report.Converged = false
	}
	report.Residual = f.residual()
	report.Converged = report.Residual < o.Tolerance
	return nil
}

// mean is the mean adjustment of the base weights.
func (f *fit) mean() float64 {
	var all, w stat.ExactSum
	for c, b := range f.base {
		all.Add(b)
		w.Add(b * f.factor[c])
	}
	return w.Float() / all.Float()
}

// trim cuts adjustments beyond the limit and reports whether there was one.
func (f *fit) trim(limit float64) bool {
	most, cut := limit*f.mean(), false
	for c, a := range f.factor {
		if a > most*(1+1e-9) {
			f.factor[c], f.capped[c], cut = most, true, true
		}
	}
	return cut
}

func (r *Raking) report(f *fit, out *WeightReport) {
	mean := f.mean()
	out.LeastAdjustment, out.LargestAdjustment = slices.Min(f.factor)/mean, slices.Max(f.factor)/mean
	var w, ww stat.ExactSum
	for c, key := range f.keys {
		cell := r.cells[key]
		cw, cww := cell.weights()
		a := f.factor[c] / mean
		w.Add(a * cw)
		ww.Add(a * a * cww)
		if f.capped[c] {
			out.Trimmed += cell.plain + cell.uneven
		}
	}
	out.EffectiveN = min(w.Float()/ww.Float()*w.Float(), float64(r.n))
	out.DesignEffect = float64(r.n) / out.EffectiveN
	cells := 1.0
	for i, m := range r.margins {
		cells *= float64(len(m.Targets))
		before, people := make([]float64, len(m.Targets)), make([]int64, len(m.Targets))
		all := 0.0
		for c, l := range f.level[i] {
			before[l] += f.base[c]
			all += f.base[c]
			cell := r.cells[f.keys[c]]
			people[l] += cell.plain + cell.uneven
		}
		for l, s := range f.margin(i) {
			out.Levels = append(out.Levels, LevelReport{m.Name, m.Targets[l].Level, people[l], before[l] / all, s / f.total, f.targets[i][l]})
		}
	}
	out.EmptyCells = cells - float64(len(f.keys))
	out.EmptyExamples = r.emptyExamples(f.keys)
}

// emptyExamples are the first combinations that no respondent has; keys ascend.
func (r *Raking) emptyExamples(keys []uint64) [][]string {
	const most = 20
	last := len(r.margins) - 1
	limit := r.strides[last] * uint64(len(r.margins[last].Targets))
	var out [][]string
	at := 0
	for key := uint64(0); key < limit && len(out) < most; key++ {
		if at < len(keys) && keys[at] == key {
			at++
			continue
		}
		levels := make([]string, len(r.margins))
		for i, m := range r.margins {
			levels[i] = m.Targets[key/r.strides[i]%uint64(len(m.Targets))].Level
		}
		out = append(out, levels)
	}
	return out
}
