package clv

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/rapport-go/rapport/metrics/clv/internal/newton"
	"github.com/rapport-go/rapport/metrics/clv/internal/special"
)

// betaGeometric is the arithmetic that BG/NBD and MBG/NBD share. A customer survives a
// number of chances to drop out, each with the customer's own probability p ~ Beta(a, b):
// after x repeat purchases it is x chances in BG/NBD, and x + 1 in MBG/NBD, where the first
// purchase is one too. Everything else is the same.
type betaGeometric struct {
	r, alpha, a, b float64
	extra          float64 // 0 for BG/NBD, 1 for MBG/NBD
}

// logDeadOdds is ln of a/(b+c-1) ((alpha+T)/(alpha+tx))^(r+x), c the chances survived.
func (m betaGeometric) logDeadOdds(x, tx, t float64) float64 {
	c := x + m.extra
	if c == 0 {
		return math.Inf(-1)
	}
	return math.Log(m.a/(m.b+(c-1))) + (m.r+x)*math.Log1p((t-tx)/(m.alpha+tx))
}

func (m betaGeometric) logLik(x, tx, t float64) float64 {
	odds := m.logDeadOdds(x, tx, t)
	return m.logSurvived(x+m.extra) + logPoissonGamma(m.r, m.alpha, x, t) + special.Log1pExp(odds)
}

// logSurvived is ln B(a, b+c) - ln B(a, b), the probability of surviving c chances.
func (m betaGeometric) logSurvived(c float64) float64 {
	return special.LogBetaRise(m.a, m.b, c)
}

// logPoissonGamma is ln of Gamma(r+x)/Gamma(r) alpha^r (alpha+T)^-(r+x), the density of x purchases
// at given times in (0, T] by a customer who stays.
func logPoissonGamma(r, alpha, x, t float64) float64 {
	return special.LogRising(r, x) - r*math.Log1p(t/alpha) - x*math.Log(alpha+t)
}

// logNegativeBinomial is ln P(N = n), N the purchases in (0, t] of a customer who stays.
func logNegativeBinomial(r, alpha, n, t float64) float64 {
	v := special.LogRising(r, n) - special.LogRising(1, n) - r*math.Log1p(t/alpha)
	if n > 0 {
		v -= n * math.Log1p(alpha/t)
	}
	return v
}

// negativeBinomialTail is P(N >= n) for n >= 1: the regularised incomplete beta function, or where
// that is small and loses digits, the sum of the probabilities.
func negativeBinomialTail(r, alpha, n, t float64) float64 {
	q := t / (alpha + t)
	v := mathext.RegIncBeta(n, r, q)
	if v > 0.1 {
		return v
	}
	sum, term := 1.0, 1.0
	for j := n; term > 1e-17*sum; j++ {
		term *= (r + j) / (j + 1) * q
		if sum += term; j-n > 1e5 {
			return v
		}
	}
	return sum * math.Exp(logNegativeBinomial(r, alpha, n, t))
}

func (m betaGeometric) probability(n int, t float64) float64 {
	x := float64(n)
	c := x + m.extra
	if t == 0 {
		if n > 0 {
			return 0
		}
		return 1
	}
	v := math.Exp(m.logSurvived(c) + logNegativeBinomial(m.r, m.alpha, x, t))
	if c > 0 {
		atLeast := 1.0
		if n > 0 {
			atLeast = negativeBinomialTail(m.r, m.alpha, x, t)
		}
		v += math.Exp(m.logSurvived(c-1)+math.Log(m.a/(m.a+m.b+(c-1)))) * atLeast
	}
	return v
}

// probabilityAlive is that of a new BG/NBD customer of the model updated by what is known: the chance
// of the purchase at t has been survived.
func (m betaGeometric) probabilityAlive(x, t float64, n int, h float64) float64 {
	return betaGeometric{r: m.r + x, alpha: m.alpha + t, a: m.a, b: m.b + x + m.extra}.probability(n, h)
}

func (m betaGeometric) newcomer() (float64, prospect) {
	stays := 1.0
	if m.extra > 0 {
		stays = m.b / (m.a + m.b)
	}
	return stays, m.prospect(0, 0)
}

// prospect: given that the customer is alive, lambda ~ Gamma(r+x, alpha+T) and p ~ Beta(a, b+c).
func (m betaGeometric) prospect(x, t float64) prospect {
	return &geometricProspect{
		k: m.r + x, z: m.alpha + t, a: m.a, b: m.b + x + m.extra,
	}
}

type geometricProspect struct {
	k, z, a, b float64
	rule       []special.BetaNode
	buf        [192]special.BetaNode
}

