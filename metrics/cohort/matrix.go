package cohort

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/civil"
)

// Matrix counts, for each cohort and period, how many customers came back. It keeps
// whole numbers only.
//
// Guarantees: Merge is associative and commutative, the zero value is its identity, and
// shards cut by customer merge to exactly what one pass counts. A Matrix cannot see
// a customer that is in two shards; [Log] can. The zero value has no rules yet: it
// takes them from the first Merge or UnmarshalBinary.
type Matrix struct {
	set    bool
	config uint64
	plan   plan
	clock  *clock // nil where the zone is known by name only
	rows   map[int]*row
	marks  []bool // scratch: the periods of one customer
}

// row is one cohort: its size, how many came back in each column, and the first
// event of its youngest member, as a day or in microseconds as the rule counts.
type row struct {
	size     int64
	youngest int64
	returned []int64
}

// NewMatrix makes an empty matrix that counts under the rule as of an instant: events at
// or after asOf are left out, and periods that are not over by then have no cell.
func NewMatrix(rule DayRule, asOf time.Time, o *Options) (*Matrix, error) {
	p, err := newPlan(rule, asOf, o)
	if err != nil {
		return nil, err
	}
	return &Matrix{set: true, config: p.hash(), plan: p, clock: newClock(rule.Zone())}, nil
}

// Add counts one customer by all the instants of their events, in any order and with
// any repeats. A customer without an event before asOf is not counted. An instant
// outside the years 1 to 9999 is [ErrInvalid], and nothing is counted then. A Matrix
// without rules is [ErrConfig].
func (m *Matrix) Add(events []time.Time) error {
	if m.clock == nil {
		return fmt.Errorf("%w: this matrix has no zone to count in", ErrConfig)
	}
	at := make([]int64, len(events))
	for i, e := range events {
		v, err := micros(e)
		if err != nil {
			return err
		}
		at[i] = v
	}
	slices.Sort(at)
	m.count(at)
	return nil
}

// count counts a customer by ascending instants.
func (m *Matrix) count(at []int64) {
	end, _ := slices.BinarySearch(at, m.plan.asOf)
	if at = at[:end]; len(at) == 0 {
		return
	}
	first, start := m.origin(at[0])
	r := m.row(m.plan.opts.cohort(start))
	r.size++
	r.youngest = max(r.youngest, first)
	m.tally(r, at, first)
}

// origin is the first event as the rule counts, and its local day.
func (m *Matrix) origin(at int64) (first int64, day int) {
	day = m.clock.day(at)
	switch m.plan.rule.kind {
	case byElapsed:
		return at, day
	case byElapsedHours:
		return m.clock.hourOf(at), day
	case byCalendar:
	}
	return int64(day), day
}

// period is the period of an event.
func (m *Matrix) period(first, at int64) int {
	o := &m.plan.opts
	switch m.plan.rule.kind {
	case byElapsed:
		return o.period(0, int((at-first)/rolled))
	case byElapsedHours:
		return o.period(0, int((m.clock.hourOf(at)-first)/rolled))
	case byCalendar:
	}
	return o.period(int(first), m.clock.day(at))
}

func (m *Matrix) row(cohort int) *row {
	r := m.rows[cohort]
	if r == nil {
		r = &row{youngest: minInt64, returned: make([]int64, m.plan.columns())}
		if m.rows == nil {
			m.rows = map[int]*row{}
		}
		m.rows[cohort] = r
	}
	return r
}

const minInt64 = -1 << 63

