package score

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// A Target is what part of the population has one level of a margin.
type Target struct {
	Level string
	Size  float64 // people, or a share; only ratios within a margin matter
}

// A Margin is a variable whose distribution in the population is known: age, country, tier.
type Margin struct {
	Name    string
	Targets []Target
}

const (
	mostMargins = 32
	mostLevels  = 10_000
)

// A Raking collects a sample by the cells of its margins and finds the weights that give every
// margin its population distribution (iterative proportional fitting, raking).
//
// Make one with [NewRaking]; the zero value has no margins and refuses respondents with
// [ErrConfig]. Guarantees: base weights are summed exactly by cell, so that
// neither the order of rows nor that of merges changes a bit of any weight. Memory grows with
// the number of cells that occur, not with rows. Not safe for concurrent use.
//
// Source: Deming and Stephan, Annals of Mathematical Statistics 11 (1940) 427-444; Deville,
// Särndal and Sautory, "Generalized Raking Procedures in Survey Sampling", Journal of the
// American Statistical Association 88 (1993) 1013-1020.
type Raking struct {
	margins []Margin
	levels  []map[string]uint64 // by margin: the level's number
	strides []uint64
	cells   map[uint64]*rakeCell
	n       int64
}

// A rakeCell is the respondents who share a level of every margin. Sums are kept only where a
// base weight other than 1 occurred, besides the plain respondents.
type rakeCell struct {
	plain, uneven int64
	w, ww         *stat.ExactSum
	largest       float64 // base weight
}