func (g *geometricProspect) nodes() []special.BetaNode {
	if g.rule == nil {
		g.rule = special.BetaRule(g.buf[:0], g.a, g.b)
	}
	return g.rule
}

// purchases is E[(1 - (1 + p h/z)^-k) / p] over p ~ Beta(a, b): the integral form of the printed
// hypergeometric expectation, without its pole at a = 1.
func (g *geometricProspect) purchases(h float64) float64 {
	tau := h / g.z
	var sum float64
	for _, n := range g.nodes() {
		sum += n.W * purchasesGiven(n.P, tau, g.k)
	}
	return sum
}

func purchasesGiven(p, tau, k float64) float64 {
	y := p * tau
	if (k+1)*y < 1e-16 {
		return k * tau
	}
	return -math.Expm1(-k*math.Log1p(y)) / p
}

// discounted is the mean over p of the integral of exp(-d t) times the rate of purchases, which is
// k/z (1 + p t/z)^-(k+1) at t.
func (g *geometricProspect) discounted(h, d float64) (float64, bool) {
	if d == 0 && math.IsInf(h, 1) {
		return (g.a + g.b - 1) / (g.a - 1), g.a > 1
	}
	// The discount ends a horizon after a few times 1/d. A customer who will practically never drop
	// out within it is the limit p = 0, before z/p overflows.
	reach := math.Min(h, 1/d)
	var sum float64
	for _, n := range g.nodes() {
		v := 0.0
		if (g.k+1)*n.P*reach < 1e-16*g.z {
			v = -math.Expm1(-d*h) / d
		} else {
			v, _ = purchaseMoment(h, d, g.z/n.P, g.k+1)
		}
		sum += n.W * v
	}
	return sum * g.k / g.z, true
}

// geometricKernel evaluates the log-likelihood of a histogram with gradient and Hessian in
// the logarithms of r, alpha, a and b.
type geometricKernel struct {
	*grid
	extra   float64
	workers int
	byX     []chanceTerms
	logT    []float64
	logTX   []float64
	odds    []float64
}

// chanceTerms are what depends on x only.
type chanceTerms struct {
	logLik, r1, r2   float64 // sum of ln(r+j), 1/(r+j), -1/(r+j)^2 and, in logLik, the survival
	a, b, aa, ab, bb float64 // derivatives of ln B(a, b+c) - ln B(a, b)
}

func newGeometricKernel(g *grid, extra float64, workers int) *geometricKernel {
	return &geometricKernel{
		grid: g, extra: extra, workers: workers,
		byX: make([]chanceTerms, len(g.xs)), odds: make([]float64, len(g.xs)),
		logT: make([]float64, len(g.ts)), logTX: make([]float64, len(g.txs)),
	}
}

// longGap is the distance between two observed x from which a sum over the integers between them
// is taken by asymptotic series.
const longGap = 2048

// tables fills the terms by x with running sums over the integers.
func (k *geometricKernel) tables(m betaGeometric) {
	var t chanceTerms
	c := m.a + m.b
	x, chances := 0.0, 0.0
	for i, to := range k.xs {
		if to-x > longGap {
			t.jump(m, x, chances, to-x)
			x, chances = to, chances+to-x
		}
		for ; x < to; x++ {
			v := 1 / (m.r + x)
			t.logLik += math.Log(m.r + x)
			t.r1 += v
			t.r2 -= v * v
		}
		for ; chances < to+m.extra; chances++ {
			t.chance(m.a, m.b+chances, c+chances)
		}
		k.byX[i] = t
		if chances > 0 {
			k.odds[i] = math.Log(m.a / (m.b + (chances - 1)))
		}
	}
	for i, v := range k.ts {
		k.logT[i] = math.Log(m.alpha + v)
	}
	for i, v := range k.txs {
		k.logTX[i] = math.Log(m.alpha + v)
	}
}

// chance adds the terms of surviving one more chance with odds b : a, c = a + b.
func (t *chanceTerms) chance(a, b, c float64) {
	vb, vc := 1/b, 1/c
	t.logLik -= math.Log1p(a * vb)
	t.a -= vc
	t.b += a * vb * vc
	t.aa += vc * vc
	t.ab += vc * vc
	t.bb -= a * (b + c) * vb * vb * vc * vc
}

// jump adds n purchases at once, through differences of gamma functions.
func (t *chanceTerms) jump(m betaGeometric, x, chances, n float64) {
	b, c := m.b+chances, m.a+m.b+chances
	t.logLik += special.LogRising(m.r+x, n) + special.LogRising(b, n) - special.LogRising(c, n)
	t.r1 += special.DigammaRise(m.r+x, n)
	t.r2 += special.Trigamma(m.r+x+n) - special.Trigamma(m.r+x)
	db, dc := special.DigammaRise(b, n), special.DigammaRise(c, n)
	tb, tc := special.Trigamma(b+n)-special.Trigamma(b), special.Trigamma(c+n)-special.Trigamma(c)
	t.a -= dc
	t.b += db - dc
	t.aa -= tc
	t.ab -= tc
	t.bb += tb - tc
}

