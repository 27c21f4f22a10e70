package survival_test

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/metrics/survival"
)

// genPeople draws observations with many ties, some of them with a late entry and some
// at times that are not whole.
func genPeople(t *rapid.T, least int) []delayed {
	n := rapid.IntRange(least, 40).Draw(t, "n")
	out := make([]delayed, n)
	for i := range out {
		exit := float64(rapid.IntRange(1, 24).Draw(t, "exit"))
		if rapid.IntRange(0, 3).Draw(t, "fraction") == 0 {
			exit += 0.5
		}
		out[i].duration, out[i].event = exit, rapid.Bool().Draw(t, "event")
		out[i].entry = float64(rapid.IntRange(0, int(exit)-1).Draw(t, "entry"))
	}
	return out
}

func tableOf(t require.TestingT, people []delayed) *survival.Table {
	table, err := survival.DelayedTableOf(slices.Values(people))
	require.NoError(t, err)
	return table
}

func state(t require.TestingT, table *survival.Table) []byte {
	data, err := table.MarshalBinary()
	require.NoError(t, err)
	return data
}

// The estimate by its definition: for each event time, who is at risk in (entry, exit].
func TestAgainstTheDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		people := genPeople(t, 1)
		curve, err := tableOf(t, people).KaplanMeier(nil)
		require.NoError(t, err)
		s := 1.0
		for _, p := range curve.Points() {
			var n, d, c int64
			for _, q := range people {
				if q.entry < p.Time && p.Time <= q.duration {
					n++
					if q.duration == p.Time {
						if q.event {
							d++
						} else {
							c++
						}
					}
				}
			}
			s *= 1 - float64(d)/float64(n)
			require.Equal(t, []int64{n, d, c}, []int64{p.AtRisk, p.Events, p.Censored})
			require.InDelta(t, s, p.Survival, 1e-12)
			at, ok := curve.At(p.Time)
			require.True(t, ok)
			require.Equal(t, p, at)
			between, ok := curve.At(p.Time - 0.25)
			require.True(t, ok)
			var risk int64
			for _, q := range people {
				if q.entry < p.Time-0.25 && p.Time-0.25 <= q.duration {
					risk++
				}
			}
			require.Equal(t, risk, between.AtRisk)
		}
	})
}

func TestCurveLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table := tableOf(t, genPeople(t, 1))
		o := &survival.Options{
			Band:  rapid.SampledFrom([]survival.Band{survival.Log, survival.LogLog, survival.Plain}).Draw(t, "band"),
			Level: rapid.SampledFrom([]float64{0.5, 0.9, 0.999}).Draw(t, "level"),
		}
		curve, err := table.KaplanMeier(o)
		require.NoError(t, err)
		before := 1.0
		for _, p := range curve.Points() {
			require.LessOrEqual(t, p.Survival, before)
			require.GreaterOrEqual(t, p.Survival, 0.0)
			before = p.Survival
			if low, high, ok := p.Interval(); ok {
				require.LessOrEqual(t, low, p.Survival+1e-12)
				require.GreaterOrEqual(t, high, p.Survival-1e-12)
				require.GreaterOrEqual(t, low, 0.0)
				require.LessOrEqual(t, high, 1.0)
			} else {
				require.True(t, p.Survival == 0 || p.Survival == 1 && o.Band == survival.LogLog)
			}
		}
		for _, share := range []float64{0.1, 0.5, 0.9} {
			mid, ok1 := curve.Quantile(share, survival.Midpoint)
			inf, ok2 := curve.Quantile(share, survival.Infimum)
			require.Equal(t, ok1, ok2)
			require.LessOrEqual(t, inf.Value, mid.Value)
			if ok1 && mid.HasLow {
				require.LessOrEqual(t, mid.Low, mid.Value)
			}
			require.True(t, ok1 || !mid.HasHigh, "the upper line comes down last")
			if mid.HasHigh {
				require.GreaterOrEqual(t, mid.High, mid.Value)
			}
		}
		last := curve.Points()[len(curve.Points())-1].Time
		a, err := curve.RestrictedMean(last / 2)
		require.NoError(t, err)
		b, err := curve.RestrictedMean(last)
		require.NoError(t, err)
		require.LessOrEqual(t, a.Value, b.Value+1e-9)
		require.LessOrEqual(t, b.Value, last+1e-9)
		// The area by a fine sum of the curve itself.
		sum := 0.0
		for k := range 4000 {
			p, ok := curve.At(last * (float64(k) + 0.5) / 4000)
			require.True(t, ok)
			sum += p.Survival * last / 4000
		}
		require.InDelta(t, sum, b.Value, last*0.01)
	})
}

func TestMergeLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		people := genPeople(t, 0)
		whole := tableOf(t, people)
		parts := tables(3)
		for _, p := range people {
			require.NoError(t, parts[rapid.IntRange(0, 2).Draw(t, "shard")].AddDelayed(p.entry, p.duration, p.event))
		}
		for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 0, 2}} {
			var sum survival.Table
			for _, i := range order {
				sum.Merge(parts[i])
			}
			sum.Merge(nil)
			sum.Merge(&survival.Table{})
			require.Equal(t, state(t, whole), state(t, &sum))
		}
		right := tables(1)[0] // a + (b + c)
		bc := tables(1)[0]
		bc.Merge(parts[1])
		bc.Merge(parts[2])
		right.Merge(parts[0])
		right.Merge(bc)
		require.Equal(t, state(t, whole), state(t, right))

		var back survival.Table
		require.NoError(t, back.UnmarshalBinary(state(t, whole)))
		require.Equal(t, whole.Rows(), back.Rows())
		counted, err := survival.FromCounts(whole.Rows())
		require.NoError(t, err)
		require.Equal(t, state(t, whole), state(t, counted))
		require.Equal(t, int64(len(people)), whole.Observations())
	})
}

// Every observation twice leaves the curve as it is and halves its variance.
func TestDoublingHalvesTheVariance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		people := genPeople(t, 1)
		one, err := tableOf(t, people).KaplanMeier(nil)
		require.NoError(t, err)
		two, err := tableOf(t, append(people, people...)).KaplanMeier(nil)
		require.NoError(t, err)
		for i, p := range two.Points() {
			q := one.Points()[i]
			require.InDelta(t, q.Survival, p.Survival, 1e-12)
			a, _ := q.StandardError()
			b, _ := p.StandardError()
			require.InDelta(t, a*a/2, b*b, 1e-12)
		}
	})
}

// The order of the groups changes nothing, two equal groups differ by nothing, and
// for two groups without ties the score test of Cox is the log-rank test.
func TestLogRankLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := make([]person, rapid.IntRange(6, 30).Draw(t, "n"))
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Perm(len(rows))
		groups := tables(2)
		for i := range rows {
			g := i % 2
			rows[i] = person{duration: float64(order[i] + 1), event: rapid.IntRange(0, 2).Draw(t, "event") > 0 || i < 2, x: []float64{float64(g)}}
			require.NoError(t, groups[g].Add(rows[i].duration, rows[i].event))
		}
		for _, w := range []survival.Weighting{survival.Mantel, survival.PetoPeto} {
			r, err := survival.LogRank(groups, w)
			if errors.Is(err, survival.ErrNoData) {
				return
			}
			require.NoError(t, err)
			back, err := survival.LogRank([]*survival.Table{groups[1], groups[0]}, w)
			require.NoError(t, err)
			require.InDelta(t, r.ChiSquare, back.ChiSquare, 1e-9*(1+r.ChiSquare))
			require.True(t, r.P >= 0 && r.P <= 1)
			same, err := survival.LogRank([]*survival.Table{groups[0], groups[0]}, w)
			if err == nil {
				require.InDelta(t, 0, same.ChiSquare, 1e-9)
			}
			twice, err := survival.StratifiedLogRank([][]*survival.Table{groups, groups}, w)
			require.NoError(t, err)
			require.InDelta(t, 2*r.ChiSquare, twice.ChiSquare, 1e-9*(1+r.ChiSquare))
		}
		mantel, err := survival.LogRank(groups, survival.Mantel)
		require.NoError(t, err)
		fit, err := survival.FitCox(slices.Values(rows), []string{"g"}, nil)
		require.NoError(t, err)
		require.InDelta(t, mantel.ChiSquare, fit.Score.ChiSquare, 1e-8*(1+mantel.ChiSquare))
	})
}

