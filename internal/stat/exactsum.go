package stat

import (
	"math"
	"math/big"
	"math/bits"
)

const (
	limbBits = 32
	limbs    = 68 // 2098 bits of any float64, and room for 2^64 of them
	lowest   = -1074
)

// An ExactSum adds float64 values without rounding: a fixed-point number wide enough
// for every bit of every float (Kulisch's accumulator). So the sum does not depend
// on the order, merging is associative and commutative, and the only rounding is
// the last one, in [ExactSum.Float]. The zero value is an empty sum.
type ExactSum struct {
	limb    [limbs]int64 // digits of 2^32, lowest first, carries pending
	pending int
}

// Add adds one value; NaN and infinities are refused with false.
func (s *ExactSum) Add(v float64) bool {
	b := math.Float64bits(v)
	exp, mantissa := int(b>>52&0x7ff), b&(1<<52-1)
	switch exp {
	case 0x7ff:
		return false
	case 0:
		exp = 1
	default:
		mantissa |= 1 << 52
	}
	shift := exp - 1
	i, off := shift/limbBits, uint(shift%limbBits)
	hi, lo := bits.Mul64(mantissa, 1<<off)
	d0, d1, d2 := int64(lo&math.MaxUint32), int64(lo>>limbBits), int64(hi)
	if b>>63 != 0 {
		d0, d1, d2 = -d0, -d1, -d2
	}
	s.limb[i] += d0
	s.limb[i+1] += d1
	s.limb[i+2] += d2
	if s.pending++; s.pending >= 1<<29 {
		s.carry()
	}
	return true
}

// carry brings every limb but the last into [0, 2^32).
func (s *ExactSum) carry() {
	var c int64
	for i := range limbs - 1 {
		v := s.limb[i] + c
		c = v >> limbBits
		s.limb[i] = v & math.MaxUint32
	}
	s.limb[limbs-1] += c
	s.pending = 0
}

// Merge adds another sum.
func (s *ExactSum) Merge(o *ExactSum) {
	other := *o
	other.carry()
	s.carry()
	for i := range limbs {
		s.limb[i] += other.limb[i]
	}
	s.pending = 1
}

func (s *ExactSum) fixed() *big.Int {
	c := *s
	c.carry()
	n := new(big.Int)
	for i := limbs - 1; i >= 0; i-- {
		n.Lsh(n, limbBits)
		n.Add(n, big.NewInt(c.limb[i]))
	}
	return n
}

// Float is the sum rounded once, to the nearest float64.
func (s *ExactSum) Float() float64 {
	n := s.fixed()
	if n.Sign() == 0 {
		return 0
	}
	f := new(big.Float).SetPrec(uint(max(64, n.BitLen()))).SetInt(n)
	f.SetMantExp(f, lowest)
	v, _ := f.Float64()
	return v
}

// Big is the sum without rounding, at a precision that holds all of its bits, for
// arithmetic on several sums that has to cancel exactly.
func (s *ExactSum) Big() *big.Float {
	n := s.fixed()
	f := new(big.Float).SetPrec(uint(max(64, n.BitLen()))).SetInt(n) //nolint:gosec // a bit length
	return f.SetMantExp(f, lowest)
}

// Bytes is the sum in the fewest bytes, for serialised state: equal sums give equal
// bytes. Big-endian magnitude in units of 2^-1074 after a sign byte (0 or 1), with
// trailing zero bytes cut and counted in the two bytes before it.
func (s *ExactSum) Bytes() []byte {
	n := s.fixed()
	if n.Sign() == 0 {
		return nil
	}
	magnitude := n.Bytes()
	end := len(magnitude)
	for magnitude[end-1] == 0 {
		end--
	}
	cut := len(magnitude) - end
	sign := byte(0)
	if n.Sign() < 0 {
		sign = 1
	}
	return append([]byte{sign, byte(cut >> 8), byte(cut)}, magnitude[:end]...)
}

// SetBytes is the inverse of [ExactSum.Bytes]. ok is false, and the sum unchanged,
// for bytes that Bytes does not write.
func (s *ExactSum) SetBytes(p []byte) (ok bool) {
	if len(p) == 0 {
		*s = ExactSum{}
		return true
	}
	const widest = (limbs - 1) * limbBits / 8
	if len(p) < 4 || p[0] > 1 || p[3] == 0 || p[len(p)-1] == 0 {
		return false
	}
	cut := int(p[1])<<8 | int(p[2])
	if len(p)-3+cut > widest {
		return false
	}
	n := new(big.Int).SetBytes(append(append([]byte(nil), p[3:]...), make([]byte, cut)...))
	var next ExactSum
	mask := big.NewInt(math.MaxUint32)
	for i := 0; i < limbs && n.Sign() > 0; i++ {
		next.limb[i] = new(big.Int).And(n, mask).Int64()
		n.Rsh(n, limbBits)
	}
	if p[0] == 1 {
		for i := range next.limb {
			next.limb[i] = -next.limb[i]
		}
	}
	*s = next
	return true
}
