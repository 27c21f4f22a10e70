package clv

import (
	"errors"
	"iter"
	"math"
	"slices"

	"github.com/rapport-go/rapport/internal/binenc"
)

// Patterns is a histogram of customer summaries: how many customers have each (x, t_x, T).
// Models are fitted on it, so that a million customers with dates at the resolution of a
// day cost what their distinct patterns cost.
//
// Guarantees:
//   - The figures do not depend on the order of additions or on how the customers were
//     divided among collections that were merged, as long as counts are whole numbers below
//     2^53 (sums of other weights may differ in the last bit).
//   - Equal contents give equal bytes from MarshalBinary.
//   - Merge adds; it is commutative and associative, and refuses another unit.
//
// Shard by customer, not by purchase: the repeat purchases of one customer cannot be put
// together from two summaries.
//
// Patterns is not safe for concurrent writes; reading and fitting may run beside each other.
type Patterns struct {
	unit  Unit
	cells cells
	index []uint32 // open addressing into cells, 0 is empty
	total float64
}

// cells is a growing list in chunks, so that growing copies and wastes nothing.
type cells struct {
	chunks [][]cell
	n      int
}

const chunkCells = 4096

func (c *cells) at(i int) *cell { return &c.chunks[i/chunkCells][i%chunkCells] }

func (c *cells) add(v cell) {
	if c.n%chunkCells == 0 {
		size := chunkCells
		if c.n == 0 {
			size = 16
		}
		c.chunks = append(c.chunks, make([]cell, 0, size))
	}
	last := len(c.chunks) - 1
	c.chunks[last] = append(c.chunks[last], v)
	c.n++
}

type cell struct {
	tx, t, weight float64
	x             uint32
}

// NewPatterns is an empty histogram whose times are counted in the unit. An invalid unit
// makes every later call fail with ErrParameter.
func NewPatterns(unit Unit) *Patterns { return &Patterns{unit: unit} }

// CollectPatterns adds every summary of the sequence to a new histogram. All faults are
// joined, at most 100 of them.
func CollectPatterns(unit Unit, customers iter.Seq[Summary]) (*Patterns, error) {
	p := NewPatterns(unit)
	var faults []error
	for s := range customers {
		if err := p.Add(s); err != nil {
			if faults = append(faults, err); len(faults) == maxFaults {
				break
			}
		}
	}
	if faults != nil {
		return nil, errors.Join(faults...)
	}
	return p, nil
}

// mostCustomers bounds the weight of a collection.
const mostCustomers = 1e18

// maxFaults bounds the number of faults that one call reports.
const maxFaults = 100

// Unit is the unit of the times.
func (p *Patterns) Unit() Unit { return p.unit }

// Len is the number of distinct patterns.
func (p *Patterns) Len() int { return p.cells.n }

// Customers is the number of customers, or the sum of their weights.
func (p *Patterns) Customers() float64 { return p.total }

// Add counts one customer. An impossible summary is a SummaryError and changes nothing.
func (p *Patterns) Add(s Summary) error { return p.AddCount(s, 1) }

// AddCount counts n customers with the same summary; n may be a weight. n = 0 adds
// nothing; a negative n, or more than 1e18 in all, is a ParameterError and changes nothing.
func (p *Patterns) AddCount(s Summary, n float64) error {
	if !p.unit.IsValid() {
		return &ParameterError{Name: "unit", Value: float64(p.unit), Want: "one of the named units"}
	}
	if err := s.Check(); err != nil {
		return err
	}
	if !(n >= 0) || p.total+n > mostCustomers {
		return &ParameterError{Name: "count", Value: n, Want: "at least 0, and in all at most 1e18"}
	}
	if n > 0 {
		p.add(uint32(s.X), s.TX+0, s.T+0, n)
	}
	return nil
}

func (p *Patterns) add(x uint32, tx, t, n float64) {
	if 4*(p.cells.n+1) > 3*len(p.index) {
		p.grow()
	}
	mask := uint64(len(p.index) - 1)
	for at := hashCell(x, tx, t) & mask; ; at = (at + 1) & mask {
		i := p.index[at]
		if i == 0 {
			p.cells.add(cell{x: x, tx: tx, t: t, weight: n})
			p.index[at] = uint32(p.cells.n)
			break
		}
		if c := p.cells.at(int(i - 1)); c.x == x && c.tx == tx && c.t == t {
			c.weight += n
			break
		}
	}
	p.total += n
}

