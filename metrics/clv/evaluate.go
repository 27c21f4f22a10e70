package clv

import (
	"cmp"
	"math"
	"slices"

	"github.com/rapport-go/rapport/internal/civil"
)

// TrackPoint compares the repeat purchases of one step of time, over all customers of a Split, with
// what a model expects.
type TrackPoint struct {
	// End is the end of the step, counted in the step's length from the first purchase of all.
	End float64
	// Actual and Expected are the repeat purchases in the step.
	Actual, Expected float64
	// CumulativeActual and CumulativeExpected are those since the start.
	CumulativeActual, CumulativeExpected float64
	// Holdout says that the step reaches beyond the calibration period.
	Holdout bool
}

// mostSteps bounds the number of steps of a track.
const mostSteps = 100_000

// Track compares, step by step (weekly with Weeks(1)), the repeat purchases of the customers with the model's
// expectation for customers who came when these came (tracking plot; Fader, Hardie and Lee 2005,
// figures 2 and 3). It uses nothing of a customer's history but the day of the first purchase. The
// model must be in the split's unit. A last step that the data do not fill is left out. Errors:
// ErrParameter.
func (s *Split) Track(m Transactions, step Horizon) ([]TrackPoint, error) {
	if err := s.checkModel(m); err != nil {
		return nil, err
	}
	length, err := step.In(Day)
	if err != nil {
		return nil, err
	}
	first := civil.Date(s.Start).Days()
	calibration := float64(civil.Date(s.Through).Days() - first + 1)
	all := calibration
	if h, ok := s.Holdout(); ok {
		all += h.Length
	}
	steps := math.Floor(all/length + 1e-9)
	if !(length > 0) || steps > mostSteps {
		return nil, &ParameterError{Name: "step", Value: step.Length, Want: "positive, and at most 100000 of them in the data"}
	}
	actual := make([]float64, int(steps))
	cohorts := map[int]float64{}
	for _, c := range s.Customers {
		cohorts[c.firstDay-first]++
		for _, day := range c.days {
			// A day is over at its end.
			if k := int(math.Ceil(float64(day-first+1)/length-1e-9)) - 1; k < len(actual) {
				actual[k]++
			}
		}
	}
	expected := s.expectedRepeats(m, cohorts, length, len(actual))
	out := make([]TrackPoint, len(actual))
	var was TrackPoint
	for k := range out {
		end := float64(k + 1)
		p := TrackPoint{End: end, Actual: actual[k], CumulativeExpected: expected[k], Holdout: end*length > calibration+1e-9}
		p.CumulativeActual = was.CumulativeActual + p.Actual
		p.Expected = p.CumulativeExpected - was.CumulativeExpected
		out[k], was = p, p
	}
	return out, nil
}

// expectedRepeats is the expected number of repeat purchases by the end of each step, of cohorts by
// their day of entry.
func (s *Split) expectedRepeats(m Transactions, cohorts map[int]float64, length float64, steps int) []float64 {
	days := make([]int, 0, len(cohorts))
	for day := range cohorts {
		days = append(days, day)
	}
	slices.Sort(days)
	stays, p := m.newcomer()
	byAge := map[float64]float64{}
	out := make([]float64, steps)
	for k := range out {
		var sum compensated
		for _, day := range days {
			age := (float64(k+1)*length - float64(day) - 1) / s.Unit.Days()
			if age <= 0 {
				break
			}
			v, ok := byAge[age]
			if !ok {
				v = stays * p.purchases(age)
				byAge[age] = v
			}
			sum.add(cohorts[day] * v)
		}
		out[k] = sum.sum()
	}
	return out
}

func (s *Split) checkModel(m Transactions) error {
	if err := m.Check(); err != nil {
		return err
	}
	if m.TimeUnit() != s.Unit {
		return &ParameterError{Name: "unit of the model", Value: float64(m.TimeUnit()), Want: "the unit of the split"}
	}
	return nil
}

// FrequencyRow compares the customers of one number of repeat purchases in the calibration period with
// what the model expects of them.
type FrequencyRow struct {
	// X is the number of repeat purchases in the calibration period; the last row has X and more.
	X int
	// OrMore says that the row is the last.
	OrMore bool
	// Customers is the number of customers.
	Customers int
	// Actual and Expected are the mean numbers of purchases in the holdout period, given the
	// customers' histories. Both are 0 when Customers is 0.
	Actual, Expected float64
}

// HoldoutAccuracy sums a comparison up over all customers.
type HoldoutAccuracy struct {
	// Customers is the number of customers.
	Customers int
	// Actual and Expected are the total numbers of purchases in the holdout.
	Actual, Expected float64
	// MeanAbsoluteError and RootMeanSquareError are those of a customer's number.
	MeanAbsoluteError, RootMeanSquareError float64
}

