package clv_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/metrics/clv"
)

// TestProbabilityFarTail adds up positive terms one by one for the parameters of
// bgnbd_population.csv:209, where the file has only the noise of its own arithmetic.
func TestProbabilityFarTail(t *testing.T) {
	t.Parallel()
	const r, alpha, a, b, n = 0.1, 50.16, 0.4, 0.81, 30
	for _, age := range []float64{0.01, 1} {
		q := age / (alpha + age)
		mass := func(n float64) float64 { // negative binomial
			v := math.Pow(alpha/(alpha+age), r)
			for j := range int(n) {
				v *= (r + float64(j)) / float64(j+1) * q
			}
			return v
		}
		survive := func(c int) float64 {
			v := 1.0
			for j := range c {
				v *= (b + float64(j)) / (a + b + float64(j))
			}
			return v
		}
		var tail float64
		for j := n; j < n+40; j++ {
			tail += mass(float64(j))
		}
		want := survive(n)*mass(n) + survive(n-1)*a/(a+b+n-1)*tail
		have, err := clv.BGNBD{R: r, Alpha: alpha, A: a, B: b, Unit: clv.Week}.Probability(n, clv.Weeks(age))
		require.NoError(t, err)
		require.InEpsilon(t, want, have, 1e-12)
	}
}

func TestFitBGNBDRefuses(t *testing.T) {
	t.Parallel()
	_, err := clv.FitBGNBD(context.Background(), clv.NewPatterns(clv.Week), nil)
	require.ErrorIs(t, err, clv.ErrNoData)
	_, err = clv.FitBGNBD(context.Background(), clv.NewPatterns(0), nil)
	require.ErrorIs(t, err, clv.ErrParameter)
	p := clv.NewPatterns(clv.Week)
	require.NoError(t, p.Add(clv.Summary{X: 1, TX: 2, T: 3}))
	_, err = clv.FitBGNBD(context.Background(), p, &clv.Options{Priors: []clv.Prior{{Parameter: "s", Median: 1, LogSD: 1}, {Parameter: "a", Median: -1, LogSD: 1}, {Parameter: "b", Median: 1}}})
	require.ErrorIs(t, err, clv.ErrParameter)
	require.ErrorContains(t, err, "prior on s")
	require.ErrorContains(t, err, "prior median of a")
	require.ErrorContains(t, err, "prior LogSD of b")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = clv.FitBGNBD(ctx, p, nil)
	require.ErrorIs(t, err, context.Canceled)
}
