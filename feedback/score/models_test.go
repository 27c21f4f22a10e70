package score_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback/score"
)

// sample is n rows of correlated answers: an outcome and p drivers.
func sample(seed uint64, n, p int) [][]float64 {
	random := rand.New(rand.NewPCG(seed, 7))
	rows := make([][]float64, n)
	for i := range rows {
		mood := random.NormFloat64()
		rows[i] = make([]float64, p+1)
		for j := range p {
			x := math.Round(3 + mood*0.7 + random.NormFloat64())
			rows[i][j+1] = x
			rows[i][0] += x * float64(j%3) / 4
		}
		rows[i][0] += 2 * random.NormFloat64()
	}
	return rows
}

// leastSquares is R² of the outcome on a set of columns by QR of the raw rows: nothing of the
// package.
func leastSquares(rows [][]float64, columns []int) float64 {
	n := len(rows)
	x, y := mat.NewDense(n, len(columns)+1, nil), mat.NewVecDense(n, nil)
	mean := 0.0
	for i, row := range rows {
		y.SetVec(i, row[0])
		mean += row[0] / float64(n)
		x.Set(i, 0, 1)
		for j, c := range columns {
			x.Set(i, j+1, row[c])
		}
	}
	var qr mat.QR
	qr.Factorize(x)
	var beta mat.VecDense
	if err := qr.SolveVecTo(&beta, false, y); err != nil {
		panic(err)
	}
	rest, total := 0.0, 0.0
	for _, row := range rows {
		fitted := beta.AtVec(0)
		for j, c := range columns {
			fitted += beta.AtVec(j+1) * row[c]
		}
		rest += (row[0] - fitted) * (row[0] - fitted)
		total += (row[0] - mean) * (row[0] - mean)
	}
	return 1 - rest/total
}

// permutations calls f with every order of the columns 1 to p.
func permutations(p int, f func([]int)) {
	order := make([]int, 0, p)
	var visit func(used int)
	visit = func(used int) {
		if len(order) == p {
			f(order)
			return
		}
		for j := 1; j <= p; j++ {
			if used&(1<<j) == 0 {
				order = append(order, j)
				visit(used | 1<<j)
				order = order[:len(order)-1]
			}
		}
	}
	visit(0)
}

// The Shapley value by its definition: gains averaged over all orders, each R² from the rows.
func TestShapleyByBruteForce(t *testing.T) {
	t.Parallel()
	for _, p := range []int{1, 2, 3, 5, 6} {
		rows := sample(uint64(p), 40, p)
		want, orders := make([]float64, p+1), 0.0
		known := map[int]float64{0: 0}
		r2 := func(columns []int) float64 {
			set := 0
			for _, c := range columns {
				set |= 1 << c
			}
			if v, ok := known[set]; ok {
				return v
			}
			known[set] = leastSquares(rows, columns)
			return known[set]
		}
		permutations(p, func(order []int) {
			orders++
			for k := range order {
				want[order[k]] += r2(order[:k+1]) - r2(order[:k])
			}
		})
		r, err := comomentsOf(t, rows).Drivers(0, nil)
		require.NoError(t, err)
		require.InDelta(t, known[(1<<(p+1))-2], r.R2, 1e-10)
		for i, d := range r.Drivers {
			require.True(t, d.HasLMG)
			require.InDelta(t, want[i+1]/orders, d.LMG, 1e-10)
		}
	}
}

