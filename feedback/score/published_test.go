package score_test

import (
	"encoding/csv"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/score"
	"github.com/rapport-go/rapport/internal/golden"
)

// publishedVectors compares with figures printed in public sources, to the digits shown, and
// runs those that need real data where the data is.
func publishedVectors(t *testing.T, v *golden.Vectors, file string) {
	type pair struct {
		X1, N1, X2, N2 int64
		Lo, Hi         float64
	}
	var all struct {
		Note   string
		Wilson []struct {
			X, N   int64
			Lo, Hi float64
		} `json:"wilson_newcombe_1998"`
		Newcombe []pair `json:"newcombe_difference_1998"`
		Package  []struct {
			Scores       []int
			NPS, Var, SE *float64
		} `json:"r_nps_package_tests"`
		TestData struct {
			Hist                            []int64 `json:"hist_0_to_10"`
			Detractors, Passives, Promoters int64
			NPS                             float64
			Adjusted                        [2]float64 `json:"adjusted_wald_95"`
			Score                           [2]float64 `json:"score_95"`
		} `json:"r_nps_testdata"`
		Anchors struct {
			N        int64
			Extremes map[string]struct{ Liked, Disliked float64 }
			Range    map[string]float64
		} `json:"xm_institute_nps_anchors_18_countries"`
		Attitude attitudeFigures `json:"r_attitude"`
		Apiclus  apiclusFigures  `json:"r_survey_apiclus1_rake"`
		BH       struct {
			P        []float64
			Rejected int       `json:"rejected_at_q_025"`
			First    []float64 `json:"bh_first5"`
		} `json:"bh_25_p_values"`
		SampleSize []struct {
			P, E, Conf float64
			N          *int64
			Needed     int64 `json:"n"`
		} `json:"sample_size"`
		PrepPin struct {
			Detractors, Passives, Promoters int64
			NPS                             float64
		} `json:"preppin_data_39_scores"`
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all.Wilson {
		e, err := score.Proportion{Hits: c.X, Total: c.N}.Estimate(nil)
		require.NoError(t, err)
		require.InDelta(t, c.Lo, e.Low, 5e-5)
		require.InDelta(t, c.Hi, e.High, 5e-5)
	}
	for _, c := range all.Newcombe {
		d, err := score.CompareProportions(score.Proportion{Hits: c.X1, Total: c.N1}, score.Proportion{Hits: c.X2, Total: c.N2}, nil)
		require.NoError(t, err)
		require.InDelta(t, c.Lo, d.Difference.Low, 5.1e-5)
		require.InDelta(t, c.Hi, d.Difference.High, 5.1e-5)
	}
	for _, c := range all.Package {
		var n score.NetPromoter
		for _, s := range c.Scores {
			require.NoError(t, n.Add(s))
		}
		variance, err := n.Variance()
		require.NoError(t, err)
		near(t, *c.Var, variance)
		e, err := n.Estimate(nil)
		require.NoError(t, err)
		require.InDelta(t, *c.SE, e.SE/100, 5e-4)
		if c.NPS != nil {
			near(t, *c.NPS, e.Value/100)
		}
	}
	hist, err := score.RatingsFromCounts(0, all.TestData.Hist)
	require.NoError(t, err)
	n, err := hist.NetPromoter()
	require.NoError(t, err)
	require.Equal(t, score.NetPromoter{Promoters: all.TestData.Promoters, Passives: all.TestData.Passives, Detractors: all.TestData.Detractors}, n)
	for method, want := range map[score.Method][2]float64{score.AdjustedWald: all.TestData.Adjusted, score.Score: all.TestData.Score} {
		e, err := n.Estimate(&score.Options{Method: method})
		require.NoError(t, err)
		near(t, all.TestData.NPS, e.Value)
		require.InDelta(t, want[0], e.Low, 5e-5) // the package iterates to its own tolerance of 4e-5
		require.InDelta(t, want[1], e.High, 5e-5)
	}
	for country, a := range all.Anchors.Extremes {
		for given, want := range map[float64]float64{a.Liked: 1, a.Disliked: 0} {
			p, err := score.AnchorPosition(given, a.Liked, a.Disliked)
			require.NoError(t, err)
			require.Equal(t, want, p, country)
		}
		if want, ok := all.Anchors.Range[country]; ok {
			require.Equal(t, want, a.Liked-a.Disliked)
		}
	}
	adjusted, err := score.AdjustP(all.BH.P, score.BenjaminiHochberg)
	require.NoError(t, err)
	nears(t, all.BH.First, adjusted[:5])
	rejected, err := score.RejectedP(all.BH.P, 0.25, score.BenjaminiHochberg)
	require.NoError(t, err)
	require.Equal(t, all.BH.Rejected, slices.Index(rejected, false), "the smallest are rejected")
	for _, c := range all.SampleSize {
		o := score.SampleOptions{Level: c.Conf}
		if c.N != nil {
			o.Population = *c.N
		}
		s, err := score.SizeForProportion(c.P, c.E, &o)
		require.NoError(t, err)
		require.Equal(t, c.Needed, s.Required)
	}
	prep, err := score.NetPromoterFromCounts(all.PrepPin.Promoters, all.PrepPin.Passives, all.PrepPin.Detractors)
	require.NoError(t, err)
	e, err := prep.Estimate(nil)
	require.NoError(t, err)
	near(t, all.PrepPin.NPS, e.Value)
	t.Run("attitude", all.Attitude.compare)
	t.Run("apiclus1", all.Apiclus.compare)
	golden.Count(t, file, len(all.Wilson)+len(all.Newcombe)+len(all.Package)+1+len(all.Anchors.Extremes)+1+len(all.SampleSize)+1+2)
}

type attitudeFigures struct {
	Alpha           float64
	Standardized    float64            `json:"std_alpha"`
	OmegaML         float64            `json:"omega_ml"`
	OmegaMinres     float64            `json:"omega_minres"`
	R2OfRating      float64            `json:"r2_rating_on_6"`
	LMG             map[string]float64 `json:"lmg"`
	RelativeWeights map[string]float64 `json:"relative_weights"`
}

// compare runs the attitude data of Chatterjee and Price.
func (want attitudeFigures) compare(t *testing.T) {
	names, c := attitude(t)
	r, err := c.Reliability(nil)
	require.NoError(t, err)
	near(t, want.Alpha, r.Alpha.Value)
	near(t, want.Standardized, r.Standardized)
	require.InDelta(t, 0.7394, r.Alpha.Low, 5e-5)
	require.InDelta(t, 0.9158, r.Alpha.High, 5e-5)
	for method, omega := range map[score.FactorMethod]float64{score.MaximumLikelihood: want.OmegaML, score.MinimumResidual: want.OmegaMinres} {
		got, err := c.Omega(method)
		require.NoError(t, err)
		require.InDelta(t, omega, got.Value, 1e-4, method.String()) // as the vectors have it: the other fits stop early
	}
	d, err := c.Drivers(0, &score.DriverOptions{Names: names[1:]})
	require.NoError(t, err)
	near(t, want.R2OfRating, d.R2)
	require.Len(t, want.LMG, len(d.Drivers))
	for _, driver := range d.Drivers {
		near(t, want.LMG[driver.Name], driver.LMG, driver.Name)
		near(t, want.RelativeWeights[driver.Name], driver.RelativeWeight, driver.Name)
	}
}

type apiclusFigures struct {
	Weights map[string]float64
	Mean    float64 `json:"mean_api00"`
	Deff    float64 `json:"kish_deff"`
	Default float64 `json:"package_default_epsilon_result"` // of R, which stops early
}

// compare rakes the schools to the population's numbers by type and by target met, which are
// those of the survey package's own example.
func (want apiclusFigures) compare(t *testing.T) {
	f, err := os.Open(golden.Data(t, "feedback", "r_survey_apiclus1.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	r, err := score.NewRaking(
		score.Margin{Name: "stype", Targets: []score.Target{{Level: "E", Size: 4421}, {Level: "H", Size: 755}, {Level: "M", Size: 1018}}},
		score.Margin{Name: "sch.wide", Targets: []score.Target{{Level: "No", Size: 1072}, {Level: "Yes", Size: 5122}}})
	require.NoError(t, err)
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		require.NoError(t, err)
		return v
	}
	for _, row := range rows[1:] {
		require.NoError(t, r.Add(row[1:3], number(row[3])))
	}
	w, err := r.Weights(&score.RakeOptions{Total: 6194})
	require.NoError(t, err)
	var mean score.WeightedMean
	for _, row := range rows[1:] {
		weight, err := w.Weight(row[1:3], number(row[3]))
		require.NoError(t, err)
		require.InEpsilon(t, want.Weights[row[1]+"_"+row[2]], weight, 1e-9)
		require.NoError(t, mean.Add(number(row[5]), weight))
	}
	e, err := mean.Estimate(nil)
	require.NoError(t, err)
	near(t, want.Mean, e.Value)
	deff, err := mean.DesignEffect()
	require.NoError(t, err)
	near(t, want.Deff, deff)
	near(t, want.Deff, w.Report.DesignEffect)
	require.InDelta(t, want.Default, e.Value, 1e-4)
}

// attitude is the ratings of 30 departments, column by column; rating is the first.
func attitude(t testing.TB) (names []string, c *score.Comoments) {
	t.Helper()
	f, err := os.Open(golden.Data(t, "feedback", "r_attitude.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	c = &score.Comoments{}
	for _, row := range rows[1:] {
		values := make([]float64, len(row))
		for i, s := range row {
			values[i], err = strconv.ParseFloat(s, 64)
			require.NoError(t, err)
		}
		require.NoError(t, c.Add(values))
	}
	return rows[0], c
}
