package loyalty

import (
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// ExpiryKind is the way in which points die.
type ExpiryKind uint8

// The kinds of expiry.
const (
	ExpireNever ExpiryKind = iota + 1
	ExpireAfter
	ExpireEndOfPeriod
	ExpireCalendar
	ExpireAnniversary
	ExpireInactivity
)

// Unit is a step of time. Seconds, minutes and hours are elapsed time; the others
// are steps of the calendar that keep the local time of day.
type Unit uint8

// The units.
const (
	UnitSecond Unit = iota + 1
	UnitMinute
	UnitHour
	UnitDay
	UnitWeek
	UnitMonth
	UnitYear
)

// ExpiryRound moves the end of an "after" expiry to a boundary of the local
// calendar: the start of its day, or the first instant after its day, week (Monday
// to Sunday), month or year.
type ExpiryRound uint8

// The roundings of an end.
const (
	RoundNone ExpiryRound = iota + 1
	RoundStartDay
	RoundEndDay
	RoundEndWeek
	RoundEndMonth
	RoundEndYear
)

// ActivityKind is what a member did, as far as inactivity is concerned.
type ActivityKind uint8

// The activities.
const (
	ActivityEarn ActivityKind = iota + 1
	ActivityRedeem
	ActivityBuyPoints
	ActivityGiftReceived
	ActivityGiftSent
)

// ExpirySpec is a policy of expiry.
type ExpirySpec struct {
	Kind       ExpiryKind          `json:"kind,omitempty"`       // default never
	N          int                 `json:"n,omitempty"`          // units, periods or years
	Unit       Unit                `json:"unit,omitempty"`       // of after and end_of_period
	Round      ExpiryRound         `json:"round,omitempty"`      // of after; default none
	Month      time.Month          `json:"month,omitempty"`      // of calendar
	Day        int                 `json:"day,omitempty"`        // of calendar
	Versions   []InactivityVersion `json:"versions,omitempty"`   // of inactivity, oldest first
	Qualifying []ActivityKind      `json:"qualifying,omitempty"` // of inactivity; default earn and redeem
	TierExtra  []TierExtra         `json:"tier_extra,omitempty"` // longer lives for levels
}

// InactivityVersion is the span of inactivity that kills, in force from a date.
type InactivityVersion struct {
	From Date `json:"from,omitzero"` // no date: from the beginning
	N    int  `json:"n"`
	Unit Unit `json:"unit"` // day, week, month or year
}

// TierExtra adds N to the policy's own N while a level is held.
type TierExtra struct {
	Tier string `json:"tier"`
	N    int    `json:"n"`
}

// Expiry is the first instant at which points earned at a moment may no longer be
// used: ok is false where they never die of age alone (never, inactivity). earned
// carries the location of all dates; enrolled is the anchor of anniversary. Ends
// are always stepped from the earning, never from an earlier end.
func (s ExpirySpec) Expiry(earned time.Time, enrolled Date) (end time.Time, ok bool) {
	loc := earned.Location()
	day := civil.Of(earned)
	switch s.Kind {
	case ExpireAfter:
		return s.rounded(step(earned, s.N, s.Unit)), true
	case ExpireEndOfPeriod:
		return periodEnd(periodStart(day, s.Unit), s.N, s.Unit).Start(loc), true
	case ExpireCalendar:
		return nextYearly(day, s.Month, s.Day, s.N).Start(loc), true
	case ExpireAnniversary:
		if enrolled.IsZero() {
			enrolled = Date(day)
		}
		return nextYearly(day, enrolled.Month, enrolled.Day, s.N).Start(loc), true
	}
	return time.Time{}, false
}

// step moves t by n units.
func step(t time.Time, n int, u Unit) time.Time {
	switch u {
	case UnitSecond:
		return t.Add(time.Duration(n) * time.Second)
	case UnitMinute:
		return t.Add(time.Duration(n) * time.Minute)
	case UnitHour:
		return t.Add(time.Duration(n) * time.Hour)
	case UnitDay:
		return civil.AddDays(t, n)
	case UnitWeek:
		return civil.AddDays(t, 7*n)
	case UnitYear:
		n *= 12
	}
	return civil.AddMonths(t, n)
}

func (s ExpirySpec) rounded(t time.Time) time.Time {
	day, loc := civil.Of(t), t.Location()
	switch s.Round {
	case RoundStartDay:
		return day.Start(loc)
	case RoundEndDay:
		return day.AddDays(1).Start(loc)
	case RoundEndWeek:
		return periodEnd(periodStart(day, UnitWeek), 0, UnitWeek).Start(loc)
	case RoundEndMonth:
		return periodEnd(periodStart(day, UnitMonth), 0, UnitMonth).Start(loc)
	case RoundEndYear:
		return periodEnd(periodStart(day, UnitYear), 0, UnitYear).Start(loc)
	}
	return t
}

// periodStart is the first day of the calendar period that holds d.
func periodStart(d civil.Date, u Unit) civil.Date {
	switch u {
	case UnitWeek:
		return d.AddDays(-(int(d.Weekday()) + 6) % 7)
	case UnitMonth:
		d.Day = 1
	case UnitYear:
		d.Month, d.Day = time.January, 1
	}
	return d
}

// periodEnd is the first day after the period that comes n periods after the one
// that starts on d.
func periodEnd(d civil.Date, n int, u Unit) civil.Date {
	switch u {
	case UnitDay:
		return d.AddDays(n + 1)
	case UnitWeek:
		return d.AddDays(7 * (n + 1))
	case UnitMonth:
		return d.AddMonths(n + 1)
	}
	return d.AddYears(n + 1)
}

// yearly is the day of a year that has the month and day: 29 February is the 28th
// in a common year.
func yearly(year int, m time.Month, day int) civil.Date {
	return civil.Date{Year: year, Month: m, Day: min(day, civil.DaysIn(year, m))}
}

// nextYearly is the first such day strictly after d, n years later.
func nextYearly(d civil.Date, m time.Month, day, n int) civil.Date {
	y := d.Year
	if !yearly(y, m, day).After(d) {
		y++
	}
	return yearly(y+n, m, day)
}

// InactiveFrom is the first instant at which an activity of a local date no longer
// keeps a balance alive, under the version in force on that date; ok is false when
// none was.
func (s ExpirySpec) InactiveFrom(on Date, loc *time.Location) (end time.Time, ok bool) {
	d, ok := s.inactiveOn(on)
	if !ok {
		return time.Time{}, false
	}
	return d.Start(loc), true
}

func (s ExpirySpec) inactiveOn(on Date) (Date, bool) {
	for i := len(s.Versions) - 1; i >= 0; i-- {
		v := s.Versions[i]
		if !v.From.IsZero() && on.before(v.From) {
			continue
		}
		switch v.Unit {
		case UnitDay:
			return on.AddDays(v.N), true
		case UnitWeek:
			return on.AddDays(7 * v.N), true
		case UnitMonth:
			return on.AddMonths(v.N), true
		default:
			return on.AddMonths(12 * v.N), true
		}
	}
	return Date{}, false
}

// KeepsAlive reports whether an activity counts.
func (s ExpirySpec) KeepsAlive(kind ActivityKind) bool {
	if len(s.Qualifying) == 0 {
		return kind == ActivityEarn || kind == ActivityRedeem
	}
	for _, q := range s.Qualifying {
		if q == kind {
			return true
		}
	}
	return false
}

// MayKill reports whether the law lets inactivity since a date kill points on end,
// given the day on which a notice went out (no date: none did).
func (j JurisdictionSpec) MayKill(since, end, notice Date) bool {
	if end.before(since.AddMonths(j.MinInactivityMonths)) {
		return false
	}
	if j.NoticeDays == nil {
		return true
	}
	if notice.IsZero() {
		return false
	}
	days := civil.Date(end).Days() - civil.Date(notice).Days()
	return j.NoticeDays.Min <= days && days <= j.NoticeDays.Max
}

// UnusableFrom is the instant at which points earned, or last kept alive, on a
// date die under a policy and a law; ok is false where they do not.
func (j JurisdictionSpec) UnusableFrom(s ExpirySpec, since, notice Date, loc *time.Location) (end time.Time, ok bool) {
	if s.Kind != ExpireInactivity {
		if j.TimeAlone == TimeForbidden {
			return time.Time{}, false
		}
		return s.Expiry(since.Start(loc), since)
	}
	on, ok := s.inactiveOn(since)
	if !ok || !j.MayKill(since, on, notice) {
		return time.Time{}, false
	}
	return on.Start(loc), true
}

// Reinstatable reports whether points that expired on a date may still come back:
// both ends of the window of days count.
func Reinstatable(windowDays int, expired, asked Date) bool {
	return !expired.before(asked.AddDays(-windowDays)) && !asked.before(expired)
}

// ExpiryVersion is a policy in force from a date.
type ExpiryVersion struct {
	From   Date       `json:"from"`
	Policy ExpirySpec `json:"policy"`
}

// ExpiryAcross is the end of points under policies that changed, oldest first: by
// the terms in force when they were earned, or, when generous, the latest of those
// and of all later ones. ok is false where they never die.
func ExpiryAcross(versions []ExpiryVersion, earned time.Time, enrolled Date, generous bool) (end time.Time, ok bool) {
	on, in := DateOf(earned), -1
	for i, v := range versions {
		if !on.before(v.From) {
			in = i
		}
	}
	for i := max(in, 0); i < len(versions); i++ {
		if in < 0 && !generous {
			break
		}
		e, dies := versions[i].Policy.Expiry(earned, enrolled)
		if !dies {
			return time.Time{}, false
		}
		if !ok || e.After(end) {
			end, ok = e, true
		}
		if !generous {
			break
		}
	}
	return end, ok
}

// PeriodKey names the local period that holds t: 2024-12-31, 2025-W01 (ISO week),
// 2024-12, 2024, or nothing for a lifetime.
func (p Period) Key(t time.Time) string {
	switch p {
	case PerDay:
		return t.Format("2006-01-02")
	case PerWeek:
		y, w := t.ISOWeek()
		return pad(y, 4) + "-W" + pad(w, 2)
	case PerMonth:
		return t.Format("2006-01")
	case PerYear:
		return t.Format("2006")
	}
	return ""
}

func pad(n, width int) string { return Points(n).padded(width) }
