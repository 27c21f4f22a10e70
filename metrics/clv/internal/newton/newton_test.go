package newton

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func maximise(t *testing.T, start []float64, f Objective) Result {
	t.Helper()
	res, err := Maximise(context.Background(), start, f)
	require.NoError(t, err)
	return res
}

func TestQuadraticTakesOneStep(t *testing.T) {
	t.Parallel()
	res := maximise(t, []float64{1, -1}, func(p *Point) {
		x, y := p.X[0]-2, p.X[1]
		p.Value = -x*x - x*y - y*y
		p.Gradient[0], p.Gradient[1] = -2*x-y, -x-2*y
		p.Hessian.SetSym(0, 0, -2)
		p.Hessian.SetSym(0, 1, -1)
		p.Hessian.SetSym(1, 1, -2)
	})
	require.True(t, res.Stopped)
	require.Equal(t, 2, res.Evaluations)
	require.InDelta(t, 2, res.X[0], 1e-12)
	require.InDelta(t, 0, res.X[1], 1e-12)
}

// TestBanana is Rosenbrock's function upside down, from its usual start.
func TestBanana(t *testing.T) {
	t.Parallel()
	res := maximise(t, []float64{-1.2, 1}, func(p *Point) {
		x, y := p.X[0], p.X[1]
		p.Value = -100*(y-x*x)*(y-x*x) - (1-x)*(1-x)
		p.Gradient[0], p.Gradient[1] = 400*x*(y-x*x)+2*(1-x), -200*(y-x*x)
		p.Hessian.SetSym(0, 0, 400*y-1200*x*x-2)
		p.Hessian.SetSym(0, 1, 400*x)
		p.Hessian.SetSym(1, 1, -200)
	})
	require.True(t, res.Stopped)
	require.InDelta(t, 1, res.X[0], 1e-6)
	require.InDelta(t, 1, res.X[1], 1e-6)
	require.Less(t, res.Evaluations, 60)
}

// TestDoubleWell starts where the Hessian points the wrong way, and still climbs.
func TestDoubleWell(t *testing.T) {
	t.Parallel()
	res := maximise(t, []float64{0.1}, func(p *Point) {
		x := p.X[0]
		p.Value = x*x/2 - x*x*x*x/4
		p.Gradient[0] = x - x*x*x
		p.Hessian.SetSym(0, 0, 1-3*x*x)
	})
	require.True(t, res.Stopped)
	require.InDelta(t, 1, res.X[0], 1e-6)
}

// TestRunsAway: a likelihood that rises for ever is not a maximum.
func TestRunsAway(t *testing.T) {
	t.Parallel()
	res := maximise(t, []float64{0, 0}, func(p *Point) {
		e := math.Exp(-p.X[0])
		p.Value = -e - p.X[1]*p.X[1]
		p.Gradient[0], p.Gradient[1] = e, -2*p.X[1]
		p.Hessian.SetSym(0, 0, -e)
		p.Hessian.SetSym(0, 1, 0)
		p.Hessian.SetSym(1, 1, -2)
	})
	require.Greater(t, res.X[0], 20.0)
	require.LessOrEqual(t, res.Evaluations, 60)
}

func TestSaddleIsNotStopped(t *testing.T) {
	t.Parallel()
	res := maximise(t, []float64{0, 0}, func(p *Point) {
		p.Value = p.X[0]*p.X[0] - p.X[1]*p.X[1]
		p.Gradient[0], p.Gradient[1] = 2*p.X[0], -2*p.X[1]
		p.Hessian.SetSym(0, 0, 2)
		p.Hessian.SetSym(0, 1, 0)
		p.Hessian.SetSym(1, 1, -2)
	})
	require.False(t, res.Stopped)
}

// TestHole shortens steps that land where the function is not a number.
func TestHole(t *testing.T) {
	t.Parallel()
	res := maximise(t, []float64{3}, func(p *Point) { // x e^-x with no value left of 0.5
		x := p.X[0]
		p.Value = math.Log(x-0.5) - x
		p.Gradient[0] = 1/(x-0.5) - 1
		p.Hessian.SetSym(0, 0, -1/((x-0.5)*(x-0.5)))
	})
	require.True(t, res.Stopped)
	require.InDelta(t, 1.5, res.X[0], 1e-6)
}

func TestNotFinite(t *testing.T) {
	t.Parallel()
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		_, err := Maximise(context.Background(), []float64{0, 0}, func(p *Point) { p.Hessian.SetSym(0, 1, bad) })
		require.ErrorIs(t, err, ErrNotFinite)
	}
}

func TestContextEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	_, err := Maximise(ctx, []float64{0}, func(p *Point) {
		if n++; n == 3 {
			cancel()
		}
		p.Value, p.Gradient[0] = p.X[0], 1
		p.Hessian.SetSym(0, 0, 0)
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, n, 6)
}
