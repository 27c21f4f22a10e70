package businesstime

import (
	"encoding/binary"
	"sort"
)

// stretch is [open, close) in seconds of some nominal axis.
type stretch struct{ open, close int32 }

// cell is an open stretch of a pattern with the open seconds before it.
type cell struct{ open, close, sum int32 }

// pattern is a week of open seconds that repeats for ever. Second 0 is Monday
// 00:00 by the reading of the calendar's zone. Cells are in order and do not
// touch; one that runs over the end of the week is two.
type pattern struct {
	cells []cell
	total int32 // open seconds of a week
	mask  uint8 // bit i: the i-th day (0 is Monday) has open time
}

// The two patterns that every calendar has.
const (
	never  = 0
	always = 1
)

// before counts the open seconds of [0, s) for s within the week, and reports
// whether second s is open.
func (p *pattern) before(s int32) (sum int32, open bool) {
	i := 0
	if n := len(p.cells); n > 8 {
		i = sort.Search(n, func(i int) bool { return p.cells[i].open > s })
	} else {
		for i < n && p.cells[i].open <= s {
			i++
		}
	}
	if i == 0 {
		return 0, false
	}
	c := &p.cells[i-1]
	if s < c.close {
		return c.sum + s - c.open, true
	}
	return c.sum + c.close - c.open, false
}

// earliest is the least s with q open seconds before it, q > 0, total > 0.
func (p *pattern) earliest(q int64) int64 {
	k := (q - 1) / int64(p.total)
	rest := int32(q - k*int64(p.total)) // 1..total
	i := 0
	for i+1 < len(p.cells) && p.cells[i+1].sum < rest {
		i++
	}
	c := &p.cells[i]
	return k*week + int64(c.open+rest-c.sum)
}

// latest is the greatest s with q open seconds before it, q >= 0, total > 0: an open second.
func (p *pattern) latest(q int64) int64 {
	k := q / int64(p.total)
	rest := int32(q - k*int64(p.total)) // 0..total-1
	i := 0
	for i+1 < len(p.cells) && p.cells[i+1].sum <= rest {
		i++
	}
	c := &p.cells[i]
	return k*week + int64(c.open+rest-c.sum)
}

// latestClosed is latest for the closed seconds, total < week: a closed second.
func (p *pattern) latestClosed(q int64) int64 {
	all := int64(week - p.total)
	k := q / all
	rest := int32(q - k*all)
	from, sum := int32(0), int32(0) // the gap before the first cell
	for i := range p.cells {
		c := &p.cells[i]
		s := c.open - c.sum // closed seconds before the cell, and before the gap after it
		if s > rest {
			break
		}
		from, sum = c.close, s
	}
	return k*week + int64(from+rest-sum)
}

// patterns interns weeks.
type patterns struct {
	list []pattern
	ids  map[string]int32
	key  []byte
}

func newPatterns() *patterns {
	p := &patterns{ids: map[string]int32{}}
	p.id(nil)
	p.id([]stretch{{0, week}})
	return p
}

// id gives the number of the week with the open stretches, which are in order,
// disjoint, not touching and within the week.
func (p *patterns) id(open []stretch) int32 {
	p.key = p.key[:0]
	for _, s := range open {
		p.key = binary.LittleEndian.AppendUint32(p.key, uint32(s.open))
		p.key = binary.LittleEndian.AppendUint32(p.key, uint32(s.close))
	}
	if id, ok := p.ids[string(p.key)]; ok {
		return id
	}
	made := pattern{cells: make([]cell, len(open))}
	for i, s := range open {
		made.cells[i] = cell{s.open, s.close, made.total}
		made.total += s.close - s.open
		for d := s.open / day; d*day < s.close; d++ {
			made.mask |= 1 << d
		}
	}
	id := int32(len(p.list))
	p.list = append(p.list, made)
	p.ids[string(p.key)] = id
	return id
}

// union sorts the stretches and joins those that overlap or touch, in place.
func union(s []stretch) []stretch {
	sort.Slice(s, func(i, j int) bool { return s[i].open < s[j].open })
	out := s[:0]
	for _, v := range s {
		switch n := len(out); {
		case v.open >= v.close:
		case n > 0 && v.open <= out[n-1].close:
			out[n-1].close = max(out[n-1].close, v.close)
		default:
			out = append(out, v)
		}
	}
	return out
}

// intersect gives what two ordered lists share.
func intersect(a, b []stretch) []stretch {
	var out []stretch
	for i, j := 0, 0; i < len(a) && j < len(b); {
		lo, hi := max(a[i].open, b[j].open), min(a[i].close, b[j].close)
		if lo < hi {
			out = append(out, stretch{lo, hi})
		}
		if a[i].close < b[j].close {
			i++
		} else {
			j++
		}
	}
	return out
}

// subtract takes the ordered list b off the ordered list a.
func subtract(a, b []stretch) []stretch {
	if len(b) == 0 {
		return a
	}
	gaps := make([]stretch, 0, len(b)+1)
	from := int32(-1 << 31)
	for _, v := range b {
		if from < v.open {
			gaps = append(gaps, stretch{from, v.open})
		}
		from = max(from, v.close)
	}
	gaps = append(gaps, stretch{from, 1<<31 - 1})
	return intersect(a, gaps)
}

// within gives the part of the ordered list that lies in [lo, hi), moved by shift.
func within(s []stretch, lo, hi, shift int32) []stretch {
	var out []stretch
	for _, v := range s {
		open, end := max(v.open, lo), min(v.close, hi)
		if open < end {
			out = append(out, stretch{open + shift, end + shift})
		}
	}
	return out
}

// wrapped gives stretches of a week moved by shift and folded into it, in order.
func wrapped(s []stretch, shift int32) []stretch {
	out := make([]stretch, 0, len(s)+1)
	for _, v := range s {
		open, end := v.open+shift, v.close+shift
		for open < 0 {
			open, end = open+week, end+week
		}
		for open >= week {
			open, end = open-week, end-week
		}
		if end <= week {
			out = append(out, stretch{open, end})
			continue
		}
		out = append(out, stretch{open, week}, stretch{0, end - week})
	}
	return union(out)
}

// stretches lists a pattern's open stretches.
func (p *pattern) stretches() []stretch {
	out := make([]stretch, len(p.cells))
	for i, c := range p.cells {
		out[i] = stretch{c.open, c.close}
	}
	return out
}
