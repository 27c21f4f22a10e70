package match

import (
	"math"
)

// The method is that of I. P. Fellegi and A. B. Sunter (A Theory for Record Linkage,
// JASA 64, 1969); expectation and maximisation after W. E. Winkler (Using the EM
// Algorithm for Weight Computation in the Fellegi-Sunter Model, 1988), with U held at
// what pairs drawn at random give, as fastLink and Splink do.

// estimateU sets U to the shares of the outcomes among random pairs that are not one
// person: each pattern counts by the probability that it is not.
func (l *learner) estimateU(p *patterns, prior float64) {
	next := make([][]float64, len(l.u))
	for c := range next {
		next[c] = make([]float64, len(l.u[c]))
	}
	for i, levels := range p.levels {
		w := p.counts[i]
		if prior > 0 {
			w *= 1 - l.posterior(levels, nil, prior)
		}
		for c, level := range levels {
			if !l.missing(c, level) {
				next[c][level] += w
			}
		}
	}
	for c := range l.u {
		total := 0.0
		for _, n := range next[c] {
			total += n
		}
		for i, n := range next[c] { // half a pair for what was not seen
			l.u[c][i] = (n + 0.5) / (total + 0.5*float64(len(next[c])))
		}
		l.normalise(c, l.u[c])
	}
}

// odds gives the probability of a pattern among pairs of one person and among others,
// of the comparisons that are active; nil is all.
func (l *learner) odds(levels []int8, active []bool) (m, u float64) {
	m, u = 1, 1
	for c, level := range levels {
		if active != nil && !active[c] || l.missing(c, level) {
			continue
		}
		m *= l.m[c][level]
		u *= l.u[c][level]
	}
	return m, u
}

func (l *learner) posterior(levels []int8, active []bool, prior float64) float64 {
	m, u := l.odds(levels, active)
	m, u = m*prior, u*(1-prior)
	if m+u == 0 {
		return 0
	}
	return m / (m + u)
}

// session learns M of the active comparisons from the pairs of one rule.
func (l *learner) session(p *patterns, active []bool, prior float64) Session {
	var out Session
	lambda := prior
	for range l.o.Iterations {
		next := make([][]float64, len(l.m))
		for c := range next {
			next[c] = make([]float64, len(l.m[c]))
		}
		total, matches, likelihood := 0.0, 0.0, 0.0
		for i, levels := range p.levels {
			m, u := l.odds(levels, active)
			m, u = m*lambda, u*(1-lambda)
			likelihood += p.counts[i] * math.Log(m+u)
			w := p.counts[i] * m / (m + u)
			total += p.counts[i]
			matches += w
			for c, level := range levels {
				if active[c] && !l.missing(c, level) {
					next[c][level] += w
				}
			}
		}
		out.LogLikelihoods = append(out.LogLikelihoods, likelihood)
		moved := math.Abs(matches/total - lambda)
		lambda = min(max(matches/total, 1e-9), 1-1e-9)
		for c := range next {
			if active[c] {
				moved = max(moved, l.maximise(c, next[c]))
			}
		}
		if moved < l.o.Tolerance {
			out.Converged = true
			break
		}
	}
	out.Matches = lambda
	return out
}

// maximise sets M of one comparison to the expected shares, and says how far the
// farthest moved.
func (l *learner) maximise(c int, counts []float64) float64 {
	total, moved := 0.0, 0.0
	for _, n := range counts {
		total += n
	}
	if total <= 0 {
		return 0
	}
	for i, n := range counts {
		moved = max(moved, math.Abs(n/total-l.m[c][i]))
		l.m[c][i] = n / total
	}
	return moved
}
