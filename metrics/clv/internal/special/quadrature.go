package special

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/integrate/quad"
)

// Node is one node of a quadrature rule on the unit interval.
type Node struct{ X, W float64 }

// The Gauss-Legendre rules, made once on first use and only read afterwards.
var (
	gauss8  = sync.OnceValue(func() []Node { return gaussLegendre(8) })
	gauss12 = sync.OnceValue(func() []Node { return gaussLegendre(12) })
	gauss16 = sync.OnceValue(func() []Node { return gaussLegendre(16) })
	gauss24 = sync.OnceValue(func() []Node { return gaussLegendre(24) })
	gauss32 = sync.OnceValue(func() []Node { return gaussLegendre(32) })
)

func gaussLegendre(n int) []Node {
	x, w := make([]float64, n), make([]float64, n)
	quad.Legendre{}.FixedLocations(x, w, 0, 1)
	rule := make([]Node, n)
	for i := range rule {
		rule[i] = Node{X: x[i], W: w[i]}
	}
	return rule
}

// GaussLegendre is the Gauss-Legendre rule on [0, 1] with the least of 8, 12, 16, 24 and
// 32 nodes that is at least n. The caller must not change it.
func GaussLegendre(n int) []Node {
	switch {
	case n <= 8:
		return gauss8()
	case n <= 12:
		return gauss12()
	case n <= 16:
		return gauss16()
	case n <= 24:
		return gauss24()
	}
	return gauss32()
}

// FallingRule is a Gauss-Legendre rule that leaves an error of about 1e-13 for a smooth integrand
// whose logarithm falls by decay over a span of the given width in a logarithmic variable. An
// n-node rule integrates e^-cv over [0, 1] to that precision for c up to about 3 (8 nodes), 8 (12), 18
// (16), 38 (24) and 60 (32); the width matters through the poles of ln(1 + q e^v) at distance pi.
func FallingRule(decay, width float64) []Node {
	decay = math.Abs(decay)
	switch {
	case decay < 3 && width < 1.5:
		return gauss8()
	case decay < 8 && width < 3:
		return gauss12()
	case decay < 18 && width < 5:
		return gauss16()
	case decay < 38 && width < 8:
		return gauss24()
	}
	return gauss32()
}

// Integrate is the integral of f over [from, to] by panels of at most the given width,
// each with the 32-node Gauss-Legendre rule; at most 4096 panels are used.
func Integrate(from, to, width float64, f func(float64) float64) float64 {
	if !(to > from) {
		return 0
	}
	panels := math.Min(4096, math.Max(1, math.Ceil((to-from)/width)))
	step := (to - from) / panels
	var sum float64
	for i := range int(panels) {
		start := from + float64(i)*step
		var part float64
		for _, n := range gauss32() {
			part += n.W * f(start+step*n.X)
		}
		sum += part * step
	}
	return sum
}

// concaveCut is the fall of a concave logarithm from its peak beyond which IntegrateConcave sees
// nothing left.
const concaveCut = 45

// IntegrateConcave is the integral over [0, to] of e^g for a concave g, which may be -Inf at 0. It
// looks for the peak, cuts the sides where nothing is left, and uses narrow panels where the integrand
// is narrow; panels are at most 2 wide, for a g that is smooth on the scale of 1.
func IntegrateConcave(to float64, g func(float64) float64) float64 {
	if !(to > 0) {
		return 0
	}
	peak := concavePeak(to, g)
	top := g(peak)
	if math.IsInf(top, -1) || math.IsNaN(top) {
		return 0
	}
	from := fallsBelow(peak, 0, top-concaveCut, g)
	until := fallsBelow(peak, to, top-concaveCut, g)
	f := func(v float64) float64 { return math.Exp(g(v) - top) }
	width := func(side float64) float64 { return math.Min(2, side/4) }
	sum := Integrate(from, peak, width(peak-from), f) + Integrate(peak, until, width(until-peak), f)
	return sum * math.Exp(top)
}

