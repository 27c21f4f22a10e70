package businesstime

import (
	"math"
	"sort"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// plan is a checked spec in the terms of the compiler: days since 1970-01-01 and
// seconds since midnight.
type plan struct {
	versions  []planVersion
	fixed     []dayRange // closed by Day and Range, in order, disjoint
	recurring []*Closure
	override  dated
	breaks    dated
	spills    bool // something runs past midnight
	western   bool
	orthodox  bool
}

type planVersion struct {
	from    int
	own     [7][]stretch // by time.Weekday: what opens on that day, up to 48 h
	pattern int32
}

type dayRange struct{ lo, hi int }

// dated holds spans of single dates in order.
type dated struct {
	days []int
	open [][]stretch
}

func (d *dated) of(n int) ([]stretch, bool) {
	i := sort.SearchInts(d.days, n)
	if i < len(d.days) && d.days[i] == n {
		return d.open[i], true
	}
	return nil, false
}

func newDated(m map[Date][]Span) dated {
	var d dated
	for _, date := range sortedDates(m) {
		d.days = append(d.days, date.days())
		d.open = append(d.open, stretchesOf(m[date]))
	}
	return d
}

// stretchesOf gives the union of spans, in seconds since the midnight before they open.
func stretchesOf(spans []Span) []stretch {
	out := make([]stretch, len(spans))
	for i, s := range spans {
		out[i] = stretch{int32(s.Open), s.end()}
	}
	return union(out)
}

func newPlan(s *Spec, pats *patterns) *plan {
	p := &plan{override: newDated(s.Overrides), breaks: newDated(s.Breaks)}
	spills := func(list []stretch) {
		if n := len(list); n > 0 && list[n-1].close > day {
			p.spills = true
		}
	}
	for i := range s.Versions {
		v := planVersion{from: math.MinInt}
		if f := s.Versions[i].From; !f.IsZero() {
			v.from = f.days()
		}
		var all []stretch
		for wd := range v.own {
			v.own[wd] = subtract(stretchesOf(s.Versions[i].Hours[wd]), stretchesOf(s.Versions[i].Breaks[wd]))
			spills(v.own[wd])
			all = append(all, wrapped(v.own[wd], int32(mod(wd-1, 7)*day))...)
		}
		v.pattern = pats.id(union(all))
		p.versions = append(p.versions, v)
	}
	for _, list := range p.override.open {
		spills(list)
	}
	for _, list := range p.breaks.open {
		spills(list)
	}
	for i := range s.Closed {
		p.addClosure(&s.Closed[i])
	}
	p.mergeFixed()
	return p
}

func (p *plan) addClosure(c *Closure) {
	switch r := c.Rule.(type) {
	case Day:
		p.fixed = append(p.fixed, dayRange{r.Date.days(), r.Date.days() + 1})
	case Range:
		p.fixed = append(p.fixed, dayRange{r.First.days(), r.Last.days() + 1})
	case EasterDay:
		p.western = p.western || r.Rite == Western
		p.orthodox = p.orthodox || r.Rite == Orthodox
		p.recurring = append(p.recurring, c)
	default:
		p.recurring = append(p.recurring, c)
	}
}

func (p *plan) mergeFixed() {
	sort.Slice(p.fixed, func(i, j int) bool { return p.fixed[i].lo < p.fixed[j].lo })
	out := p.fixed[:0]
	for _, r := range p.fixed {
		if n := len(out); n > 0 && r.lo <= out[n-1].hi {
			out[n-1].hi = max(out[n-1].hi, r.hi)
			continue
		}
		out = append(out, r)
	}
	p.fixed = out
}

// version is the index of the version in force on day n, -1 before the first.
func (p *plan) version(n int) int {
	return sort.Search(len(p.versions), func(i int) bool { return p.versions[i].from > n }) - 1
}

// margin is how many days around a UTC year are looked at: local dates differ from
// UTC dates by less than two days, and each looks at the one before it.
const margin = 3

// peculiar marks the years on or near which something happens once, and counts for
// each year how many lasting changes came before; two years with the same count,
// none of them marked, see the same rules.
func (p *plan) peculiar() (once []bool, regime []int32) {
	once, regime = make([]bool, maxYear), make([]int32, maxYear)
	mark := func(n int) {
		for _, near := range [2]int{n - margin - 1, n + margin + 1} {
			if y := dateOf(near).Year - minYear; y >= 0 && y < maxYear {
				once[y] = true
			}
		}
	}
	change := func(y int) {
		if y = max(y, 0); y < maxYear {
			regime[y]++
		}
	}
	edge := func(n int) {
		mark(n)
		change(dateOf(n).Year - minYear)
	}
	for _, n := range p.override.days {
		mark(n)
	}
	for _, n := range p.breaks.days {
		mark(n)
	}
	for _, r := range p.fixed {
		edge(r.lo)
		edge(r.hi)
	}
	for _, v := range p.versions {
		if v.from != math.MinInt {
			edge(v.from)
		}
	}
	bound := func(year int) { // a recurring rule begins or ends with the year
		for y := year - minYear - 1; y <= year-minYear+1; y++ {
			if y >= 0 && y < maxYear {
				once[y] = true
			}
			change(y)
		}
	}
	for _, c := range p.recurring {
		if c.FirstYear != 0 {
			bound(c.FirstYear)
		}
		if c.LastYear != 0 {
			bound(c.LastYear + 1)
		}
	}
	for y := 1; y < maxYear; y++ {
		regime[y] += regime[y-1]
	}
	return once, regime
}

// What is particular about a day.
const (
	isClosed = 1 << iota
	isOverride
	hasBreak
)

// reading is a stretch of the nominal axis on which one pattern holds.
type reading struct {
	at      int64 // local seconds since 1970-01-01, as if they were UTC
	pattern int32
}

// compiler builds the pages of one spec.
type compiler struct {
	draft
	plan  *plan
	pats  *patterns
	zone  *zoneYears
	flags [366 + 2*margin]uint8
	axis  []reading
}

func compile(s *Spec, loc *time.Location) table {
	c := &compiler{pats: newPatterns(), zone: newZoneYears(loc)}
	c.plan = newPlan(s, c.pats)
	once, regime := c.plan.peculiar()
	c.year = make([]uint16, maxYear)
	same := map[uint64]uint16{}
	for y := range maxYear {
		if once[y] {
			c.year[y] = c.build(y)
			continue
		}
		key := c.key(y, regime[y])
		id, ok := same[key]
		if !ok {
			id = c.build(y)
			same[key] = id
		}
		c.year[y] = id
	}
	c.patterns = c.pats.list
	c.finish()
	return c.table
}

// key tells apart the years that may look different. The rules of a year reach
// into the neighbours by a few days at most, and what they do there follows from
// the year's own type.
func (c *compiler) key(y int, regime int32) uint64 {
	leap, jan1 := yearType(y)
	key := uint64(typeIndex(leap, jan1)) | uint64(c.zone.signature(y))<<4 | uint64(regime)<<20
	first := daysBefore(y) + minUnix/day
	if c.plan.western {
		key |= uint64(easter(y+minYear, Western)-first) << 44
	}
	if c.plan.orthodox {
		key |= uint64(easter(y+minYear, Orthodox)-first) << 53
	}
	return key
}

func (c *compiler) build(y int) uint16 {
	c.nominal(y)
	c.patterns = c.pats.list
	c.begin()
	start, end := yearStart(y), yearStart(y+1)
	pieces := c.zone.year(y)
	i := 0
	for k, p := range pieces {
		from, to := max(p.at, start), end
		if k+1 < len(pieces) {
			to = pieces[k+1].at
		}
		if p.hold {
			state := int32(never)
			if c.isOpen(p.high - 1) {
				state = always
			}
			c.put(uint32(from-start), state, phaseOf(p.high), true)
			continue
		}
		for i > 0 && c.axis[i].at > from+p.off {
			i--
		}
		for at := from; at < to; i++ {
			for i+1 < len(c.axis) && c.axis[i+1].at <= at+p.off {
				i++
			}
			c.put(uint32(at-start), c.axis[i].pattern, phaseOf(at+p.off), false)
			if i+1 == len(c.axis) {
				break
			}
			at = c.axis[i+1].at - p.off
		}
		i = min(i, len(c.axis)-1)
	}
	return c.end(uint32(end - start))
}

// phaseOf is the second of the week, from Monday, that a reading shows.
func phaseOf(reading int64) int32 {
	s := (reading + 3*day) % week // 1970-01-01 was a Thursday
	if s < 0 {
		s += week
	}
	return int32(s)
}

// isOpen reports whether the nominal second is open.
func (c *compiler) isOpen(at int64) bool {
	i := sort.Search(len(c.axis), func(i int) bool { return c.axis[i].at > at }) - 1
	_, open := c.pats.list[c.axis[max(i, 0)].pattern].before(phaseOf(at))
	return open
}

// nominal lays out the year's local dates on the nominal axis.
func (c *compiler) nominal(y int) {
	lo := daysBefore(y) + minUnix/day - margin
	n := daysBefore(y+1) - daysBefore(y) + 2*margin
	c.flag(y, lo, n)
	c.axis = c.axis[:0]
	v := c.plan.version(lo)
	for i := 1; i < n; i++ {
		was := v
		for v+1 < len(c.plan.versions) && c.plan.versions[v+1].from <= lo+i {
			v++
		}
		id := int32(never)
		switch {
		case c.flags[i]&isClosed != 0:
		case c.flags[i] != 0, c.plan.spills && (c.flags[i-1] != 0 || was != v):
			id = c.special(lo+i, v, was, c.flags[i], c.flags[i-1])
		case v >= 0:
			id = c.plan.versions[v].pattern
		}
		if k := len(c.axis); k == 0 || c.axis[k-1].pattern != id {
			c.axis = append(c.axis, reading{int64(lo+i) * day, id})
		}
	}
}

// flag notes what is particular about each of the n days from lo.
func (c *compiler) flag(y, lo, n int) {
	flags := c.flags[:n]
	clear(flags)
	closed := func(from, to int) {
		for i := max(from-lo, 0); i < min(to-lo, n); i++ {
			flags[i] |= isClosed
		}
	}
	fixed := c.plan.fixed
	for i := sort.Search(len(fixed), func(i int) bool { return fixed[i].hi > lo }); i < len(fixed) && fixed[i].lo < lo+n; i++ {
		closed(fixed[i].lo, fixed[i].hi)
	}
	for _, r := range c.plan.recurring {
		for year := y + minYear - 1; year <= y+minYear+1; year++ {
			closed(r.in(year))
		}
	}
	c.plan.override.each(lo, n, func(i int) { flags[i] = isOverride })
	c.plan.breaks.each(lo, n, func(i int) { flags[i] |= hasBreak })
}

func (d *dated) each(lo, n int, visit func(i int)) {
	for i := sort.SearchInts(d.days, lo); i < len(d.days) && d.days[i] < lo+n; i++ {
		visit(d.days[i] - lo)
	}
}

// special is the pattern of a single day that is not as its version's week says.
func (c *compiler) special(n, version, versionBefore int, flags, flagsBefore uint8) int32 {
	list := c.plan.dayOpen(n, version, versionBefore, flags, flagsBefore)
	shift := int32(mod(n+3, 7) * day)
	for i := range list {
		list[i].open += shift
		list[i].close += shift
	}
	return c.pats.id(list)
}

// dayOpen is what is open on day n, in seconds since its midnight.
func (p *plan) dayOpen(n, version, versionBefore int, flags, flagsBefore uint8) []stretch {
	if flags&isClosed != 0 {
		return nil
	}
	list := within(p.own(n, version, flags), 0, day, 0)
	list = append(list, within(p.own(n-1, versionBefore, flagsBefore), day, 2*day, -day)...)
	list = union(list)
	if today, ok := p.breaks.of(n); ok {
		list = subtract(list, today)
	}
	if before, ok := p.breaks.of(n - 1); ok {
		list = subtract(list, within(before, day, 2*day, -day))
	}
	return list
}

// own is what opens on day n.
func (p *plan) own(n, version int, flags uint8) []stretch {
	switch {
	case flags&isOverride != 0:
		open, _ := p.override.of(n)
		return open
	case flags&isClosed != 0 || version < 0:
		return nil
	}
	return p.versions[version].own[civil.FromDays(n).Weekday()]
}
