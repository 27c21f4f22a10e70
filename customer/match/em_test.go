package match

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Expectation and maximisation against a plain one over single pairs, and against the
// probabilities from which the pairs were drawn.
func TestExpectationMaximisation(t *testing.T) {
	t.Parallel()
	truth := struct {
		m, u  [][]float64
		share float64
	}{
		m:     [][]float64{{0, 0.9, 0.06, 0.04}, {0, 0.7, 0.3}, {0, 0.8, 0.1, 0.1}},
		u:     [][]float64{{0, 0.05, 0.15, 0.8}, {0, 0.2, 0.8}, {0, 0.01, 0.09, 0.9}},
		share: 0.3,
	}
	draw := rand.New(rand.NewPCG(7, 11))
	level := func(shares []float64) int {
		x := draw.Float64()
		for i, s := range shares {
			if x -= s; x < 0 {
				return i
			}
		}
		return len(shares) - 1
	}
	const pairs = 60_000
	l := &learner{model: &Model{}, o: (&TrainOptions{Iterations: 300, Tolerance: 1e-9}).defaults()}
	s := &scorer{}
	for c := range truth.m {
		levels := make([]Level, len(truth.m[c]))
		levels[0].Missing = true
		l.model.Comparisons = append(l.model.Comparisons, Comparison{Levels: levels})
		s.comparisons = append(s.comparisons, comparison{levels: make([]stage, len(levels))})
		l.u = append(l.u, truth.u[c])
		start := []float64{0, 0.6, 0.25, 0.15}[:len(levels)]
		l.m = append(l.m, append([]float64(nil), start...))
	}
	single := make([][]int, pairs)
	codes := make([]uint64, pairs)
	for i := range single {
		from := truth.u
		if draw.Float64() < truth.share {
			from = truth.m
		}
		for c := range from {
			at := level(from[c])
			if draw.IntN(10) == 0 {
				at = 0 // missing
			}
			single[i] = append(single[i], at)
			codes[i] = codes[i]*uint64(len(from[c])+1) + uint64(at+1)
		}
	}

	// the plain one
	m := [][]float64{}
	for c := range l.m {
		m = append(m, append([]float64(nil), l.m[c]...))
	}
	share := 0.5
	for range 300 {
		next := [][]float64{make([]float64, 4), make([]float64, 3), make([]float64, 4)}
		matches := 0.0
		for _, levels := range single {
			p, q := share, 1-share
			for c, at := range levels {
				if at > 0 {
					p *= m[c][at]
					q *= truth.u[c][at]
				}
			}
			w := p / (p + q)
			matches += w
			for c, at := range levels {
				if at > 0 {
					next[c][at] += w
				}
			}
		}
		for c := range next {
			total := 0.0
			for _, n := range next[c] {
				total += n
			}
			for i, n := range next[c] {
				m[c][i] = n / total
			}
		}
		share = matches / pairs
	}

	got := l.session(s.collect(codes), []bool{true, true, true}, 0.5)
	require.True(t, got.Converged)
	require.InDelta(t, share, got.Matches, 1e-6)
	require.InDelta(t, truth.share, got.Matches, 0.02, "as the pairs were drawn")
	for c := range m {
		for i := range m[c] {
			require.InDelta(t, m[c][i], l.m[c][i], 1e-6, "comparison %d, level %d", c, i)
			require.InDelta(t, truth.m[c][i], l.m[c][i], 0.03)
		}
	}
	for i := 1; i < len(got.LogLikelihoods); i++ {
		require.GreaterOrEqual(t, got.LogLikelihoods[i], got.LogLikelihoods[i-1]-1e-6)
	}

	// the likelihood is that of the plain sum
	before := 0.0
	for _, levels := range single {
		p, q := 0.5, 0.5
		for c, at := range levels {
			if at > 0 {
				p *= []float64{0, 0.6, 0.25, 0.15}[at]
				q *= truth.u[c][at]
			}
		}
		before += math.Log(p + q)
	}
	require.InEpsilon(t, before, got.LogLikelihoods[0], 1e-12)
}

// U is the share of each level among random pairs that are not one person.
func TestEstimateU(t *testing.T) {
	t.Parallel()
	l := &learner{model: &Model{Comparisons: []Comparison{{Levels: []Level{{Missing: true}, {}, {}}}}}, u: [][]float64{make([]float64, 3)}, m: [][]float64{{0, 0.9, 0.1}}}
	s := &scorer{comparisons: []comparison{{levels: make([]stage, 3)}}}
	codes := []uint64{1, 2, 2, 3, 3, 3, 3, 3, 3} // one missing, two of the first level, six of the second
	l.estimateU(s.collect(codes), 0)
	require.InDeltaSlice(t, []float64{0, 2.5 / 9, 6.5 / 9}, l.u[0], 1e-12, "half a pair for what was not seen")
	u := l.u[0]
	p1, p2 := 0.1*0.9/(0.1*0.9+0.9*u[1]), 0.1*0.1/(0.1*0.1+0.9*u[2])
	l.estimateU(s.collect(codes), 0.1)
	a, b := 2*(1-p1)+0.5, 6*(1-p2)+0.5
	require.InDelta(t, a/(a+b), l.u[0][1], 1e-12)
	require.InDelta(t, b/(a+b), l.u[0][2], 1e-12)
}

// stage is level where a function has that name.
type stage = level