// A gradient by differences, the order of the rows, the units of a covariate and a shift of it
// leave a fit where theory says.
func TestCoxLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		tie := rapid.SampledFrom([]survival.Ties{survival.Efron, survival.Breslow, survival.Exact}).Draw(t, "ties")
		rows := make([]person, 40)
		for i := range rows {
			x := []float64{rng.NormFloat64(), float64(rng.IntN(2))}
			rows[i] = person{duration: math.Ceil(8 * rng.ExpFloat64() * math.Exp(-0.5*x[0])), event: rng.IntN(4) > 0, x: x}
		}
		o := &survival.CoxOptions{Ties: tie}
		names := []string{"a", "b"}
		fit, err := survival.FitCox(slices.Values(rows), names, o)
		require.NoError(t, err)
		require.Equal(t, survival.Converged, fit.Status)
		require.GreaterOrEqual(t, fit.LogLik, fit.LogLikNull-1e-9)
		require.Equal(t, fit.Covariance[0][1], fit.Covariance[1][0], "symmetric to the bit")

		shuffled := slices.Clone(rows)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		again, err := survival.FitCox(slices.Values(shuffled), names, o)
		require.NoError(t, err)
		require.InDelta(t, fit.LogLik, again.LogLik, 1e-10)

		scaled := slices.Clone(rows)
		for i, r := range rows {
			scaled[i].x = []float64{1000*r.x[0] + 5e5, -r.x[1]}
		}
		other, err := survival.FitCox(slices.Values(scaled), names, o)
		require.NoError(t, err)
		require.InEpsilon(t, fit.Coefficients[0].Value+3, other.Coefficients[0].Value*1000+3, 1e-7)
		require.InEpsilon(t, fit.Coefficients[1].Value+3, -other.Coefficients[1].Value+3, 1e-7)
		require.InEpsilon(t, fit.LogLik, other.LogLik, 1e-9)
		require.InDelta(t, fit.Concordance, other.Concordance, 1e-12)
	})
}

// Concordance by all pairs.
func TestConcordanceAgainstAllPairs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		rows := make([]delayed, 30)
		for i := range rows {
			exit := float64(1 + rng.IntN(12))
			rows[i] = delayed{person{duration: exit, entry: float64(rng.IntN(int(exit))), event: rng.IntN(3) > 0, x: []float64{float64(rng.IntN(5))}}}
		}
		fit, err := survival.FitCox(slices.Values(rows), []string{"x"}, nil)
		if err != nil || fit.Status != survival.Converged {
			return
		}
		var agree, pairs float64
		sign := fit.Coefficients[0].Value
		for i, a := range rows {
			for j, b := range rows {
				if i == j || !a.event || b.entry >= a.duration || b.duration < a.duration || b.duration == a.duration && b.event {
					continue
				}
				pairs++
				switch d := sign * (a.x[0] - b.x[0]); {
				case d > 0:
					agree++
				case d == 0:
					agree += 0.5
				}
			}
		}
		require.Equal(t, pairs > 0, fit.HasConcordance)
		require.InDelta(t, agree/pairs, fit.Concordance, 1e-12)
	})
}

