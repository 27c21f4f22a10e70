package businesstime

import (
	"math/bits"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// DayMode says where on the counted date [Calendar.AddDays] ends.
type DayMode int

// The modes.
const (
	// SameTime keeps the wall clock, then rolls to the next open instant (for n < 0
	// to the previous one, see [Calendar.PrevOpen]).
	SameTime DayMode = iota + 1
	// CloseOfBusiness takes the end of the date's last open stretch, at most the end
	// of the date.
	CloseOfBusiness
)

var dayModeNames = [...]string{"", "same_time", "close_of_business"}

// IsValid reports whether m is one of the modes.
func (m DayMode) IsValid() bool { return m == SameTime || m == CloseOfBusiness }

// String names the mode.
func (m DayMode) String() string { return enumText(int(m), dayModeNames[:]) }

// MarshalText writes the name.
func (m DayMode) MarshalText() ([]byte, error) { return enumMarshal(int(m), dayModeNames[:]) }

// UnmarshalText reads the name.
func (m *DayMode) UnmarshalText(text []byte) error {
	return enumUnmarshal((*int)(m), text, dayModeNames[:])
}

// AddDays moves t by n business days. A business day is a date of the calendar's
// zone with any open time in it, however little and whichever date its span opened
// on; a date that the zone skipped, or whose hours fall into a gap, is none.
//
// Counting starts after the date of t (before it for n < 0), be that one open or
// not: the first business day from a Saturday is Monday. With n = 0 the date is
// that of t, or for CloseOfBusiness the next business day where that is none; the
// close may then lie before t.
//
// [ErrNeverOpen] where there is no business day in that direction, [ErrHorizon]
// where there are fewer than n or t is outside the years 1 to 9999, [ErrRange] for an unknown mode.
func (c *Calendar) AddDays(t time.Time, n int, mode DayMode) (time.Time, error) {
	if !mode.IsValid() {
		return time.Time{}, ErrRange
	}
	if sec := t.Unix(); sec < minUnix || sec >= maxUnix {
		return time.Time{}, ErrHorizon
	}
	date, clock := civil.Reading(t.In(c.loc))
	if n == 0 && mode == SameTime {
		return c.NextOpen(t)
	}
	target, err := c.nthDate(date.Days(), n)
	if err != nil {
		return time.Time{}, err
	}
	if mode == CloseOfBusiness {
		w, _ := c.at(civil.FromDays(target + 1).Start(c.loc).Unix())
		return time.Unix(c.earliest(w), 0).In(t.Location()), nil
	}
	at := civil.FromDays(target).At(clock, c.loc).In(t.Location())
	if n < 0 {
		return c.PrevOpen(at)
	}
	return c.NextOpen(at)
}

// farDays is more than all days of all years.
const farDays = 1 << 23

// nthDate is the n-th date with open time after from; before it for n < 0; for
// n = 0 from itself or the first one after it.
func (c *Calendar) nthDate(from, n int) (int, error) {
	n = min(max(n, -farDays), farDays)
	y := c.startYear(from)
	before := int(c.datesBefore(y)) // open dates before from
	isOpen := 0
	c.eachDates(y, func(d, count int, mask uint8) bool {
		if d >= from+1 {
			return false
		}
		before += openDays(d, min(count, max(from-d, 0)), mask)
		if d+count > from {
			isOpen = openDays(from, 1, mask)
		}
		return true
	})
	all := int(c.datesBefore(maxYear))
	rank := before + n // how many open dates lie before the one wanted
	if n > 0 {
		rank += isOpen - 1
	}
	switch {
	case n < 0 && before == 0, n >= 0 && rank-max(n-1, 0) >= all:
		return 0, ErrNeverOpen
	case rank < 0 || rank >= all:
		return 0, ErrHorizon
	}
	return c.dateAt(rank), nil
}

// dateAt is the open date with rank open dates before it.
func (c *Calendar) dateAt(rank int) int {
	lo, hi := 0, len(c.dateMark)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; int(c.dateMark[mid]) <= rank {
			lo = mid
		} else {
			hi = mid
		}
	}
	y, left := lo*stride, rank-int(c.dateMark[lo])
	for p := &c.pages[c.year[y]]; left >= int(p.dates); p = &c.pages[c.year[y]] {
		left -= int(p.dates)
		y++
	}
	found := 0
	c.eachDates(y, func(d, count int, mask uint8) bool {
		if in := openDays(d, count, mask); left >= in {
			left -= in
			return true
		}
		weeks := left / bits.OnesCount8(mask) // mask is not 0: in > left >= 0
		d, left = d+7*weeks, left-weeks*bits.OnesCount8(mask)
		for ; ; d++ {
			if openDays(d, 1, mask) == 1 {
				if left == 0 {
					break
				}
				left--
			}
		}
		found = d
		return false
	})
	return found
}

