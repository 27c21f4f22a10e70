package expr

import "math"

// Constants of e_pow.c in fdlibm 5.3 (Sun Microsystems, 1993–2004, "Permission to use,
// copy, modify, and distribute this software is freely granted, provided that this
// notice is preserved"), which V8 uses for Math.pow (src/base/ieee754.cc). Go's math.Pow
// differs from it in the last digit for two of five ordinary arguments, which a
// comparison or a remainder may show.
const (
	powL1 = 5.99999999999994648725e-01
	powL2 = 4.28571428578550184252e-01
	powL3 = 3.33333329818377432918e-01
	powL4 = 2.72728123808534006489e-01
	powL5 = 2.30660745775561754067e-01
	powL6 = 2.06975017800338417784e-01
	powP1 = 1.66666666666666019037e-01
	powP2 = -2.77777777770155933842e-03
	powP3 = 6.61375632143793436117e-05
	powP4 = -1.65339022054652515390e-06
	powP5 = 4.13813679705723846039e-08

	powLn2     = 6.93147180559945286227e-01
	powLn2High = 6.93147182464599609375e-01
	powLn2Low  = -1.90465429995776804525e-09
	powOver    = 8.0085662595372944372e-0017 // -(1024-log2(overflow threshold))
	powCp      = 9.61796693925975554329e-01  // 2/(3 ln 2)
	powCpHigh  = 9.61796700954437255859e-01
	powCpLow   = -7.02846165095275826516e-09
	powInvLn2  = 1.44269504088896338700e+00
	powInvHigh = 1.44269502162933349609e+00
	powInvLow  = 1.92596299112661746887e-08
	powDpHigh  = 5.84962487220764160156e-01
	powDpLow   = 1.35003920212974897128e-08
)

// power is JavaScript's **. Unlike IEEE 754, 1 to a power that is no number, or ±1 to an
// infinite one, is not a number.
func power(x, y float64) float64 {
	ax := math.Abs(x)
	switch {
	case y == 0:
		return 1
	case x != x || y != y || math.IsInf(y, 0) && ax == 1: //nolint:gocritic // NaN
		return math.NaN()
	case math.IsInf(y, 0) || math.IsInf(x, 0) || x == 0:
		return math.Pow(x, y)
	case y == 1:
		return x
	case y == -1:
		return 1 / x
	case y == 2:
		return x * x
	case y == 0.5 && x >= 0:
		return math.Sqrt(x)
	case ax == 1:
		return math.Pow(x, y)
	case x < 0 && y != math.Trunc(y):
		return math.NaN()
	}
	sign := 1.0
	if x < 0 && math.Mod(y, 2) != 0 {
		sign = -1
	}
	var high, low float64 // log2(ax)
	if ay := math.Abs(y); ay > 0x1p31 {
		if z, done := powHuge(ax, y, ay); done {
			return sign * z
		}
		high, low = powLogNearOne(ax)
	} else {
		high, low = powLog(ax)
	}
	return sign * powTwo(y, high, low)
}

// powHuge settles powers so large that the result leaves the range.
func powHuge(ax, y, ay float64) (float64, bool) {
	top := highWord(ax)
	over := y > 0
	if ay > 0x1p64 {
		if top <= 0x3fefffff {
			over = y < 0
		}
		return powLimit(over), true
	}
	switch {
	case top < 0x3fefffff:
		return powLimit(y < 0), true
	case top > 0x3ff00000:
		return powLimit(over), true
	default:
		return 0, false
	}
}

func powLimit(over bool) float64 {
	if over {
		return math.Inf(1)
	}
	return 0
}

// powLogNearOne is log2(ax) in two parts for |1-ax| below 2^-20.
func powLogNearOne(ax float64) (high, low float64) {
	t := ax - 1
	w := (t * t) * (0.5 - t*(0.3333333333333333333333-t*0.25))
	u := powInvHigh * t
	v := t*powInvLow - w*powInvLn2
	high = clearLow(u + v)
	return high, v - (high - u)
}

