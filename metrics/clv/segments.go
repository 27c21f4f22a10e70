package clv

import (
	"math"
	"slices"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// Segments adds up residual lifetime value by segment: by country, by channel, by recency and
// frequency, by whatever the caller names. The zero value is empty.
//
// Guarantees: sums are exact before their last rounding, so that neither order nor sharding changes a
// bit; Merge is commutative and associative; equal contents give equal bytes from
// MarshalBinary. It is not safe for concurrent writes.
type Segments struct {
	bySegment map[string]*segment
}

type segment struct {
	customers               int
	alive, purchases, value stat.ExactSum
}

// Add counts one customer in a segment. A worth that is not finite is ErrParameter and changes
// nothing.
func (s *Segments) Add(name string, w Worth) error {
	for _, v := range []float64{w.PAlive, w.Purchases, w.Value} {
		if !finite(v) {
			return &ParameterError{Name: "worth", Value: v, Want: "finite"}
		}
	}
	g := s.of(name)
	g.customers++
	g.alive.Add(w.PAlive)
	g.purchases.Add(w.Purchases)
	g.value.Add(w.Value)
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func (s *Segments) of(name string) *segment {
	if s.bySegment == nil {
		s.bySegment = map[string]*segment{}
	}
	g := s.bySegment[name]
	if g == nil {
		g = &segment{}
		s.bySegment[name] = g
	}
	return g
}

// Merge adds other totals.
func (s *Segments) Merge(o *Segments) error {
	if o == nil {
		return ErrMerge
	}
	for _, name := range o.names() {
		from := *o.bySegment[name]
		g := s.of(name)
		g.customers += from.customers
		g.alive.Merge(&from.alive)
		g.purchases.Merge(&from.purchases)
		g.value.Merge(&from.value)
	}
	return nil
}

func (s *Segments) names() []string {
	names := make([]string, 0, len(s.bySegment))
	for name := range s.bySegment {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Rows gives the segments by value, the greatest first, equal ones by name.
func (s *Segments) Rows() []SegmentValue {
	var rows []SegmentValue
	for _, name := range s.names() {
		g := s.bySegment[name]
		rows = append(rows, SegmentValue{
			Segment: name, Customers: g.customers, ExpectedAlive: g.alive.Float(),
			Purchases: g.purchases.Float(), Value: g.value.Float(),
		})
	}
	sortSegments(rows)
	return rows
}

var segmentsKind = binenc.Kind{'C', 'L', 'V', 'G'}

// MarshalBinary writes the totals; equal contents give equal bytes.
func (s *Segments) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(segmentsKind, stateVersion, binenc.Hash("segments"))
	w.Uint(uint64(len(s.bySegment)))
	for _, name := range s.names() {
		g := s.bySegment[name]
		w.String(name)
		w.Uint(uint64(g.customers))
		w.Bytes(g.alive.Bytes())
		w.Bytes(g.purchases.Bytes())
		w.Bytes(g.value.Bytes())
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the totals by what MarshalBinary wrote. Damaged bytes are an error and
// change nothing.
func (s *Segments) UnmarshalBinary(data []byte) error {
	r, err := binenc.NewReader(data, segmentsKind, stateVersion)
	if err != nil {
		return err
	}
	if r.Config() != binenc.Hash("segments") {
		r.Fail("configuration")
	}
	var read Segments
	last := ""
	for i := range r.Count(5) {
		name, customers := r.String(), r.Uint()
		g := &segment{customers: int(customers & (1<<62 - 1))}
		ok := g.alive.SetBytes(r.Bytes())
		ok = g.purchases.SetBytes(r.Bytes()) && ok
		ok = g.value.SetBytes(r.Bytes()) && ok
		if r.Err() != nil {
			break
		}
		if !ok || customers == 0 || customers >= 1<<62 || i > 0 && name <= last {
			r.Fail("segment")
			break
		}
		last = name
		read.of(name)
		read.bySegment[name] = g
	}
	if err := r.Close(); err != nil {
		return err
	}
	*s = read
	return nil
}
