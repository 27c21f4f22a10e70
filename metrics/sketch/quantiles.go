package sketch

import (
	"iter"
	"math"
	"strconv"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// Quantiles estimates quantiles of a stream with a bounded relative error.
//
// Guarantees, whatever the values and their order: an estimate lies within the accuracy,
// relative to the value that it estimates; Merge is associative, commutative and exact, so
// that any cut into shards gives the very bytes that one pass gives, on every machine;
// the zero value is an empty sketch with an accuracy of 0.01. Values nearer to 0 than
// 2.3e-308 count as 0. It takes 8 bytes for each bucket in pages of 64: 16 KB for ten
// million response times, and 2.1 MB for values of both signs and all magnitudes of
// a float64, at the default accuracy.
type Quantiles struct {
	bits      uint8 // mantissa bits of a bucket; 0 means the default
	positive  store
	negative  store // by magnitude
	zero      int64
	count     int64
	low, high float64
}

const (
	// DefaultAccuracy is the accuracy of the zero value of [Quantiles].
	DefaultAccuracy = 0.01

	defaultBits     = 6
	fewest, largest = 1, 10
	mantissa        = 52
	pageBits        = 6
)

// NewQuantiles makes a sketch whose estimates lie within a relative accuracy, from
// 0.0005 to 0.2 ([ErrInvalid] otherwise). Buckets come in powers of two, so the sketch is as
// accurate as asked or better: see [Quantiles.Accuracy].
func NewQuantiles(accuracy float64) (*Quantiles, error) {
	for bits := uint8(fewest); bits <= largest; bits++ {
		if accuracy <= 0.2 && errorOf(bits) <= accuracy {
			return &Quantiles{bits: bits}, nil
		}
	}
	return nil, fault("accuracy", "%v is not from 0.0005 to 0.2", accuracy)
}

// errorOf is the accuracy of buckets with so many mantissa bits. A bucket of the
// floats from a to b = a(1+1/m), m >= 2^bits, is represented by 2ab/(a+b), which is off by
// 1/(2m+1) at both ends.
func errorOf(bits uint8) float64 { return 1 / float64(int(2)<<bits+1) }

func (q *Quantiles) resolution() uint8 {
	if q.bits == 0 {
		return defaultBits
	}
	return q.bits
}

// Accuracy is the relative error that no estimate exceeds.
func (q *Quantiles) Accuracy() float64 { return errorOf(q.resolution()) }

// Add counts one value. NaN and infinities are [ErrInvalid].
func (q *Quantiles) Add(v float64) error { return q.AddCount(v, 1) }

// AddCount counts a value n times; n must not be negative, and the sum of all counts stays
// below 2^53.
func (q *Quantiles) AddCount(v float64, n int64) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fault("value", "%v is not finite", v)
	}
	if n < 0 || n > maxCount-q.count {
		return fault("count", "%d is negative or takes the sum beyond 2^53", n)
	}
	if n == 0 {
		return nil
	}
	if math.Abs(v) < smallest {
		v = 0
	}
	if q.count == 0 {
		q.low, q.high = v, v
	} else {
		q.low, q.high = min(q.low, v), max(q.high, v)
	}
	q.count += n
	switch {
	case v > 0:
		q.positive.add(key(v, q.resolution()), n)
	case v < 0:
		q.negative.add(key(-v, q.resolution()), n)
	default:
		q.zero += n
	}
	return nil
}

const (
	maxCount = int64(1) << 53
	smallest = 0x1p-1022
)

// key is the exponent and the leading bits of the mantissa: an integer that rises with the
// value and is the same on every machine, without a logarithm.
func key(v float64, bits uint8) int { return int(math.Float64bits(v) >> (mantissa - bits)) }

// middle is the value that represents a bucket.
func middle(key int, bits uint8) float64 {
	a := math.Float64frombits(uint64(key) << (mantissa - bits)) //nolint:gosec // keys are not negative
	m := float64(1<<bits + key&(1<<bits-1))
	return a * (2 * (m + 1) / (2*m + 1))
}

