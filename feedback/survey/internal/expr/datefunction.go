package expr

import "math"

// dateArgument reads an argument as a date; nothing, 0 and "" are now.
func dateArgument(f *Frame, v Value) float64 {
	if !v.Truth() {
		return f.now()
	}
	return toDate(v, f.Zone)
}

func callGetDate(f *Frame, args []code) Value {
	v := argument(f, args, 0)
	if !v.Truth() {
		return Null()
	}
	return dateValue(toDate(v, f.Zone))
}

func callCurrentDate(f *Frame, _ []code) Value { return dateValue(f.now()) }

func callToday(f *Frame, args []code) Value {
	ms := f.midnight()
	if len(args) == 1 {
		w := wallOf(ms, f.Zone)
		w.day = f.shifted(w.day, args[0].eval(f))
		ms = w.instant(f.Zone)
	}
	return dateValue(ms)
}

// midnight is the beginning of the local day that holds now.
func (f *Frame) midnight() float64 {
	w := wallOf(f.now(), f.Zone)
	w.hour, w.minute, w.second, w.rem = 0, 0, 0, 0
	return w.instant(f.Zone)
}

// shifted is JavaScript's part + v: a text is appended, not added.
func (f *Frame) shifted(part float64, v Value) float64 {
	return toNumber(f.add(Number(part), v))
}

func callDateAdd(f *Frame, args []code) Value {
	from, by := argument(f, args, 0), argument(f, args, 1)
	if !from.Truth() || !by.Truth() {
		return Null()
	}
	unit := "days"
	if v := argument(f, args, 2); v.Truth() {
		unit = v.str
	}
	ms := toDate(from, f.Zone)
	if ms != ms { //nolint:gocritic // NaN
		return dateValue(ms)
	}
	w := wallOf(ms, f.Zone)
	switch unit {
	case "days":
		w.day = f.shifted(w.day, by)
	case "months":
		w.month = f.shifted(w.month, by)
	case "years":
		w.year = f.shifted(w.year, by)
	case "hours":
		w.hour = f.shifted(w.hour, by)
	case "minutes":
		w.minute = f.shifted(w.minute, by)
	case "seconds":
		w.second = f.shifted(w.second, by)
	default:
		return dateValue(ms)
	}
	return dateValue(w.instant(f.Zone))
}

// callDateDiff is never negative in days, hours, minutes and seconds; months and years
// are, where the second date is the earlier.
func callDateDiff(f *Frame, args []code) Value {
	a, b := argument(f, args, 0), argument(f, args, 1)
	if !a.Truth() || !b.Truth() {
		return Null()
	}
	unit := "days"
	if v := argument(f, args, 2); v.Truth() {
		unit = v.str
	}
	size := 0.0
	switch unit {
	case "hours":
		size = msHour
	case "minutes":
		size = msMinute
	case "seconds":
		size = msSecond
	default:
		return f.difference(toDate(a, f.Zone), toDate(b, f.Zone), unit)
	}
	return Number(math.Ceil(math.Abs(toDate(b, f.Zone)-toDate(a, f.Zone)) / size))
}

// difference is survey-core's dateDiffMonths.
func (f *Frame) difference(a, b float64, unit string) Value {
	if unit == "days" {
		return f.daysBetween(a, b)
	}
	if a != a || b != b { //nolint:gocritic // NaN
		if unit == "months" {
			return Number(math.NaN())
		}
		return Number(0)
	}
	x, y := wallOf(a, f.Zone), wallOf(b, f.Zone)
	months := (y.year-x.year)*12 + y.month - x.month
	if y.day < x.day {
		months--
	}
	if unit == "months" {
		return Number(months)
	}
	return Number(math.Trunc(months/12) + 0)
}

func (f *Frame) daysBetween(a, b float64) Value {
	return Number(math.Abs(civilDay(b, f.Zone) - civilDay(a, f.Zone)))
}

func callDiffDays(f *Frame, args []code) Value {
	a, b := argument(f, args, 0), argument(f, args, 1)
	if len(args) != 2 || !a.Truth() || !b.Truth() {
		return Number(0)
	}
	return f.daysBetween(toDate(a, f.Zone), toDate(b, f.Zone))
}

func callAge(f *Frame, args []code) Value {
	from := argument(f, args, 0)
	if !from.Truth() {
		return Null()
	}
	unit := "years"
	if v := argument(f, args, 1); v.Truth() {
		unit = v.str
	}
	if unit == "days" { // survey-core passes no second date on
		return Number(0)
	}
	return f.difference(toDate(from, f.Zone), f.now(), unit)
}

func callGetYear(f *Frame, args []code) Value {
	v := argument(f, args, 0)
	if len(args) != 1 || !v.Truth() {
		return Value{}
	}
	return f.part(toDate(v, f.Zone), func(w wall) float64 { return w.year })
}

func callCurrentYear(f *Frame, _ []code) Value {
	return Number(wallOf(f.now(), f.Zone).year)
}

// part gives one part of a date, not a number where it is no date.
func (f *Frame) part(ms float64, pick func(w wall) float64) Value {
	if ms != ms { //nolint:gocritic // NaN
		return Number(ms)
	}
	return Number(pick(wallOf(ms, f.Zone)))
}

// dayArgument is the first argument as a date, or today.
func dayArgument(f *Frame, args []code) float64 {
	v := argument(f, args, 0)
	if !v.Truth() {
		return f.midnight()
	}
	return dateArgument(f, v)
}

func callYear(f *Frame, args []code) Value {
	return f.part(dayArgument(f, args), func(w wall) float64 { return w.year })
}

func callMonth(f *Frame, args []code) Value {
	return f.part(dayArgument(f, args), func(w wall) float64 { return w.month + 1 })
}

func callDay(f *Frame, args []code) Value {
	return f.part(dayArgument(f, args), func(w wall) float64 { return w.day })
}

func callWeekday(f *Frame, args []code) Value {
	return f.part(dayArgument(f, args), func(w wall) float64 {
		days := makeDay(w.year, w.month, w.day)
		return days + 4 - 7*math.Floor((days+4)/7)
	})
}
