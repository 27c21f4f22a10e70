package clv

import (
	"math"

	"github.com/rapport-go/rapport/metrics/clv/internal/newton"
	"github.com/rapport-go/rapport/metrics/clv/internal/special"
)

// tailSpan is where the Pareto/NBD integral over the time of dropping out lives, in the variable
// v = ln((near+y)/(near+tx)), near being the smaller of alpha and beta. There the integrand is
//
//	exp(-nearPower v - farPower ln(1 + ratio (e^v - 1)))
//
// times e^logScale, smooth, and falling ever faster.
type tailSpan struct {
	nearPower, farPower float64
	ratio               float64 // (near+tx) / (far+tx), at most 1
	width               float64 // of the span in v
	decay               float64 // fall of the logarithm of the integrand over the span
	logScale            float64
	swapped             bool    // near is beta
	pa, pb              float64 // alpha+tx, beta+tx
	la, lb              float64 // ln((alpha+T)/(alpha+tx)), ln((beta+T)/(beta+tx))
}

// tailCut is the fall of the logarithm of the integrand beyond which nothing is left.
const tailCut = 40

func newTailSpan(k, alpha, s, beta, tx, t float64) tailSpan {
	p := tailSpan{pa: alpha + tx, pb: beta + tx}
	p.la, p.lb = math.Log1p((t-tx)/p.pa), math.Log1p((t-tx)/p.pb)
	near, far := p.pa, p.pb
	p.nearPower, p.farPower, p.width = k-1, s+1, p.la
	if alpha > beta {
		near, far, p.swapped = p.pb, p.pa, true
		p.nearPower, p.farPower, p.width = s, k, p.lb
	}
	p.ratio = near / far
	p.logScale = k*p.la + s*p.lb + math.Log(s*near/p.pb)
	if rate := p.nearPower + p.farPower*p.ratio; rate > 0 && rate*p.width > tailCut {
		p.width = tailCut / rate
	}
	p.decay = p.fall(p.width)
	// The fall is convex in v, so Newton's steps from the right never pass the cut.
	for range 4 {
		if p.decay < 1.3*tailCut {
			break
		}
		e := p.ratio * math.Exp(p.width)
		slope := p.nearPower + p.farPower*e/(1-p.ratio+e)
		if slope <= 0 {
			break
		}
		p.width -= (p.decay - tailCut) / slope
		p.decay = p.fall(p.width)
	}
	return p
}

func (p *tailSpan) fall(v float64) float64 {
	return p.nearPower*v + p.farPower*math.Log1p(p.ratio*math.Expm1(v))
}

// rule is a rule for the span, and the number of panels to use it on.
func (p *tailSpan) rule() (nodes []special.Node, panels int) {
	return special.FallingRule(p.decay, p.width), 1 + int(math.Min(p.width/12, 60))
}

// tailMoments are means and covariances under the integrand, of the logarithms la = ln((alpha+y)/(alpha+tx))
// and lb, and of the ratios ga = (alpha+tx)/(alpha+y) - 1 and gb.
type tailMoments struct {
	logIntegral    float64
	la, ga, lb, gb float64
	lala, laga     float64
	lalb, lagb     float64
	gaga, galb     float64
	gagb, lblb     float64
	lbgb, gbgb     float64
}

func (p *tailSpan) moments() tailMoments {
	nodes, panels := p.rule()
	step := p.width / float64(panels)
	var s, n, gn, f, gf, nn, ngn, nf, ngf, gngn, gnf, gngf, ff, fgf, gfgf float64
	for i := range panels {
		start := float64(i) * step
		for _, node := range nodes {
			v := start + step*node.X
			e := math.Exp(v)
			d := 1 + p.ratio*(e-1)
			m := math.Log(d)
			w := node.W * math.Exp(-p.nearPower*v-p.farPower*m)
			g, h := 1/e-1, 1/d-1
			wv, wg, wm, wh := w*v, w*g, w*m, w*h
			s += w
			n += wv
			gn += wg
			f += wm
			gf += wh
			nn += wv * v
			ngn += wv * g
			nf += wv * m
			ngf += wv * h
			gngn += wg * g
			gnf += wg * m
			gngf += wg * h
			ff += wm * m
			fgf += wm * h
			gfgf += wh * h
		}
	}
	i := 1 / s
	n, gn, f, gf = n*i, gn*i, f*i, gf*i
	q := tailMoments{
		logIntegral: p.logScale + math.Log(step*s),
		la:          n, ga: gn, lb: f, gb: gf,
		lala: nn*i - n*n, laga: ngn*i - n*gn, lalb: nf*i - n*f, lagb: ngf*i - n*gf,
		gaga: gngn*i - gn*gn, galb: gnf*i - gn*f, gagb: gngf*i - gn*gf,
		lblb: ff*i - f*f, lbgb: fgf*i - f*gf, gbgb: gfgf*i - gf*gf,
	}
	if p.swapped {
		q.la, q.lb, q.ga, q.gb = q.lb, q.la, q.gb, q.ga
		q.lala, q.lblb, q.gaga, q.gbgb = q.lblb, q.lala, q.gbgb, q.gaga
		q.laga, q.lbgb, q.lagb, q.galb = q.lbgb, q.laga, q.galb, q.lagb
	}
	return q
}

