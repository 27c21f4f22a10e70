package clv_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
	"github.com/rapport-go/rapport/metrics/clv"
)

// table reads a CSV file with a header into floats.
func table(t testing.TB, data string) [][]float64 {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(data)).ReadAll()
	require.NoError(t, err)
	var out [][]float64
	for _, row := range rows[1:] {
		values := make([]float64, len(row))
		for i, cell := range row {
			values[i], err = strconv.ParseFloat(cell, 64)
			require.NoError(t, err)
		}
		out = append(out, values)
	}
	return out
}

func dataTable(t testing.TB, elem ...string) [][]float64 {
	t.Helper()
	data, err := os.ReadFile(golden.Data(t, elem...))
	require.NoError(t, err)
	return table(t, string(data))
}

// cents rounds half away from zero to two decimals.
func cents(v float64) float64 { return math.Round(v*100) / 100 }

func exact(v float64) float64 { return v }

// cdnow is the calibration sample in weeks: columns id, x, tx_days, T_days, m, x_star.
func cdnow(t testing.TB, round func(float64) float64) *clv.Patterns {
	t.Helper()
	p := clv.NewPatterns(clv.Week)
	for _, r := range dataTable(t, "cdnow", "cdnow_sample_cbs.csv") {
		require.NoError(t, p.Add(clv.Summary{X: int(r[1]), TX: round(r[2] / 7), T: round(r[3] / 7)}))
	}
	return p
}

// cdnowSpend is the repeat spend; roundedMeans gives each mean in whole cents, half up, which is what
// lifetimes' copy of the data has.
func cdnowSpend(t testing.TB, roundedMeans bool) *clv.SpendData {
	t.Helper()
	d := &clv.SpendData{}
	for _, r := range dataTable(t, "cdnow", "cdnow_sample_cbs.csv") {
		// The file has means to six decimals; the total in cents gives them back in full.
		x := math.Max(1, r[1])
		mean := math.Round(100*x*r[4]) / x
		if roundedMeans {
			mean = math.Round(mean)
		}
		require.NoError(t, d.Add(int(r[1]), mean/100))
	}
	return d
}

// donations is the pattern table of the donors: frequency, recency, periods, weights.
func donations(t testing.TB) *clv.Patterns {
	t.Helper()
	p := clv.NewPatterns(clv.Year)
	for _, r := range dataTable(t, "donations", "donations.csv") {
		require.NoError(t, p.AddCount(clv.Summary{X: int(r[0]), TX: r[1], T: r[2]}, r[3]))
	}
	return p
}

func values[M clv.Estimable[M]](m M) []float64 {
	var out []float64
	for _, p := range m.Parameters() {
		out = append(out, p.Value)
	}
	return out
}

func closeAll(t *testing.T, want, have []float64, relative float64) {
	t.Helper()
	require.Len(t, have, len(want))
	for i := range want {
		require.InEpsilon(t, want[i], have[i], relative, "parameter %d", i)
	}
}

// reference is one fit of fits_reference.json.
type reference struct {
	Params      []float64   `json:"params"`
	LogLik      float64     `json:"loglik"`
	SE          []float64   `json:"se"`
	Cov         [][]float64 `json:"cov"`
	N           float64     `json:"n"`
	Tight       []float64   `json:"params_tight"`
	TightLogLik float64     `json:"loglik_tight"`
	Repeaters   float64     `json:"n_x_pos"`
	MeanZero    float64     `json:"n_m_zero"`
}

// checkReference compares a fit with one of the file: log-likelihood absolute 1e-7, parameters relative
// 1e-6, and 1e-9 against the tight optima, standard errors relative 1e-4,
// and the covariance with its numerical derivatives at the same share of the standard errors' product.
func checkReference[M clv.Estimable[M]](t *testing.T, want reference, f clv.Fit[M], err error) {
	t.Helper()
	require.NoError(t, err)
	require.Equal(t, clv.Converged, f.Status, f.Verdict())
	require.InDelta(t, want.LogLik, f.LogLik, 1e-7)
	require.InDelta(t, want.N, f.Customers, 0)
	closeAll(t, want.Params, values(f.Model), 1e-6)
	if want.Tight != nil {
		closeAll(t, want.Tight, values(f.Model), 1e-9)
		require.InDelta(t, want.TightLogLik, f.LogLik, 1e-6)
	}
	closeAll(t, want.SE, f.StandardErrors, 1e-4)
	for i, row := range want.Cov {
		for j, v := range row {
			require.InDelta(t, v, f.Covariance[i][j], 1e-4*want.SE[i]*want.SE[j], "covariance %d %d", i, j)
			require.InDelta(t, f.Covariance[i][j], f.Covariance[j][i], 0, "symmetry")
		}
	}
}

func referenceFits(t *testing.T, v *golden.Vectors) {
	t.Helper()
	var file map[string]json.RawMessage
	if !v.JSON(t, "fits_reference.json", &file) {
		return
	}
	ctx, count := context.Background(), 0
	decode := func(raw json.RawMessage) (r reference) {
		require.NoError(t, json.Unmarshal(raw, &r))
		count++
		return r
	}
	for name, raw := range file {
		switch name {
		case "_note":
			continue
		case "donations_bgbb":
			f, err := clv.FitBGBB(ctx, donations(t), nil)
			checkReference(t, decode(raw), f, err)
			continue
		case "cdnow946_lifetimes_gg":
			f, err := clv.FitGammaGamma(ctx, cdnowSpend(t, true), nil)
			checkReference(t, decode(raw), f, err)
			continue
		}
		round := map[string]func(float64) float64{"cdnow2357_rounded": cents, "cdnow2357_exactdays": exact}[name]
		require.NotNil(t, round, "unknown data %s", name)
		var fits map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(raw, &fits))
		for model, raw := range fits {
			switch model {
			case "bgnbd":
				f, err := clv.FitBGNBD(ctx, cdnow(t, round), nil)
				checkReference(t, decode(raw), f, err)
			case "mbgnbd":
				f, err := clv.FitMBGNBD(ctx, cdnow(t, round), nil)
				checkReference(t, decode(raw), f, err)
			case "pnbd":
				f, err := clv.FitParetoNBD(ctx, cdnow(t, round), nil)
				checkReference(t, decode(raw), f, err)
			case "gg_positive":
				f, err := clv.FitGammaGamma(ctx, cdnowSpend(t, false), nil)
				checkReference(t, decode(raw), f, err)
			default:
				require.Fail(t, "unknown model", model)
			}
		}
	}
	golden.Count(t, "fits_reference.json", count)
}

