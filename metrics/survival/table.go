package survival

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/rapport-go/rapport/internal/binenc"
)

// Observation is one that lasted some time and then had the event or was censored.
type Observation interface {
	// Duration is the time from the origin, in the host's unit.
	Duration() float64
	// Event reports whether the event happened then; otherwise it is censored.
	Event() bool
}

// Delayed is an [Observation] that came under observation only after its entry time.
type Delayed interface {
	Observation
	// Entry is the time from the origin to the entry, below Duration.
	Entry() float64
}

// Table counts observations by time. It is all that curves and tests need.
//
// Guarantees: the zero value is an empty table, Merge is associative, commutative and
// exact, and equal tables give equal bytes and equal figures.
type Table struct {
	dense []tally           // by whole time, from 0
	other map[float64]tally // every other time
}

// tally counts one time; exits are events and censorings together.
type tally struct{ exits, events, entered int64 }

// most bounds the counts of a table, so that no sum of them overflows.
const most = 1 << 53

// denseLimit is one more than the largest whole time that is counted in the array.
const denseLimit = 1 << 16

// Row is one time of a table.
type Row struct {
	Time float64
	// AtRisk is how many could have the event at this time: those with entry < Time <= exit.
	AtRisk int64
	// Events and Censored end at this time; Entered come under observation just after it.
	Events, Censored, Entered int64
}

// TableOf counts a sequence of observations. Those whose time cannot be are not counted:
// the error names how many and the first.
func TableOf[O Observation](rows iter.Seq[O]) (*Table, error) {
	t := &Table{dense: make([]tally, 1024)}
	var f failures
	for o := range rows {
		if err := t.Add(o.Duration(), o.Event()); err != nil {
			f.add(err)
		}
	}
	return t, f.err()
}

// DelayedTableOf is [TableOf] for observations with delayed entry.
func DelayedTableOf[O Delayed](rows iter.Seq[O]) (*Table, error) {
	t := &Table{}
	var f failures
	for o := range rows {
		if err := t.AddDelayed(o.Entry(), o.Duration(), o.Event()); err != nil {
			f.add(err)
		}
	}
	return t, f.err()
}

// ReadTable is [TableOf] over a sequence that can fail: it stops at the first error and
// returns it with what it has read so far.
func ReadTable[O Observation](rows iter.Seq2[O, error]) (*Table, error) {
	var failed error
	t, err := TableOf(func(yield func(O) bool) {
		for o, err := range rows {
			if failed = err; err != nil || !yield(o) {
				return
			}
		}
	})
	return t, errors.Join(err, failed)
}

// failures counts the observations that were refused and keeps the first reason.
type failures struct {
	n     int
	first error
}

func (f *failures) add(err error) {
	if f.n++; f.first == nil {
		f.first = err
	}
}

func (f *failures) err() error {
	if f.n == 0 {
		return nil
	}
	return fmt.Errorf("%d observations: %w", f.n, f.first)
}

// Add counts one observation, at risk from the origin. The time must be finite and not
// negative ([ErrInvalid]).
func (t *Table) Add(duration float64, event bool) error {
	if i := int(duration); duration >= 0 && i < len(t.dense) && float64(i) == duration {
		n := &t.dense[i]
		n.exits++
		n.events += one(event)
		return nil
	}
	return t.addSlow(duration, event)
}

// one is 1 for true, without a branch that a processor would mispredict.
func one(b bool) int64 {
	var n int64
	if b {
		n = 1
	}
	return n
}

func (t *Table) addSlow(duration float64, event bool) error {
	if !valid(duration) {
		return fault("Duration", "%v is not a finite time from 0 on", duration)
	}
	t.put(duration, tally{exits: 1, events: one(event)})
	return nil
}

// AddDelayed counts one observation that is at risk in (entry, duration]. The entry
// must be finite, not negative and below the duration.
func (t *Table) AddDelayed(entry, duration float64, event bool) error {
	if !valid(entry) || entry >= duration {
		return errors.Join(fault("Entry", "%v does not lie from 0 to below the duration %v", entry, duration))
	}
	if err := t.Add(duration, event); err != nil {
		return err
	}
	t.put(entry, tally{entered: 1})
	return nil
}

func valid(time float64) bool { return time >= 0 && time <= math.MaxFloat64 }

func (t *Table) put(time float64, n tally) {
	if i := int(time); time < denseLimit && float64(i) == time {
		if i >= len(t.dense) {
			t.dense = append(t.dense, make([]tally, i+1-len(t.dense))...)
		}
		t.dense[i].add(n)
		return
	}
	if t.other == nil {
		t.other = map[float64]tally{}
	}
	sum := t.other[time]
	sum.add(n)
	t.other[time] = sum
}

func (a *tally) add(b tally) {
	a.exits += b.exits
	a.events += b.events
	a.entered += b.entered
}