// tally adds a customer to the columns of their cohort.
func (m *Matrix) tally(r *row, at []int64, first int64) {
	o := &m.plan.opts
	last := m.plan.lastPeriod(m.plan.columns() - 1)
	if o.Mode == Unbounded {
		for k := range min(m.period(first, at[len(at)-1]), last) + 1 {
			r.returned[k]++
		}
		return
	}
	if len(m.marks) != last+1 {
		m.marks = make([]bool, last+1)
	}
	clear(m.marks)
	for _, e := range at {
		k := m.period(first, e)
		if k > last {
			break
		}
		m.marks[k] = true
	}
	switch o.Mode {
	case Rolling:
		seen := -o.Window // the last period with an event, from period 1 on
		for k, active := range m.marks {
			if active && k > 0 {
				seen = k
			}
			if k == 0 || k-seen < o.Window {
				r.returned[k]++
			}
		}
	case Brackets:
		for i, b := range o.Brackets {
			if slices.Contains(m.marks[b.From:b.To+1], true) {
				r.returned[i]++
			}
		}
	case Bounded, Unbounded:
		for k, active := range m.marks {
			if active {
				r.returned[k]++
			}
		}
	}
}

// Merge adds the counts of o, which must have been made under the same rules
// ([ErrConfig] otherwise, and nothing changes) and from other customers. A matrix without rules adds nothing.
func (m *Matrix) Merge(o *Matrix) error {
	if o == nil || !o.set {
		return nil
	}
	if m.set && m.config != o.config {
		return ErrConfig
	}
	if !m.set {
		m.set, m.config, m.plan = true, o.config, o.plan
	}
	if m.clock == nil && o.clock != nil {
		m.clock = newClock(o.clock.zone)
	}
	for start, from := range o.rows {
		r := m.row(start)
		r.size += from.size
		r.youngest = max(r.youngest, from.youngest)
		for k, n := range from.returned {
			r.returned[k] += n
		}
	}
	return nil
}

// Counts are the numbers of one cohort, for [FromCounts].
type Counts struct {
	// Start is the first day of the cohort: a Monday where cohorts are weeks that begin on Mondays.
	Start Date
	// Size is the number of customers whose first event lies in the cohort.
	Size int64
	// Returned counts, for each period from 0 on or for each bracket, the customers who
	// came back by the mode. Missing ones are 0.
	Returned []int64
	// Youngest is the instant of the last first event in the cohort. The zero value means
	// the last one that the cohort's days allow, which can only make cells mature later.
	Youngest time.Time
}

// FromCounts makes a matrix of counts that were made elsewhere, as by a database, so that
// they get the same maturity, shares and intervals. Every fault is reported: a date that
// begins no cohort or stands twice, sizes below 1, counts that are negative or above
// the size, more counts than columns.
func FromCounts(rule DayRule, asOf time.Time, o *Options, cohorts []Counts) (*Matrix, error) {
	m, err := NewMatrix(rule, asOf, o)
	if err != nil {
		return nil, err
	}
	var f []error
	for i, c := range cohorts {
		if err := m.insert(fmt.Sprintf("cohorts[%d]", i), c); err != nil {
			f = append(f, err)
		}
	}
	if err := errors.Join(f...); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *Matrix) insert(at string, c Counts) error {
	d, o := civil.Date(c.Start), &m.plan.opts
	if o.By == Everyone {
		d = civil.FromDays(0)
	}
	if !d.Valid() || o.cohort(d.Days()) != d.Days() {
		return fault(at+".Start", "%s begins no cohort by %s", d, o.By)
	}
	var f []error
	start := d.Days()
	if m.rows[start] != nil {
		f = append(f, fault(at+".Start", "%s stands twice", d))
	}
	if o.By != Everyone && m.clock.start(start) >= m.plan.asOf {
		f = append(f, fault(at+".Start", "%s begins after the instant asOf", d))
	}
	if c.Size < 1 {
		f = append(f, fault(at+".Size", "%d is below 1", c.Size))
	}
	if len(c.Returned) > m.plan.columns() {
		f = append(f, fault(at+".Returned", "%d counts for %d columns", len(c.Returned), m.plan.columns()))
	}
	for k, n := range c.Returned {
		if n < 0 || n > c.Size {
			f = append(f, fault(at+".Returned", "%d of %d customers in column %d", n, c.Size, k))
		}
	}
	youngest, err := m.youngest(start, c.Youngest)
	if err != nil {
		f = append(f, err)
	}
	if len(f) > 0 {
		return errors.Join(f...)
	}
	r := m.row(start)
	r.size, r.youngest = c.Size, youngest
	copy(r.returned, c.Returned)
	return nil
}