// hardFit is one data set of hard_fits.json: parameters where they exist, or the status.
type hardFit struct {
	BGNBD    json.RawMessage     `json:"bgnbd"`
	Pareto   json.RawMessage     `json:"pnbd"`
	Status   string              `json:"status"`
	Limit    *map[string]float64 `json:"limit_nbd"`
	Why      string              `json:"why"`
	Peer     json.RawMessage     `json:"lifetimes_pnbd"`
	customer *clv.Patterns
}

func hardFits(t *testing.T, v *golden.Vectors) {
	t.Helper()
	var file map[string]json.RawMessage
	if !v.JSON(t, "hard_fits.json", &file) {
		return
	}
	count := 0
	for name, raw := range file {
		if name == "_note" {
			continue
		}
		var h hardFit
		require.NoError(t, json.Unmarshal(raw, &h))
		data, ok := v.Read(t, "hardfit_"+name+".csv")
		if !ok {
			continue
		}
		h.customer = clv.NewPatterns(clv.Day)
		for _, r := range table(t, string(data)) {
			require.NoError(t, h.customer.Add(clv.Summary{X: int(r[0]), TX: r[1], T: r[2]}))
		}
		t.Run(name, func(t *testing.T) { checkHardFit(t, h) })
		count++
	}
	golden.Count(t, "hard_fits.json", count)
}

func checkHardFit(t *testing.T, h hardFit) {
	t.Helper()
	bg, err := clv.FitBGNBD(context.Background(), h.customer, nil)
	require.NoError(t, err)
	pareto, err := clv.FitParetoNBD(context.Background(), h.customer, nil)
	require.NoError(t, err)
	switch h.Status {
	case "boundary":
		require.Equal(t, clv.Boundary, bg.Status, bg.Verdict())
		require.Equal(t, clv.Boundary, pareto.Status, pareto.Verdict())
		require.Nil(t, bg.StandardErrors)
		require.Nil(t, pareto.Covariance)
		if h.Limit != nil {
			for _, have := range []float64{bg.Model.R, pareto.Model.R} {
				require.InEpsilon(t, (*h.Limit)["r"], have, 1e-6)
			}
			for _, have := range []float64{bg.Model.Alpha, pareto.Model.Alpha} {
				require.InEpsilon(t, (*h.Limit)["alpha"], have, 1e-6)
			}
		}
	case "":
		require.Equal(t, clv.Converged, bg.Status, bg.Verdict())
		require.Equal(t, clv.Converged, pareto.Status, pareto.Verdict())
		checkNamed(t, h.BGNBD, bg.Model.Parameters())
		checkNamed(t, h.Pareto, pareto.Model.Parameters())
	default:
		require.Fail(t, "unknown status", h.Status)
	}
}

func checkNamed(t *testing.T, raw json.RawMessage, have []clv.Parameter) {
	t.Helper()
	var want map[string]float64
	require.NoError(t, json.Unmarshal(raw, &want))
	require.Len(t, want, len(have))
	for _, p := range have {
		require.InEpsilon(t, want[p.Name], p.Value, 1e-6, p.Name)
	}
}

func contractFits(t *testing.T, v *golden.Vectors) {
	t.Helper()
	var file struct {
		Survival map[string][]float64 `json:"survival_pct"`
		N        float64              `json:"n"`
		Fits     map[string]struct {
			Alpha       float64 `json:"alpha"`
			Beta        float64 `json:"beta"`
			LogLik      float64 `json:"ll"`
			PerCustomer float64 `json:"ll_per_customer"`
		} `json:"fits"`
	}
	if !v.JSON(t, "sbg_fits.json", &file) {
		return
	}
	for name, want := range file.Fits {
		cohort, renewals, _ := strings.Cut(name, "_")
		n, err := strconv.Atoi(renewals)
		require.NoError(t, err)
		require.Contains(t, file.Survival, cohort)
		// The percentages are of n customers.
		var survivors []float64
		for _, pct := range file.Survival[cohort][:n+1] {
			survivors = append(survivors, pct*file.N/100)
		}
		data, err := clv.RenewalsFromSurvivors(clv.Year, survivors)
		require.NoError(t, err)
		f, err := clv.FitShiftedBetaGeometric(context.Background(), data, nil)
		require.NoError(t, err)
		require.Equal(t, clv.Converged, f.Status, f.Verdict())
		require.InEpsilon(t, want.Alpha, f.Model.Alpha, 1e-6, name)
		require.InEpsilon(t, want.Beta, f.Model.Beta, 1e-6, name)
		require.InDelta(t, want.LogLik, f.LogLik, 1e-7, name)
		require.InDelta(t, want.PerCustomer, f.LogLik/f.Customers, 1e-10, name)
	}
	golden.Count(t, "sbg_fits.json", len(file.Fits))
}
