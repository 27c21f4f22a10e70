package score

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rapport-go/rapport/internal/stat"
)

// A Unit says in what an estimate is counted.
type Unit uint8

// The units.
const (
	// Points are hundredths between two ends: -100 to 100 for the net promoter score,
	// 0 to 100 for SUS, UMUX-Lite and the satisfaction index.
	Points Unit = iota + 1
	// Share is a ratio from 0 to 1 (from -1 to 1 for differences).
	Share
	// Percent is a share times a hundred, see [Estimate.Percent].
	Percent
	// ScalePoints are steps of the question's own scale.
	ScalePoints
	// Pure is a number without a unit: a reliability, a coefficient.
	Pure
)

var unitNames = [...]string{"unset", "points", "share", "percent", "scale-points", "pure"}

// String is the unit's name, "unset" for the zero value.
func (u Unit) String() string { return enumText(unitNames[:], uint8(u)) }

// MarshalText writes the name; the zero value and unknown units are errors.
func (u Unit) MarshalText() ([]byte, error) {
	return enumMarshal("unit", unitNames[:], 1, uint8(u))
}

// UnmarshalText reads a name.
func (u *Unit) UnmarshalText(text []byte) error {
	return enumUnmarshal("unit", unitNames[:], 1, text, (*uint8)(u))
}