// youngest is the last first event as the rule counts; where it is not given, the last
// moment of the cohort, or of the data for the one cohort of everyone.
func (m *Matrix) youngest(start int, given time.Time) (int64, error) {
	if !given.IsZero() {
		at, err := micros(given)
		if err != nil {
			return 0, err
		}
		first, day := m.origin(at)
		if m.plan.opts.cohort(day) != start {
			return 0, fault("Youngest", "%s is not in the cohort", given.Format(time.RFC3339))
		}
		return first, nil
	}
	next := m.plan.opts.next(start)
	if m.plan.opts.By == Everyone {
		next = m.plan.today + 1
	}
	at := min(m.clock.start(next), m.plan.asOf) - 1
	first, _ := m.origin(at)
	return first, nil
}

// mature is how many columns of a row are over.
func (m *Matrix) mature(r *row) int {
	o := &m.plan.opts
	n := 0
	for ; n < m.plan.columns(); n++ {
		k := m.plan.lastPeriod(n)
		if m.plan.rule.kind == byCalendar {
			if o.end(int(r.youngest), k) > m.plan.today {
				break
			}
		} else if r.youngest+int64(o.end(0, k))*rolled > m.plan.asOf {
			break
		}
	}
	return n
}

// Cohorts are the cohorts in order of time, each with its mature cells. Cohorts without
// customers do not appear.
func (m *Matrix) Cohorts() []Cohort {
	out := make([]Cohort, 0, len(m.rows))
	for _, start := range slices.Sorted(maps.Keys(m.rows)) {
		r := m.rows[start]
		c := Cohort{Start: Date(civil.FromDays(start)), Label: m.plan.opts.label(start), Size: r.size}
		if m.plan.opts.By == Everyone {
			c.Start = Date{}
		}
		for _, n := range r.returned[:m.mature(r)] {
			c.Cells = append(c.Cells, Cell{Returned: n, Size: r.size})
		}
		out = append(out, c)
	}
	return out
}

// Columns names the columns: the periods "0", "1", ... or the brackets "0", "1-3", ...
func (m *Matrix) Columns() []string {
	if !m.set {
		return nil
	}
	out := make([]string, m.plan.columns())
	for i := range out {
		b := Bracket{i, i}
		if m.plan.opts.Mode == Brackets {
			b = m.plan.opts.Brackets[i]
		}
		out[i] = b.String()
	}
	return out
}

// Pooled is the retention of all cohorts together: in each column, the customers who
// came back over the customers of the cohorts that are mature there. It ends at the first
// column in which no cohort is mature. Younger cohorts drop out from left to right, so
// neighbouring shares are of different customers and may rise.
func (m *Matrix) Pooled() []Cell {
	var out []Cell
	for _, r := range m.rows {
		for k, n := range r.returned[:m.mature(r)] {
			if k == len(out) {
				out = append(out, Cell{})
			}
			out[k].Returned += n
			out[k].Size += r.size
		}
	}
	return out
}

var matrixKind = binenc.Kind{'C', 'o', 'h', 'M'}

