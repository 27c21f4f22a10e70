package culture

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Weekdays is a set of days of the week. The zero value is empty.
type Weekdays uint8

// WeekdaysOf is the set of the given days; what is no day of the week is left out.
func WeekdaysOf(days ...time.Weekday) Weekdays {
	var w Weekdays
	for _, d := range days {
		if d >= time.Sunday && d <= time.Saturday {
			w |= 1 << d
		}
	}
	return w
}

// Has reports whether a day is in the set.
func (w Weekdays) Has(d time.Weekday) bool {
	return d >= time.Sunday && d <= time.Saturday && w&(1<<d) != 0
}

// Days returns the days of the set, Monday first.
func (w Weekdays) Days() []time.Weekday {
	var days []time.Weekday
	for i := range 7 {
		if d := time.Weekday((i + 1) % 7); w.Has(d) {
			days = append(days, d)
		}
	}
	return days
}

// String is the days in short, Monday first: "Sat, Sun"; "no day" for the empty set.
func (w Weekdays) String() string {
	var names []string
	for _, d := range w.Days() {
		names = append(names, d.String()[:3])
	}
	if names == nil {
		return "no day"
	}
	return strings.Join(names, ", ")
}

// MarshalText writes the days as "fri-sat" where they are in a row, else with commas
// ("fri,sun"); empty for no day. A value with other bits than days is ErrName.
func (w Weekdays) MarshalText() ([]byte, error) {
	if w >= 1<<7 {
		return nil, fmt.Errorf("%w: weekdays(%d)", ErrName, uint8(w))
	}
	if w == 0 {
		return []byte{}, nil
	}
	return []byte(weekendValue(w)), nil
}

// UnmarshalText reads days as MarshalText writes them; anything else is ErrName.
func (w *Weekdays) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*w = 0
		return nil
	}
	days, ok := parseWeekend(string(text))
	if !ok {
		return fmt.Errorf("%w: weekdays %.40q", ErrName, text)
	}
	*w = days
	return nil
}

// TimeOfDay is a reading of the clock in minutes after midnight, 0 to 1440.
type TimeOfDay int

// Clock is the time of day at an hour and a minute.
func Clock(hour, minute int) TimeOfDay { return TimeOfDay(hour*60 + minute) }

// String is the reading on a 24-hour clock, such as "18:00"; the end of a day is
// "24:00".
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", int(t)/60, int(t)%60) }

// MarshalText writes the reading as String does; what is outside a day is ErrName.
func (t TimeOfDay) MarshalText() ([]byte, error) {
	if t < 0 || t > 24*60 {
		return nil, fmt.Errorf("%w: minute %d of a day", ErrName, int(t))
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads a time such as "18:00"; anything else is ErrName.
func (t *TimeOfDay) UnmarshalText(text []byte) error {
	at, ok := parseClock(string(text))
	if !ok || !strings.Contains(string(text), ":") {
		return fmt.Errorf("%w: time %.40q", ErrName, text)
	}
	*t = at
	return nil
}

// Hours is a stretch of the day on some days of the week, [From, Before).
type Hours struct {
	Days   Weekdays  `json:"days,omitempty"` // empty where the source does not say which
	From   TimeOfDay `json:"from"`
	Before TimeOfDay `json:"before"`
}

// String is the hours as text: "Mon, Tue 09:00-17:00"; "09:00-17:00" without days.
func (h Hours) String() string {
	text := h.From.String() + "-" + h.Before.String()
	if h.Days == 0 {
		return text
	}
	return h.Days.String() + " " + text
}

// parseHours reads the values of ContactHours and QuietHours that are a timetable:
// groups separated by semicolons, each some days ("mon-fri", "sat", "wd" for Monday to
// Friday, "we" for Saturday and Sunday; may be missing) and stretches separated by
// commas ("09-17", "0830-1700"). False for anything else.
func parseHours(value string) ([]Hours, bool) {
	var all []Hours
	for group := range strings.SplitSeq(value, ";") {
		fields := strings.Fields(group)
		var days Weekdays
		if len(fields) == 2 {
			var ok bool
			if days, ok = parseDays(fields[0]); !ok {
				return nil, false
			}
			fields = fields[1:]
		}
		if len(fields) != 1 {
			return nil, false
		}
		for stretch := range strings.SplitSeq(fields[0], ",") {
			first, last, found := strings.Cut(stretch, "-")
			from, ok := parseClock(first)
			before, ok2 := parseClock(last)
			if !found || !ok || !ok2 || from >= before {
				return nil, false
			}
			all = append(all, Hours{days, from, before})
		}
	}
	return all, len(all) > 0
}

// parseDays reads "mon-fri", "sat", "wd" or "we". A range may run over Saturday.
func parseDays(text string) (Weekdays, bool) {
	switch text {
	case "wd":
		return WeekdaysOf(time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday), true
	case "we":
		return WeekdaysOf(time.Saturday, time.Sunday), true
	}
	first, last, isRange := strings.Cut(text, "-")
	from, ok := parseDay(first)
	if !isRange || !ok {
		return WeekdaysOf(from), ok
	}
	to, ok := parseDay(last)
	days := WeekdaysOf(from)
	for d := from; ok && d != to; {
		d = (d + 1) % 7
		days |= WeekdaysOf(d)
	}
	return days, ok
}

// parseDay reads three letters, such as "mon".
func parseDay(text string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.ToLower(d.String()[:3]) == text {
			return d, true
		}
	}
	return 0, false
}

// parseClock reads "9", "09", "0830" or "08:30", up to 24 hours.
func parseClock(text string) (TimeOfDay, bool) {
	hour, minute, colon := strings.Cut(text, ":")
	if !colon {
		minute = "00"
		if len(text) == 4 {
			hour, minute = text[:2], text[2:]
		}
	}
	if len(hour) < 1 || len(hour) > 2 || len(minute) != 2 {
		return 0, false
	}
	h, err := strconv.ParseUint(hour, 10, 8)
	m, err2 := strconv.ParseUint(minute, 10, 8)
	if err != nil || err2 != nil || m > 59 || h*60+m > 1440 {
		return 0, false
	}
	return Clock(int(h), int(m)), true
}