// concavePeak finds the place of the greatest value on (0, to] by golden sections on a
// logarithmic scale first, for a peak may lie many powers of ten below to.
func concavePeak(to float64, g func(float64) float64) float64 {
	const golden = 0.6180339887498949
	a, b := math.Log(to)-80, math.Log(to)
	at := func(u float64) float64 { return g(math.Exp(u)) }
	u, v := b-golden*(b-a), a+golden*(b-a)
	gu, gv := at(u), at(v)
	for range 32 {
		if gu < gv {
			a, u, gu = u, v, gv
			v = a + golden*(b-a)
			gv = at(v)
		} else {
			b, v, gv = v, u, gu
			u = b - golden*(b-a)
			gu = at(u)
		}
	}
	if at(b) >= math.Max(gu, gv) {
		return math.Exp(b)
	}
	return math.Exp((a + b) / 2)
}

// fallsBelow is the place between the peak and the far end where g has fallen to a level, or the end.
func fallsBelow(peak, end, level float64, g func(float64) float64) float64 {
	if g(end) >= level {
		return end
	}
	in, out := peak, end
	for range 200 {
		if mid := in + (out-in)/2; g(mid) >= level {
			in = mid
		} else {
			out = mid
		}
		if math.Abs(out-in) < 0.1*math.Abs(in-peak) {
			break
		}
	}
	return out
}

// BetaNode is a node of a rule for expectations under a beta distribution: the
// proportion P, its complement Q = 1-P without cancellation, and the weight.
type BetaNode struct{ P, Q, W float64 }

// The step of the trapezoid rule in the substituted variable, the distance from the centre up to
// which the substitution is nearly linear, and the log weight below which a tail is cut.
const (
	betaStep   = 0.25
	betaLinear = 12
	betaCut    = -48
)

// BetaRule appends to dst a rule for E[f(P)], P ~ Beta(a, b), a, b > 0; its weights sum to
// one. The trapezoid rule runs in u, logit(P) = c + w l sinh(u/l), centred on the mode of
// the density of logit(P), so that neither a singular end (a or b below one) nor a narrow
// peak needs care. Near the centre, and over the dozen powers of e on either side where f may
// have its own features, nodes are dense; far out their distance grows with it. The relative error of
// a positive mean is about 1e-13, and at the worst, for a below 0.001 beside b of thousands, 1e-10.
func BetaRule(dst []BetaNode, a, b float64) []BetaNode {
	start := len(dst)
	centre := math.Log(a) - math.Log(b)
	width := math.Min(1, math.Sqrt(1/a+1/b))
	if width < 1e-8 { // a point, as far as a float64 can tell
		return append(dst, BetaNode{P: a / (a + b), Q: b / (a + b), W: 1})
	}
	at := logits{centre: centre, lp: -Log1pExp(-centre), lq: -Log1pExp(centre)}
	at.p, at.q = math.Exp(at.lp), math.Exp(at.lq)
	var total float64
	for side := range 2 {
		for j := side; ; j++ {
			u := float64(j) * betaStep / betaLinear
			if side == 0 {
				u = -u
			}
			lp, lq := at.relative(width * betaLinear * math.Sinh(u))
			log := a*lp + b*lq
			cosh := math.Cosh(u)
			if log+math.Log(cosh) < betaCut || cosh > 1e300 {
				break
			}
			w := math.Exp(log) * cosh
			total += w
			dst = append(dst, BetaNode{P: math.Exp(at.lp + lp), Q: math.Exp(at.lq + lq), W: w})
		}
	}
	for i := range dst[start:] {
		dst[start+i].W /= total
	}
	return dst
}

// logits are a proportion p and its complement q with their logarithms.
type logits struct{ centre, p, q, lp, lq float64 }

// relative is how much ln p and ln q change when the logit grows by d, without cancellation for a
// small d, where a narrow peak lives.
func (l logits) relative(d float64) (lp, lq float64) {
	if math.Abs(d) < 20 {
		return -math.Log1p(l.q * math.Expm1(-d)), -math.Log1p(l.p * math.Expm1(d))
	}
	return -Log1pExp(-l.centre-d) - l.lp, -Log1pExp(l.centre+d) - l.lq
}

// BetaMean is E[f(P, 1-P)], P ~ Beta(a, b).
func BetaMean(a, b float64, f func(p, q float64) float64) float64 {
	var buf [256]BetaNode
	var sum float64
	for _, n := range BetaRule(buf[:0], a, b) {
		sum += n.W * f(n.P, n.Q)
	}
	return sum
}