func TestSeparationIsTold(t *testing.T) {
	t.Parallel()
	var rows []person
	for i := range 20 {
		rows = append(rows, person{duration: float64(i + 1), event: i < 10, x: []float64{float64(truth(i < 10)), float64(i % 3)}})
	}
	fit, err := survival.FitCox(slices.Values(rows), []string{"separates", "noise"}, nil)
	require.NoError(t, err)
	require.Equal(t, survival.Diverging, fit.Status)
	require.Nil(t, fit.Residuals())
	_, _, err = fit.CheckProportionalHazards(survival.KaplanMeierScale)
	require.ErrorIs(t, err, survival.ErrNoData)
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestCoxFaults(t *testing.T) {
	t.Parallel()
	fit := func(names []string, o *survival.CoxOptions, rows ...delayed) error {
		_, err := survival.FitCox(slices.Values(rows), names, o)
		return err
	}
	ok := func(exit, x float64) delayed { return delayed{person{duration: exit, event: true, x: []float64{x}}} }
	one := []string{"x"}
	require.ErrorIs(t, fit(one, nil), survival.ErrNoData)
	require.ErrorIs(t, fit(one, nil, delayed{person{duration: 1, x: []float64{1}}}), survival.ErrNoData)
	require.ErrorIs(t, fit(one, nil, ok(1, 4), ok(2, 4)), survival.ErrSingular)
	require.ErrorContains(t, fit(one, nil, ok(1, 4), ok(2, 4)), `"x"`)
	require.ErrorIs(t, fit(nil, &survival.CoxOptions{Ties: 9, Level: 2}, ok(1, 1)), survival.ErrInvalid)
	err := fit(one, nil, ok(math.NaN(), 1), ok(1, math.Inf(1)), delayed{person{duration: 1, entry: 1, x: []float64{1}}}, delayed{person{duration: 2, x: []float64{1, 2}}})
	for _, want := range []string{"rows[0].Duration", "rows[1].Covariates", "rows[2].Entry", "rows[3].Covariates: 2 numbers for 1 names"} {
		require.ErrorContains(t, err, want)
	}
	var collinear []person
	for i := range 12 {
		v := float64(i * i % 7)
		collinear = append(collinear, person{duration: float64(i%5 + 1), event: true, x: []float64{v, 3 - 2*v}})
	}
	_, err = survival.FitCox(slices.Values(collinear), []string{"first", "second"}, nil)
	require.ErrorIs(t, err, survival.ErrSingular)
	require.ErrorContains(t, err, `"second"`)
	many := make([]person, 40_000)
	for i := range many {
		many[i] = person{duration: 1 + float64(i%2), event: true, x: []float64{float64(i % 9)}}
	}
	_, err = survival.FitCox(slices.Values(many), one, &survival.CoxOptions{Ties: survival.Exact})
	require.ErrorIs(t, err, survival.ErrInvalid)
}

func TestTableFaults(t *testing.T) {
	t.Parallel()
	var table survival.Table
	for _, bad := range []float64{-1, math.NaN(), math.Inf(1), math.Inf(-1)} {
		require.ErrorIs(t, table.Add(bad, true), survival.ErrInvalid)
		require.ErrorIs(t, table.AddDelayed(bad, 5, true), survival.ErrInvalid)
		require.ErrorIs(t, table.AddDelayed(0, bad, true), survival.ErrInvalid)
	}
	require.ErrorIs(t, table.AddDelayed(5, 5, true), survival.ErrInvalid)
	require.Empty(t, table.Rows())
	_, err := table.KaplanMeier(nil)
	require.ErrorIs(t, err, survival.ErrNoData)
	_, err = table.NelsonAalen(nil)
	require.ErrorIs(t, err, survival.ErrNoData)
	_, err = table.KaplanMeier(&survival.Options{Level: 1, Band: 7})
	require.ErrorContains(t, err, "Options.Level")
	require.ErrorContains(t, err, "Options.Band")
	_, err = table.NelsonAalen(&survival.HazardOptions{Band: survival.LogLog})
	require.ErrorIs(t, err, survival.ErrInvalid)
	_, err = survival.LogRank(nil, survival.Mantel)
	require.ErrorIs(t, err, survival.ErrNoData)
	_, err = survival.LogRank([]*survival.Table{nil, {}}, survival.Mantel)
	require.ErrorIs(t, err, survival.ErrNoData)
	_, err = survival.LogRank(tables(2), 7)
	require.ErrorIs(t, err, survival.ErrInvalid)
	_, err = survival.StratifiedLogRank([][]*survival.Table{tables(2), tables(3)}, survival.Mantel)
	require.ErrorIs(t, err, survival.ErrInvalid)
	_, err = survival.FromCounts([]survival.Row{{Time: -1}, {Time: 1, Events: -1}, {Time: 2, Events: 1}, {Time: 2, Events: 1}})
	for _, want := range []string{"rows[0].Time", "rows[1]", "rows[3].Time"} {
		require.ErrorContains(t, err, want)
	}
	_, err = survival.FromCounts([]survival.Row{{Time: 2, Events: 1, AtRisk: 5}})
	require.ErrorContains(t, err, "5 at risk at 2, but the other columns give 1")
	_, err = survival.FromCounts([]survival.Row{{Time: 2, Events: 1}, {Time: 3, Entered: 1}})
	require.ErrorIs(t, err, survival.ErrInvalid)
	_, err = survival.TableOf(slices.Values([]person{{duration: 1}, {duration: -1}, {duration: -2}}))
	require.ErrorContains(t, err, "2 observations")

	torn := errors.New("torn row")
	read, err := survival.ReadTable(iter.Seq2[person, error](func(yield func(person, error) bool) {
		_ = yield(person{duration: 3}, nil) && yield(person{}, torn)
	}))
	require.ErrorIs(t, err, torn)
	require.Equal(t, int64(1), read.Observations())
}

func TestCurveEdges(t *testing.T) {
	t.Parallel()
	// S is exactly a half from 2 to 4: R's median is 3, lifelines' is 2.
	table, err := survival.FromCounts([]survival.Row{{Time: 2, Events: 2}, {Time: 4, Events: 1}, {Time: 6, Censored: 1}})
	require.NoError(t, err)
	curve, err := table.KaplanMeier(nil)
	require.NoError(t, err)
	mid, _ := curve.Median(survival.Midpoint)
	inf, _ := curve.Median(survival.Infimum)
	require.Equal(t, []float64{3, 2}, []float64{mid.Value, inf.Value})
	_, ok := curve.Quantile(0.9, survival.Midpoint)
	require.False(t, ok, "the curve ends at a quarter")
	for _, p := range []float64{0, 1, -1, math.NaN()} {
		_, ok = curve.Quantile(p, survival.Midpoint)
		require.False(t, ok)
	}
	_, ok = curve.Quantile(0.5, 9)
	require.False(t, ok)
	_, err = curve.RestrictedMean(6.5)
	require.ErrorIs(t, err, survival.ErrHorizon)
	for _, bad := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		_, err = curve.RestrictedMean(bad)
		require.ErrorIs(t, err, survival.ErrInvalid)
	}
	_, err = survival.Curve{}.RestrictedMean(3)
	require.ErrorIs(t, err, survival.ErrNoData)
	for _, time := range []float64{-1, 6.1, math.NaN()} {
		_, ok = curve.At(time)
		require.False(t, ok)
	}
	start, ok := curve.At(0)
	require.True(t, ok)
	require.Equal(t, 1.0, start.Survival)
	require.Equal(t, int64(4), start.AtRisk)
	// An event at time 0 counts from the start; a curve that ends at 0 has a mean beyond it.
	zero, err := survival.FromCounts([]survival.Row{{Time: 0, Events: 1}, {Time: 3, Events: 1}})
	require.NoError(t, err)
	curve, err = zero.KaplanMeier(nil)
	require.NoError(t, err)
	mean, err := curve.RestrictedMean(10)
	require.NoError(t, err)
	require.Equal(t, 1.5, mean.Value)
	_, ok = curve.Points()[1].StandardError()
	require.False(t, ok)
}

