package survival_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/metrics/survival"
)

// delayed is a person whose entry counts; stratified adds a stratum.
type delayed struct{ person }

func (p delayed) Entry() float64 { return p.entry }

type stratified struct{ delayed }

func (p stratified) Stratum() string { return p.group }

type refCurve struct {
	Time             []float64
	NRisk            []int64 `json:"n_risk"`
	NEvent           []int64 `json:"n_event"`
	NCensor          []int64 `json:"n_censor"`
	Surv             []float64
	SE, Lower, Upper []*float64
	CumHaz           []float64
	SECumHaz         []float64 `json:"se_cumhaz"`
}

type refTest struct {
	Obs, Exp []float64
	Var      [][]float64
	ChiSq    []float64
}

type refCox struct {
	Coef, SE    []float64
	Var         [][]float64
	LogLik      []float64
	Score, Wald []float64
	Concordance []float64
}

type refCheck struct{ Rho, ChiSq, Global []float64 }

// reference is made by testdata/r_survival.R with R's survival 3.5.3.
type reference struct {
	Data struct {
		X1, X2, Exit, Entry []float64
		Group, Stratum      []int
		Event               []int
	}
	KM         map[string]refCurve `json:"km_delayed"`
	Quantiles  struct{ P, Q, Lower, Upper []*float64 }
	RMST       struct{ Tau, RMST, SE []float64 }
	LogRank    map[string]refTest
	Cox        map[string]refCox
	ZPH        map[string]refCheck
	Schoenfeld struct {
		Time   []float64
		SumAbs []float64 `json:"sum_abs"`
	}
	people []person
}

func readReference(t *testing.T) *reference {
	t.Helper()
	data, err := os.ReadFile("testdata/r_survival.json")
	require.NoError(t, err)
	var r reference
	require.NoError(t, json.Unmarshal(data, &r))
	for i := range r.Data.Exit {
		r.people = append(r.people, person{
			duration: r.Data.Exit[i], entry: r.Data.Entry[i], event: r.Data.Event[i] == 1,
			group: fmt.Sprint(r.Data.Stratum[i]), x: []float64{r.Data.X1[i], r.Data.X2[i]},
		})
	}
	return &r
}

func TestDelayedCurvesAgreeWithR(t *testing.T) {
	t.Parallel()
	r := readReference(t)
	var rows []delayed
	for _, p := range r.people {
		rows = append(rows, delayed{p})
	}
	table, err := survival.DelayedTableOf(slices.Values(rows))
	require.NoError(t, err)
	for name, o := range map[string]survival.Options{
		"log": {}, "loglog": {Band: survival.LogLog}, "plain90": {Band: survival.Plain, Level: 0.9}, "fh": {},
	} {
		want := r.KM[name]
		curve, err := table.KaplanMeier(&o)
		require.NoError(t, err)
		hazards, err := table.NelsonAalen(&survival.HazardOptions{FlemingHarrington: name == "fh"})
		require.NoError(t, err)
		points, h := curve.Points(), 0
		require.Len(t, points, len(want.Time))
		for i, p := range points {
			require.Equal(t, want.Time[i], p.Time)
			require.Equal(t, []int64{want.NRisk[i], want.NEvent[i], want.NCensor[i]}, []int64{p.AtRisk, p.Events, p.Censored})
			require.InDelta(t, want.Surv[i], p.Survival, 1e-12)
			se, ok := p.StandardError()
			requireKnown(t, want.SE[i], se, ok)
			low, high, ok := p.Interval()
			requireKnown(t, want.Lower[i], low, ok)
			requireKnown(t, want.Upper[i], high, ok)
			if h < len(hazards) && hazards[h].Time == p.Time {
				h++
			}
			if h > 0 {
				require.InDelta(t, want.CumHaz[i], hazards[h-1].Hazard, 1e-12)
				require.InDelta(t, want.SECumHaz[i], hazards[h-1].StandardError, 1e-12)
			}
		}
	}
}

func TestQuantilesAndMeansAgreeWithR(t *testing.T) {
	t.Parallel()
	r := readReference(t)
	table, err := survival.TableOf(slices.Values(r.people))
	require.NoError(t, err)
	curve, err := table.KaplanMeier(nil)
	require.NoError(t, err)
	for i, p := range r.Quantiles.P {
		q, ok := curve.Quantile(*p, survival.Midpoint)
		requireKnown(t, r.Quantiles.Q[i], q.Value, ok)
		requireKnown(t, r.Quantiles.Lower[i], q.Low, q.HasLow)
		requireKnown(t, r.Quantiles.Upper[i], q.High, q.HasHigh)
	}
	for i, tau := range r.RMST.Tau {
		m, err := curve.RestrictedMean(tau)
		require.NoError(t, err)
		require.InEpsilon(t, r.RMST.RMST[i], m.Value, 1e-12)
		require.InEpsilon(t, r.RMST.SE[i], m.StandardError, 1e-11)
	}
}

