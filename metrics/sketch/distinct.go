package sketch

import (
	"math"
	"math/bits"
	"strconv"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// Distinct estimates how many different keys a stream holds, in a fixed amount of memory
// (HyperLogLog; Flajolet, Fusy, Gandouet & Meunier 2007).
//
// Guarantees: Merge is associative, commutative and idempotent, and any cut into
// shards, even one that sees a key many times, gives the very bytes that one pass gives; the hash
// is fixed, so that processes, machines and versions agree; the zero value is an empty
// sketch with precision 14 (16 KB, a standard error of 0.8 %). A key that an attacker
// chooses can be made to collide, since the hash has no secret: count such keys exactly.
type Distinct struct {
	precision uint8 // 0 means the default
	registers []uint8
}

const (
	defaultPrecision              = 14
	leastPrecision, mostPrecision = 4, 18
)

// NewDistinct makes a sketch of 2^precision registers of a byte, precision 4 to 18
// ([ErrInvalid] otherwise). Its standard error is about 1.04/sqrt(2^precision).
func NewDistinct(precision int) (*Distinct, error) {
	if precision < leastPrecision || precision > mostPrecision {
		return nil, fault("precision", "%d is not from %d to %d", precision, leastPrecision, mostPrecision)
	}
	return &Distinct{precision: uint8(precision)}, nil
}

func (d *Distinct) log2() uint8 {
	if d.precision == 0 {
		return defaultPrecision
	}
	return d.precision
}

// AddString counts a key.
func (d *Distinct) AddString(key string) { d.add(hashString(key)) }

// AddBytes counts a key; it is the same key as the string of the same bytes.
func (d *Distinct) AddBytes(key []byte) { d.add(hashBytes(key)) }

// AddUint64 counts a number as a key; it is the same key as its eight little-endian bytes.
func (d *Distinct) AddUint64(key uint64) { d.add(hashUint64(key)) }

func (d *Distinct) add(hash uint64) {
	p := d.log2()
	if d.registers == nil {
		d.registers = make([]uint8, 1<<p)
	}
	// The first p bits choose a register, which keeps the longest run of zeros seen in
	// the others, plus one.
	i := hash >> (64 - p)
	run := uint8(bits.LeadingZeros64(hash<<p|1<<(p-1))) + 1 //nolint:gosec // at most 61
	if run > d.registers[i] {
		d.registers[i] = run
	}
}

// Estimate is the number of different keys, rounded to a whole number; 0 for an empty
// sketch. The estimator is Ertl's (2017, "New cardinality estimation algorithms for HyperLogLog
// sketches", algorithm 6), which needs no table of corrections and no change of formula at any size.
func (d *Distinct) Estimate() int64 {
	if d.registers == nil {
		return 0
	}
	p := int(d.log2())
	m, q := float64(len(d.registers)), 64-p
	var histogram [66]float64
	for _, r := range d.registers {
		histogram[r]++
	}
	z := m * tau(1-histogram[q+1]/m)
	for k := q; k >= 1; k-- {
		z = (z + histogram[k]) / 2
	}
	z += m * sigma(histogram[0]/m)
	v := m / (2 * math.Ln2) * (m / z)
	return int64(math.Round(min(v, math.MaxInt64/2)))
}

// sigma is Σ x^(2^k) 2^(k-1) over k from 1, plus x (Ertl 2017, eq. 13).
func sigma(x float64) float64 {
	if x == 1 {
		return math.Inf(1)
	}
	y, z := 1.0, x
	for {
		x *= x
		before := z
		z += x * y
		y += y
		if z == before {
			return z
		}
	}
}

// tau is (1 - x - Σ (1-x^(2^-k))² 2^-k)/3 (Ertl 2017, eq. 14).
func tau(x float64) float64 {
	if x == 0 || x == 1 {
		return 0
	}
	y, z := 1.0, 1-x
	for {
		x = math.Sqrt(x)
		before := z
		y /= 2
		z -= (1 - x) * (1 - x) * y
		if z == before {
			return z / 3
		}
	}
}

// RelativeError is the standard error of Estimate over the true number, for numbers well above
// the number of registers; below it the error is smaller.
func (d *Distinct) RelativeError() float64 { return 1.04 / math.Sqrt(math.Exp2(float64(d.log2()))) }

// Interval is Estimate with z relative standard errors on either side, for a level strictly
// between 0 and 1; false for another level. It is approximate, and not below 0.
func (d *Distinct) Interval(level float64) (low, high float64, ok bool) {
	if !(level > 0 && level < 1) {
		return 0, 0, false
	}
	n := float64(d.Estimate())
	w := stat.Critical(level) * d.RelativeError() * n
	return max(0, n-w), n + w, true
}

// Merge adds the keys of o, which must have the same precision ([ErrConfig] otherwise). An
// empty sketch adds nothing and a zero value takes over the other's precision.
func (d *Distinct) Merge(o *Distinct) error {
	if o == nil || o.registers == nil {
		return nil
	}
	if d.log2() != o.log2() {
		if d.registers != nil || d.precision != 0 {
			return ErrConfig
		}
		d.precision = o.precision
	}
	if d.registers == nil {
		d.registers = make([]uint8, len(o.registers))
	}
	for i, r := range o.registers {
		d.registers[i] = max(d.registers[i], r)
	}
	return nil
}

var distinctKind = binenc.Kind{'S', 'k', 'D', 'i'}

func distinctConfig(precision uint8) uint64 {
	return binenc.Hash("distinct xxh64", strconv.Itoa(int(precision)))
}

// MarshalBinary writes the registers, or those in use where that is shorter; equal sketches
// give equal bytes. The keys themselves are not in it.
func (d *Distinct) MarshalBinary() ([]byte, error) {
	p := d.log2()
	w := binenc.NewWriter(distinctKind, 1, distinctConfig(p))
	w.Uint(uint64(p))
	used := 0
	for _, r := range d.registers {
		if r > 0 {
			used++
		}
	}
	if used > 1<<p/4 {
		w.Uint(1)
		w.Bytes(d.registers)
		return w.Frame(), nil
	}
	w.Uint(0)
	w.Uint(uint64(used)) //nolint:gosec // a number of registers
	before := 0
	for i, r := range d.registers {
		if r > 0 {
			w.Uint(uint64(i - before)) //nolint:gosec // ascending
			w.Uint(uint64(r))
			before = i
		}
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the state by one that MarshalBinary wrote. A sketch made by
// NewDistinct accepts only its own precision ([ErrConfig]), a zero value any. Damaged
// bytes are [ErrCorrupt]; either way an error changes nothing.
func (d *Distinct) UnmarshalBinary(data []byte) error {
	in, err := open(data, distinctKind)
	if err != nil {
		return err
	}
	p := in.Uint()
	if p < leastPrecision || p > mostPrecision || in.Config() != distinctConfig(uint8(p)) {
		in.Fail("no such precision")
		return closed(in)
	}
	if d.precision != 0 && uint64(d.precision) != p {
		return ErrConfig
	}
	read := Distinct{precision: uint8(p)}
	if in.Uint() == 1 {
		read.registers = in.Bytes()
		if len(read.registers) != 1<<p {
			in.Fail("not all registers")
		}
	} else {
		read.readSparse(in)
	}
	used := 0
	for _, r := range read.registers {
		if uint64(r) > 65-p {
			in.Fail("a run of zeros that is too long")
		}
		if r > 0 {
			used++
		}
	}
	if read.registers != nil && used == 0 {
		in.Fail("no registers in use")
	}
	if err := closed(in); err != nil {
		return err
	}
	*d = read
	return nil
}

func (d *Distinct) readSparse(in *binenc.Reader) {
	n := in.Count(2)
	if n == 0 {
		return
	}
	d.registers = make([]uint8, 1<<d.precision)
	at := uint64(0)
	for i := range n {
		step, r := in.Uint(), in.Uint()
		if i > 0 && step == 0 || step >= uint64(len(d.registers)) || r == 0 || r > 61 {
			in.Fail("registers out of order")
		}
		if at += step; at >= uint64(len(d.registers)) {
			in.Fail("a register out of range")
		}
		if in.Err() != nil {
			return
		}
		d.registers[at] = uint8(r)
	}
}