// Property 15: the shares add up to R² and are not negative; relabelling permutes; affine changes
// of a driver change nothing; a copy shares equally.
func TestDriverProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.IntRange(1, 7).Draw(t, "p")
		rows := sample(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(p+3, 60).Draw(t, "n"), p)
		c := comomentsOf(t, rows)
		base, err := c.Drivers(0, nil)
		if err != nil { // a small sample may be degenerate, and says so
			require.True(t, isAny(err, score.ErrCollinear, score.ErrUndefined), err)
			return
		}
		lmg, relative, importance := 0.0, 0.0, 0.0
		for _, d := range base.Drivers {
			require.GreaterOrEqual(t, d.LMG, 0.0)
			require.GreaterOrEqual(t, d.RelativeWeight, 0.0)
			lmg += d.LMG
			relative += d.RelativeWeight
			importance += d.ImportanceShare
			require.True(t, d.Coefficient.Contains(d.Coefficient.Value))
		}
		require.InDelta(t, base.R2, lmg, 1e-9)
		require.InDelta(t, base.R2, relative, 1e-9)
		require.InDelta(t, 1, importance, 1e-8)

		turn := rapid.Permutation(seq(p)).Draw(t, "order")
		scale, shift := rapid.SampledFrom([]float64{-1, 0.5, 4}).Draw(t, "scale"), float64(rapid.IntRange(-1000, 1000).Draw(t, "shift"))
		moved := make([][]float64, len(rows))
		for i, row := range rows {
			moved[i] = []float64{row[0]}
			for _, j := range turn {
				moved[i] = append(moved[i], row[j+1]*scale+shift)
			}
		}
		other, err := comomentsOf(t, moved).Drivers(0, nil)
		require.NoError(t, err)
		for k, j := range turn {
			require.InDelta(t, base.Drivers[j].LMG, other.Drivers[k].LMG, 1e-9)
			require.InDelta(t, base.Drivers[j].RelativeWeight, other.Drivers[k].RelativeWeight, 1e-9)
		}

		for i := range moved {
			moved[i] = append(append([]float64(nil), rows[i]...), rows[i][1])
		}
		twice := comomentsOf(t, moved)
		_, err = twice.Drivers(0, nil)
		if p+2 < len(rows) {
			require.ErrorIs(t, err, score.ErrCollinear)
			shared, err := twice.Drivers(0, &score.DriverOptions{AllowCollinear: true})
			require.NoError(t, err)
			require.InDelta(t, base.R2, shared.R2, 1e-8)
			first, last := shared.Drivers[0], shared.Drivers[p]
			require.InDelta(t, first.LMG, last.LMG, 1e-9, "a copy shares equally")
			require.InDelta(t, first.RelativeWeight, last.RelativeWeight, 1e-7)
			require.False(t, first.HasCoefficient)
			require.Equal(t, []string{last.Name}, shared.Collinear)
		}
	})
}

