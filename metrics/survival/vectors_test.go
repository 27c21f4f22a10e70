package survival_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
	"github.com/rapport-go/rapport/metrics/survival"
)

type vectorCurve struct {
	ConfType string `json:"conf_type"`
	Strata   []string
	Time     []float64
	NRisk    []int64 `json:"n_risk"`
	NEvent   []int64 `json:"n_event"`
	NCensor  []int64 `json:"n_censor"`
	Surv     []float64
	StdErr   []*float64 `json:"std_err"`
	Lower    []*float64
	Upper    []*float64
	CumHaz   []float64
}

type vectorMedian struct {
	Group        []string
	N, Events    []int64
	Median       []*float64
	Lower, Upper []*float64
}

type vectorTest struct {
	Rho      float64
	N        []int64
	Obs, Exp []float64
	ChiSq    float64
	DF       int
	P        float64
	Var      []float64
}

type vectorCox struct {
	Ties                                string
	Names                               any
	Coef, SE                            any
	LogLik0, LogLik, Concordance, Score float64
	Wald, LRT                           float64
}

type vectorAll struct {
	N, Events            int64
	Median, Lower, Upper *float64
}

type vectorAt struct {
	Time     []float64
	NRisk    []int64 `json:"n_risk"`
	Surv, SE []float64
	Lower    []float64
	Upper    []float64
}

type vectorSet struct {
	Note string
	Data struct {
		Time   []float64
		Status []int
		X      []string
		Age    []float64
		Sex    []float64
	}
	KMLog      *vectorCurve `json:"km_log"`
	KMLogLog   *vectorCurve `json:"km_loglog"`
	KMPlain    *vectorCurve `json:"km_plain"`
	Median     *vectorMedian
	LogRank    *vectorTest `json:"logrank"`
	Peto       *vectorTest
	Cox        []vectorCox
	MedianAll  *vectorAll    `json:"median_all"`
	MedianSex  *vectorMedian `json:"median_sex"`
	LogRankSex *vectorTest   `json:"logrank_sex"`
	PetoSex    *vectorTest   `json:"peto_sex"`
	KMAt       *vectorAt     `json:"km_at"`
	RMST       []struct{ Tau, RMST, SE float64 }
}

// person is a row of the sets, with its covariates.
type person struct {
	duration, entry float64
	event           bool
	group           string
	x               []float64
}

func (p person) Duration() float64     { return p.duration }
func (p person) Event() bool           { return p.event }
func (p person) Covariates() []float64 { return p.x }

func TestVectors(t *testing.T) {
	t.Parallel()
	const file = "survival_aml_lung.json"
	var f struct {
		Source    string
		AML, Lung vectorSet
	}
	data, ok := golden.OpenVectors(t, "metrics").Read(t, file)
	if !ok {
		return
	}
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	strict.UseNumber()
	require.NoError(t, strict.Decode(&f))
	var aml []person
	for i, time := range f.AML.Data.Time {
		aml = append(aml, person{duration: time, event: f.AML.Data.Status[i] == 1, group: "x=" + f.AML.Data.X[i]})
	}
	cases := runSet(t, &f.AML, aml)
	t.Run("lung", func(t *testing.T) {
		n := runSet(t, &f.Lung, lung(t, &f.Lung))
		golden.Count(t, file+" (lung)", n)
	})
	golden.Count(t, file, cases)
}

// lung reads the set from the vectors, or from the real data, which no package commits.
func lung(t *testing.T, v *vectorSet) (out []person) {
	t.Helper()
	for i, time := range v.Data.Time {
		out = append(out, person{
			duration: time, event: v.Data.Status[i] == 1, group: "sex=" + strconv.FormatFloat(v.Data.Sex[i], 'g', -1, 64),
			x: []float64{v.Data.Age[i], v.Data.Sex[i]},
		})
	}
	if out != nil {
		return out
	}
	for _, row := range lungRows(t) {
		out = append(out, person{duration: row[0], event: row[1] == 2, group: "sex=" + strconv.FormatFloat(row[3], 'g', -1, 64), x: []float64{row[2], row[3]}})
	}
	return out
}

// lungRows are the columns time, status (1 censored, 2 dead), age, sex and wt.loss (NaN where missing).
func lungRows(t *testing.T) (rows [][5]float64) {
	t.Helper()
	file, err := os.Open(golden.Data(t, "survival", "lung.csv"))
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	records, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	for _, r := range records[1:] {
		var row [5]float64
		for k, name := range []string{"time", "status", "age", "sex", "wt.loss"} {
			v, err := strconv.ParseFloat(r[slices.Index(records[0], name)], 64)
			if err != nil {
				v = math.NaN()
			}
			row[k] = v
		}
		rows = append(rows, row)
	}
	return rows
}

