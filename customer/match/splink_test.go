package match_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/match"
	"github.com/rapport-go/rapport/internal/golden"
)

func splinkModel(t testing.TB) *match.Model {
	t.Helper()
	data, err := os.ReadFile(golden.Data(t, "customer", "splink_model_50k.json"))
	require.NoError(t, err)
	m, err := match.ReadSplink(data)
	require.NoError(t, err)
	m.Frequencies = map[string]*match.Frequencies{}
	for _, column := range strings.Fields("birth_place first_name first_name_surname_concat occupation surname") {
		s := dataSheet(t, "tf_"+column+".csv")
		m.Frequencies[column] = match.NewFrequencies(0, func(yield func(string, float64) bool) {
			for _, r := range s.rows {
				share, err := strconv.ParseFloat(r[1], 64)
				require.NoError(t, err)
				if !yield(r[0], share) {
					return
				}
			}
		})
	}
	return m
}

// The weights are those of a run of Splink 4.0.16 with the same model; nine places are
// given.
func TestWeightsOfSplink(t *testing.T) {
	t.Parallel()
	m := splinkModel(t)
	s := dataSheet(t, "splink_pair_scores.csv")
	var records [][]string // id and values
	columns := strings.Fields("first_name surname dob postcode_fake birth_place occupation")
	for i, r := range s.rows {
		for _, side := range []string{"_l", "_r"} {
			record := []string{strconv.Itoa(i) + side}
			for _, c := range columns {
				record = append(record, r[s.columns[c+side]])
			}
			concat := ""
			if record[1] != "" && record[2] != "" {
				concat = record[1] + " " + record[2]
			} else {
				concat = record[1] + record[2]
			}
			records = append(records, append(record, concat))
		}
	}
	var fields []match.Field[[]string]
	for i, c := range append(columns, "first_name_surname_concat") {
		fields = append(fields, match.Field[[]string]{Name: c, Role: match.RolePlain, Read: func(r []string) string { return r[i+1] }})
	}
	schema, err := match.NewSchema(func(r []string) string { return r[0] }, fields, nil)
	require.NoError(t, err)
	ix, err := match.NewIndex(schema, m)
	require.NoError(t, err)
	require.NoError(t, ix.Add(slices.Values(records), nil))
	for i, r := range s.rows {
		want, err := strconv.ParseFloat(r[s.columns["match_weight"]], 64)
		require.NoError(t, err)
		got, err := ix.Explain(strconv.Itoa(i)+"_l", strconv.Itoa(i)+"_r")
		require.NoError(t, err)
		require.InDelta(t, want, got.Weight, 1e-6, "%v", r)
		probability, err := strconv.ParseFloat(r[s.columns["match_probability"]], 64)
		require.NoError(t, err)
		require.InDelta(t, probability, got.Probability(), 1e-9)
	}
	golden.Count(t, "splink_pair_scores.csv", len(s.rows))
}
