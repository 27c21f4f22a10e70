package score_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/score"
	"github.com/rapport-go/rapport/internal/golden"
)

func comomentsOf(t require.TestingT, rows [][]float64) *score.Comoments {
	var c score.Comoments
	for _, row := range rows {
		require.NoError(t, c.Add(row))
	}
	return &c
}

func reliabilityVectors(t *testing.T, v *golden.Vectors, file string) {
	var all []struct {
		Data           [][]float64
		Alpha          float64
		Standardized   float64    `json:"std_alpha"`
		MeanR          float64    `json:"mean_interitem_r"`
		Rest           []*float64 `json:"corrected_item_total"`
		Dropped        []*float64 `json:"alpha_if_dropped"`
		Low            float64    `json:"feldt_lo"`
		High           float64    `json:"feldt_hi"`
		SEM            float64
		Omega          *float64 `json:"omega_total_ml_1factor"`
		OmegaTolerance float64  `json:"omega_tolerance"`
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all {
		m := comomentsOf(t, c.Data)
		r, err := m.Reliability(nil)
		require.NoError(t, err)
		near(t, c.Alpha, r.Alpha.Value)
		near(t, c.Low, r.Alpha.Low)
		near(t, c.High, r.Alpha.High)
		near(t, c.Standardized, r.Standardized)
		near(t, c.MeanR, r.MeanCorrelation)
		near(t, c.SEM, r.SEM)
		require.Len(t, r.Items, len(c.Rest))
		for i, item := range r.Items {
			require.Equal(t, c.Rest[i] != nil, item.HasRest)
			if item.HasRest {
				near(t, *c.Rest[i], item.RestCorrelation)
			}
			require.Equal(t, c.Dropped[i] != nil, item.HasDropped)
			if item.HasDropped {
				near(t, *c.Dropped[i], item.AlphaDropped)
			}
		}
		omega, err := m.Omega(score.MaximumLikelihood)
		if c.Omega == nil {
			require.Error(t, err)
			continue
		}
		require.NoError(t, err)
		require.InDelta(t, *c.Omega, omega.Value, c.OmegaTolerance)
	}
	golden.Count(t, file, len(all))
}

func driverVectors(t *testing.T, v *golden.Vectors, file string) {
	var all []struct {
		X           [][]float64
		Y           []float64
		Pearson     []float64
		R2          float64
		Coef        []float64
		Beta        []float64 `json:"std_beta"`
		LMG         []float64
		Relative    []float64 `json:"relative_weights"`
		Importance  []float64 `json:"importance_pct"`
		Performance []float64 `json:"performance_mean"`
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all {
		var m score.Comoments
		for i, x := range c.X {
			require.NoError(t, m.Add(append([]float64{c.Y[i]}, x...)))
		}
		r, err := m.Drivers(0, nil)
		require.NoError(t, err)
		near(t, c.R2, r.R2)
		near(t, c.Coef[0], r.Intercept)
		require.Len(t, r.Drivers, len(c.Pearson))
		for i, d := range r.Drivers {
			near(t, c.Pearson[i], d.Pearson)
			near(t, c.Coef[i+1], d.Coefficient.Value)
			near(t, c.Beta[i], d.Beta)
			near(t, c.LMG[i], d.LMG)
			near(t, c.Relative[i], d.RelativeWeight)
			near(t, c.Performance[i], d.Performance.Value)
			near(t, c.Importance[i]/100, d.ImportanceShare)
		}
	}
	golden.Count(t, file, len(all))
}

func rakingVectors(t *testing.T, v *golden.Vectors, file string) {
	var all []struct {
		Region, Age []string
		Targets     struct{ Region, Age map[string]float64 }
		Weights     []float64
		Sum         float64
		Deff        float64 `json:"kish_deff"`
		Iterations  int     `json:"iterations_used"`
	}
	if !decode(t, v, file, &all) {
		return
	}
	margin := func(name string, targets map[string]float64) score.Margin {
		m := score.Margin{Name: name}
		for level, size := range targets {
			m.Targets = append(m.Targets, score.Target{Level: level, Size: size})
		}
		return m
	}
	for _, c := range all {
		r, err := score.NewRaking(margin("region", c.Targets.Region), margin("age", c.Targets.Age))
		require.NoError(t, err)
		for i := range c.Region {
			require.NoError(t, r.Add([]string{c.Region[i], c.Age[i]}, 1))
		}
		w, err := r.Weights(&score.RakeOptions{Total: c.Sum})
		require.NoError(t, err)
		for i, want := range c.Weights {
			got, err := w.Weight([]string{c.Region[i], c.Age[i]}, 1)
			require.NoError(t, err)
			near(t, want, got)
		}
		near(t, c.Deff, w.Report.DesignEffect)
		require.Equal(t, c.Iterations, w.Report.Passes)
	}
	golden.Count(t, file, len(all))
}

func styleVectors(t *testing.T, v *golden.Vectors, file string) {
	var c struct {
		Scale   [2]int
		Groups  map[string][][]int
		Indices map[string]struct{ ARS, DARS, NARS, ERS, MRS float64 }
		Centred map[string][][]float64 `json:"person_mean_centred"`
		Z       map[string][][]float64 `json:"group_z_item"`
		Grand   map[string][][]float64 `json:"group_adjusted_to_grand"`
		Ridits  map[string]float64     `json:"ridit_reference"`
		Mean    map[string]float64     `json:"mean_ridit"`
		Anchors []struct {
			Country              string
			Liked, Disliked, NPS float64
			Position             float64
		} `json:"anchored_nps"`
	}
	if !decode(t, v, file, &c) {
		return
	}
	reference, err := score.NewRatings(c.Scale[0], c.Scale[1])
	require.NoError(t, err)
	var names []string
	for name := range c.Groups {
		names = append(names, name)
	}
	slices.Sort(names)
	ratings := map[string]*score.Ratings{}
	var rows [][][]int
	for _, name := range names {
		rows = append(rows, c.Groups[name])
		style, err := score.NewResponseStyle(c.Scale[0], c.Scale[1])
		require.NoError(t, err)
		ratings[name], err = score.NewRatings(c.Scale[0], c.Scale[1])
		require.NoError(t, err)
		for i, person := range c.Groups[name] {
			require.NoError(t, style.Add(person))
			for _, a := range person {
				require.NoError(t, ratings[name].Add(a))
			}
			centred, err := score.PersonCentred(person)
			require.NoError(t, err)
			nears(t, c.Centred[name][i], centred)
		}
		require.NoError(t, reference.Merge(ratings[name]))
		want := c.Indices[name]
		for _, index := range []struct {
			want float64
			got  func(*score.Options) (score.Estimate, error)
		}{
			{want.ARS, style.Agreeing},
			{want.DARS, style.Disagreeing},
			{want.NARS, style.NetAgreeing},
			{want.ERS, style.Extreme},
			{want.MRS, style.Middle},
		} {
			e, err := index.got(nil)
			require.NoError(t, err)
			near(t, index.want, e.Value, e.Name)
		}
		z, err := score.StandardizeItems(c.Groups[name])
		require.NoError(t, err)
		for i, row := range z.Values() {
			nears(t, c.Z[name][i], row)
		}
	}
	grand, err := score.RescaleToGrand(rows)
	require.NoError(t, err)
	for g, name := range names {
		for i, row := range grand[g].Values() {
			nears(t, c.Grand[name][i], row)
		}
	}
	ridits, err := reference.Ridits()
	require.NoError(t, err)
	require.Len(t, c.Ridits, len(ridits))
	for i, got := range ridits {
		near(t, c.Ridits[strconv.Itoa(c.Scale[0]+i)], got)
	}
	for name, want := range c.Mean {
		e, err := score.MeanRidit(ratings[name], reference, nil)
		require.NoError(t, err)
		near(t, want, e.Value, name)
	}
	for _, a := range c.Anchors {
		p, err := score.AnchorPosition(a.NPS, a.Liked, a.Disliked)
		require.NoError(t, err)
		near(t, a.Position, p, a.Country)
	}
	golden.Count(t, file, len(c.Groups)+len(c.Anchors))
}

func carelessVectors(t *testing.T, v *golden.Vectors, file string) {
	var all []struct {
		Answers      []int
		Longstring   int
		IRV          float64
		Distinct     int
		Straightline bool
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all {
		got, err := score.InspectAnswers(c.Answers, nil)
		require.NoError(t, err)
		require.Equal(t, c.Longstring, got.LongestRun)
		require.Equal(t, c.Distinct, got.Distinct)
		near(t, c.IRV, got.Variation)
		require.Equal(t, c.Straightline, got.Has(score.StraightLine))
	}
	golden.Count(t, file, len(all))
}

func rateVectors(t *testing.T, v *golden.Vectors, file string) {
	var all []struct {
		score.Cases
		E                                               float64 `json:"e"`
		RR1, RR2, RR3, RR4, RR5, RR6, COOP1, REF1, CON1 float64
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all {
		for r, want := range map[score.Rate]float64{
			score.RR1: c.RR1, score.RR2: c.RR2, score.RR3: c.RR3, score.RR4: c.RR4, score.RR5: c.RR5, score.RR6: c.RR6,
			score.COOP1: c.COOP1, score.REF1: c.REF1, score.CON1: c.CON1,
		} {
			got, err := c.Rate(r, c.E)
			require.NoError(t, err)
			near(t, want, got, r.String())
		}
	}
	golden.Count(t, file, len(all))
}

func nonresponseVectors(t *testing.T, v *golden.Vectors, file string) {
	var all []struct {
		Respondents    float64 `json:"mean_respondents"`
		Nonrespondents float64 `json:"mean_nonrespondents"`
		Rate           float64 `json:"response_rate"`
		Bias           float64
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all {
		got, err := score.NonresponseBias(c.Respondents, c.Nonrespondents, c.Rate)
		require.NoError(t, err)
		near(t, c.Bias, got)
	}
	golden.Count(t, file, len(all))
}

func smallCellVectors(t *testing.T, v *golden.Vectors, file string) {
	var all []struct {
		K               int64
		TotalPublished  bool `json:"total_published"`
		Cells           map[string]int64
		Suppressed      []string
		TotalSuppressed bool `json:"total_suppressed"`
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all {
		var groups []score.Group[struct{}]
		for i := range len(c.Cells) { // the file names cells in their order: c0, c1, ...
			key := "c" + strconv.Itoa(i)
			people, ok := c.Cells[key]
			require.True(t, ok, "no cell %s", key)
			groups = append(groups, score.Group[struct{}]{Key: key, People: people})
		}
		got, err := score.Suppress(groups, struct{}{}, &score.SuppressOptions{Least: c.K, NoTotal: !c.TotalPublished})
		require.NoError(t, err)
		require.ElementsMatch(t, c.Suppressed, got.Hidden, c)
		require.Equal(t, c.TotalSuppressed, got.TotalSuppressed, c)
		require.Equal(t, c.TotalPublished && !c.TotalSuppressed, got.Total != nil, c)
		require.Len(t, got.Visible, len(groups)-len(c.Suppressed))
	}
	golden.Count(t, file, len(all))
}
