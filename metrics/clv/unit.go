package clv

import (
	"fmt"
	"math"
)

// Unit is a unit of time in which a model's ages, horizons and rates are counted.
// The zero value is unset and not valid.
type Unit uint8

// The units of time. A year is 365.25 days, a month and a quarter are a twelfth and a
// fourth of it, so that twelve months are a year (and not 360 days) and every
// conversion is a fixed ratio.
const (
	Second Unit = iota + 1
	Day
	Week
	Month
	Quarter
	Year
)

const daysPerYear = 365.25

var unitNames = [...]string{"", "second", "day", "week", "month", "quarter", "year"}

// Days is the length of the unit in days; 0 for an invalid unit.
func (u Unit) Days() float64 {
	switch u {
	case Second:
		return 1.0 / 86400
	case Day:
		return 1
	case Week:
		return 7
	case Month:
		return daysPerYear / 12
	case Quarter:
		return daysPerYear / 4
	case Year:
		return daysPerYear
	}
	return 0
}

// IsValid says whether u is one of the named units.
func (u Unit) IsValid() bool { return u >= Second && u <= Year }

// String is the unit's name in the singular: "week".
func (u Unit) String() string {
	if !u.IsValid() {
		return fmt.Sprintf("Unit(%d)", uint8(u))
	}
	return unitNames[u]
}

// MarshalText writes the unit's name; an invalid unit is an error.
func (u Unit) MarshalText() ([]byte, error) {
	if !u.IsValid() {
		return nil, &ParameterError{Name: "unit", Value: float64(u), Want: "one of the named units"}
	}
	return []byte(unitNames[u]), nil
}

// UnmarshalText reads a unit's name.
func (u *Unit) UnmarshalText(text []byte) error {
	for i, name := range unitNames {
		if i > 0 && name == string(text) {
			*u = Unit(i)
			return nil
		}
	}
	return fmt.Errorf("%w: %q is no unit of time", ErrParameter, clip(string(text)))
}

// clip shortens a foreign text for an error message.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "..."
	}
	return s
}

// Horizon is a length of time with its unit. Unlimited is the horizon without end.
type Horizon struct {
	// Length counts units; it is at least 0, and +Inf for a horizon without end.
	Length float64
	// Unit is the unit of Length.
	Unit Unit
}

// Days is a horizon of n days.
func Days(n float64) Horizon { return Horizon{n, Day} }

// Weeks is a horizon of n weeks.
func Weeks(n float64) Horizon { return Horizon{n, Week} }

// Months is a horizon of n months of 365.25/12 days.
func Months(n float64) Horizon { return Horizon{n, Month} }

// Years is a horizon of n years of 365.25 days.
func Years(n float64) Horizon { return Horizon{n, Year} }

// Unlimited is the horizon without end.
func Unlimited() Horizon { return Horizon{math.Inf(1), Year} }

// In is the horizon counted in another unit. It is an error with ErrParameter when
// either unit is invalid or the length is negative or NaN.
func (h Horizon) In(u Unit) (float64, error) {
	if !h.Unit.IsValid() || !u.IsValid() {
		return 0, &ParameterError{Name: "unit", Value: float64(min(h.Unit, u)), Want: "one of the named units"}
	}
	if math.IsNaN(h.Length) || h.Length < 0 {
		return 0, &ParameterError{Name: "horizon", Value: h.Length, Want: "at least 0"}
	}
	if h.Unit == u {
		return h.Length, nil
	}
	return h.Length * (h.Unit.Days() / u.Days()), nil
}

// String is the horizon as text: "39 weeks".
func (h Horizon) String() string {
	if math.IsInf(h.Length, 1) {
		return "without end"
	}
	if h.Length == 1 {
		return "1 " + h.Unit.String()
	}
	return fmt.Sprintf("%g %ss", h.Length, h.Unit)
}

// Rate is a discount rate bound to a unit of time, so that a yearly rate can never be
// applied per week. The zero value is no discount.
type Rate struct {
	force float64 // continuous rate per day
}

// The range of a continuous rate: a smaller one per day is none, a greater one per unit is refused.
const (
	leastRate = 1e-30
	mostRate  = 1e15
)

// Effective is the rate that makes 1 of value due after one unit worth 1/(1+d) now:
// Effective(0.15, Year) is 15 % a year. d is at least 0 and finite.
func Effective(d float64, per Unit) (Rate, error) {
	if !(d >= 0) || math.IsInf(d, 0) {
		return Rate{}, &ParameterError{Name: "discount rate", Value: d, Want: "at least 0 and finite"}
	}
	return Continuous(math.Log1p(d), per)
}

// Continuous is the continuously compounded rate of delta per unit: a value due after t
// units is worth exp(-delta t) now. delta is between 0 and 1e15; less than 1e-30 a day is no discount.
func Continuous(delta float64, per Unit) (Rate, error) {
	if !per.IsValid() {
		return Rate{}, &ParameterError{Name: "unit", Value: float64(per), Want: "one of the named units"}
	}
	if !(delta >= 0) || delta > mostRate {
		return Rate{}, &ParameterError{Name: "discount rate", Value: delta, Want: "between 0 and 1e15"}
	}
	if delta /= per.Days(); delta < leastRate {
		return Rate{}, nil
	}
	return Rate{delta}, nil
}

// ContinuousPer is the continuously compounded rate per the given unit.
func (r Rate) ContinuousPer(u Unit) float64 { return r.force * u.Days() }

// EffectivePer is the effective rate per the given unit.
func (r Rate) EffectivePer(u Unit) float64 { return math.Expm1(r.force * u.Days()) }

// String is the rate as an effective yearly percentage: "15% a year".
func (r Rate) String() string { return fmt.Sprintf("%.4g%% a year", 100*r.EffectivePer(Year)) }
