package listen_test

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/listen"
	"github.com/rapport-go/rapport/internal/golden"
)

type mentionCase struct {
	ID      string          `json:"id"`
	Text    string          `json:"text"`
	Terms   []string        `json:"terms"`
	Exclude []string        `json:"exclude"`
	Options map[string]bool `json:"options"`
	Spans   [][2]int        `json:"rune_spans"`
}

func mentionVector(t *testing.T, c *mentionCase) {
	var o listen.MatchOptions
	for name, on := range c.Options {
		switch name {
		case "kana":
			o.Kana = on
		case "marks":
			o.Marks = on
		case "gap":
			o.Gap = on
		case "kata":
			o.PartialKatakana = !on
		default:
			require.Fail(t, "unknown option", name)
		}
	}
	m, err := listen.NewMatcher(c.Terms, c.Exclude, &o)
	require.NoError(t, err)
	spans, err := m.Find(c.Text)
	require.NoError(t, err)
	got := [][2]int{}
	for _, s := range spans {
		got = append(got, [2]int{s.RuneStart, s.RuneEnd})
	}
	require.Equal(t, append([][2]int{}, c.Spans...), got)
}

// TestVectors runs every case of mentions.json, star_ratings.csv and star_decay.json.
func TestVectors(t *testing.T) {
	t.Parallel()
	v := golden.OpenVectors(t, "feedback")
	t.Run("mentions", func(t *testing.T) {
		var cases []mentionCase
		if !v.JSON(t, "mentions.json", &cases) {
			return
		}
		for i := range cases {
			t.Run(cases[i].ID, func(t *testing.T) { mentionVector(t, &cases[i]) })
		}
		golden.Count(t, "mentions.json", len(cases))
	})
	t.Run("stars", func(t *testing.T) {
		data, ok := v.Read(t, "star_ratings.csv")
		if !ok {
			return
		}
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		require.NoError(t, err)
		for i, row := range rows[1:] {
			t.Run(strconv.Itoa(i), func(t *testing.T) { starVector(t, rows[0], row) })
		}
		golden.Count(t, "star_ratings.csv", len(rows)-1)
	})
	t.Run("decay", func(t *testing.T) {
		var cases []decayCase
		if !v.JSON(t, "star_decay.json", &cases) {
			return
		}
		for i := range cases {
			t.Run(strconv.Itoa(i), func(t *testing.T) { decayVector(t, &cases[i]) })
		}
		golden.Count(t, "star_decay.json", len(cases))
	})
}

// near is the README's relative 1e-9; around zero the same absolutely.
func near(t *testing.T, want, got float64, what string) {
	t.Helper()
	require.InDelta(t, want, got, 1e-9*max(1, math.Abs(want)), what)
}

func starVector(t *testing.T, head, row []string) {
	cell := map[string]string{}
	for i, name := range head {
		switch name {
		case "s1", "s2", "s3", "s4", "s5", "n", "mean", "prior_mean", "prior_n", "bayes_avg", "dirichlet_lb95", "pos_wilson_lb":
			cell[name] = row[i]
		default:
			require.Fail(t, "unknown column", name)
		}
	}
	number := func(name string) float64 {
		v, err := strconv.ParseFloat(cell[name], 64)
		require.NoError(t, err)
		return v
	}
	var s listen.Stars
	for i := range s {
		n, err := strconv.ParseInt(cell["s"+strconv.Itoa(i+1)], 10, 64)
		require.NoError(t, err)
		s[i] = n
	}
	require.Equal(t, cell["n"], strconv.FormatInt(s.N(), 10))
	mean, ok := s.Mean()
	require.Equal(t, cell["mean"] != "", ok)
	if ok {
		near(t, number("mean"), mean, "mean")
	}
	bayes, err := s.Bayes(listen.Prior{Mean: number("prior_mean"), N: number("prior_n")})
	require.NoError(t, err)
	near(t, number("bayes_avg"), bayes, "bayes_avg")
	lower, err := s.DirichletLower(0.95)
	require.NoError(t, err)
	near(t, number("dirichlet_lb95"), lower, "dirichlet_lb95")
	share, _, err := s.WilsonLower(0.95)
	require.NoError(t, err)
	near(t, number("pos_wilson_lb"), share, "pos_wilson_lb")
}

type decayCase struct {
	Reviews []struct {
		Stars   int     `json:"stars"`
		AgeDays float64 `json:"age_days"`
	} `json:"reviews"`
	HalfLifeDays float64 `json:"half_life_days"`
	WeightedMean float64 `json:"weighted_mean"`
	EffectiveN   float64 `json:"effective_n"`
	Bayes        float64 `json:"bayes"`
	PriorMean    float64 `json:"prior_mean"`
	PriorN       float64 `json:"prior_n"`
}

func decayVector(t *testing.T, c *decayCase) {
	d, err := listen.NewDecayed(c.HalfLifeDays)
	require.NoError(t, err)
	for _, r := range c.Reviews {
		require.NoError(t, d.Add(r.Stars, r.AgeDays))
	}
	mean, ok := d.Mean()
	require.True(t, ok)
	near(t, c.WeightedMean, mean, "weighted_mean")
	near(t, c.EffectiveN, d.EffectiveN(), "effective_n")
	bayes, err := d.Bayes(listen.Prior{Mean: c.PriorMean, N: c.PriorN})
	require.NoError(t, err)
	near(t, c.Bayes, bayes, "bayes")
}
