package businesstime

import (
	"fmt"
	"time"
)

// TimeOfDay is a reading of the wall clock in seconds since midnight, 0 to 86400;
// 86400 is 24:00, the end of the day.
type TimeOfDay int32

// day is the length of a civil day in seconds; week that of a civil week.
const (
	day  = 86400
	week = 7 * day
)

// Clock is the reading of hour and minute, 0:00 to 24:00. It is not checked: [New]
// reports a reading outside the day.
func Clock(hour, minute int) TimeOfDay { return TimeOfDay(hour*3600 + minute*60) }

// ParseTimeOfDay reads HH:MM or HH:MM:SS, 00:00 to 24:00. Its error unwraps to
// [ErrClock].
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	bad := func() (TimeOfDay, error) {
		return 0, fmt.Errorf("%w: want HH:MM or HH:MM:SS up to 24:00, have %s", ErrClock, clip(s))
	}
	if (len(s) != 5 && len(s) != 8) || s[2] != ':' || (len(s) == 8 && s[5] != ':') {
		return bad()
	}
	var part [3]int
	for i := 0; i*3 < len(s); i++ {
		a, b := s[i*3], s[i*3+1]
		if a < '0' || a > '9' || b < '0' || b > '9' {
			return bad()
		}
		part[i] = int(a-'0')*10 + int(b-'0')
	}
	t := TimeOfDay(part[0]*3600 + part[1]*60 + part[2])
	if part[1] > 59 || part[2] > 59 || t > day {
		return bad()
	}
	return t, nil
}

// IsValid reports whether t lies in 00:00 to 24:00.
func (t TimeOfDay) IsValid() bool { return t >= 0 && t <= day }

// Duration is the time since midnight that the reading shows.
func (t TimeOfDay) Duration() time.Duration { return time.Duration(t) * time.Second }

// String writes HH:MM, with :SS where the seconds are not zero.
func (t TimeOfDay) String() string {
	h, m, s := t/3600, t/60%60, t%60
	if s != 0 {
		return fmt.Sprintf("%02d:%02d:%02d", h, m, s)
	}
	return fmt.Sprintf("%02d:%02d", h, m)
}

// MarshalText writes what String writes. A reading outside the day is an error.
func (t TimeOfDay) MarshalText() ([]byte, error) {
	if !t.IsValid() {
		return nil, fmt.Errorf("%w: %d seconds", ErrClock, int32(t))
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads what [ParseTimeOfDay] reads.
func (t *TimeOfDay) UnmarshalText(text []byte) error {
	v, err := ParseTimeOfDay(string(text))
	if err != nil {
		return err
	}
	*t = v
	return nil
}

// Span is the half-open stretch [Open, Close) of the local clock. A Close at or
// before Open means the next date: 22:00-06:00 is a night shift, 00:00-00:00 and
// 00:00-24:00 are the whole day, 09:00-09:00 is 24 hours from nine. A span belongs
// to the date on which it opens.
type Span struct {
	Open, Close TimeOfDay
}

// Hours is the span from one full hour to another, as in Hours(9, 17).
func Hours(open, end int) Span { return Span{Clock(open, 0), Clock(end, 0)} }

// IsOvernight reports whether the span runs into the date after the one on which it opens.
func (s Span) IsOvernight() bool { return s.Close <= s.Open && s.Close > 0 }

// Length is the nominal length of the span, more than 0 and at most 24 hours; on
// a day with a clock change the real length differs.
func (s Span) Length() time.Duration {
	return time.Duration(s.end()-int32(s.Open)) * time.Second
}

// String writes open-close, as in 09:00-17:00.
func (s Span) String() string { return s.Open.String() + "-" + s.Close.String() }

// end is the closing reading counted from the midnight before the opening.
func (s Span) end() int32 {
	if s.Close <= s.Open {
		return int32(s.Close) + day
	}
	return int32(s.Close)
}

// isValid reports whether both readings lie in the day and the span can open.
func (s Span) isValid() bool { return s.Open.IsValid() && s.Open < day && s.Close.IsValid() }

// Week holds the spans of each day of the week, indexed by [time.Weekday]
// (Sunday is 0). A day without spans is closed.
type Week [7][]Span

// Weekdays is a week with the spans on Monday to Friday.
func Weekdays(spans ...Span) Week {
	var w Week
	for d := time.Monday; d <= time.Friday; d++ {
		w[d] = append([]Span(nil), spans...)
	}
	return w
}

// EveryDay is a week with the spans on all seven days.
func EveryDay(spans ...Span) Week {
	w := Weekdays(spans...)
	w[time.Saturday] = append([]Span(nil), spans...)
	w[time.Sunday] = append([]Span(nil), spans...)
	return w
}

// isEmpty reports whether no day has a span.
func (w Week) isEmpty() bool {
	for _, spans := range w {
		if len(spans) > 0 {
			return false
		}
	}
	return true
}

func (w Week) clone() Week {
	for d := range w {
		w[d] = append([]Span(nil), w[d]...)
	}
	return w
}