// paretoKernel evaluates the log-likelihood of a histogram with gradient and Hessian in
// the logarithms of r, alpha, s and beta.
type paretoKernel struct {
	*grid
	workers int
	logT    []float64
}

func newParetoKernel(g *grid, workers int) *paretoKernel {
	return &paretoKernel{grid: g, workers: workers, logT: make([]float64, len(g.ts))}
}

func (k *paretoKernel) eval(at *newton.Point) {
	v := [4]float64{math.Exp(at.X[0]), math.Exp(at.X[1]), math.Exp(at.X[2]), math.Exp(at.X[3])}
	m := ParetoNBD{R: v[0], Alpha: v[1], S: v[2], Beta: v[3]}
	for i, t := range k.ts {
		k.logT[i] = math.Log(m.Alpha + t)
	}
	sums := blockSums(len(k.rows), k.workers, kernelSums, func(from, to int, sum []float64) {
		k.rowTerms(m, k.rows[from:to], sum)
	})
	k.marginTerms(m, sums)
	spread(sums, v[:], at)
}

func (k *paretoKernel) marginTerms(m ParetoNBD, sums []float64) {
	var acc [kernelSums]compensated
	for i := range sums {
		acc[i].add(sums[i])
	}
	risingMargin(k.grid, m.R, acc[:])
	poissonMargin(k.grid, m.R, m.Alpha, k.logT, acc[:])
	for i, t := range k.ts {
		w, q := k.wt[i], 1/(m.Beta+t)
		l, slope := math.Log1p(t/m.Beta), t*q/m.Beta
		acc[0].add(-w * m.S * l)
		acc[3].add(-w * l)
		acc[4].add(w * m.S * slope)
		acc[13].add(w * slope)
		acc[14].add(-w * m.S * slope * (1/m.Beta + q))
	}
	for i := range sums {
		sums[i] = acc[i].sum()
	}
}

// risingMargin adds ln Gamma(r+x) - ln Gamma(r) with its derivatives in r, the first parameter of
// four.
func risingMargin(g *grid, r float64, acc []compensated) {
	var l, d1, d2, x float64
	for i, to := range g.xs {
		if n := to - x; n > longGap {
			l += special.LogRising(r+x, n)
			d1 += special.DigammaRise(r+x, n)
			d2 += special.Trigamma(r+x+n) - special.Trigamma(r+x)
			x = to
		}
		for ; x < to; x++ {
			v := 1 / (r + x)
			l += math.Log(r + x)
			d1 += v
			d2 -= v * v
		}
		acc[0].add(g.wx[i] * l)
		acc[1].add(g.wx[i] * d1)
		acc[5].add(g.wx[i] * d2)
	}
}

// rowTerms adds ln(1 + e^d), d the log odds of being dead, with its derivatives.
func (k *paretoKernel) rowTerms(m ParetoNBD, rows []gridRow, sum []float64) {
	for i := range rows {
		row := &rows[i]
		x, tx, t := k.xs[row.x], k.txs[row.tx], k.ts[row.t]
		if tx == t {
			continue
		}
		span := newTailSpan(m.R+x, m.Alpha, m.S, m.Beta, tx, t)
		q := span.moments()
		addDead(m, x, t, row.w, &span, &q, sum)
	}
}

func addDead(m ParetoNBD, x, t, weight float64, span *tailSpan, q *tailMoments, sum []float64) {
	k, s1 := m.R+x, m.S+1
	ia, ib := 1/span.pa, 1/span.pb
	qa, qb := 1/(m.Alpha+t), 1/(m.Beta+t)
	d := q.logIntegral
	var dead, value float64
	if e := math.Exp(-math.Abs(d)); d > 0 {
		dead, value = 1/(1+e), d+math.Log1p(e)
	} else {
		dead, value = e/(1+e), math.Log1p(e)
	}
	meanA, meanB := (1+q.ga)*ia, (1+q.gb)*ib // of 1/(alpha+y) and 1/(beta+y)
	squareA := ((1+q.ga)*(1+q.ga) + q.gaga) * ia * ia
	squareB := ((1+q.gb)*(1+q.gb) + q.gbgb) * ib * ib
	dr := span.la - q.la
	da := -k * (meanA - qa)
	ds := 1/m.S + span.lb - q.lb
	db := -s1*meanB + m.S*qb
	w := weight * dead
	v := w * (1 - dead)
	sum[0] += weight * value
	sum[1] += w * dr
	sum[2] += w * da
	sum[3] += w * ds
	sum[4] += w * db
	sum[5] += w*q.lala + v*dr*dr
	sum[6] += w*(qa-meanA+k*ia*q.laga) + v*dr*da
	sum[7] += w*q.lalb + v*dr*ds
	sum[8] += w*s1*ib*q.lagb + v*dr*db
	sum[9] += w*(k*(squareA-qa*qa)+k*k*ia*ia*q.gaga) + v*da*da
	sum[10] += w*k*ia*q.galb + v*da*ds
	sum[11] += w*k*s1*ia*ib*q.gagb + v*da*db
	sum[12] += w*(q.lblb-1/(m.S*m.S)) + v*ds*ds
	sum[13] += w*(qb-meanB+s1*ib*q.lbgb) + v*ds*db
	sum[14] += w*(s1*squareB-m.S*qb*qb+s1*s1*ib*ib*q.gbgb) + v*db*db
}
