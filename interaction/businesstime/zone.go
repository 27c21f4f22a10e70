package businesstime

import (
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// The years that a calendar knows, as UTC years: minYear to maxYear.
const (
	minYear = 1
	maxYear = 9999

	minUnix = -62135596800 // 0001-01-01T00:00:00Z
	maxUnix = 253402300800 // 10000-01-01T00:00:00Z
)

// yearStart is the first second of the UTC year with the index y (0 is year 1).
func yearStart(y int) int64 { return minUnix + int64(daysBefore(y))*day }

// daysBefore counts the days from 0001-01-01 to the start of the year with the index y.
func daysBefore(y int) int { return y*365 + y/4 - y/100 + y/400 }

// yearOf is the index of the year in which the n-th day since 0001-01-01 lies.
func yearOf(n int) int {
	y := n * 400 / 146097
	if daysBefore(y) > n {
		return y - 1
	}
	if daysBefore(y+1) <= n {
		return y + 1
	}
	return y
}

// yearType is whether the year with the index y is a leap year, and the weekday
// of its first day (0 is Monday).
func yearType(y int) (leap bool, jan1 int) {
	return daysBefore(y+1)-daysBefore(y) == 366, daysBefore(y) % 7
}

// piece is a stretch of the time line on which the local reading either runs with
// a constant offset from UTC, or stands still.
//
// It stands still while a clock that was put back runs a second time through
// readings that it has shown before: by rule R a boundary has happened the first
// time its reading was reached, so nothing opens or closes on the second pass.
type piece struct {
	at   int64 // first second
	off  int64 // reading minus UTC; on a hold: of the clock that is running
	hold bool
	high int64 // on a hold: the reading that was reached before, as if it were UTC
}

// The rules of a zone's last years hold for ever (RFC 9636 section 3.3.1: the TZ
// string). No zone of the database lists changes beyond 2087, so the years after
// 2128 repeat the year of the same type (leap, weekday of 1 January) of the cycle 2101-2128.
const (
	cycleFrom = 2101 - minYear
	cycleTo   = 2129 - minYear
)

// zoneYears is the history of a zone in pieces, one signature per year.
type zoneYears struct {
	pieces []piece // to the end of the cycle
	first  []int32 // per year up to the cycle's end: the piece in force at its start
	sig    []int32 // per year: equal where the year looks the same
	like   [14]int // per year type: the year of the cycle
	buf    []piece
}

func newZoneYears(loc *time.Location) *zoneYears {
	z := &zoneYears{pieces: zonePieces(loc, yearStart(cycleTo))}
	z.first = make([]int32, cycleTo)
	z.sig = make([]int32, cycleTo)
	sigs := map[string]int32{}
	var key []byte
	k := 0
	for y := range cycleTo {
		start, end := yearStart(y), yearStart(y+1)
		for k+1 < len(z.pieces) && z.pieces[k+1].at <= start {
			k++
		}
		z.first[y] = int32(k)
		if y > 0 && z.first[y-1] == int32(k) && !z.pieces[k].hold && z.pieces[k].at < yearStart(y-1) &&
			(k+1 == len(z.pieces) || z.pieces[k+1].at >= end) {
			z.sig[y] = z.sig[y-1]
			continue
		}
		key = z.appendSignature(key[:0], k, start, end)
		id, ok := sigs[string(key)]
		if !ok {
			id = int32(len(sigs))
			sigs[string(key)] = id
		}
		z.sig[y] = id
	}
	for y := cycleFrom; y < cycleTo; y++ {
		z.like[typeIndex(yearType(y))] = y
	}
	return z
}

func typeIndex(leap bool, jan1 int) int {
	if leap {
		return 7 + jan1
	}
	return jan1
}

// appendSignature writes what the year from start to end sees of the zone,
// relative to its start.
func (z *zoneYears) appendSignature(key []byte, k int, start, end int64) []byte {
	put := func(v int64) {
		for i := range 5 {
			key = append(key, byte(v>>(8*i)))
		}
	}
	for ; k < len(z.pieces) && z.pieces[k].at < end; k++ {
		p := z.pieces[k]
		put(max(p.at-start, 0))
		put(p.off)
		if p.hold {
			put(p.high - start)
		} else {
			key = append(key, 'r')
		}
	}
	return key
}

// signature is the same for two years only if the zone behaves the same in both.
func (z *zoneYears) signature(y int) int32 {
	if y >= cycleTo {
		y = z.like[typeIndex(yearType(y))]
	}
	return z.sig[y]
}

// year gives the pieces that a year overlaps; the slice is good until the next call.
func (z *zoneYears) year(y int) []piece {
	like, shift := y, int64(0)
	if y >= cycleTo {
		like = z.like[typeIndex(yearType(y))]
		shift = yearStart(y) - yearStart(like)
	}
	end := yearStart(like + 1)
	z.buf = z.buf[:0]
	for k := int(z.first[like]); k < len(z.pieces) && z.pieces[k].at < end; k++ {
		p := z.pieces[k]
		p.at += shift
		p.high += shift
		z.buf = append(z.buf, p)
	}
	return z.buf
}

// zonePieces walks the zone's own transitions from the year 1 to end.
func zonePieces(loc *time.Location, end int64) []piece {
	var out []piece
	put := func(p piece) {
		if n := len(out); n > 0 && !p.hold && !out[n-1].hold && out[n-1].off == p.off {
			return // a change of name only
		}
		out = append(out, p)
	}
	high := int64(minUnix) - 2*week // the furthest reading so far
	for at := time.Unix(minUnix, 0).In(loc); at.Unix() < end; {
		_, offset := at.Zone()
		bound := civil.StretchEnd(at)
		from, to, off := at.Unix(), end, int64(offset)
		if !bound.IsZero() && bound.Unix() < end {
			to = bound.Unix()
		}
		if from+off < high {
			until := min(to, high-off)
			put(piece{from, off, true, high})
			from = until
		}
		if from < to {
			put(piece{at: from, off: off})
			high = to + off
		}
		if to == end {
			break
		}
		at = bound
	}
	return out
}
