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

// A level may ask something else of the left record than of the right, as in Splink; the
// left is the one with the lesser id, in whatever order the records came.
func TestSidedLevels(t *testing.T) {
	t.Parallel()
	m, err := match.ReadSplink([]byte(`{"probability_two_random_records_match":0.01,"comparisons":[{"output_column_name":"a","comparison_levels":[` +
		`{"sql_condition":"a_l = b_r","m_probability":0.9,"u_probability":0.1},{"sql_condition":"ELSE","m_probability":0.1,"u_probability":0.9}]}],` +
		`"blocking_rules_to_generate_predictions":["l.c = r.c"]}`))
	require.NoError(t, err)
	var fields []match.Field[[]string]
	for i, name := range []string{"a", "b", "c"} {
		fields = append(fields, match.Field[[]string]{Name: name, Role: match.RolePlain, Read: func(r []string) string { return r[i+1] }})
	}
	schema, err := match.NewSchema(func(r []string) string { return r[0] }, fields, nil)
	require.NoError(t, err)
	rows := [][]string{{"1", "x", "y", "c"}, {"2", "z", "x", "c"}, {"10", "y", "z", "c"}, {"9", "y", "q", "c"}}
	least := -100.0
	o := &match.PairsOptions{Least: &least}
	var want []match.Match
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}} {
		ix, err := match.NewIndex(schema, m)
		require.NoError(t, err)
		for _, i := range order {
			require.NoError(t, ix.Add(slices.Values(rows[i:i+1]), nil))
		}
		pairs, _, err := ix.Pairs(o)
		require.NoError(t, err)
		if want == nil {
			want = pairs
			require.Len(t, pairs, 6)
		}
		require.Equal(t, want, pairs)
		agree := 0
		for _, p := range pairs {
			e, err := ix.Explain(p.B, p.A)
			require.NoError(t, err)
			require.Equal(t, p, e.Match)
			if p.Weight > -5 {
				agree++
				require.Equal(t, [2]string{"1", "2"}, [2]string{p.A, p.B}, "x of 1 is x of 2; z of 2 is z of 10, which is left of it")
			}
		}
		require.Equal(t, 1, agree)
		found, err := ix.Candidates(rows[1], o)
		require.NoError(t, err)
		for _, f := range found {
			require.Contains(t, pairs, f)
		}
	}
}