// edges are the ends of a bucket, the upper one at most the largest float.
func edges(key int, bits uint8) (low, high float64) {
	low = math.Float64frombits(uint64(key) << (mantissa - bits))    //nolint:gosec // keys are not negative
	high = math.Float64frombits(uint64(key+1) << (mantissa - bits)) //nolint:gosec // keys are not negative
	return low, min(high, math.MaxFloat64)
}

// Count is how many values were counted.
func (q *Quantiles) Count() int64 { return q.count }

// Min is the least value, exactly; false for an empty sketch.
func (q *Quantiles) Min() (float64, bool) { return q.low, q.count > 0 }

// Max is the greatest value, exactly; false for an empty sketch.
func (q *Quantiles) Max() (float64, bool) { return q.high, q.count > 0 }

// Quantile estimates the nearest-rank quantile (type 1 of Hyndman & Fan 1996): the
// ceil(p·n)-th least value, for p from 0 (the minimum) to 1 (the maximum), both of which
// are exact. p·n within 1e-9 of a whole number is that number, so that 0.95 of 100 values is
// the 95th. It is false for an empty sketch and for another p.
func (q *Quantiles) Quantile(p float64) (float64, bool) {
	if q.count == 0 || !(p >= 0 && p <= 1) {
		return 0, false
	}
	return q.ranked(stat.NearestRank(q.count, p) + 1), true
}

// ranked estimates the value of a rank from 1 to count.
func (q *Quantiles) ranked(rank int64) float64 {
	switch rank {
	case 1:
		return q.low
	case q.count:
		return q.high
	}
	for v, n := range q.values() {
		if rank -= n; rank <= 0 {
			return max(q.low, min(q.high, v))
		}
	}
	return q.high
}

// values are the representatives of the buckets in ascending order with their counts.
func (q *Quantiles) values() iter.Seq2[float64, int64] {
	bits := q.resolution()
	return func(yield func(float64, int64) bool) {
		for k, n := range q.negative.descending() {
			if !yield(-middle(k, bits), n) {
				return
			}
		}
		if q.zero > 0 && !yield(0, q.zero) {
			return
		}
		for k, n := range q.positive.ascending() {
			if !yield(middle(k, bits), n) {
				return
			}
		}
	}
}

// Interval is a distribution-free interval of a quantile: the values between two ranks, found
// by the normal approximation to the binomial (Conover 1999, "Practical Nonparametric
// Statistics", 3.2), each estimated within the accuracy. It is false for an empty sketch, p
// not strictly between 0 and 1 or a level that is not.
func (q *Quantiles) Interval(p, level float64) (low, high float64, ok bool) {
	if q.count == 0 || !(p > 0 && p < 1) || !(level > 0 && level < 1) {
		return 0, 0, false
	}
	n := float64(q.count)
	half := stat.Critical(level) * math.Sqrt(n*p*(1-p))
	from := int64(math.Floor(math.Max(1, n*p-half)))
	to := int64(math.Ceil(math.Min(n, n*p+half+1)))
	return q.ranked(from), q.ranked(to), true
}

// ShareAtMost estimates the share of values at or below v, from 0 to 1: exactly for
// values that lie in other buckets than v, and as if all of v's own bucket were at or
// below it. It is false for an empty sketch and for NaN.
func (q *Quantiles) ShareAtMost(v float64) (float64, bool) {
	if q.count == 0 || math.IsNaN(v) {
		return 0, false
	}
	if v < q.low {
		return 0, true
	}
	if v >= q.high {
		return 1, true
	}
	var n int64
	for b := range q.Buckets() {
		if b.Low > v || b.Low < 0 && b.Low == v { // below 0 a bucket does not hold its lower end
			break
		}
		n += b.Count
	}
	return float64(n) / float64(q.count), true
}

// Bucket is a range of values with its count: [Low, High) above 0, (Low, High] below 0, and
// 0 itself with Low = High = 0.
type Bucket struct {
	Low, High float64
	Count     int64
}