func TestNames(t *testing.T) {
	t.Parallel()
	roundTrip(t, []survival.Band{survival.Log, survival.LogLog, survival.Plain}, new(survival.Band))
	roundTrip(t, []survival.MedianRule{survival.Midpoint, survival.Infimum}, new(survival.MedianRule))
	roundTrip(t, []survival.Weighting{survival.Mantel, survival.PetoPeto}, new(survival.Weighting))
	roundTrip(t, []survival.Ties{survival.Efron, survival.Breslow, survival.Exact}, new(survival.Ties))
	roundTrip(t, []survival.CoxStatus{survival.Converged, survival.Diverging, survival.Stopped}, new(survival.CoxStatus))
	roundTrip(t, []survival.TimeScale{survival.KaplanMeierScale, survival.IdentityScale, survival.RankScale, survival.LogScale}, new(survival.TimeScale))
}

type text interface {
	comparable
	String() string
	MarshalText() ([]byte, error)
}

func roundTrip[T text, P interface {
	*T
	UnmarshalText([]byte) error
}](t *testing.T, all []T, into P,
) {
	t.Helper()
	for _, v := range all {
		data, err := v.MarshalText()
		require.NoError(t, err)
		require.Equal(t, v.String(), string(data))
		require.NoError(t, into.UnmarshalText(data))
		require.Equal(t, v, *into)
	}
	require.ErrorIs(t, into.UnmarshalText([]byte("no such")), survival.ErrInvalid)
}

