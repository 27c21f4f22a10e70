package score_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/score"
	"github.com/rapport-go/rapport/internal/golden"
)

// TestVectors runs every case of the files of this package. Floats are compared to 1e-9
// relative, or 1e-11 absolute of what should be zero, unless a file states its own tolerance.
func TestVectors(t *testing.T) {
	t.Parallel()
	v := golden.OpenVectors(t, "feedback")
	for file, run := range map[string]func(t *testing.T, v *golden.Vectors, file string){
		"proportion_ci.csv": proportionVectors, "two_proportions.csv": twoProportionVectors, "nps.csv": npsVectors,
		"nps_two_sample.csv": twoWaveVectors, "nps_weighted.json": weightedVectors, "sample_size.csv": sampleSizeVectors,
		"p_adjust.json": adjustVectors, "instruments.json": instrumentVectors, "maxdiff.json": maxdiffVectors,
		"reliability.json": reliabilityVectors, "drivers.json": driverVectors, "raking.json": rakingVectors,
		"response_style.json": styleVectors, "careless.json": carelessVectors, "response_rates.json": rateVectors,
		"nonresponse_bias.json": nonresponseVectors, "small_cells.json": smallCellVectors, "known_published.json": publishedVectors,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			run(t, v, file)
		})
	}
}

// decode reads a file and fails on any field that the runner does not know.
func decode(t *testing.T, v *golden.Vectors, file string, into any) (ok bool) {
	t.Helper()
	data, ok := v.Read(t, file)
	if !ok {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(into), file)
	return true
}

// table is a CSV file whose columns are read by name; all must be read.
type table struct {
	t      *testing.T
	column map[string]int
	read   map[string]bool
	rows   [][]string
}

func readTable(t *testing.T, v *golden.Vectors, file string) (*table, bool) {
	t.Helper()
	data, ok := v.Read(t, file)
	if !ok {
		return nil, false
	}
	records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	require.NoError(t, err)
	out := &table{t: t, column: map[string]int{}, read: map[string]bool{}, rows: records[1:]}
	for i, name := range records[0] {
		out.column[name] = i
	}
	return out, true
}

func (c *table) text(row []string, name string) string {
	i, ok := c.column[name]
	require.True(c.t, ok, "no column %s", name)
	c.read[name] = true
	return row[i]
}

func (c *table) num(row []string, name string) float64 {
	f, err := strconv.ParseFloat(c.text(row, name), 64)
	require.NoError(c.t, err, name)
	return f
}

func (c *table) int(row []string, name string) int64 {
	n, err := strconv.ParseInt(c.text(row, name), 10, 64)
	require.NoError(c.t, err, name)
	return n
}

func (c *table) done(file string) {
	c.t.Helper()
	for name := range c.column {
		require.True(c.t, c.read[name], "column %s of %s was not looked at", name, file)
	}
	golden.Count(c.t, file, len(c.rows))
}

func near(t require.TestingT, want, got float64, what ...any) {
	if h, ok := t.(interface{ Helper() }); ok {
		h.Helper()
	}
	require.False(t, math.IsNaN(got), what...)
	require.InDelta(t, want, got, math.Max(1e-11, 1e-9*math.Abs(want)), what...)
}

func nears(t *testing.T, want, got []float64, what ...any) {
	t.Helper()
	require.Len(t, got, len(want), what...)
	for i := range want {
		near(t, want[i], got[i], what...)
	}
}

// inPercent is an estimate of a share as the vectors print it.
func inPercent(t *testing.T, e score.Estimate, err error) score.Estimate {
	t.Helper()
	require.NoError(t, err)
	p, ok := e.Percent()
	require.True(t, ok)
	return p
}

func proportionVectors(t *testing.T, v *golden.Vectors, file string) {
	c, ok := readTable(t, v, file)
	if !ok {
		return
	}
	for _, row := range c.rows {
		p, err := score.ProportionFromCounts(c.int(row, "x"), c.int(row, "n"))
		require.NoError(t, err)
		for name, method := range map[string]score.Method{
			"wald": score.Wald, "wilson": score.Wilson, "wilsoncc": score.WilsonContinuity, "cp": score.ClopperPearson,
			"ac": score.AgrestiCoull, "jeffreys": score.JeffreysEqualTailed,
		} {
			e, err := p.Estimate(&score.Options{Level: c.num(row, "conf"), Method: method, Unclipped: true})
			require.NoError(t, err)
			near(t, c.num(row, "p"), e.Value, row)
			near(t, c.num(row, name+"_lo"), e.Low, "%s of %v", name, row)
			near(t, c.num(row, name+"_hi"), e.High, "%s of %v", name, row)
		}
	}
	c.done(file)
}

func twoProportionVectors(t *testing.T, v *golden.Vectors, file string) {
	c, ok := readTable(t, v, file)
	if !ok {
		return
	}
	for _, row := range c.rows {
		a, err := score.ProportionFromCounts(c.int(row, "x1"), c.int(row, "n1"))
		require.NoError(t, err)
		b, err := score.ProportionFromCounts(c.int(row, "x2"), c.int(row, "n2"))
		require.NoError(t, err)
		for test, name := range map[score.Test]string{score.PooledZ: "pooled", score.NMinusOne: "nminus1", score.Fisher: "fisher"} {
			d, err := score.CompareProportions(a, b, &score.CompareOptions{Test: test})
			require.NoError(t, err)
			near(t, c.num(row, "diff"), d.Difference.Value, row)
			near(t, c.num(row, "newcombe_lo"), d.Difference.Low, row)
			near(t, c.num(row, "newcombe_hi"), d.Difference.High, row)
			if c.text(row, "p_"+name) == "" {
				require.False(t, d.Testable, row)
				continue
			}
			require.True(t, d.Testable, row)
			probability(t, c.num(row, "p_"+name), d.P, row)
			if test != score.Fisher {
				near(t, c.num(row, "z_"+name), d.Statistic, row)
			}
		}
	}
	c.done(file)
}