func seq(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestDriverFaults(t *testing.T) {
	t.Parallel()
	var none score.Comoments
	_, err := none.Drivers(0, nil)
	require.ErrorIs(t, err, score.ErrNoData)
	rows := sample(1, 30, 3)
	for i := range rows {
		rows[i] = append(rows[i], 4, rows[i][1]+rows[i][2])
	}
	c := comomentsOf(t, rows)
	names := []string{"speed", "price", "care", "colour", "speed and price"}
	_, err = c.Drivers(0, &score.DriverOptions{Names: names})
	require.ErrorIs(t, err, score.ErrUndefined)
	require.ErrorContains(t, err, `"colour"`)
	for i := range rows {
		rows[i] = append(rows[i][:4:4], rows[i][5])
	}
	c = comomentsOf(t, rows)
	_, err = c.Drivers(0, &score.DriverOptions{Names: append(names[:3:3], names[4])})
	require.ErrorIs(t, err, score.ErrCollinear)
	require.ErrorContains(t, err, `"speed and price"`)
	_, err = c.Drivers(9, &score.DriverOptions{Names: names[:1], Level: 2})
	require.ErrorContains(t, err, "outcome")
	require.ErrorContains(t, err, "names")
	require.ErrorContains(t, err, "level")
	_, err = comomentsOf(t, rows[:4]).Drivers(0, nil)
	require.ErrorIs(t, err, score.ErrUndefined)
	constant := sample(1, 30, 2)
	for i := range constant {
		constant[i][0] = 5
	}
	_, err = comomentsOf(t, constant).Drivers(0, nil)
	require.ErrorContains(t, err, "outcome is constant")
}

// Beyond 15 drivers LMG is not given and relative weights take its place.
func TestManyDrivers(t *testing.T) {
	t.Parallel()
	r, err := comomentsOf(t, sample(3, 200, score.MostLMG+1)).Drivers(0, nil)
	require.NoError(t, err)
	require.Equal(t, score.RelativeWeights, r.Importance)
	total := 0.0
	for _, d := range r.Drivers {
		require.False(t, d.HasLMG)
		total += d.ImportanceShare
	}
	require.InDelta(t, 1, total, 1e-9)
}

// Every quadrant, at the medians of importance and of performance.
func TestQuadrants(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	var c score.Comoments
	for range 500 {
		x := []float64{random.NormFloat64() + 2, random.NormFloat64() + 5, random.NormFloat64() + 2, random.NormFloat64() + 5}
		require.NoError(t, c.Add([]float64{2*x[0] + 2.5*x[1] + 0.2*x[2] + 0.1*x[3] + random.NormFloat64(), x[0], x[1], x[2], x[3]}))
	}
	r, err := c.Drivers(0, nil)
	require.NoError(t, err)
	for i, want := range []score.Quadrant{score.ConcentrateHere, score.KeepUp, score.LowPriority, score.PossibleOverkill} {
		require.Equal(t, want, r.Drivers[i].Quadrant, "driver %d", i)
	}
}

// Coefficients, their standard errors and intervals are those of ordinary least squares:
// Chatterjee and Price's regression, and with R's summary(lm(rating ~ ., attitude)) printed.
func TestAttitudeRegression(t *testing.T) {
	t.Parallel()
	names, c := attitude(t)
	r, err := c.Drivers(0, &score.DriverOptions{Names: names[1:]})
	require.NoError(t, err)
	require.InDelta(t, 10.78708, r.Intercept, 5e-6)
	require.InDelta(t, 0.6628, r.AdjustedR2, 5e-5)
	for i, want := range [][2]float64{{0.61319, 0.16098}, {-0.07305, 0.13572}, {0.32033, 0.16852}, {0.08173, 0.22148}, {0.03838, 0.14700}, {-0.21706, 0.17821}} {
		require.InDelta(t, want[0], r.Drivers[i].Coefficient.Value, 5e-6, names[i+1])
		require.InDelta(t, want[1], r.Drivers[i].Coefficient.SE, 5e-6, names[i+1])
	}
}

// Property 16: alpha does not change with item shifts, a common scale or turning all items; the
// standardised one not with any item's scale.
func TestReliabilityProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 7).Draw(t, "k")
		rows := sample(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(3, 40).Draw(t, "n"), k)
		change := func(by func(item int, v float64) float64) *score.Comoments {
			var c score.Comoments
			for _, row := range rows {
				out := make([]float64, k)
				for i := range out {
					out[i] = by(i, row[i+1])
				}
				require.NoError(t, c.Add(out))
			}
			return &c
		}
		base, err := change(func(_ int, v float64) float64 { return v }).Reliability(nil)
		if err != nil {
			require.ErrorIs(t, err, score.ErrUndefined)
			return
		}
		scale := rapid.SampledFrom([]float64{-1, 0.25, 8}).Draw(t, "scale")
		shift := float64(rapid.IntRange(-1e6, 1e6).Draw(t, "shift"))
		moved, err := change(func(i int, v float64) float64 { return v*scale + shift*float64(i) }).Reliability(nil)
		require.NoError(t, err)
		near(t, base.Alpha.Value, moved.Alpha.Value)
		near(t, base.SEM*math.Abs(scale), moved.SEM)
		stretched, err := change(func(i int, v float64) float64 { return v * float64(i+1) }).Reliability(nil)
		if err == nil {
			near(t, base.Standardized, stretched.Standardized)
		}
		require.LessOrEqual(t, base.Alpha.Low, base.Alpha.Value)
		require.GreaterOrEqual(t, base.Alpha.High, base.Alpha.Value)
		require.Equal(t, base.Alpha.Value < 0, base.Alpha.Caveats.Has(score.NegativeReliability))
		if base.Alpha.Value < 0 {
			require.NotEmpty(t, base.LikelyReversed)
		}
	})
}

// An item that was asked the other way round is found, and turning it mends alpha.
func TestReversedItem(t *testing.T) {
	t.Parallel()
	rows := sample(5, 100, 5)
	var c, mended score.Comoments
	for _, row := range rows {
		require.NoError(t, mended.Add(row[1:]))
		row[3] = 6 - row[3]
		require.NoError(t, c.Add(row[1:]))
	}
	r, err := c.Reliability(nil)
	require.NoError(t, err)
	require.Equal(t, []int{2}, r.LikelyReversed)
	m, err := mended.Reliability(nil)
	require.NoError(t, err)
	require.Greater(t, m.Alpha.Value, r.Alpha.Value)
	require.Empty(t, m.LikelyReversed)
}

