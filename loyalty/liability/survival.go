package liability

import (
	"fmt"
	"iter"
	"math"
	"math/big"
	"sort"
)

// MaxTimes is the largest number of different ages with a redemption that
// [KaplanMeier] takes. Ages in days reach past five years with it; bin older
// programmes by week or month.
const MaxTimes = 2048

// Observation is points of one lot that were redeemed at an age, or were seen
// unredeemed up to it.
type Observation struct {
	Lot      int64 // which lot; points of one lot are not independent. 0 stands alone
	Age      int64 // units since the issue, the caller's choice of unit, 0 or more
	Points   int64 // how many points; 0 means 1
	Censored bool  // still unredeemed at Age: open, or dead
}

// Step is the survival after one age with a redemption.
type Step struct {
	Age      int64
	AtRisk   int64  // points watched and unredeemed just before the age
	Redeemed int64  // points redeemed at it
	Survival Figure // share of points unredeemed after it
}

// Survival is the Kaplan-Meier curve of points: the share still unredeemed by age.
type Survival struct {
	steps    []Step
	last     int64   // greatest age observed
	redeemed int64   // points redeemed in the sample
	design   float64 // Kish's design effect, 1 for independent points
}

// KaplanMeier estimates the survival of unredeemed points by the product limit
// (Kaplan and Meier 1958): the product of 1 - redeemed/at risk over the ages with a
// redemption. Points censored at an age are still at risk at it. The product is
// held exactly.
//
// Errors: [ErrInput] for a negative age or number of points, [ErrNoData] for no
// observation, [ErrLimit] beyond [MaxTimes] or where the points leave int64.
func KaplanMeier(observations iter.Seq[Observation]) (*Survival, error) {
	t, err := tally(observations)
	if err != nil {
		return nil, err
	}
	s := &Survival{last: t.ages[len(t.ages)-1], redeemed: t.redeemed, design: t.designEffect()}
	atRisk := t.total
	num, den := big.NewInt(1), big.NewInt(1)
	for _, age := range t.ages {
		if n := t.events[age]; n > 0 {
			if len(s.steps) == MaxTimes {
				return nil, fmt.Errorf("%w: more than %d ages with a redemption", ErrLimit, MaxTimes)
			}
			num, den = new(big.Int).Mul(num, big.NewInt(atRisk-n)), new(big.Int).Mul(den, big.NewInt(atRisk))
			s.steps = append(s.steps, Step{Age: age, AtRisk: atRisk, Redeemed: n, Survival: quotient(num, den)})
		}
		atRisk -= t.events[age] + t.censored[age]
	}
	return s, nil
}

// counts is what the observations come to, by age and by lot.
type counts struct {
	events, censored map[int64]int64
	lots             map[int64]int64
	ages             []int64
	total, redeemed  int64
	alone            float64 // squares of the points that stand alone
}

