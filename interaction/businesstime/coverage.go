package businesstime

import "time"

// Shift is a stretch during which the same calendars are open.
type Shift struct {
	Segment
	Open []string // their IDs, in the order in which they were given; none for a gap
}

// Cover says how a group of calendars covers a stretch of time.
type Cover struct {
	Covered time.Duration // at least one is open
	Shared  time.Duration // at least two are
	Missing time.Duration // none is
	Gaps    []Segment     // where none is
	Shifts  []Shift       // the whole stretch, in order, gaps included
}

// Coverage lays calendars side by side, as for a team that follows the sun, and
// tells who is open when, and when nobody is. The instants have the location of
// from. The zero Cover where to is not after from; everything is a gap where no
// calendar is given, and outside the years 1 to 9999. It lists every change, so its
// cost grows with their number.
func Coverage(from, to time.Time, calendars ...*Calendar) Cover {
	var out Cover
	for at := from; at.Before(to); {
		end := to.In(from.Location())
		shift := Shift{Segment: Segment{Start: at}}
		for i, c := range calendars {
			next, err := c.NextOpen(at)
			if c.IsOpen(at) {
				shift.Open = append(shift.Open, c.label(i))
				if next, err = c.NextClose(at); err != nil { // open to the end of the calendar
					next, err = time.Unix(maxUnix, 0).In(at.Location()), nil
				}
			}
			if err == nil && next.Before(end) {
				end = next
			}
		}
		shift.End = end
		out.add(shift)
		at = end
	}
	return out
}

func (c *Cover) add(s Shift) {
	switch n := len(s.Open); {
	case n == 0:
		c.Missing += s.Duration()
		c.Gaps = append(c.Gaps, s.Segment)
	case n > 1:
		c.Shared += s.Duration()
		fallthrough
	default:
		c.Covered += s.Duration()
	}
	c.Shifts = append(c.Shifts, s)
}