// omega of a perfect one-factor matrix is known: loadings 0.9, 0.8, 0.7, 0.6.
func TestOmegaOfKnownLoadings(t *testing.T) {
	t.Parallel()
	loadings := []float64{0.9, 0.8, 0.7, 0.6}
	// Eight columns of +1 and -1, orthogonal, make uncorrelated parts with exact correlations.
	var rows [][]float64
	for bits := range 32 {
		f := float64(1 - 2*(bits&1))
		row := make([]float64, len(loadings))
		for i, l := range loadings {
			row[i] = l*f + math.Sqrt(1-l*l)*float64(1-2*(bits>>(i+1)&1))
		}
		rows = append(rows, row)
	}
	sum, unique := 0.0, 0.0
	for _, l := range loadings {
		sum += l
		unique += 1 - l*l
	}
	for _, method := range []score.FactorMethod{score.MaximumLikelihood, score.MinimumResidual} {
		o, err := comomentsOf(t, rows).Omega(method)
		require.NoError(t, err)
		for i, l := range loadings {
			require.InDelta(t, l, o.Loadings[i], 1e-8)
			require.InDelta(t, 1-l*l, o.Uniquenesses[i], 1e-8)
		}
		require.InDelta(t, sum*sum/(sum*sum+unique), o.Value, 1e-9)
		require.False(t, o.Heywood)
	}
}

