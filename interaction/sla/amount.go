package sla

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/interaction/businesstime"
)

// Unit says in what a target counts.
type Unit int

// The units.
const (
	// UnitElapsed counts the time that passes, round the clock.
	UnitElapsed Unit = iota + 1
	// UnitBusiness counts open time of the rule's calendar.
	UnitBusiness
	// UnitBusinessDays counts business days of the rule's calendar.
	UnitBusinessDays
)

var unitNames = [...]string{"", "elapsed", "business", "business_days"}

// String names the unit.
func (u Unit) String() string { return enumText(int(u), unitNames[:]) }

// MarshalText writes the name.
func (u Unit) MarshalText() ([]byte, error) { return enumMarshal(int(u), unitNames[:]) }

// UnmarshalText reads the name.
func (u *Unit) UnmarshalText(text []byte) error { return enumUnmarshal((*int)(u), text, unitNames[:]) }

// Amount is a target that carries its unit, so that "one day" cannot be read as 24
// open hours. The zero value is no target. Amounts compare with ==.
type Amount struct {
	unit Unit
	d    time.Duration
	days int
	mode businesstime.DayMode
}

// Elapsed is a target of time round the clock. d must be positive.
func Elapsed(d time.Duration) Amount { return Amount{unit: UnitElapsed, d: d} }

// Business is a target of open time. d must be positive.
func Business(d time.Duration) Amount { return Amount{unit: UnitBusiness, d: d} }

// BusinessDays is a target of n business days (see [businesstime.Calendar.AddDays])
// from the start of the clock. n must be positive and the mode valid.
func BusinessDays(n int, mode businesstime.DayMode) Amount {
	return Amount{unit: UnitBusinessDays, days: n, mode: mode}
}

// Unit is the unit of the amount, 0 for none.
func (a Amount) Unit() Unit { return a.unit }

// Duration is the amount of an Elapsed or Business target, 0 for any other.
func (a Amount) Duration() time.Duration { return a.d }

// Days is the number and mode of a BusinessDays target, 0 for any other.
func (a Amount) Days() (int, businesstime.DayMode) { return a.days, a.mode }

// IsValid reports whether the amount is positive and has a unit.
func (a Amount) IsValid() bool {
	switch a.unit {
	case UnitElapsed, UnitBusiness:
		return a.d > 0
	case UnitBusinessDays:
		return a.days > 0 && a.mode.IsValid()
	}
	return false
}

// String writes the amount as in "4h0m0s business".
func (a Amount) String() string {
	switch a.unit {
	case UnitElapsed, UnitBusiness:
		return a.d.String() + " " + a.unit.String()
	case UnitBusinessDays:
		return fmt.Sprintf("%d business days, %s", a.days, a.mode)
	}
	return "none"
}

// thresholdKind is from where a threshold counts.
type thresholdKind int

const (
	byPercent thresholdKind = iota + 1
	beforeDue
	afterDue
)

// Threshold is a point of a clock, counted in the target's own time: business time
// for a business target. The zero value is not valid. Thresholds compare with ==.
type Threshold struct {
	kind    thresholdKind
	percent int
	d       time.Duration
}

// Percent is reached when p hundredths of the target have run, 0 to 10,000.
func Percent(p int) Threshold { return Threshold{kind: byPercent, percent: p} }

// Before is reached d before the target is used up; at the start when d is more than the target.
func Before(d time.Duration) Threshold { return Threshold{kind: beforeDue, d: d} }

// After is reached d after the target is used up.
func After(d time.Duration) Threshold { return Threshold{kind: afterDue, d: d} }

// IsValid reports whether the threshold was made by one of the three functions with a value in range.
func (t Threshold) IsValid() bool {
	switch t.kind {
	case byPercent:
		return t.percent >= 0 && t.percent <= 10_000
	case beforeDue, afterDue:
		return t.d >= 0
	}
	return false
}

// String writes the threshold as in "75 %" or "1h0m0s before due".
func (t Threshold) String() string {
	switch t.kind {
	case byPercent:
		return fmt.Sprintf("%d %%", t.percent)
	case beforeDue:
		return t.d.String() + " before due"
	case afterDue:
		return t.d.String() + " after due"
	}
	return "none"
}

// of is how much of the clock's own time has run at the threshold.
func (t Threshold) of(goal time.Duration) time.Duration {
	switch t.kind {
	case byPercent:
		p := time.Duration(t.percent)
		whole := goal / 100
		if whole > 0 && p > forever/whole {
			return forever
		}
		return plus(whole*p, goal%100*p/100)
	case beforeDue:
		return max(goal-t.d, 0)
	}
	return plus(goal, t.d)
}

// forever is the goal of a clock that can never be due.
const forever = time.Duration(1<<63 - 1)

// plus adds two amounts that are not negative, at most forever.
func plus(a, b time.Duration) time.Duration {
	if a > forever-b {
		return forever
	}
	return a + b
}