func TestStratifiedLogRankAgreesWithR(t *testing.T) {
	t.Parallel()
	r := readReference(t)
	plain := [][]*survival.Table{tables(3)}
	byStratum := [][]*survival.Table{tables(3), tables(3)}
	for i, p := range r.people {
		g, s := r.Data.Group[i]-1, r.Data.Stratum[i]-1
		require.NoError(t, plain[0][g].Add(p.duration, p.event))
		require.NoError(t, byStratum[s][g].Add(p.duration, p.event))
	}
	for name, c := range map[string]struct {
		strata [][]*survival.Table
		w      survival.Weighting
	}{
		"mantel": {plain, survival.Mantel}, "peto": {plain, survival.PetoPeto},
		"strat": {byStratum, survival.Mantel}, "stratpeto": {byStratum, survival.PetoPeto},
	} {
		want := r.LogRank[name]
		got, err := survival.StratifiedLogRank(c.strata, c.w)
		require.NoError(t, err)
		for g := range got.Groups {
			require.InEpsilon(t, want.Obs[g], got.Groups[g].Observed, 1e-12, name)
			require.InEpsilon(t, want.Exp[g], got.Groups[g].Expected, 1e-12, name)
			for h := range got.Groups {
				require.InEpsilon(t, want.Var[g][h], got.Variance[g][h], 1e-11, name)
			}
		}
		require.InEpsilon(t, want.ChiSq[0], got.ChiSquare, 1e-10, name)
		require.Equal(t, 2, got.DF)
	}
}

func tables(n int) []*survival.Table {
	out := make([]*survival.Table, n)
	for i := range out {
		out[i] = &survival.Table{}
	}
	return out
}

func TestCoxAgreesWithR(t *testing.T) {
	t.Parallel()
	r := readReference(t)
	var rows []stratified
	for _, p := range r.people {
		rows = append(rows, stratified{delayed{p}})
	}
	names := []string{"x1", "x2"}
	for name, tie := range map[string]survival.Ties{
		"efron": survival.Efron, "breslow": survival.Breslow, "exact": survival.Exact,
		"strat_efron": survival.Efron, "strat_breslow": survival.Breslow, "strat_exact": survival.Exact,
	} {
		want := r.Cox[name]
		var fit survival.CoxFit
		var err error
		if len(name) > 7 {
			fit, err = survival.FitCox(slices.Values(rows), names, &survival.CoxOptions{Ties: tie})
		} else {
			fit, err = survival.FitCox(slices.Values(r.people), names, &survival.CoxOptions{Ties: tie})
		}
		require.NoError(t, err, name)
		require.Equal(t, survival.Converged, fit.Status)
		for i, c := range fit.Coefficients {
			require.InEpsilon(t, want.Coef[i], c.Value, 1e-9, name)
			require.InEpsilon(t, want.SE[i], c.StandardError, 1e-9, name)
			for j := range fit.Coefficients {
				require.InEpsilon(t, want.Var[i][j], fit.Covariance[i][j], 1e-9, name)
			}
		}
		require.InEpsilon(t, want.LogLik[0], fit.LogLikNull, 1e-12, name)
		require.InEpsilon(t, want.LogLik[1], fit.LogLik, 1e-12, name)
		require.InEpsilon(t, want.Score[0], fit.Score.ChiSquare, 1e-9, name)
		require.InEpsilon(t, want.Wald[0], fit.Wald.ChiSquare, 1e-9, name)
		require.InDelta(t, want.Concordance[0], fit.Concordance, 1e-12, name)
	}
}

func TestProportionalHazardsCheckAgreesWithR(t *testing.T) {
	t.Parallel()
	r := readReference(t)
	fit, err := survival.FitCox(slices.Values(r.people), []string{"x1", "x2"}, nil)
	require.NoError(t, err)
	for name, scale := range map[string]survival.TimeScale{
		"km": survival.KaplanMeierScale, "identity": survival.IdentityScale, "rank": survival.RankScale, "log": survival.LogScale,
	} {
		want := r.ZPH[name]
		each, global, err := fit.CheckProportionalHazards(scale)
		require.NoError(t, err)
		for i, c := range each {
			require.InEpsilon(t, want.Rho[i], c.Rho, 1e-8, name)
			require.InEpsilon(t, want.ChiSq[i], c.ChiSquare, 1e-8, name)
			require.Equal(t, 1, c.DF)
		}
		require.InEpsilon(t, want.Global[0], global.ChiSquare, 1e-8, name)
		require.Equal(t, 2, global.DF)
	}
	sums, abs := []float64{0, 0}, []float64{0, 0}
	for i, res := range fit.Residuals() {
		require.Equal(t, r.Schoenfeld.Time[i], res.Time)
		for j, v := range res.Values {
			sums[j] += v
			abs[j] += math.Abs(v)
		}
	}
	for j := range sums {
		require.InDelta(t, 0, sums[j], 1e-8, "residuals add up to 0")
		require.InEpsilon(t, r.Schoenfeld.SumAbs[j], abs[j], 1e-9)
	}
}

// The figures that cox.zph of survival 2.x printed for the lung data, as published in
// STHDA's "Cox model assumptions".
func TestProportionalHazardsOfLung(t *testing.T) {
	t.Parallel()
	var rows []person
	for _, r := range lungRows(t) {
		if !math.IsNaN(r[4]) {
			rows = append(rows, person{duration: r[0], event: r[1] == 2, x: []float64{r[2], r[3], r[4]}})
		}
	}
	fit, err := survival.FitCox(slices.Values(rows), []string{"age", "sex", "wt.loss"}, nil)
	require.NoError(t, err)
	each, global, err := fit.CheckProportionalHazards(survival.KaplanMeierScale)
	require.NoError(t, err)
	for i, want := range [][3]float64{{-0.0483, 0.378, 0.538}, {0.1265, 2.349, 0.125}, {0.0126, 0.024, 0.877}} {
		require.InDelta(t, want[0], each[i].Rho, 5e-5)
		require.InDelta(t, want[1], each[i].ChiSquare, 5e-4)
		require.InDelta(t, want[2], each[i].P, 5e-4)
	}
	require.InDelta(t, 2.846, global.ChiSquare, 5e-4)
	require.InDelta(t, 0.416, global.P, 5e-4)
}