// The layout of the block sums: value, gradient, upper triangle of the Hessian.
const kernelSums = 1 + 4 + 10

func (k *geometricKernel) eval(at *newton.Point) {
	v := [4]float64{math.Exp(at.X[0]), math.Exp(at.X[1]), math.Exp(at.X[2]), math.Exp(at.X[3])}
	m := betaGeometric{r: v[0], alpha: v[1], a: v[2], b: v[3], extra: k.extra}
	k.tables(m)
	sums := blockSums(len(k.rows), k.workers, kernelSums, func(from, to int, sum []float64) {
		k.rowTerms(m, k.rows[from:to], sum)
	})
	k.marginTerms(m, sums)
	spread(sums, v[:], at)
}

// spread unpacks sums over natural parameters v into a point on the log scale.
func spread(sums, v []float64, at *newton.Point) {
	n := len(v)
	at.Value = sums[0]
	copy(at.Gradient, sums[1:1+n])
	i := 1 + n
	for row := range n {
		for col := row; col < n; col++ {
			at.Hessian.SetSym(row, col, sums[i])
			i++
		}
	}
	logScale(v, at.Gradient, at.Hessian)
}

// marginTerms adds what depends on x alone and on T alone.
func (k *geometricKernel) marginTerms(m betaGeometric, sums []float64) {
	var acc [kernelSums]compensated
	for i := range sums {
		acc[i].add(sums[i])
	}
	for i, t := range k.byX {
		w := k.wx[i]
		acc[0].add(w * t.logLik)
		for at, v := range [...]float64{1: t.r1, 3: t.a, 4: t.b, 5: t.r2, 12: t.aa, 13: t.ab, 14: t.bb} {
			acc[at].add(w * v)
		}
	}
	poissonMargin(k.grid, m.r, m.alpha, k.logT, acc[:])
	for i := range sums {
		sums[i] = acc[i].sum()
	}
}

// poissonMargin adds -r ln(1+T/alpha) - x ln(alpha+T) with its derivatives in r and alpha, which lie
// first in the layout of the sums.
func poissonMargin(g *grid, r, alpha float64, logT []float64, acc []compensated) {
	for i, t := range g.ts {
		w, wx := g.wt[i], g.wxt[i]
		l, q := math.Log1p(t/alpha), 1/(alpha+t)
		acc[0].add(-w*r*l - wx*logT[i])
		acc[1].add(-w * l)
		acc[2].add(w*r*t*q/alpha - wx*q)
		acc[6].add(w * t * q / alpha)
		acc[9].add(-w*r*t*q/alpha*(1/alpha+q) + wx*q*q)
	}
}

// rowTerms adds ln(1 + e^d), d the log odds of being dead, with its derivatives.
func (k *geometricKernel) rowTerms(m betaGeometric, rows []gridRow, sum []float64) {
	var s [kernelSums]float64
	ia := 1 / m.a
	for i := range rows {
		row := &rows[i]
		x := k.xs[row.x]
		c := x + m.extra
		if c == 0 {
			continue
		}
		kx := m.r + x
		dr := k.logT[row.t] - k.logTX[row.tx]
		d := k.odds[row.x] + kx*dr
		qT, qt := 1/(m.alpha+k.ts[row.t]), 1/(m.alpha+k.txs[row.tx])
		var dead, value float64
		if e := math.Exp(-math.Abs(d)); d > 0 {
			dead, value = 1/(1+e), d+math.Log1p(e)
		} else {
			dead, value = e/(1+e), math.Log1p(e)
		}
		w := row.w * dead
		spreadOf := w * (1 - dead)
		dq := qT - qt // derivative of dr in alpha
		da := kx * dq
		db := -1 / (m.b + (c - 1))
		s[0] += row.w * value
		s[1] += w * dr
		s[2] += w * da
		s[3] += w * ia
		s[4] += w * db
		s[5] += spreadOf * dr * dr
		s[6] += w*dq + spreadOf*dr*da
		s[7] += spreadOf * dr * ia
		s[8] += spreadOf * dr * db
		s[9] += w*kx*(qt*qt-qT*qT) + spreadOf*da*da
		s[10] += spreadOf * da * ia
		s[11] += spreadOf * da * db
		s[12] += (spreadOf - w) * ia * ia
		s[13] += spreadOf * ia * db
		s[14] += (spreadOf + w) * db * db
	}
	for i := range s {
		sum[i] += s[i]
	}
}