// MarshalBinary writes the rules and the counts; equal matrices give equal bytes.
func (m *Matrix) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(matrixKind, 1, m.config)
	if !m.set {
		w.Uint(0)
		return w.Frame(), nil
	}
	w.Uint(1)
	p, o := &m.plan, &m.plan.opts
	w.Uint(uint64(p.rule.kind))
	w.String(p.rule.Zone().String())
	w.Int(p.asOf)
	w.Int(int64(p.today))
	for _, v := range []int{int(o.By), int(o.Unit), int(o.Mode), int(o.WeekStart), o.Last, o.Window, len(o.Brackets)} {
		w.Int(int64(v))
	}
	for _, b := range o.Brackets {
		w.Int(int64(b.From))
		w.Int(int64(b.To))
	}
	w.Uint(uint64(len(m.rows)))
	for _, start := range slices.Sorted(maps.Keys(m.rows)) {
		r := m.rows[start]
		w.Int(int64(start))
		w.Int(r.size)
		w.Int(r.youngest)
		for _, n := range r.returned {
			w.Int(n)
		}
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the counts by those that MarshalBinary wrote. A matrix with
// rules accepts only state of the same rules ([ErrConfig]); one without takes them over, and
// since a zone is known by its name only then, it can be read and merged but not added
// to until it is merged with a matrix that has the zone. Damaged bytes are [ErrCorrupt] and
// change nothing.
func (m *Matrix) UnmarshalBinary(data []byte) error {
	in, err := binenc.NewReader(data, matrixKind, 1)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	read := Matrix{config: in.Config()}
	if in.Uint() == 1 {
		read.set = true
		read.plan = readPlan(in)
		read.readRows(in)
	} else if read.config != 0 {
		in.Fail("rules of nothing")
	}
	if err := in.Close(); err != nil {
		return errors.Join(ErrCorrupt, err)
	}
	if m.set && read.set {
		if m.config != read.config {
			return ErrConfig
		}
		m.rows = read.rows
		return nil
	}
	if m.set { // the state of an empty zero value: nothing to count
		m.rows = nil
		return nil
	}
	*m = read
	return nil
}

func readPlan(in *binenc.Reader) plan {
	kind, zone := in.Uint(), in.String()
	p := plan{asOf: in.Int()}
	today := in.Int()
	var v [7]int64
	for i := range v {
		if v[i] = in.Int(); v[i] < 0 || v[i] > maxPeriod {
			in.Fail("an option out of range")
		}
	}
	if in.Err() != nil || kind > uint64(byElapsedHours) {
		in.Fail("no such rule")
		return p
	}
	p.rule = DayRule{ruleKind(kind), time.FixedZone(zone, 0)} //nolint:gosec // at most two
	p.opts = Options{By: Grain(v[0]), Unit: Unit(v[1]), Mode: Mode(v[2]), WeekStart: WeekStart(v[3]), Last: int(v[4]), Window: int(v[5])}
	for range v[6] {
		b := Bracket{int(in.Int()), int(in.Int())}
		if in.Err() != nil {
			return p
		}
		p.opts.Brackets = append(p.opts.Brackets, b)
	}
	if v[0] >= int64(len(grainNames)) || v[1] >= int64(len(unitNames)) || v[2] >= int64(len(modeNames)) || v[3] >= int64(len(weekNames)) || p.opts.check(p.rule) != nil {
		in.Fail("options that cannot be")
	}
	if p.asOf < earliest.UnixMicro() || p.asOf >= latest.UnixMicro() || today < firstDay || today > lastDay {
		in.Fail("an instant out of range")
	}
	p.today = int(today)
	return p
}

// The days that state may speak of.
const firstDay, lastDay = -719_163, 2_932_897

func (m *Matrix) readRows(in *binenc.Reader) {
	if in.Err() != nil {
		return
	}
	columns := m.plan.columns()
	before := int64(minInt64)
	for range in.Count(3 + columns) {
		start := in.Int()
		if start < firstDay || start > lastDay || start <= before {
			in.Fail("cohorts out of order")
			return
		}
		before = start
		r := m.row(int(start))
		r.size, r.youngest = in.Int(), in.Int()
		low, high := int64(firstDay), int64(lastDay)
		if m.plan.rule.kind != byCalendar {
			low, high = earliest.UnixMicro()-hour, latest.UnixMicro()
		}
		if r.size < 1 || r.youngest < low || r.youngest > high {
			in.Fail("a cohort that cannot be")
		}
		for k := range r.returned {
			if r.returned[k] = in.Int(); r.returned[k] < 0 || r.returned[k] > r.size {
				in.Fail("more customers than the cohort has")
			}
		}
		if in.Err() != nil {
			return
		}
	}
}