func TestJackknife(t *testing.T) {
	t.Parallel()
	// Of a mean, with one respondent in each group, it is the usual standard error.
	random := rand.New(rand.NewPCG(2, 3))
	var all score.Comoments
	var groups []*score.Comoments
	for range 30 {
		x := []float64{random.Float64() * 5}
		c := &score.Comoments{}
		require.NoError(t, c.Add(x))
		require.NoError(t, all.Add(x))
		groups = append(groups, c)
	}
	want, err := all.MeanEstimate(0, nil)
	require.NoError(t, err)
	mean := func(c *score.Comoments) ([]score.Figure, error) {
		m, err := c.Mean(0)
		return []score.Figure{{Name: "mean", Unit: score.ScalePoints, Value: m}}, err
	}
	got, err := score.Jackknife(groups, mean, nil)
	require.NoError(t, err)
	near(t, want.Value, got[0].Value)
	near(t, want.SE, got[0].SE)
	near(t, want.Low, got[0].Low)
	_, err = score.Jackknife(groups[:3], mean, nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	_, err = score.Jackknife(append(groups[:6:6], nil), mean, nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)
	nan := func(*score.Comoments) ([]score.Figure, error) {
		return []score.Figure{{Value: math.NaN()}}, nil
	}
	_, err = score.Jackknife(groups, nan, nil)
	require.ErrorIs(t, err, score.ErrOutOfRange)

	rows := sample(9, 400, 3)
	groups = make([]*score.Comoments, 20)
	for i := range groups {
		groups[i] = comomentsOf(t, rows[20*i:20*i+20])
	}
	r2, importance, err := score.JackknifeDrivers(groups, 0, &score.DriverOptions{Names: []string{"a", "b", "c"}})
	require.NoError(t, err)
	require.Positive(t, r2.SE)
	require.Len(t, importance, 3)
	require.Equal(t, "importance of c", importance[2].Name)
	require.Greater(t, importance[2].Low, importance[0].High, "the one without effect is clearly behind")
}

// With three items the model is saturated: the loadings are sqrt(r12 r13 / r23) and so on. Weak
// correlations make a valley of the loss that is long and flat: repeated substitution did not
// arrive in 20,000 steps for some.
func TestOmegaOfThreeWeakItems(t *testing.T) {
	t.Parallel()
	fitted := 0
	for seed := range uint64(400) {
		draw := rand.New(rand.NewPCG(seed, 8))
		var c score.Comoments
		for range 40 {
			q := draw.NormFloat64()
			require.NoError(t, c.Add([]float64{0.35*q + draw.NormFloat64(), 0.25*q + draw.NormFloat64(), 0.5*q + draw.NormFloat64()}))
		}
		r := func(i, j int) float64 {
			return must(c.Covariance(i, j)) / math.Sqrt(must(c.Covariance(i, i))*must(c.Covariance(j, j)))
		}
		a, b, d := r(0, 1), r(0, 2), r(1, 2)
		squares := []float64{a * b / d, a * d / b, b * d / a}
		if least, most := min(squares[0], squares[1], squares[2]), max(squares[0], squares[1], squares[2]); least <= 0 || most > 0.98 {
			continue // no factor, or an item that would be the factor itself
		}
		fitted++
		sum, unique := 0.0, 0.0
		for i, s := range squares {
			load := math.Sqrt(s)
			if []float64{d, b, a}[i] < 0 {
				load = -load // an item that runs the other way
			}
			sum, unique = sum+load, unique+1-s
		}
		for _, method := range []score.FactorMethod{score.MaximumLikelihood, score.MinimumResidual} {
			o, err := c.Omega(method)
			require.NoError(t, err, "%v, seed %d", method, seed)
			require.Less(t, o.Iterations, 1000, "%v, seed %d", method, seed)
			require.InDelta(t, sum*sum/(sum*sum+unique), o.Value, 1e-6, "%v, seed %d", method, seed)
		}
	}
	require.Greater(t, fitted, 100)
}

// Where no factor stands out the likelihood has several maxima. What is found is not below any
// that repeated substitution reaches from random starts.
func TestOmegaFindsTheBestFit(t *testing.T) {
	t.Parallel()
	several := 0
	for seed := range uint64(40) {
		draw := rand.New(rand.NewPCG(seed, 3))
		k := 4 + draw.IntN(6)
		load := make([]float64, k)
		for i := range load {
			load[i] = draw.Float64()*0.8 - 0.2
		}
		var c score.Comoments
		for range 40 {
			q, row := draw.NormFloat64(), make([]float64, k)
			for i := range row {
				row[i] = math.Round(3 + load[i]*q + 0.8*draw.NormFloat64())
			}
			require.NoError(t, c.Add(row))
		}
		o, err := c.Omega(score.MaximumLikelihood)
		require.NoError(t, err)
		cor := make([][]float64, k)
		for i := range cor {
			for j := range k {
				cor[i] = append(cor[i], must(c.Covariance(i, j))/math.Sqrt(must(c.Covariance(i, i))*must(c.Covariance(j, j))))
			}
		}
		found, _ := factorLoss(cor, o.Uniquenesses)
		least, most := found, found
		for range 12 {
			psi := make([]float64, k)
			for i := range psi {
				psi[i] = 0.02 + 0.97*draw.Float64()
			}
			loss, moved := 0.0, 1.0
			for i := 0; i < 600 && moved > 1e-9; i++ {
				before := psi
				loss, psi = factorLoss(cor, before)
				moved = 0
				for j := range psi {
					moved = max(moved, math.Abs(psi[j]-before[j]))
				}
			}
			// Not on the way to an item as the factor, if there is another fit.
			if moved <= 1e-9 && (slices.Min(psi) > 0.005 || o.Heywood) {
				least, most = min(least, loss), max(most, loss)
			}
		}
		require.LessOrEqual(t, found, least+1e-9, "seed %d", seed)
		if most > found+1e-3 {
			several++
		}
	}
	require.Positive(t, several, "the samples have more than one maximum")
}

// factorLoss is what one factor with these uniquenesses loses by likelihood, and one minus its
// squared loadings.
func factorLoss(cor [][]float64, psi []float64) (loss float64, next []float64) {
	k := len(psi)
	m := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			m.SetSym(i, j, cor[i][j]/math.Sqrt(psi[i]*psi[j]))
		}
	}
	var eigen mat.EigenSym
	eigen.Factorize(m, true)
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	values := eigen.Values(nil)
	for _, v := range values[:k-1] {
		loss += v - math.Log(v) - 1
	}
	next = make([]float64, k)
	for i := range next {
		l := vectors.At(i, k-1)
		next[i] = max(1-psi[i]*max(0, values[k-1]-1)*l*l, 0.005)
	}
	return loss, next
}
