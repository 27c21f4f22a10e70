package score_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/score"
	"github.com/rapport-go/rapport/internal/golden"
)

func instrumentVectors(t *testing.T, v *golden.Vectors, file string) {
	var all struct {
		SUS []struct {
			Answers                  [10]int
			Score, Usable, Learnable float64
		}
		Group struct {
			Mean, SD   float64
			N          int64
			Low        float64 `json:"t_lo"`
			High       float64 `json:"t_hi"`
			Grade      string
			Percentile float64 `json:"pct_of_norm_68_12_5"`
		} `json:"sus_group"`
		Boundaries []struct {
			Score float64
			Grade string
		} `json:"sus_grade_boundaries"`
		UMUX []struct {
			Capabilities, Ease int
			Score              float64
			Regression         float64 `json:"sus_regression_2013"`
		} `json:"umux_lite"`
		CES2 struct {
			Answers   []int
			Mean, Net float64
			Top3      float64 `json:"top3_pct"`
		}
		CES1 struct {
			Answers []int
			Mean    float64
			Low     float64 `json:"low_effort_pct"`
		}
		CSAT struct {
			Answers []int
			Mean    float64
			Top1    float64 `json:"top1_pct"`
			Top2    float64 `json:"top2_pct"`
			Low     float64 `json:"top2_wilson_lo"`
			High    float64 `json:"top2_wilson_hi"`
			Bottom2 float64 `json:"bottom2_pct"`
		}
		PMF struct {
			Very, Somewhat int64
			Not            int64   `json:"not_"`
			NotApplicable  int64   `json:"not_applicable"`
			Score          float64 `json:"score_pct"`
			Meets          bool    `json:"meets_40"`
			Low            float64 `json:"wilson_lo"`
			High           float64 `json:"wilson_hi"`
		}
		ACSI []struct {
			Means, Weights []float64
			Score          float64
		}
		Servqual struct {
			Perception, Expectation [score.ServiceItems]int
			Gap                     map[score.ServiceDimension]float64
			Unweighted              float64
			Importance              map[score.ServiceDimension]float64
			Weighted                float64
		}
		KanoTable []string `json:"kano_table"`
		Kano      struct {
			Answers       [][2]int
			Counts        map[string]int64
			Better, Worse float64
			Mode          string
		}
	}
	if !decode(t, v, file, &all) {
		return
	}
	var sus score.Usability
	for _, c := range all.SUS {
		got, err := score.ScoreSUS(c.Answers, nil)
		require.NoError(t, err)
		near(t, c.Score, got.Score)
		near(t, c.Usable, got.Usable)
		near(t, c.Learnable, got.Learnable)
		require.NoError(t, sus.Add(c.Answers, nil))
	}
	mean, err := sus.Mean(nil)
	require.NoError(t, err)
	sd, err := sus.SD()
	require.NoError(t, err)
	near(t, all.Group.Mean, mean.Value)
	near(t, all.Group.SD, sd)
	require.Equal(t, all.Group.N, mean.N)
	near(t, all.Group.Low, mean.Low)
	near(t, all.Group.High, mean.High)
	grade, err := score.GradeSUS(mean.Value)
	require.NoError(t, err)
	require.EqualValues(t, all.Group.Grade, grade)
	percentile, err := score.SUSPercentile(mean.Value)
	require.NoError(t, err)
	near(t, all.Group.Percentile, percentile)
	for _, c := range all.Boundaries {
		grade, err := score.GradeSUS(c.Score)
		require.NoError(t, err)
		require.EqualValues(t, c.Grade, grade, c.Score)
	}
	for _, c := range all.UMUX {
		got, err := score.ScoreUMUXLite(c.Capabilities, c.Ease)
		require.NoError(t, err)
		near(t, c.Score, got)
		regression, err := score.SUSFromUMUXLite2013(got)
		require.NoError(t, err)
		near(t, c.Regression, regression)
	}

	var ease score.EffortEase
	for _, a := range all.CES2.Answers {
		require.NoError(t, ease.Add(a))
	}
	e, err := ease.Mean(nil)
	require.NoError(t, err)
	near(t, all.CES2.Mean, e.Value)
	e, err = ease.Easy(nil)
	near(t, all.CES2.Top3, inPercent(t, e, err).Value)
	e, err = ease.Net(nil)
	require.NoError(t, err)
	near(t, all.CES2.Net, e.Value)

	var effort score.EffortRequired
	for _, a := range all.CES1.Answers {
		require.NoError(t, effort.Add(a))
	}
	e, err = effort.Mean(nil)
	require.NoError(t, err)
	near(t, all.CES1.Mean, e.Value)
	e, err = effort.LowEffort(nil)
	near(t, all.CES1.Low, inPercent(t, e, err).Value)

	var csat score.Satisfaction
	for _, a := range all.CSAT.Answers {
		require.NoError(t, csat.Add(a))
	}
	e, err = csat.Mean(nil)
	require.NoError(t, err)
	near(t, all.CSAT.Mean, e.Value)
	e, err = csat.Top(1, nil)
	near(t, all.CSAT.Top1, inPercent(t, e, err).Value)
	e, err = csat.Bottom(2, nil)
	near(t, all.CSAT.Bottom2, inPercent(t, e, err).Value)
	e, err = csat.Top(2, nil)
	e = inPercent(t, e, err)
	near(t, all.CSAT.Top2, e.Value)
	near(t, all.CSAT.Low, e.Low)
	near(t, all.CSAT.High, e.High)

	fit, err := score.ProductMarketFit{Very: all.PMF.Very, Somewhat: all.PMF.Somewhat, Not: all.PMF.Not, NotApplicable: all.PMF.NotApplicable}.Estimate(nil)
	require.Equal(t, all.PMF.Meets, fit.Reached)
	e = inPercent(t, fit.Estimate, err)
	near(t, all.PMF.Score, e.Value)
	near(t, all.PMF.Low, e.Low)
	near(t, all.PMF.High, e.High)

	for _, c := range all.ACSI {
		got, err := score.IndexOfMeans(c.Means, c.Weights)
		require.NoError(t, err)
		near(t, c.Score, got)
	}

	var service score.ServiceQuality
	require.NoError(t, service.Add(all.Servqual.Perception, all.Servqual.Expectation))
	var importance [5]float64
	require.Len(t, all.Servqual.Gap, 5)
	for d, want := range all.Servqual.Gap {
		got, err := service.Gap(d, nil)
		require.NoError(t, err)
		near(t, want, got.Value, d.String())
		importance[d-score.Tangibles] = all.Servqual.Importance[d]
	}
	e, err = service.Unweighted(nil)
	require.NoError(t, err)
	near(t, all.Servqual.Unweighted, e.Value)
	e, err = service.Weighted(importance, nil)
	require.NoError(t, err)
	near(t, all.Servqual.Weighted, e.Value)

	for i, row := range all.KanoTable {
		for j, letter := range row {
			c, err := score.ClassifyKano(i+1, j+1)
			require.NoError(t, err)
			require.Equal(t, string(letter), c.Letter())
		}
	}
	var kano score.Kano
	for _, a := range all.Kano.Answers {
		require.NoError(t, kano.Add(a[0], a[1]))
	}
	for c := score.MustBe; c <= score.Questionable; c++ {
		require.Equal(t, all.Kano.Counts[c.Letter()], kano.Count(c), c.String())
	}
	coefficients, err := kano.Coefficients(nil)
	require.NoError(t, err)
	near(t, all.Kano.Better, coefficients.Better.Value)
	near(t, all.Kano.Worse, coefficients.Worse.Value)
	mode, _, ok := kano.Mode()
	require.True(t, ok)
	require.Equal(t, all.Kano.Mode, mode.Letter())
	golden.Count(t, file, len(all.SUS)+1+len(all.Boundaries)+len(all.UMUX)+4+len(all.ACSI)+1+len(all.KanoTable)+1)
}

func maxdiffVectors(t *testing.T, v *golden.Vectors, file string) {
	var all []struct {
		Trials []struct {
			Shown       []string
			Best, Worst string
		}
		Result map[string]struct {
			Shown, Best, Worst int64
			Score              float64
			Logit, Share       *float64
		}
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all {
		var b score.BestWorst
		for _, trial := range c.Trials {
			require.NoError(t, b.Add(trial.Shown, trial.Best, trial.Worst))
		}
		items, err := b.Items(nil)
		require.NoError(t, err)
		require.Len(t, items, len(c.Result))
		for _, item := range items {
			want, ok := c.Result[item.Item]
			require.True(t, ok, item.Item)
			require.Equal(t, [3]int64{want.Shown, want.Best, want.Worst}, [3]int64{item.Shown, item.Best, item.Worst}, item.Item)
			near(t, want.Score, item.Score.Value, item.Item)
			require.Equal(t, want.Logit != nil, item.HasLogit, item.Item)
			if want.Logit != nil {
				near(t, *want.Logit, item.Logit, item.Item)
			}
			if want.Share != nil {
				near(t, *want.Share, item.Share, item.Item)
			}
		}
	}
	golden.Count(t, file, len(all))
}