func groupsOf(people []person) (names []string, tables []*survival.Table, rows [][]person) {
	for _, p := range people {
		i := slices.Index(names, p.group)
		if i < 0 {
			i = len(names)
			names, tables, rows = append(names, p.group), append(tables, &survival.Table{}), append(rows, nil)
		}
		if err := tables[i].Add(p.duration, p.event); err != nil {
			panic(err)
		}
		rows[i] = append(rows[i], p)
	}
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return compareText(names[a], names[b]) })
	var n []string
	var ts []*survival.Table
	var rs [][]person
	for _, i := range order {
		n, ts, rs = append(n, names[i]), append(ts, tables[i]), append(rs, rows[i])
	}
	return n, ts, rs
}

func compareText(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

func runSet(t *testing.T, v *vectorSet, people []person) (cases int) {
	t.Helper()
	groups, tables, _ := groupsOf(people)
	for _, c := range []*vectorCurve{v.KMLog, v.KMLogLog, v.KMPlain} {
		if c != nil {
			runCurve(t, c, groups, tables)
			cases++
		}
	}
	for _, m := range []*vectorMedian{v.Median, v.MedianSex} {
		if m != nil {
			runMedians(t, m, groups, tables)
			cases++
		}
	}
	for _, c := range []*vectorTest{v.LogRank, v.Peto, v.LogRankSex, v.PetoSex} {
		if c != nil {
			runLogRank(t, c, tables)
			cases++
		}
	}
	for _, c := range v.Cox {
		runCox(t, c, people)
		cases++
	}
	all, err := survival.TableOf(slices.Values(people))
	require.NoError(t, err)
	curve, err := all.KaplanMeier(nil)
	require.NoError(t, err)
	if m := v.MedianAll; m != nil {
		require.Equal(t, m.N, curve.Observations())
		require.Equal(t, m.Events, curve.Events())
		q, ok := curve.Median(survival.Midpoint)
		requireKnown(t, m.Median, q.Value, ok)
		requireKnown(t, m.Lower, q.Low, q.HasLow)
		requireKnown(t, m.Upper, q.High, q.HasHigh)
		cases++
	}
	if v.KMAt != nil {
		runAt(t, v.KMAt, curve)
		cases++
	}
	for _, r := range v.RMST {
		mean, err := curve.RestrictedMean(r.Tau)
		require.NoError(t, err)
		require.InEpsilon(t, r.RMST, mean.Value, 1e-12)
		require.InEpsilon(t, r.SE, mean.StandardError, 1e-10)
		cases++
	}
	return cases
}

var bands = map[string]survival.Band{"log": survival.Log, "log-log": survival.LogLog, "plain": survival.Plain}

func runCurve(t *testing.T, c *vectorCurve, groups []string, tables []*survival.Table) {
	t.Helper()
	band, ok := bands[c.ConfType]
	require.True(t, ok, "unknown conf_type %q", c.ConfType)
	seen := 0
	for g, name := range groups {
		curve, err := tables[g].KaplanMeier(&survival.Options{Band: band})
		require.NoError(t, err)
		points := curve.Points()
		hazard, err := tables[g].NelsonAalen(nil)
		require.NoError(t, err)
		k, h := 0, 0
		for i, s := range c.Strata {
			if s != name {
				continue
			}
			p := points[k]
			require.Equal(t, c.Time[i], p.Time)
			require.Equal(t, []int64{c.NRisk[i], c.NEvent[i], c.NCensor[i]}, []int64{p.AtRisk, p.Events, p.Censored})
			require.InDelta(t, c.Surv[i], p.Survival, 1e-12)
			se, ok := p.StandardError()
			requireKnown(t, c.StdErr[i], se, ok)
			low, high, ok := p.Interval()
			requireKnown(t, c.Lower[i], low, ok)
			requireKnown(t, c.Upper[i], high, ok)
			if h < len(hazard) && hazard[h].Time == p.Time {
				h++
			}
			require.InDelta(t, c.CumHaz[i], hazard[h-1].Hazard, 1e-12)
			k++
			seen++
		}
		require.Len(t, points, k, name)
	}
	require.Len(t, c.Strata, seen)
}

func requireKnown(t *testing.T, want *float64, got float64, ok bool) {
	t.Helper()
	require.Equal(t, want != nil, ok)
	if ok {
		require.InDelta(t, *want, got, 1e-12)
	}
}

func runMedians(t *testing.T, m *vectorMedian, groups []string, tables []*survival.Table) {
	t.Helper()
	require.Equal(t, m.Group, groups)
	for g := range groups {
		curve, err := tables[g].KaplanMeier(nil)
		require.NoError(t, err)
		require.Equal(t, m.N[g], curve.Observations())
		require.Equal(t, m.Events[g], curve.Events())
		q, ok := curve.Median(survival.Midpoint)
		requireKnown(t, m.Median[g], q.Value, ok)
		requireKnown(t, m.Lower[g], q.Low, q.HasLow)
		requireKnown(t, m.Upper[g], q.High, q.HasHigh)
	}
}

var weightings = map[float64]survival.Weighting{0: survival.Mantel, 1: survival.PetoPeto}

func runLogRank(t *testing.T, c *vectorTest, tables []*survival.Table) {
	t.Helper()
	w, ok := weightings[c.Rho]
	require.True(t, ok, "unknown rho %v", c.Rho)
	r, err := survival.LogRank(tables, w)
	require.NoError(t, err)
	require.Len(t, r.Groups, len(c.N))
	for g, group := range r.Groups {
		require.Equal(t, c.N[g], group.Observations)
		require.InEpsilon(t, c.Obs[g], group.Observed, 1e-12)
		require.InEpsilon(t, c.Exp[g], group.Expected, 1e-12)
		for h := range r.Groups {
			require.InEpsilon(t, c.Var[g*len(c.N)+h], r.Variance[g][h], 1e-11)
		}
	}
	require.InEpsilon(t, c.ChiSq, r.ChiSquare, 1e-11)
	require.Equal(t, c.DF, r.DF)
	require.InEpsilon(t, c.P, r.P, 1e-10)
}

var ties = map[string]survival.Ties{"efron": survival.Efron, "breslow": survival.Breslow, "exact": survival.Exact}

// list reads what R writes as a number when it is one and as an array when there are more.
func list(t *testing.T, v any) (out []string) {
	t.Helper()
	if many, ok := v.([]any); ok {
		for _, one := range many {
			out = append(out, list(t, one)...)
		}
		return out
	}
	switch v := v.(type) {
	case string:
		return []string{v}
	case interface{ String() string }: // a json.Number
		return []string{v.String()}
	}
	t.Fatalf("unknown value %v", v)
	return nil
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return v
}

// covariate is the number that R's formula makes of a column: itself, or for a level of
// the factor x whether it is that level.
func covariate(t *testing.T, p person, name string) float64 {
	t.Helper()
	switch {
	case name == "age" && len(p.x) == 2:
		return p.x[0]
	case name == "sex" && len(p.x) == 2:
		return p.x[1]
	case strings.HasPrefix(name, "x"):
		return float64(truth(p.group == "x="+name[1:]))
	}
	t.Fatalf("unknown covariate %q", name)
	return 0
}

func runCox(t *testing.T, c vectorCox, people []person) {
	t.Helper()
	tie, ok := ties[c.Ties]
	require.True(t, ok, "unknown ties %q", c.Ties)
	names := list(t, c.Names)
	people = slices.Clone(people)
	for i, p := range people {
		people[i].x = nil
		for _, name := range names {
			people[i].x = append(people[i].x, covariate(t, p, name))
		}
	}
	fit, err := survival.FitCox(slices.Values(people), names, &survival.CoxOptions{Ties: tie})
	require.NoError(t, err)
	require.Equal(t, survival.Converged, fit.Status)
	coef, se := list(t, c.Coef), list(t, c.SE)
	for i, got := range fit.Coefficients {
		// R stops when the likelihood gains less than 1e-9 of itself.
		require.InEpsilon(t, number(t, coef[i]), got.Value, 1e-6)
		require.InEpsilon(t, number(t, se[i]), got.StandardError, 1e-6)
	}
	require.InEpsilon(t, c.LogLik0, fit.LogLikNull, 1e-11)
	require.InEpsilon(t, c.LogLik, fit.LogLik, 1e-11)
	require.InEpsilon(t, c.Score, fit.Score.ChiSquare, 1e-10)
	require.InEpsilon(t, c.LRT, fit.LikelihoodRatio.ChiSquare, 1e-8)
	require.InDelta(t, c.Wald, fit.Wald.ChiSquare, 0.005+1e-9) // R gives two decimals
	require.True(t, fit.HasConcordance)
	require.InDelta(t, c.Concordance, fit.Concordance, 1e-12)
}

func runAt(t *testing.T, c *vectorAt, curve survival.Curve) {
	t.Helper()
	for i, time := range c.Time {
		p, ok := curve.At(time)
		require.True(t, ok)
		require.Equal(t, c.NRisk[i], p.AtRisk)
		require.InDelta(t, c.Surv[i], p.Survival, 1e-12)
		se, ok := p.StandardError()
		requireKnown(t, &c.SE[i], se, ok)
		low, high, ok := p.Interval()
		requireKnown(t, &c.Lower[i], low, ok)
		requireKnown(t, &c.Upper[i], high, ok)
	}
}