func tally(observations iter.Seq[Observation]) (*counts, error) {
	t := &counts{events: map[int64]int64{}, censored: map[int64]int64{}, lots: map[int64]int64{}}
	var f faults
	i := 0
	for o := range observations {
		t.add(&f, i, o)
		if i++; len(f) >= 100 {
			break // enough to read
		}
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	if t.total == 0 {
		return nil, fmt.Errorf("%w: no observation", ErrNoData)
	}
	seen := map[int64]bool{}
	for _, m := range []map[int64]int64{t.events, t.censored} {
		for age := range m {
			if !seen[age] {
				seen[age] = true
				t.ages = append(t.ages, age)
			}
		}
	}
	sort.Slice(t.ages, func(a, b int) bool { return t.ages[a] < t.ages[b] })
	return t, nil
}

func (t *counts) add(f *faults, i int, o Observation) {
	if o.Points == 0 {
		o.Points = 1
	}
	if o.Age < 0 {
		f.add(fmt.Sprintf("observations[%d].age", i), fmt.Sprint(o.Age), "0 or more")
	}
	if o.Points < 0 {
		f.add(fmt.Sprintf("observations[%d].points", i), fmt.Sprint(o.Points), "0 or more")
	}
	if o.Age < 0 || o.Points < 0 {
		return
	}
	if t.total > math.MaxInt64-o.Points {
		*f = append(*f, fmt.Errorf("%w: the points at observations[%d] leave int64", ErrLimit, i))
		return
	}
	t.total += o.Points
	if o.Censored {
		t.censored[o.Age] += o.Points
	} else {
		t.events[o.Age] += o.Points
		t.redeemed += o.Points
	}
	if o.Lot == 0 {
		t.alone += float64(o.Points) * float64(o.Points)
	} else {
		t.lots[o.Lot] += o.Points
	}
}

// designEffect is the variance of a sum over whole lots against that over
// independent points: sum of squared sizes over sum of sizes (Kish 1965, with full
// correlation inside a lot, the cautious end).
func (t *counts) designEffect() float64 {
	lots := make([]int64, 0, len(t.lots))
	for _, n := range t.lots {
		lots = append(lots, n)
	}
	sort.Slice(lots, func(a, b int) bool { return lots[a] < lots[b] }) // a sum of floats depends on its order
	squares := t.alone
	for _, n := range lots {
		squares += float64(n) * float64(n)
	}
	return squares / float64(t.total)
}

// Steps are the ages with a redemption, in order.
func (s *Survival) Steps() []Step { return append([]Step(nil), s.steps...) }

// LastAge is the greatest age observed; beyond it the curve says nothing.
func (s *Survival) LastAge() int64 { return s.last }

// At is the share of points still unredeemed after an age: 1 before the first
// redemption. observed is false beyond [Survival.LastAge], where the figure is that
// of the last age and only a bound from above.
func (s *Survival) At(age int64) (share Figure, observed bool) {
	i := s.after(age)
	if i == 0 {
		return whole(1), age <= s.last
	}
	return s.steps[i-1].Survival, age <= s.last
}

// after is the number of steps up to and including an age.
func (s *Survival) after(age int64) int {
	return sort.Search(len(s.steps), func(i int) bool { return s.steps[i].Age > age })
}

// Between is the share of the points unredeemed after one age that stay unredeemed
// up to, but not at, a later one, with its range: Greenwood's variance times the
// design effect, on the log(-log) scale (Kalbfleisch and Prentice 1980). The range
// is [0, 1] where no redemption was seen in between.
func (s *Survival) Between(from, until int64, level float64) (Range, error) {
	var f faults
	level = f.level(level)
	if from < 0 || until < from {
		f.add("ages", fmt.Sprintf("%d to %d", from, until), "0 <= from <= until")
	}
	if err := f.err(); err != nil {
		return Range{}, err
	}
	return s.between(from, until, level), nil
}

func (s *Survival) between(from, until int64, level float64) Range {
	a, b := s.after(from), s.after(until-1)
	if b <= a {
		return Range{Low: Figure{}, Best: whole(1), High: whole(1)}
	}
	num, den, greenwood := big.NewInt(1), big.NewInt(1), 0.0
	for _, step := range s.steps[a:b] {
		num.Mul(num, big.NewInt(step.AtRisk-step.Redeemed))
		den.Mul(den, big.NewInt(step.AtRisk))
		n, d := float64(step.AtRisk), float64(step.Redeemed)
		if d < n {
			greenwood += d / (n * (n - d))
		}
	}
	best := quotient(num, den)
	low, high := logLog(best.Float64(), s.design*greenwood, level)
	return Range{Low: low, Best: best, High: high}
}

// logLog is the interval of a survival with the variance of its logarithm.
func logLog(survival, variance, level float64) (low, high Figure) {
	if survival <= 0 || survival >= 1 {
		return Figure{}, whole(1)
	}
	l := math.Log(survival)
	w := z(level) * math.Sqrt(variance) / math.Abs(l)
	return ofFloat(math.Exp(l * math.Exp(w))), ofFloat(math.Exp(l * math.Exp(-w)))
}