// probability compares small p-values by their relative error.
func probability(t *testing.T, want, got float64, what ...any) {
	t.Helper()
	require.InDelta(t, want, got, 1e-9*want+1e-300, what...)
}

func npsVectors(t *testing.T, v *golden.Vectors, file string) {
	c, ok := readTable(t, v, file)
	if !ok {
		return
	}
	for _, row := range c.rows {
		n, err := score.NetPromoterFromCounts(c.int(row, "promoters"), c.int(row, "passives"), c.int(row, "detractors"))
		require.NoError(t, err)
		require.Equal(t, c.int(row, "n"), n.N())
		variance, err := n.Variance()
		require.NoError(t, err)
		near(t, c.num(row, "var"), variance, row)
		level, population := c.num(row, "conf"), c.int(row, "pop_N")
		for name, o := range map[string]score.Options{
			"wald": {Method: score.Wald}, "adjwald": {Method: score.AdjustedWald}, "score": {Method: score.Score},
			"wald_fpc": {Method: score.Wald, Population: population},
		} {
			o.Level, o.Unclipped = level, true
			e, err := n.Estimate(&o)
			require.NoError(t, err)
			near(t, c.num(row, "nps"), e.Value, row)
			if o.Population == 0 {
				near(t, c.num(row, "se"), e.SE, row)
			}
			near(t, c.num(row, name+"_lo"), e.Low, "%s of %v", name, row)
			near(t, c.num(row, name+"_hi"), e.High, "%s of %v", name, row)
		}
	}
	c.done(file)
}

func twoWaveVectors(t *testing.T, v *golden.Vectors, file string) {
	c, ok := readTable(t, v, file)
	if !ok {
		return
	}
	for _, row := range c.rows {
		// d, p, c: detractors, passives ("indifferent"), promoters, as in nps.csv.
		a, err := score.NetPromoterFromCounts(c.int(row, "c1"), c.int(row, "p1"), c.int(row, "d1"))
		require.NoError(t, err)
		b, err := score.NetPromoterFromCounts(c.int(row, "c2"), c.int(row, "p2"), c.int(row, "d2"))
		require.NoError(t, err)
		for name, test := range map[string]score.Test{"wald": score.UnpooledZ, "adjwald": score.AdjustedZ} {
			d, err := score.CompareNetPromoter(a, b, &score.CompareOptions{Test: test, Unclipped: true})
			require.NoError(t, err)
			near(t, c.num(row, name+"_diff"), d.Centre, "%s of %v", name, row)
			near(t, c.num(row, name+"_se"), d.SE, row)
			near(t, c.num(row, name+"_lo"), d.Difference.Low, row)
			near(t, c.num(row, name+"_hi"), d.Difference.High, row)
			if c.text(row, name+"_z") == "" {
				require.False(t, d.Testable, row)
				continue
			}
			require.True(t, d.Testable, row)
			near(t, c.num(row, name+"_z"), d.Statistic, row)
			probability(t, c.num(row, name+"_p"), d.P, row)
		}
	}
	c.done(file)
}

func weightedVectors(t *testing.T, v *golden.Vectors, file string) {
	var all []struct {
		Scores     []int
		Weights    []float64
		NPS        float64
		EffectiveN float64 `json:"kish_neff"`
		Deff       float64 `json:"kish_deff"`
		SE         float64 `json:"se_linearised"`
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all {
		var n score.WeightedNetPromoter
		for i, s := range c.Scores {
			require.NoError(t, n.Add(s, c.Weights[i]))
		}
		e, err := n.Estimate(nil)
		require.NoError(t, err)
		near(t, c.NPS, e.Value)
		near(t, c.EffectiveN, e.EffectiveN)
		near(t, c.SE, e.SE)
		deff, err := n.DesignEffect()
		require.NoError(t, err)
		near(t, c.Deff, deff)
	}
	golden.Count(t, file, len(all))
}

func sampleSizeVectors(t *testing.T, v *golden.Vectors, file string) {
	c, ok := readTable(t, v, file)
	if !ok {
		return
	}
	for _, row := range c.rows {
		o := score.SampleOptions{Level: c.num(row, "conf")}
		if c.text(row, "N") != "" {
			o.Population = c.int(row, "N")
		}
		s, err := score.SizeForProportion(c.num(row, "p"), c.num(row, "e"), &o)
		require.NoError(t, err)
		near(t, c.num(row, "n0"), s.Infinite, row)
		near(t, c.num(row, "n_exact"), s.Exact, row)
		require.Equal(t, c.int(row, "n_required"), s.Required, row)
		near(t, c.num(row, "moe_at_required"), s.Margin, row)
	}
	c.done(file)
}

func adjustVectors(t *testing.T, v *golden.Vectors, file string) {
	var all []struct{ P, Bonferroni, Holm, BH []float64 }
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all {
		for by, want := range map[score.Adjustment][]float64{score.Bonferroni: c.Bonferroni, score.Holm: c.Holm, score.BenjaminiHochberg: c.BH} {
			got, err := score.AdjustP(c.P, by)
			require.NoError(t, err)
			nears(t, want, got, by.String())
		}
	}
	golden.Count(t, file, len(all))
}