// FromCounts makes a table of counts by time, as a database gives them, in any order. AtRisk
// may be left 0; where it is stated it must be what the other columns give. Every fault
// is reported: times that cannot be or stand twice, negative counts, more entered than exit later.
func FromCounts(rows []Row) (*Table, error) {
	t := &Table{}
	var f []error
	seen := make(map[float64]int64, len(rows))
	total := int64(0)
	for i, r := range rows {
		at := fmt.Sprintf("rows[%d]", i)
		if !valid(r.Time) {
			f = append(f, fault(at+".Time", "%v is not a finite time from 0 on", r.Time))
			continue
		}
		if _, ok := seen[r.Time]; ok {
			f = append(f, fault(at+".Time", "%v stands twice", r.Time))
		}
		if r.Events < 0 || r.Censored < 0 || r.Entered < 0 || r.AtRisk < 0 {
			f = append(f, fault(at, "counts %d, %d, %d, %d are not all from 0 on", r.AtRisk, r.Events, r.Censored, r.Entered))
			continue
		}
		if r.Events > most || r.Censored > most || r.Entered > most || total > most {
			f = append(f, fault(at, "counts, or their sum so far, are beyond %d", int64(most)))
			continue
		}
		total += r.Events + r.Censored
		seen[r.Time] = r.AtRisk
		t.put(r.Time+0, tally{r.Events + r.Censored, r.Events, r.Entered})
	}
	if len(f) > 0 {
		return nil, errors.Join(f...)
	}
	for _, r := range t.Rows() {
		if r.AtRisk < 0 || r.AtRisk < r.Events+r.Censored {
			f = append(f, fault("rows", "more have entered than are left at %v", r.Time))
		} else if stated := seen[r.Time]; stated != 0 && stated != r.AtRisk {
			f = append(f, fault("rows", "%d at risk at %v, but the other columns give %d", stated, r.Time, r.AtRisk))
		}
	}
	if len(f) > 0 {
		return nil, errors.Join(f...)
	}
	return t, nil
}

// Merge adds the counts of o.
func (t *Table) Merge(o *Table) {
	if o == nil {
		return
	}
	for i := len(o.dense) - 1; i >= 0; i-- {
		if n := o.dense[i]; n != (tally{}) {
			t.put(float64(i), n)
		}
	}
	for time, n := range o.other {
		t.put(time, n)
	}
}

// Rows are the times with a count, ascending, each with its number at risk.
func (t *Table) Rows() []Row {
	n := 0
	for _, c := range t.dense {
		if c != (tally{}) {
			n++
		}
	}
	rows := make([]Row, 0, n+len(t.other))
	for i, c := range t.dense {
		if c != (tally{}) {
			rows = append(rows, Row{Time: float64(i), Events: c.events, Censored: c.exits - c.events, Entered: c.entered})
		}
	}
	if len(t.other) > 0 {
		for time, c := range t.other {
			rows = append(rows, Row{Time: time, Events: c.events, Censored: c.exits - c.events, Entered: c.entered})
		}
		slices.SortFunc(rows, func(a, b Row) int {
			if a.Time < b.Time {
				return -1
			}
			return 1 // times are distinct
		})
	}
	var risk int64
	for i := len(rows) - 1; i >= 0; i-- {
		r := &rows[i]
		risk += r.Events + r.Censored - r.Entered
		r.AtRisk = risk
	}
	return rows
}

// Observations is how many observations the table counts.
func (t *Table) Observations() (n int64) {
	for _, r := range t.Rows() {
		n += r.Events + r.Censored
	}
	return n
}

// Events is how many of them had the event.
func (t *Table) Events() (n int64) {
	for _, r := range t.Rows() {
		n += r.Events
	}
	return n
}

var tableKind = binenc.Kind{'S', 'u', 'r', 'v'}

// MarshalBinary writes the counts; equal tables give equal bytes.
func (t *Table) MarshalBinary() ([]byte, error) {
	rows := t.Rows()
	w := binenc.NewWriter(tableKind, 1, 0)
	w.Uint(uint64(len(rows)))
	for _, r := range rows {
		w.Float(r.Time)
		w.Int(r.Events)
		w.Int(r.Censored)
		w.Int(r.Entered)
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the counts by those that MarshalBinary wrote. Damaged bytes are
// [ErrCorrupt] and change nothing.
func (t *Table) UnmarshalBinary(data []byte) error {
	in, err := binenc.NewReader(data, tableKind, 1)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	var read Table
	before, total := -1.0, int64(0)
	for range in.Count(11) {
		time := in.Float()
		events, censored, entered := in.Int(), in.Int(), in.Int()
		if events > most || censored > most || entered > most || total > most {
			in.Fail("more observations than can be counted")
		}
		total += events + censored
		if !valid(time) || time <= before || math.Signbit(time) || events < 0 || censored < 0 || entered < 0 || events+censored+entered == 0 {
			in.Fail("rows that cannot be")
		}
		if in.Err() != nil {
			break
		}
		before = time
		read.put(time, tally{events + censored, events, entered})
	}
	if in.Err() == nil {
		for _, r := range read.Rows() {
			if r.AtRisk < r.Events+r.Censored {
				in.Fail("more entered than exit later")
				break
			}
		}
	}
	if err := in.Close(); err != nil {
		return errors.Join(ErrCorrupt, err)
	}
	*t = read
	return nil
}
