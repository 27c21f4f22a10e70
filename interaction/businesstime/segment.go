package businesstime

import (
	"iter"
	"time"
)

// Segment is a stretch of the time line, half-open: [Start, End).
type Segment struct {
	Start, End time.Time
}

// Duration is the elapsed time of the segment.
func (s Segment) Duration() time.Duration { return s.End.Sub(s.Start) }

// String writes both ends in RFC 3339.
func (s Segment) String() string {
	return s.Start.Format(time.RFC3339Nano) + "/" + s.End.Format(time.RFC3339Nano)
}

// Segments gives the open stretches of [a, b) in order, cut to it. They are
// disjoint and do not touch, and their lengths sum to Between(a, b). Nothing where
// b is not after a. The instants have the location of a.
func (c *Calendar) Segments(a, b time.Time) iter.Seq[Segment] {
	return func(yield func(Segment) bool) {
		for a.Before(b) {
			open, err := c.NextOpen(a)
			if err != nil || !open.Before(b) {
				return
			}
			end, err := c.NextClose(open)
			if err != nil || end.After(b) {
				end = b.In(a.Location())
			}
			if horizon := time.Unix(maxUnix, 0); end.After(horizon) {
				end = horizon.In(a.Location())
			}
			if !yield(Segment{open, end}) {
				return
			}
			a = end
		}
	}
}

// Gaps gives the closed stretches of [a, b) in order, cut to it: what Segments leaves out.
func (c *Calendar) Gaps(a, b time.Time) iter.Seq[Segment] {
	return func(yield func(Segment) bool) {
		from := a
		for s := range c.Segments(a, b) {
			if from.Before(s.Start) && !yield(Segment{from, s.Start}) {
				return
			}
			from = s.End
		}
		if from.Before(b) {
			yield(Segment{from, b.In(a.Location())})
		}
	}
}