// Buckets are the ranges that hold values, in ascending order, for histograms.
func (q *Quantiles) Buckets() iter.Seq[Bucket] {
	bits := q.resolution()
	return func(yield func(Bucket) bool) {
		for k, n := range q.negative.descending() {
			low, high := edges(k, bits)
			if !yield(Bucket{-high, -low, n}) {
				return
			}
		}
		if q.zero > 0 && !yield(Bucket{0, 0, q.zero}) {
			return
		}
		for k, n := range q.positive.ascending() {
			low, high := edges(k, bits)
			if !yield(Bucket{low, high, n}) {
				return
			}
		}
	}
}

// Merge adds the values of o, which must have the same accuracy ([ErrConfig] otherwise). An
// empty sketch adds nothing and a zero value takes over the other's accuracy.
func (q *Quantiles) Merge(o *Quantiles) error {
	if o == nil || o.count == 0 {
		return nil
	}
	if q.resolution() != o.resolution() {
		if q.count > 0 || q.bits != 0 {
			return ErrConfig
		}
		q.bits = o.bits
	}
	if o.count > maxCount-q.count {
		return fault("count", "the sum goes beyond 2^53")
	}
	if q.count == 0 {
		q.low, q.high = o.low, o.high
	} else {
		q.low, q.high = min(q.low, o.low), max(q.high, o.high)
	}
	q.count += o.count
	q.zero += o.zero
	q.positive.merge(&o.positive)
	q.negative.merge(&o.negative)
	return nil
}

var quantilesKind = binenc.Kind{'S', 'k', 'Q', 'u'}

func quantilesConfig(bits uint8) uint64 {
	return binenc.Hash("quantiles", strconv.Itoa(int(bits)))
}

// MarshalBinary writes the state; equal sketches give equal bytes.
func (q *Quantiles) MarshalBinary() ([]byte, error) {
	bits := q.resolution()
	w := binenc.NewWriter(quantilesKind, 1, quantilesConfig(bits))
	w.Uint(uint64(bits))
	w.Int(q.zero)
	if q.count > 0 {
		w.Float(q.low)
		w.Float(q.high)
	} else {
		w.Float(0)
		w.Float(0)
	}
	q.negative.write(w)
	q.positive.write(w)
	return w.Frame(), nil
}

// UnmarshalBinary replaces the state by one that MarshalBinary wrote. A sketch made by
// NewQuantiles accepts only its own accuracy ([ErrConfig]), a zero value any. Damaged
// bytes are [ErrCorrupt]; either way an error changes nothing.
func (q *Quantiles) UnmarshalBinary(data []byte) error {
	in, err := open(data, quantilesKind)
	if err != nil {
		return err
	}
	bits := in.Uint()
	if bits < fewest || bits > largest || in.Config() != quantilesConfig(uint8(bits)) {
		in.Fail("no such accuracy")
		return closed(in)
	}
	if q.bits != 0 && uint64(q.bits) != bits {
		return ErrConfig
	}
	read := Quantiles{bits: uint8(bits), zero: in.Int()}
	read.low, read.high = in.Float(), in.Float()
	read.count = read.zero
	top := 2047<<bits - 1
	read.count += read.negative.read(in, top, 1<<bits)
	read.count += read.positive.read(in, top, 1<<bits)
	if read.zero < 0 || read.zero > maxCount || read.count > maxCount || !read.consistent() {
		in.Fail("counts that cannot be")
	}
	if err := closed(in); err != nil {
		return err
	}
	*q = read
	return nil
}

// consistent reports whether the least and greatest values lie in the first and last buckets.
func (q *Quantiles) consistent() bool {
	if q.count == 0 {
		return math.Float64bits(q.low) == 0 && math.Float64bits(q.high) == 0
	}
	var first, last Bucket
	n := 0
	for b := range q.Buckets() {
		if n == 0 {
			first = b
		}
		last = b
		n++
	}
	return q.low <= q.high && first.holds(q.low) && last.holds(q.high)
}

func (b Bucket) holds(v float64) bool {
	switch {
	case b.Low == 0 && b.High == 0:
		return math.Float64bits(v) == 0
	case b.Low < 0:
		return v > b.Low && v <= b.High || v == -math.MaxFloat64 && b.Low == v
	}
	return v >= b.Low && v < b.High || v == math.MaxFloat64 && b.High == v
}