// An Estimate is a figure with its doubt: the value, its standard error, between
// which values the truth lies at the confidence level, on how many answers it
// rests, how the interval was made and what to be wary of. There is no estimate of
// no answers: the functions that give one give [ErrNoData] instead.
//
// It is a plain comparable value.
type Estimate struct {
	Name  string  `json:"name"` // what was measured, in the field's words
	Unit  Unit    `json:"unit"`
	Value float64 `json:"value"`
	// SE is the standard error in the unit. HasSE is false, and SE zero, where the
	// answers do not give one.
	SE    float64 `json:"se"`
	HasSE bool    `json:"has_se"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Level float64 `json:"level"` // confidence level, 0.95 for 95 %
	N     int64   `json:"n"`     // answers
	// EffectiveN is the number of answers of equal weight that would know as much; it
	// is N without weights.
	EffectiveN float64 `json:"effective_n"`
	Method     Method  `json:"method"`
	Caveats    Caveats `json:"caveats"`
}

// Contains reports whether the interval holds the value, ends included.
func (e Estimate) Contains(v float64) bool { return e.Low <= v && v <= e.High }

// Percent is the estimate in percent: the same figure times a hundred. ok is false,
// and the estimate unchanged, where the unit is not [Share].
func (e Estimate) Percent() (p Estimate, ok bool) {
	if e.Unit != Share {
		return e, false
	}
	e = e.scaled(100)
	e.Unit = Percent
	return e, true
}

func (e Estimate) scaled(by float64) Estimate {
	e.Value, e.SE, e.Low, e.High = e.Value*by, e.SE*by, e.Low*by, e.High*by
	return e
}

// Explain says in one sentence what the estimate is and where to doubt it. Numbers are
// printed with one decimal in points and percent, three otherwise.
func (e Estimate) Explain() string {
	show, unit := e, ""
	places := 3
	switch e.Unit {
	case Share:
		show, _ = e.Percent()
		places, unit = 1, " %"
	case Percent:
		places, unit = 1, " %"
	case Points:
		places, unit = 1, " points"
	case ScalePoints:
		places, unit = 2, " on the scale"
	}
	num := func(v float64) string {
		if math.Abs(v) < math.Pow10(-places)/2 {
			v = 0 // no "-0.0"
		}
		return strconv.FormatFloat(v, 'f', places, 64)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s%s from %d %s", show.Name, num(show.Value), unit, e.N, plural(e.N, "answer", "answers"))
	if e.Caveats.Has(Weighted) {
		fmt.Fprintf(&b, " (worth %s)", strconv.FormatFloat(e.EffectiveN, 'f', 1, 64))
	}
	fmt.Fprintf(&b, ", between %s and %s at %s %% confidence (%s)",
		num(show.Low), num(show.High), strconv.FormatFloat(math.Round(e.Level*1e6)/1e4, 'f', -1, 64), e.Method)
	doubts, notes := make([]string, 0, e.Caveats.Len()), []string(nil)
	for _, c := range e.Caveats.All() {
		if c == FinitePopulation || c == Census { // what is known, and no reason to doubt
			notes = append(notes, c.Text())
		} else {
			doubts = append(doubts, c.Text())
		}
	}
	if !e.Caveats.Has(NotRandom) && !e.Caveats.Has(Census) {
		b.WriteString(", if they are a random sample")
	}
	if len(doubts) > 0 {
		b.WriteString("; doubt it because " + strings.Join(doubts, "; "))
	}
	if len(notes) > 0 {
		b.WriteString("; note that " + strings.Join(notes, "; "))
	}
	return b.String() + "."
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Options are what every interval can be told. A nil pointer is the zero value.
type Options struct {
	// Level is the confidence level, strictly between 0 and 1; 0 is 0.95.
	Level float64
	// Method is the interval's; [Auto], the zero value, lets the figure choose. One
	// that the figure does not have is [ErrOutOfRange].
	Method Method
	// Population is the number of people from whom the answers were drawn without
	// replacement; 0 is "too many to matter". It narrows the interval by the finite
	// population correction sqrt((N-n)/(N-1)); for intervals that are no multiple of a
	// standard error n is taken as n (N-1)/(N-n). Fewer people than answers is
	// [ErrInconsistent].
	Population int64
	// Unclipped leaves ends beyond the scale where the formula puts them.
	Unclipped bool
	// NotRandom adds the caveat of the same name.
	NotRandom bool
}

const (
	defaultLevel = 0.95
	fewAnswers   = 20
)

func levelOf(level float64) (float64, error) {
	if level == 0 {
		return defaultLevel, nil
	}
	if !(level > 0 && level < 1) {
		return 0, faultFloat(ErrOutOfRange, "level", level, "a confidence level lies strictly between 0 and 1")
	}
	return level, nil
}

// settings are options checked against a number of answers.
type settings struct {
	Options
	fpc     float64 // factor of a standard error
	stretch float64 // factor of a sample size; +Inf where everybody answered
	caveats Caveats
}

// settle checks the options for n answers, n above zero.
func (o *Options) settle(n int64) (settings, error) {
	s := settings{fpc: 1, stretch: 1}
	if o != nil {
		s.Options = *o
	}
	var errs [3]error
	s.Level, errs[0] = levelOf(s.Level)
	errs[1] = count("population", s.Population)
	if s.Population > 0 {
		if s.Population < n {
			errs[2] = faultInt(ErrInconsistent, "population", s.Population, "more people answered, "+strconv.FormatInt(n, 10))
		} else if s.Population == n {
			s.fpc, s.stretch, s.caveats = 0, math.Inf(1), CaveatsOf(Census)
		} else {
			rest := float64(s.Population-n) / float64(s.Population-1)
			s.fpc, s.stretch, s.caveats = math.Sqrt(rest), 1/rest, CaveatsOf(FinitePopulation)
		}
	}
	s.caveats = s.caveats.withIf(NotRandom, s.NotRandom).withIf(FewAnswers, n < fewAnswers).withIf(SingleAnswer, n == 1)
	return s, errors.Join(errs[:]...)
}

// refuse is the error of a method that the figure does not have.
func (s settings) refuse() error {
	return fault(ErrOutOfRange, "method", s.Method.String(), "no method for this figure")
}

// unweighted refuses a population for a figure whose interval does not know it.
func (s settings) noPopulation() error {
	if s.Population != 0 {
		return faultInt(ErrOutOfRange, "population", s.Population, "no finite population correction for this figure")
	}
	return nil
}

// clipTo cuts the ends at the scale's.
func (s settings) clipTo(e *Estimate, low, high float64) {
	if s.Unclipped {
		return
	}
	e.Caveats = e.Caveats.withIf(Clipped, e.Low < low || e.High > high)
	e.Low, e.High = min(max(e.Low, low), high), max(min(e.High, high), low)
}

// around puts the interval at the estimate ± factor times its standard error.
func (e *Estimate) around(factor float64) {
	e.Low, e.High = e.Value-factor*e.SE, e.Value+factor*e.SE
}

// meanEstimate is the mean of answers on a closed scale from their count, mean and sum
// of squared deviations over n - 1.
func meanEstimate(name string, unit Unit, n int64, mean, variance, low, high float64, o *Options) (Estimate, error) {
	if n == 0 {
		return Estimate{}, noAnswer(name)
	}
	s, err := o.settle(n)
	if err != nil {
		return Estimate{}, err
	}
	e := Estimate{
		Name: name, Unit: unit, Value: mean, HasSE: n > 1, Level: s.Level, N: n, EffectiveN: float64(n), Method: s.Method, Caveats: s.caveats,
	}
	alike := !(variance > 0)
	e.Caveats = e.Caveats.withIf(NoSpread, alike && n > 1)
	if n > 1 {
		e.SE = math.Sqrt(variance/float64(n)) * s.fpc
	}
	if e.Method == Auto {
		e.Method = StudentT
		if alike {
			e.Method = AllAlike
		}
	}
	switch e.Method {
	case StudentT, Wald:
		if n == 1 {
			return Estimate{}, faultInt(ErrUndefined, "answers", 1, "one answer has no spread")
		}
		factor := stat.Critical(s.Level)
		if e.Method == StudentT {
			factor = stat.StudentCritical(s.Level, float64(n-1))
		}
		e.around(factor)
	case AllAlike:
		if !alike {
			return Estimate{}, fault(ErrUndefined, "method", e.Method.String(), "the answers differ")
		}
		others := -math.Expm1(math.Log((1-s.Level)/2) / (float64(n) * s.stretch))
		e.Low, e.High = mean-others*(mean-low), mean+others*(high-mean)
	default:
		return Estimate{}, s.refuse()
	}
	s.clipTo(&e, low, high)
	return e, nil
}
