package sketch

import (
	"math"
	"math/big"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// Moments keeps the number, sum, extremes, mean, variance, skewness and kurtosis of a
// stream.
//
// Guarantees: the sums of the values and of their squares, cubes and fourth powers are kept
// without any rounding, so that Merge is associative, commutative and exact to the bit, and
// each figure is rounded only at its end: no cancellation, however far the mean lies from 0.
// The zero value is empty. It takes 2.2 KB. Values nearer to 0 than 2^-200 (6e-61) count as
// 0; values of 2^200 (1.6e60) or more are refused.
type Moments struct {
	count     int64
	low, high float64
	power     [4]stat.ExactSum // of x, x², x³, x⁴
}

// Add counts one value. NaN, infinities and magnitudes from 2^200 on are [ErrInvalid].
func (m *Moments) Add(v float64) error {
	size := math.Abs(v)
	if !(size < 0x1p200) || m.count == maxCount {
		return fault("value", "%v is not a finite number below 2^200 in magnitude", v)
	}
	if size < 0x1p-200 {
		v = 0
	}
	if m.count == 0 {
		m.low, m.high = v, v
	} else {
		m.low, m.high = min(m.low, v), max(m.high, v)
	}
	m.count++
	if v == 0 {
		return nil
	}
	m.power[0].Add(v)
	square, rest := product(v, v) // v² = square + rest, exactly
	m.power[1].Add(square)
	m.power[1].Add(rest)
	m.addProduct(2, square, v)
	m.addProduct(2, rest, v)
	m.addProduct(3, square, square)
	m.addProduct(3, 2*square, rest)
	m.addProduct(3, rest, rest)
	return nil
}

func (m *Moments) addProduct(power int, a, b float64) {
	p, e := product(a, b)
	m.power[power].Add(p)
	m.power[power].Add(e)
}

// product is a·b as the sum of two floats, exactly (Dekker 1971; the rest by one fused
// multiply-add). The bounds of Add keep it clear of overflow and underflow.
func product(a, b float64) (p, rest float64) {
	p = a * b
	return p, math.FMA(a, b, -p)
}

// Count is how many values were counted.
func (m *Moments) Count() int64 { return m.count }

// Min is the least value; false for an empty state.
func (m *Moments) Min() (float64, bool) { return m.low, m.count > 0 }

// Max is the greatest value; false for an empty state.
func (m *Moments) Max() (float64, bool) { return m.high, m.count > 0 }

// Sum is the sum, rounded once; 0 for an empty state.
func (m *Moments) Sum() float64 { return m.power[0].Float() }

// exact is a sum of powers as a fraction.
func (m *Moments) exact(power int) *big.Rat {
	b := m.power[power].Bytes()
	if len(b) == 0 {
		return new(big.Rat)
	}
	n := new(big.Int).SetBytes(b[3:])
	n.Lsh(n, 8*(uint(b[1])<<8|uint(b[2])))
	if b[0] == 1 {
		n.Neg(n)
	}
	return new(big.Rat).SetFrac(n, new(big.Int).Lsh(big.NewInt(1), 1074))
}

// central is the sum of the k-th powers of the deviations from the mean, k from 2 to 4, exactly.
func (m *Moments) central(k int) *big.Rat {
	n := new(big.Rat).SetInt64(m.count)
	mean := new(big.Rat).Quo(m.exact(0), n)
	// Σ (x-mean)^k = Σ_j binomial(k, j) (-mean)^(k-j) Σx^j
	sum := new(big.Rat)
	factor := big.NewRat(1, 1) // (-mean)^(k-j)
	negative := new(big.Rat).Neg(mean)
	for j := k; j >= 0; j-- {
		s := n
		if j > 0 {
			s = m.exact(j - 1)
		}
		term := new(big.Rat).SetInt(new(big.Int).Binomial(int64(k), int64(j)))
		term.Mul(term, factor)
		term.Mul(term, s)
		sum.Add(sum, term)
		factor = new(big.Rat).Mul(factor, negative)
	}
	return sum
}

// Mean is the mean; false for an empty state.
func (m *Moments) Mean() (float64, bool) {
	if m.count == 0 {
		return 0, false
	}
	v, _ := new(big.Rat).Quo(m.exact(0), new(big.Rat).SetInt64(m.count)).Float64()
	return v, true
}

// Variance is the unbiased variance Σ(x-mean)²/(n-1); false for fewer than two values.
func (m *Moments) Variance() (float64, bool) {
	if m.count < 2 {
		return 0, false
	}
	v, _ := new(big.Rat).Quo(m.central(2), new(big.Rat).SetInt64(m.count-1)).Float64()
	return v, true
}

// StandardDeviation is the root of Variance.
func (m *Moments) StandardDeviation() (float64, bool) {
	v, ok := m.Variance()
	return math.Sqrt(v), ok
}

// MeanInterval is Student's interval of the mean at a level strictly between 0 and 1; false for
// fewer than two values or another level.
func (m *Moments) MeanInterval(level float64) (low, high float64, ok bool) {
	sd, ok := m.StandardDeviation()
	if !ok || !(level > 0 && level < 1) {
		return 0, 0, false
	}
	mean, _ := m.Mean()
	w := stat.StudentCritical(level, float64(m.count-1)) * sd / math.Sqrt(float64(m.count))
	return mean - w, mean + w, true
}

// Skewness is m3/m2^1.5 with m_k the mean k-th power of the deviations (g1 of Joanes & Gill
// 1998); false where all values are the same.
func (m *Moments) Skewness() (float64, bool) {
	m2, ok := m.meanCentral(2)
	if !ok {
		return 0, false
	}
	m3, _ := m.meanCentral(3)
	return m3 / (m2 * math.Sqrt(m2)), true
}

// Kurtosis is the excess m4/m2² - 3 (g2 of Joanes & Gill 1998), 0 for a normal distribution;
// false where all values are the same.
func (m *Moments) Kurtosis() (float64, bool) {
	m2, ok := m.meanCentral(2)
	if !ok {
		return 0, false
	}
	m4, _ := m.meanCentral(4)
	return m4/(m2*m2) - 3, true
}

// meanCentral is false where the values do not vary.
func (m *Moments) meanCentral(k int) (float64, bool) {
	if m.count == 0 {
		return 0, false
	}
	v, _ := new(big.Rat).Quo(m.central(k), new(big.Rat).SetInt64(m.count)).Float64()
	return v, k > 2 || v > 0
}

// Merge adds the values of o.
func (m *Moments) Merge(o *Moments) error {
	if o == nil || o.count == 0 {
		return nil
	}
	if o.count > maxCount-m.count {
		return fault("count", "the sum goes beyond 2^53")
	}
	if m.count == 0 {
		m.low, m.high = o.low, o.high
	} else {
		m.low, m.high = min(m.low, o.low), max(m.high, o.high)
	}
	m.count += o.count
	for i := range m.power {
		m.power[i].Merge(&o.power[i])
	}
	return nil
}

var momentsKind = binenc.Kind{'S', 'k', 'M', 'o'}

// MarshalBinary writes the state; equal states give equal bytes.
func (m *Moments) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(momentsKind, 1, 0)
	w.Int(m.count)
	w.Float(m.low)
	w.Float(m.high)
	for i := range m.power {
		w.Bytes(m.power[i].Bytes())
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the state by one that MarshalBinary wrote. Damaged bytes are
// [ErrCorrupt] and change nothing.
func (m *Moments) UnmarshalBinary(data []byte) error {
	in, err := open(data, momentsKind)
	if err != nil {
		return err
	}
	read := Moments{count: in.Int(), low: in.Float(), high: in.Float()}
	for i := range read.power {
		if !read.power[i].SetBytes(in.Bytes()) {
			in.Fail("a sum that cannot be")
		}
	}
	if in.Err() == nil && !read.consistent() {
		in.Fail("moments that contradict each other")
	}
	if err := closed(in); err != nil {
		return err
	}
	*m = read
	return nil
}

// consistent checks what every set of values obeys: the mean lies between the extremes,
// and the sums of the even powers are those of some values (Cauchy-Schwarz).
func (m *Moments) consistent() bool {
	if m.count == 0 {
		return *m == Moments{} && !math.Signbit(m.low) && !math.Signbit(m.high)
	}
	if m.count < 0 || m.count > maxCount || !(m.low <= m.high) || !(math.Abs(m.low) < 0x1p200) || !(math.Abs(m.high) < 0x1p200) {
		return false
	}
	n := new(big.Rat).SetInt64(m.count)
	low, high := new(big.Rat).SetFloat64(m.low), new(big.Rat).SetFloat64(m.high)
	sum := m.exact(0)
	if sum.Cmp(low.Mul(low, n)) < 0 || sum.Cmp(high.Mul(high, n)) > 0 {
		return false
	}
	square := m.exact(1)
	if square.Sign() < 0 || new(big.Rat).Mul(sum, sum).Cmp(new(big.Rat).Mul(n, square)) > 0 {
		return false
	}
	return new(big.Rat).Mul(square, square).Cmp(new(big.Rat).Mul(n, m.exact(3))) <= 0
}