func FuzzUnmarshalTable(f *testing.F) {
	var table survival.Table
	for i := range 5 {
		require.NoError(f, table.AddDelayed(float64(i), float64(2*i)+1.5, i%2 == 0))
		require.NoError(f, table.Add(float64(i), true))
	}
	f.Add(state(f, &table))
	f.Add(state(f, &survival.Table{}))
	f.Add([]byte("RSurv"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var read survival.Table
		if err := read.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, survival.ErrCorrupt)
			return
		}
		var again survival.Table
		require.NoError(t, again.UnmarshalBinary(state(t, &read)))
		require.Equal(t, read.Rows(), again.Rows())
		if curve, err := read.KaplanMeier(nil); err == nil {
			_, _ = curve.Median(survival.Midpoint)
		}
	})
}

// life is the least that a host's row can be.
type life struct {
	days  float64
	ended bool
}

func (l life) Duration() float64 { return l.days }
func (l life) Event() bool       { return l.ended }

// Ten customers of whom four left: the curve stays above a half, but its lower limit
// does not. The lower limit by Greenwood's variance on the log scale at t = 4:
// 0.6·exp(-1.96·sqrt(1/90+1/72+1/56+1/42)) = 0.362 <= 0.5, at t = 3 it is 0.467, at
// t = 2 it is 0.587.
func TestLimitOfAMedianThatIsNotReached(t *testing.T) {
	t.Parallel()
	var table survival.Table
	for i := range 10 {
		require.NoError(t, table.Add(float64(min(i, 4)+1), i < 4))
	}
	curve, err := table.KaplanMeier(nil)
	require.NoError(t, err)
	q, ok := curve.Median(survival.Midpoint)
	require.False(t, ok)
	require.True(t, q.HasLow)
	require.Equal(t, 3.0, q.Low)
	require.False(t, q.HasHigh)
}

func days(n int) []life {
	rng := rand.New(rand.NewPCG(3, 4))
	rows := make([]life, n)
	for i := range rows {
		rows[i] = life{float64(rng.IntN(2000)), rng.IntN(3) > 0}
	}
	return rows
}

// From rows to the curve, at the resolution of days.
func BenchmarkKaplanMeierDays(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000, 10_000_000} {
		rows := days(n)
		b.Run(fmt.Sprint("rows=", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				table, err := survival.TableOf(slices.Values(rows))
				require.NoError(b, err)
				_, err = table.KaplanMeier(nil)
				require.NoError(b, err)
			}
		})
	}
}

// The same where no two times are alike.
func BenchmarkKaplanMeierContinuous(b *testing.B) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		rows := make([]person, n)
		for i := range rows {
			rows[i] = person{duration: rng.ExpFloat64() * 400, event: rng.IntN(3) > 0}
		}
		b.Run(fmt.Sprint("rows=", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				table, err := survival.TableOf(slices.Values(rows))
				require.NoError(b, err)
				_, err = table.KaplanMeier(nil)
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkCox(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, n := range []int{1000, 10_000, 100_000} {
		rows := make([]person, n)
		for i := range rows {
			x := []float64{rng.NormFloat64(), float64(rng.IntN(2)), rng.Float64()}
			rows[i] = person{duration: math.Ceil(400 * rng.ExpFloat64() * math.Exp(-0.3*x[0])), event: rng.IntN(3) > 0, x: x}
		}
		b.Run(fmt.Sprint("rows=", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				fit, err := survival.FitCox(slices.Values(rows), []string{"a", "b", "c"}, nil)
				require.NoError(b, err)
				require.Equal(b, survival.Converged, fit.Status)
			}
		})
	}
}