// NewRaking checks the margins: at least one and at most 32, named, each name once, each with
// at least one level and at most 10,000, named, each once, of a size above zero; sizes of all
// margins add up to the same within 1e-6, relative. Anything else is [ErrOutOfRange], margins
// that disagree are [ErrInconsistent]; all faults are reported. Margins are copied.
func NewRaking(margins ...Margin) (*Raking, error) {
	r := &Raking{cells: map[uint64]*rakeCell{}}
	var faults []error
	add := func(err error, field, value, why string) { faults = append(faults, fault(err, field, value, why)) }
	if len(margins) == 0 || len(margins) > mostMargins {
		add(ErrOutOfRange, "margins", strconv.Itoa(len(margins)), "1 to 32")
	}
	names := map[string]bool{}
	first, stride := 0.0, uint64(1)
	for i, m := range margins {
		if m.Name == "" || names[m.Name] {
			add(ErrOutOfRange, "name of margin "+strconv.Itoa(i), strconv.Quote(clip(m.Name)), "margins have names, each once")
		}
		names[m.Name] = true
		if len(m.Targets) == 0 || len(m.Targets) > mostLevels {
			add(ErrOutOfRange, "levels of "+clip(m.Name), strconv.Itoa(len(m.Targets)), "1 to 10000")
			continue
		}
		levels, total := make(map[string]uint64, len(m.Targets)), 0.0
		for j, t := range m.Targets {
			field := "target " + strconv.Itoa(j) + " of " + clip(m.Name)
			if _, again := levels[t.Level]; t.Level == "" || again {
				add(ErrOutOfRange, field, strconv.Quote(clip(t.Level)), "levels have names, each once")
			}
			if !(t.Size >= leastWeight && t.Size <= largestWeight) {
				add(ErrOutOfRange, field, strconv.FormatFloat(t.Size, 'g', -1, 64), "above zero and finite")
			}
			levels[t.Level] = uint64(j) //nolint:gosec // not negative
			total += t.Size
		}
		if first == 0 {
			first = total
		} else if !(math.Abs(total-first) <= 1e-6*first) {
			add(ErrInconsistent, "size of "+clip(m.Name), strconv.FormatFloat(total, 'g', -1, 64), "the first margin has "+strconv.FormatFloat(first, 'g', -1, 64))
		}
		r.margins = append(r.margins, Margin{m.Name, slices.Clone(m.Targets)})
		r.levels, r.strides = append(r.levels, levels), append(r.strides, stride)
		if stride > math.MaxUint64/uint64(len(m.Targets)) {
			add(ErrTooMany, "cells", "beyond 64 bits", "fewer levels are needed")
			break
		}
		stride *= uint64(len(m.Targets))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return r, nil
}

// Add records one respondent: the level of each margin, in the order of the margins, and the
// base weight, 1 without a design. A level that is no target is [ErrOutOfRange], as is another
// number of levels and a weight that is not from 1e-60 to 1e60; all faults are reported and
// change nothing.
func (r *Raking) Add(levels []string, weight float64) error {
	key, err := r.key(levels)
	if !(weight >= leastWeight && weight <= largestWeight) {
		err = errors.Join(err, faultFloat(ErrOutOfRange, "weight", weight, "from 1e-60 to 1e60"))
	}
	if err != nil {
		return err
	}
	c := r.cells[key]
	if c == nil {
		c = &rakeCell{}
		r.cells[key] = c
	}
	c.largest = max(c.largest, weight)
	r.n++
	if weight == 1 {
		c.plain++
		return nil
	}
	c.sums()
	c.uneven++
	c.w.Add(weight)
	c.ww.Add(weight * weight)
	return nil
}

func (c *rakeCell) sums() {
	if c.w == nil {
		c.w, c.ww = &stat.ExactSum{}, &stat.ExactSum{}
	}
}

// weights are the sums of the base weights and of their squares.
func (c *rakeCell) weights() (w, ww float64) {
	if c.w == nil {
		return float64(c.plain), float64(c.plain)
	}
	sw, sww := *c.w, *c.ww
	sw.Add(float64(c.plain))
	sww.Add(float64(c.plain))
	return sw.Float(), sww.Float()
}

func (r *Raking) key(levels []string) (uint64, error) {
	if len(r.margins) == 0 {
		return 0, fault(ErrConfig, "margins", "0", "make the raking with NewRaking first")
	}
	if len(levels) != len(r.margins) {
		return 0, faultInt(ErrOutOfRange, "levels", int64(len(levels)), "one for each margin, "+strconv.Itoa(len(r.margins)))
	}
	key := uint64(0)
	var faults []error
	for i, level := range levels {
		number, ok := r.levels[i][level]
		if !ok {
			faults = append(faults, fault(ErrOutOfRange, clip(r.margins[i].Name), strconv.Quote(clip(level)), "no target says how many such people there are"))
		}
		key += number * r.strides[i]
	}
	return key, errors.Join(faults...)
}

// N is the number of respondents.
func (r *Raking) N() int64 { return r.n }

// Merge adds the respondents of another state. Other margins, in names, levels or sizes, are
// [ErrConfig]; on overflow r is unchanged.
func (r *Raking) Merge(o *Raking) error {
	if r.config() != o.config() {
		return fault(ErrConfig, "margins", strconv.Itoa(len(o.margins)), "other margins")
	}
	n, err := sum("respondents", r.n, o.n)
	if err != nil {
		return err
	}
	r.n = n
	for key, from := range o.cells {
		c := r.cells[key]
		if c == nil {
			c = &rakeCell{}
			r.cells[key] = c
		}
		c.plain += from.plain
		c.uneven += from.uneven
		c.largest = max(c.largest, from.largest)
		if from.w != nil {
			c.sums()
			c.w.Merge(from.w)
			c.ww.Merge(from.ww)
		}
	}
	return nil
}

var kindRaking = binenc.Kind{'F', 'R', 'A', 'K'}

func (r *Raking) config() uint64 {
	parts := []string{"raking"}
	for _, m := range r.margins {
		parts = append(parts, "margin", m.Name)
		for _, t := range m.Targets {
			parts = append(parts, t.Level, strconv.FormatFloat(t.Size, 'g', -1, 64))
		}
	}
	return binenc.Hash(parts...)
}

// MarshalBinary writes the sample; equal samples give equal bytes. The margins are not in it.
func (r *Raking) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindRaking, 1, r.config())
	w.Uint(uint64(len(r.cells)))
	for _, key := range slices.Sorted(maps.Keys(r.cells)) {
		c := r.cells[key]
		w.Uint(key)
		w.Int(c.plain)
		w.Int(c.uneven)
		w.Float(c.largest)
		var sums, squares []byte
		if c.w != nil {
			sums, squares = c.w.Bytes(), c.ww.Bytes()
		}
		w.Bytes(sums)
		w.Bytes(squares)
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the sample of a raking made with the same margins; that of others is
// [ErrConfig], damaged bytes are [ErrCorrupt], and both change nothing.
func (r *Raking) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindRaking, r.config())
	if err != nil {
		return err
	}
	if len(r.margins) == 0 {
		return fault(ErrConfig, "margins", "0", "make the raking with NewRaking first")
	}
	last := len(r.margins) - 1
	limit := r.strides[last] * uint64(len(r.margins[last].Targets))
	next := Raking{margins: r.margins, levels: r.levels, strides: r.strides, cells: map[uint64]*rakeCell{}}
	previous := uint64(0)
	for i := range in.Count(5 + 8) {
		key := in.Uint()
		c := &rakeCell{plain: readCount(in), uneven: readCount(in), largest: in.Float()}
		if key >= limit || (i > 0 && key <= previous) {
			in.Fail("a cell out of order or beyond the margins")
		}
		c.read(in)
		n, err := sum("respondents", next.n, c.plain, c.uneven)
		if err != nil {
			in.Fail("more respondents than int64 counts")
		}
		if in.Err() != nil {
			break
		}
		previous, next.n, next.cells[key] = key, n, c
	}
	if err := closed(in); err != nil {
		return err
	}
	*r = next
	return nil
}

// read fills in the sums of a cell and checks what weights within their limits can give.
func (c *rakeCell) read(in *binenc.Reader) {
	w, ww := in.Bytes(), in.Bytes()
	if in.Err() != nil {
		return
	}
	bad := c.plain == 0 && c.uneven == 0 || !(c.largest >= leastWeight && c.largest <= largestWeight) || (c.plain > 0 && c.largest < 1)
	if c.uneven == 0 {
		if bad || len(w) > 0 || len(ww) > 0 || c.largest != 1 {
			in.Fail("a cell with impossible weights")
		}
		return
	}
	c.sums()
	if bad || !c.w.SetBytes(w) || !c.ww.SetBytes(ww) {
		in.Fail("a cell with impossible weights")
		return
	}
	const loose = 1 + 1e-9
	n, sw, sww := float64(c.uneven), c.w.Float(), c.ww.Float()
	if !(sw >= n*leastWeight/loose && sw <= n*c.largest*loose && sww <= sw*sw*loose && sw/sww*sw <= n*loose && sww > 0) {
		in.Fail("a cell with impossible weights")
	}
}