func (p *Patterns) grow() {
	size := max(64, 2*len(p.index))
	p.index = make([]uint32, size)
	mask := uint64(size - 1)
	for i := range p.cells.n {
		c := p.cells.at(i)
		at := hashCell(c.x, c.tx, c.t) & mask
		for p.index[at] != 0 {
			at = (at + 1) & mask
		}
		p.index[at] = uint32(i + 1)
	}
}

// hashCell mixes a key; the constants are those of splitmix64 (Steele, Lea, Flood, 2014).
func hashCell(x uint32, tx, t float64) uint64 {
	h := math.Float64bits(tx)*0x9e3779b97f4a7c15 ^ math.Float64bits(t)*0xbf58476d1ce4e5b9 ^ uint64(x)*0x94d049bb133111eb
	h ^= h >> 32
	h *= 0xbf58476d1ce4e5b9
	return h ^ h>>29
}

// Merge adds the counts of another histogram. Another unit is ErrMerge and changes
// nothing. A histogram may be merged into itself, which doubles it.
func (p *Patterns) Merge(o *Patterns) error {
	if o == nil || o.unit != p.unit {
		return ErrMerge
	}
	if p.total+o.total > mostCustomers {
		return &ParameterError{Name: "count", Value: o.total, Want: "in all at most 1e18"}
	}
	for i := range o.cells.n {
		c := *o.cells.at(i)
		p.add(c.x, c.tx, c.t, c.weight)
	}
	return nil
}

// All gives every distinct summary with its count, ordered by X, T and TX.
func (p *Patterns) All() iter.Seq2[Summary, float64] {
	return func(yield func(Summary, float64) bool) {
		for _, c := range p.sorted() {
			if !yield(Summary{X: int(c.x), TX: c.tx, T: c.t}, c.weight) {
				return
			}
		}
	}
}

// sorted is the cells in their canonical order.
func (p *Patterns) sorted() []cell {
	cells := slices.Concat(p.cells.chunks...)
	slices.SortFunc(cells, compareCells)
	return cells
}

func compareCells(a, b cell) int {
	switch {
	case a.x != b.x:
		return int(a.x) - int(b.x)
	case a.t != b.t:
		if a.t < b.t {
			return -1
		}
		return 1
	case a.tx < b.tx:
		return -1
	case a.tx > b.tx:
		return 1
	}
	return 0
}

var patternsKind = binenc.Kind{'C', 'L', 'V', 'P'}

const stateVersion = 1

// MarshalBinary writes the histogram; equal contents give equal bytes.
func (p *Patterns) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(patternsKind, stateVersion, binenc.Hash("patterns", p.unit.String()))
	w.Uint(uint64(p.unit))
	w.Uint(uint64(p.cells.n))
	for _, c := range p.sorted() {
		w.Uint(uint64(c.x))
		w.Float(c.tx)
		w.Float(c.t)
		w.Float(c.weight)
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the histogram by what MarshalBinary wrote. Damaged bytes, an
// impossible summary, or cells out of order are an error and change nothing.
func (p *Patterns) UnmarshalBinary(data []byte) error {
	r, err := binenc.NewReader(data, patternsKind, stateVersion)
	if err != nil {
		return err
	}
	unit := Unit(min(r.Uint(), 255))
	if r.Err() == nil && (!unit.IsValid() || r.Config() != binenc.Hash("patterns", unit.String())) {
		r.Fail("unit")
	}
	read := NewPatterns(unit)
	var last cell
	for i := range r.Count(25) {
		c := cell{x: uint32(min(r.Uint(), maxRepeats+1)), tx: r.Float() + 0, t: r.Float() + 0, weight: r.Float()}
		if r.Err() != nil {
			break
		}
		s := Summary{X: int(c.x), TX: c.tx, T: c.t}
		if s.Check() != nil || !(c.weight > 0) || read.total+c.weight > mostCustomers {
			r.Fail("cell")
		} else if i > 0 && compareCells(last, c) >= 0 {
			r.Fail("order of cells")
		} else {
			read.add(c.x, c.tx, c.t, c.weight)
		}
		last = c
	}
	if err := r.Close(); err != nil {
		return err
	}
	*p = *read
	return nil
}
