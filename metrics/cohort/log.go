package cohort

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/rapport-go/rapport/internal/binenc"
)

// Event is one thing that a customer did. A host's own row type usually satisfies it.
type Event interface {
	// CustomerKey identifies the customer; empty means that nobody is known.
	CustomerKey() string
	// At is the instant.
	At() time.Time
}

// Log keeps who was active when, to the microsecond. One log answers under every rule,
// zone and instant, see [Log.Matrix].
//
// Guarantees: Merge is associative, commutative and idempotent, the zero value is an
// empty log and its identity, and shards cut in any way, even through a customer, merge to
// exactly what one pass keeps. It needs about eight bytes for each distinct instant and a
// hundred for each customer; where that is too much, group the events by customer
// and feed [Matrix.Add].
type Log struct {
	index     map[string]int
	histories []history
	anonymous int64
}

// history is the events of one customer.
type history struct {
	key    string
	at     []int64 // ascending and distinct unless mixed
	mixed  bool
	sorted int // the length when it was last sorted
}

// LogOf keeps every event of a sequence. Instants outside the years 1 to 9999 are
// [ErrInvalid]: the error names how many and the first; the others are kept.
func LogOf[E Event](events iter.Seq[E]) (*Log, error) {
	l := &Log{}
	var first error
	bad := 0
	for e := range events {
		if err := l.Add(e.CustomerKey(), e.At()); err != nil {
			if bad++; first == nil {
				first = err
			}
		}
	}
	if bad > 0 {
		return l, fmt.Errorf("%d events: %w", bad, first)
	}
	return l, nil
}

// ReadLog is [LogOf] over a sequence that can fail: it stops at the first error and
// returns it with what it has read so far.
func ReadLog[E Event](events iter.Seq2[E, error]) (*Log, error) {
	var failed error
	l, err := LogOf(func(yield func(E) bool) {
		for e, err := range events {
			if err != nil {
				failed = err
				return
			}
			if !yield(e) {
				return
			}
		}
	})
	return l, errors.Join(err, failed)
}

// Add keeps one event. An event without a customer is counted in Anonymous. An instant
// outside the years 1 to 9999 is [ErrInvalid].
func (l *Log) Add(customer string, at time.Time) error {
	if customer == "" {
		l.anonymous++
		return nil
	}
	v, err := micros(at)
	if err != nil {
		return err
	}
	l.history(customer).add(v)
	return nil
}

func (l *Log) history(key string) *history {
	i, ok := l.index[key]
	if !ok {
		if l.index == nil {
			l.index = map[string]int{}
		}
		i = len(l.histories)
		l.index[key] = i
		l.histories = append(l.histories, history{key: key})
	}
	return &l.histories[i]
}

func (h *history) add(at int64) {
	if n := len(h.at); n > 0 && at <= h.at[n-1] {
		if at == h.at[n-1] {
			return
		}
		if n > 64 && n > 2*h.sorted { // do not let repeats pile up
			h.sort()
		}
		h.mixed = true // sorting says nothing about the one that comes now
	}
	h.at = append(h.at, at)
}

func (h *history) sort() {
	if h.mixed {
		slices.Sort(h.at)
		h.at = slices.Compact(h.at)
		h.mixed = false
	}
	h.sorted = len(h.at)
}

// Customers is the number of different customers.
func (l *Log) Customers() int { return len(l.histories) }

// Anonymous is the number of events without a customer. It is the one figure that merging a
// log with itself doubles.
func (l *Log) Anonymous() int64 { return l.anonymous }

// Merge adds the events of o.
func (l *Log) Merge(o *Log) {
	if o == nil {
		return
	}
	l.anonymous += o.anonymous
	if o == l {
		return
	}
	for i := range o.histories {
		from := &o.histories[i]
		h := l.history(from.key)
		for _, at := range from.at {
			h.add(at)
		}
	}
}

// Matrix counts the customers of the log under a rule as of an instant, with the faults
// of [NewMatrix].
func (l *Log) Matrix(rule DayRule, asOf time.Time, o *Options) (*Matrix, error) {
	m, err := NewMatrix(rule, asOf, o)
	if err != nil {
		return nil, err
	}
	for i := range l.histories {
		l.histories[i].sort()
		m.count(l.histories[i].at)
	}
	return m, nil
}

var logKind = binenc.Kind{'C', 'o', 'h', 'L'}

// MarshalBinary writes the log; equal logs give equal bytes. It holds customer keys: what
// protects those protects it.
func (l *Log) MarshalBinary() ([]byte, error) {
	order := make([]int, len(l.histories))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if l.histories[a].key < l.histories[b].key {
			return -1
		}
		return 1
	})
	w := binenc.NewWriter(logKind, 1, 0)
	w.Int(l.anonymous)
	w.Uint(uint64(len(order)))
	for _, i := range order {
		h := &l.histories[i]
		h.sort()
		w.String(h.key)
		w.Uint(uint64(len(h.at)))
		before := int64(0)
		for _, at := range h.at {
			w.Int(at - before)
			before = at
		}
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the log by one that MarshalBinary wrote. Damaged bytes are
// [ErrCorrupt] and change nothing.
func (l *Log) UnmarshalBinary(data []byte) error {
	in, err := binenc.NewReader(data, logKind, 1)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	read := Log{anonymous: in.Int()}
	if read.anonymous < 0 {
		in.Fail("a negative count")
	}
	before := ""
	for range in.Count(3) {
		key := in.String()
		if key <= before {
			in.Fail("customers out of order")
		}
		if in.Err() != nil {
			break
		}
		before = key
		read.history(key).read(in)
	}
	if err := in.Close(); err != nil {
		return errors.Join(ErrCorrupt, err)
	}
	*l = read
	return nil
}

func (h *history) read(in *binenc.Reader) {
	low, high := earliest.UnixMicro(), latest.UnixMicro()
	n := in.Count(1)
	if n == 0 {
		in.Fail("a customer without events")
	}
	h.at = make([]int64, 0, n)
	at := int64(0)
	for i := range n {
		step := in.Int()
		// The first step is an instant; a later one that is not above zero, or beyond all
		// instants, cannot have been written. Checked before adding, so nothing overflows.
		if i > 0 && (step <= 0 || step > high-low) || i == 0 && (step < low || step >= high) {
			in.Fail("instants out of order")
			return
		}
		if at += step; at >= high {
			in.Fail("an instant out of range")
			return
		}
		h.at = append(h.at, at)
	}
	h.sorted = n
}