// ByFrequency compares the purchases of the holdout with their conditional expectation, by the number
// of repeat purchases in the calibration period; customers with orMore and more share the last row
// (Fader, Hardie and Lee 2005, figure 4). Errors: ErrNoData without a holdout, ErrParameter.
func (s *Split) ByFrequency(m Transactions, orMore int) ([]FrequencyRow, HoldoutAccuracy, error) {
	h, ok := s.Holdout()
	if !ok {
		return nil, HoldoutAccuracy{}, ErrNoData
	}
	if err := s.checkModel(m); err != nil {
		return nil, HoldoutAccuracy{}, err
	}
	if orMore < 0 || orMore > mostSteps {
		return nil, HoldoutAccuracy{}, &ParameterError{Name: "last frequency", Value: float64(orMore), Want: "between 0 and 100000"}
	}
	rows := make([]FrequencyRow, orMore+1)
	for x := range rows {
		rows[x].X, rows[x].OrMore = x, x == orMore
	}
	var all HoldoutAccuracy
	var total, absolute, square compensated
	i := 0
	for p, err := range Score(m, s.summaries(), h, nil) {
		if err != nil {
			return nil, HoldoutAccuracy{}, err
		}
		actual := float64(s.Customers[i].Holdout)
		row := &rows[min(p.Summary.X, orMore)]
		row.Customers++
		row.Actual += actual
		row.Expected += p.Expected
		all.Actual += actual
		total.add(p.Expected)
		absolute.add(math.Abs(actual - p.Expected))
		square.add((actual - p.Expected) * (actual - p.Expected))
		i++
	}
	for x := range rows {
		if n := float64(rows[x].Customers); n > 0 {
			rows[x].Actual /= n
			rows[x].Expected /= n
		}
	}
	n := float64(len(s.Customers))
	all.Customers, all.Expected = len(s.Customers), total.sum()
	all.MeanAbsoluteError, all.RootMeanSquareError = absolute.sum()/n, math.Sqrt(square.sum()/n)
	return rows, all, nil
}

func (s *Split) summaries() func(yield func(Summary) bool) {
	return func(yield func(Summary) bool) {
		for _, c := range s.Customers {
			if !yield(c.Summary) {
				return
			}
		}
	}
}

// RepeatRow compares how many customers made a number of repeat purchases with how many the model
// expects, given how long each was observed.
type RepeatRow struct {
	// X is the number of repeat purchases; the last row has X and more.
	X int
	// OrMore says that the row is the last.
	OrMore bool
	// Actual and Expected are numbers of customers.
	Actual, Expected float64
}

// RepeatFrequencies compares the distribution of the number of repeat purchases with the model's (the
// fit of the model to its own data; Fader, Hardie and Lee 2005, figure 1). The model must be in the
// histogram's unit. Errors: ErrNoData for an empty histogram, ErrParameter.
func RepeatFrequencies(m Transactions, p *Patterns, orMore int) ([]RepeatRow, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	if m.TimeUnit() != p.unit {
		return nil, &ParameterError{Name: "unit of the model", Value: float64(m.TimeUnit()), Want: "the unit of the histogram"}
	}
	if orMore < 0 || orMore > mostSteps {
		return nil, &ParameterError{Name: "last frequency", Value: float64(orMore), Want: "between 0 and 100000"}
	}
	if p.total == 0 {
		return nil, ErrNoData
	}
	g := newGrid(p)
	rows := make([]RepeatRow, orMore+1)
	for x := range rows {
		rows[x].X, rows[x].OrMore = x, x == orMore
	}
	for i, x := range g.xs {
		rows[int(math.Min(x, float64(orMore)))].Actual += g.wx[i]
	}
	rest := g.n
	for x := range orMore {
		var sum compensated
		for i, t := range g.ts {
			sum.add(g.wt[i] * m.probability(x, t))
		}
		rows[x].Expected = sum.sum()
		rest -= rows[x].Expected
	}
	rows[orMore].Expected = math.Max(0, rest)
	return rows, nil
}

// SegmentValue is the residual lifetime value of one segment of customers.
type SegmentValue struct {
	// Segment is the caller's name.
	Segment string
	// Customers is the number of customers, ExpectedAlive the expected number of those still active.
	Customers     int
	ExpectedAlive float64
	// Purchases is the discounted expected number of purchases, Value what they are worth.
	Purchases, Value float64
}

// MeanValue is the value per customer; ok is false for a segment without customers.
func (v SegmentValue) MeanValue() (mean float64, ok bool) {
	return v.Value / float64(max(v.Customers, 1)), v.Customers > 0
}

// sortSegments orders rows by value, the greatest first, then by name.
func sortSegments(rows []SegmentValue) {
	slices.SortFunc(rows, func(a, b SegmentValue) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Segment, b.Segment))
	})
}