// startYear is the index of the UTC year in which the date begins.
func (c *Calendar) startYear(date int) int {
	sec := civil.FromDays(date).Start(c.loc).Unix()
	sec = min(max(sec, minUnix), maxUnix-1)
	return yearOf(int((sec - minUnix) / day))
}

// openDays counts the days among n from d whose weekday the mask has.
func openDays(d, n int, mask uint8) int {
	if n <= 0 || mask == 0 {
		return 0
	}
	sum := n / 7 * bits.OnesCount8(mask)
	wd := mod(d+3, 7)
	for range n % 7 {
		if mask&(1<<wd) != 0 {
			sum++
		}
		if wd++; wd == 7 {
			wd = 0
		}
	}
	return sum
}

// datesBefore counts the dates with open time that begin before the year with the index y.
func (t *table) datesBefore(y int) int32 {
	if y >= maxYear {
		y = maxYear
	}
	k := min(y/stride, len(t.dateMark)-1)
	sum := t.dateMark[k]
	for i := k * stride; i < y; i++ {
		sum += int32(t.pages[t.year[i]].dates)
	}
	return sum
}

// countDates fills the numbers of dates of pages and years.
func (d *draft) countDates() {
	done := make([]bool, len(d.pages))
	d.dateMark = make([]int32, 0, len(d.mark))
	sum := int32(0)
	for y := range maxYear {
		id := d.year[y]
		if !done[id] {
			done[id] = true
			n := 0
			d.eachDates(y, func(at, count int, mask uint8) bool {
				n += openDays(at, count, mask)
				return true
			})
			d.pages[id].dates = uint16(n)
		}
		if y%stride == 0 {
			d.dateMark = append(d.dateMark, sum)
		}
		sum += int32(d.pages[id].dates)
	}
}

// eachDates visits the local dates that begin in the year with the index y, in
// order, as blocks of days whose openness the mask tells by weekday (bit 0 is
// Monday). Dates without length, which the zone skipped, are left out. It stops
// when visit returns false.
func (t *table) eachDates(y int, visit func(d, count int, mask uint8) bool) {
	start := yearStart(y)
	p := &t.pages[t.year[y]]
	high := t.highBefore(y)
	for i := p.from; i < p.to; i++ {
		r := &t.runs[i]
		if r.hold {
			continue
		}
		from, to := t.readings(y, i)
		begin := start + int64(r.at)
		// A date whose midnight was jumped over begins with the run.
		if d := floorDay(from); int64(d)*day >= high && int64(d)*day < from && !t.visitOne(y, i, d, begin, visit) {
			return
		}
		first, whole := floorDay(from+day-1), floorDay(to)
		if whole > first && !visit(first, whole-first, t.patterns[r.pattern].mask) {
			return
		}
		if d := max(whole, first); int64(d)*day < to && !t.visitOne(y, i, d, begin+int64(d)*day-from, visit) {
			return
		}
		high = to
	}
}

// visitOne visits a date that begins in run i and ends in a later one.
func (t *table) visitOne(y int, i int32, d int, begin int64, visit func(d, count int, mask uint8) bool) bool {
	a, _ := t.at(begin)
	b, _ := t.at(t.reached(y, i, int64(d+1)*day))
	mask := uint8(0)
	if b > a {
		mask = 0x7f
	}
	return visit(d, 1, mask)
}

// reached is the first instant from run i of year y on whose reading is at or after the given one.
func (t *table) reached(y int, i int32, reading int64) int64 {
	for ; y < maxYear; y++ {
		for p := &t.pages[t.year[y]]; i < p.to; i++ {
			if t.runs[i].hold {
				continue
			}
			if from, to := t.readings(y, i); reading < to {
				return yearStart(y) + int64(t.runs[i].at) + max(reading-from, 0)
			}
		}
		if y+1 < maxYear {
			i = t.pages[t.year[y+1]].from
		}
	}
	return maxUnix
}

// readings are the local readings, as if UTC, at the start and end of a run.
func (t *table) readings(y int, i int32) (from, to int64) {
	r := &t.runs[i]
	at := yearStart(y) + int64(r.at)
	shift := int64(r.phase-phaseOf(at)) % week
	switch {
	case shift > week/2:
		shift -= week
	case shift < -week/2:
		shift += week
	}
	from = at + shift
	end := yearStart(y + 1)
	if p := &t.pages[t.year[y]]; i+1 < p.to {
		end = yearStart(y) + int64(t.runs[i+1].at)
	}
	if r.hold {
		return from, from
	}
	return from, from + end - at
}

// highBefore is the furthest reading that was reached before the year began.
func (t *table) highBefore(y int) int64 {
	if y == 0 {
		from, _ := t.readings(0, t.pages[t.year[0]].from)
		return from
	}
	_, to := t.readings(y-1, t.pages[t.year[y-1]].to-1)
	return to
}

func floorDay(reading int64) int {
	d := reading / day
	if reading%day < 0 {
		d--
	}
	return int(d)
}