// powLog is log2(ax) in two parts.
func powLog(ax float64) (high, low float64) {
	n := 0
	top := highWord(ax)
	if top < 0x00100000 { // subnormal
		ax *= 0x1p53
		n -= 53
		top = highWord(ax)
	}
	n += int(top>>20) - 0x3ff
	fraction := top & 0x000fffff
	top = fraction | 0x3ff00000
	k := 0
	switch {
	case fraction <= 0x3988E: // below sqrt(3/2)
	case fraction < 0xBB67A: // below sqrt(3)
		k = 1
	default:
		n++
		top -= 0x00100000
	}
	ax = withHighWord(ax, top)
	bp, dpHigh, dpLow := 1.0, 0.0, 0.0
	if k == 1 {
		bp, dpHigh, dpLow = 1.5, powDpHigh, powDpLow
	}
	// s = (ax-bp)/(ax+bp) in two parts
	u := ax - bp
	v := 1 / (ax + bp)
	ss := float64(u * v)
	sHigh := clearLow(ss)
	tHigh := withHighWord(0, (top>>1|0x20000000)+0x00080000+uint32(k)<<18)
	tLow := ax - (tHigh - bp)
	sLow := float64(v * (float64(u-float64(sHigh*tHigh)) - float64(sHigh*tLow)))
	s2 := float64(ss * ss)
	r := float64(s2*s2) * (powL1 + float64(s2*(powL2+float64(s2*(powL3+float64(s2*(powL4+float64(s2*(powL5+float64(s2*powL6))))))))))
	r += float64(sLow * (sHigh + ss))
	s2 = float64(sHigh * sHigh)
	tHigh = clearLow(3.0 + s2 + r)
	tLow = r - ((tHigh - 3.0) - s2)
	// u+v = ss*(1+...)
	u = float64(sHigh * tHigh)
	v = float64(sLow*tHigh) + float64(tLow*ss)
	pHigh := clearLow(u + v)
	pLow := v - (pHigh - u)
	zHigh := float64(powCpHigh * pHigh)
	zLow := float64(powCpLow*pHigh) + float64(pLow*powCp) + dpLow
	t := float64(n)
	high = clearLow(((zHigh + zLow) + dpHigh) + t)
	return high, zLow - (((high - t) - dpHigh) - zHigh)
}

// powTwo is 2 to the power y*(high+low).
func powTwo(y, high, low float64) float64 {
	y1 := clearLow(y)
	pLow := float64((y-y1)*high) + float64(y*low)
	pHigh := float64(y1 * high)
	z := pLow + pHigh
	switch {
	case z > 1024 || z == 1024 && pLow+powOver > z-pHigh:
		return math.Inf(1)
	case z < -1075 || z == -1075 && pLow <= z-pHigh:
		return 0
	}
	n := 0.0
	if math.Abs(z) > 0.5 {
		n = math.Floor(math.Abs(z) + 0.5)
		if z < 0 {
			n = -n
		}
		pHigh -= n
	}
	t := clearLow(pLow + pHigh)
	u := float64(t * powLn2High)
	v := float64((pLow-(t-pHigh))*powLn2) + float64(t*powLn2Low)
	z = u + v
	w := v - (z - u)
	t = float64(z * z)
	t1 := z - float64(t*(powP1+float64(t*(powP2+float64(t*(powP3+float64(t*(powP4+float64(t*powP5)))))))))
	// V8 puts the brackets so that w goes into the divisor; fdlibm subtracts it after.
	r := float64(z*t1) / ((t1 - 2) - (w + float64(z*w)))
	return math.Ldexp(1-(r-z), int(n))
}

func highWord(f float64) uint32 { return uint32(math.Float64bits(f) >> 32) }

func withHighWord(f float64, top uint32) float64 {
	return math.Float64frombits(math.Float64bits(f)&0xffffffff | uint64(top)<<32)
}

func clearLow(f float64) float64 { return math.Float64frombits(math.Float64bits(f) &^ 0xffffffff) }
