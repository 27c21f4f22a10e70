package match_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer/match"
)

// through runs all of an index on records.
func through(t require.TestingT, people []resident) (*match.TrainReport, match.Clusters) {
	schema := residentSchemaOf(t)
	ix, err := match.NewIndex(schema, match.Standard(schema))
	require.NoError(t, err)
	require.NoError(t, ix.Add(slices.Values(people), &match.AddOptions{Workers: 2}))
	report, err := ix.Train(&match.TrainOptions{Workers: 2})
	if err != nil {
		require.ErrorIs(t, err, match.ErrNoData)
		return nil, nil
	}
	_, err = json.Marshal(report)
	require.NoError(t, err, "nothing in the report is no number")
	data, err := ix.Model().MarshalJSON()
	require.NoError(t, err)
	_, err = match.ParseModel(data)
	require.NoError(t, err)
	pairs, _, err := ix.Pairs(&match.PairsOptions{Workers: 2, Households: true})
	require.NoError(t, err)
	for _, m := range pairs {
		require.False(t, math.IsNaN(m.Weight) || math.IsInf(m.Weight, 0))
	}
	groups, err := ix.Cluster(&match.ClusterOptions{Workers: 2})
	require.NoError(t, err)
	for i := range min(3, len(people)) {
		_, err := ix.Candidates(people[i], nil)
		require.NoError(t, err)
	}
	return report, groups
}

func TestHostileRecords(t *testing.T) {
	t.Parallel()
	many := func(n int, r func(i int) resident) []resident {
		out := make([]resident, n)
		for i := range out {
			out[i] = r(i)
			out[i].ID = fmt.Sprint(i)
		}
		return out
	}
	word := func(i int) string {
		syllables := []string{"ba", "ce", "di", "fo", "gul", "ham", "jen", "ki", "lor", "mu", "ne", "pis", "rak", "so"}
		n := len(syllables)
		return syllables[i%n] + syllables[i/n%n] + syllables[(i/n/n+i)%n]
	}
	t.Run("nothing in any field", func(t *testing.T) {
		t.Parallel()
		_, groups := through(t, many(200, func(int) resident { return resident{} }))
		require.Len(t, groups, 200)
	})
	t.Run("all the same", func(t *testing.T) {
		t.Parallel()
		_, groups := through(t, many(700, func(int) resident {
			return resident{Given: "Ann", Surname: "Hill", Born: "1970-01-02", Email: "a@mail.example", Phone: "5552345678", Street: "3 oak st", Postcode: "10001"}
		}))
		for _, g := range groups {
			require.LessOrEqual(t, len(g), 100, "the most records of one group")
		}
	})
	t.Run("all the same but for strong ids", func(t *testing.T) {
		t.Parallel()
		people := many(600, func(i int) resident {
			r := resident{Given: "Ann", Surname: "Hill", Born: "1970-01-02", Email: "a@mail.example", Phone: "5552345678", Street: "3 oak st"}
			if i%10 == 0 {
				r.Login = fmt.Sprintf("u%d", i%20)
			}
			return r
		})
		_, groups := through(t, people)
		for _, g := range groups {
			login := ""
			for _, id := range g {
				var i int
				_, err := fmt.Sscan(id, &i)
				require.NoError(t, err)
				if people[i].Login != "" {
					require.True(t, login == "" || login == people[i].Login)
					login = people[i].Login
				}
			}
		}
	})
	t.Run("one address of many", func(t *testing.T) {
		t.Parallel()
		report, groups := through(t, many(6000, func(i int) resident {
			return resident{Given: word(i % 150), Surname: word(i / 150), Email: "info@firm.example", Phone: "5552345678", Street: "1 plaza", Postcode: "10001"}
		}))
		var shared []string
		for _, d := range report.Demoted {
			shared = append(shared, d.Field)
			require.Equal(t, match.ReasonShared, d.Reason)
		}
		require.Equal(t, []string{"email", "phone"}, shared)
		require.Len(t, groups, 6000, "nobody is merged by what all share")
	})
	t.Run("bytes that are no text", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			field := rapid.OneOf(rapid.SampledFrom([]string{"", "\xff", "\xc3\x28", "a\x00b", "\x1f", "a\x1fb", " ", "\u202eabc", "e\u0301\u0301", strings.Repeat("x", 70000), "@", "1970-13-45", "0000-00-00", "９９９９", "Jr", ". '", "-"}), rapid.String())
			people := many(rapid.IntRange(1, 12).Draw(t, "n"), func(int) resident {
				f := func() string { return field.Draw(t, "field") }
				return resident{Given: f(), Surname: f(), Reading: f(), Born: f(), Email: f(), Phone: f(), Street: f(), Postcode: f(), Login: f()}
			})
			_, groups := through(t, people)
			n := 0
			for _, g := range groups {
				n += len(g)
			}
			require.True(t, groups == nil || n == len(people))
		})
	})
}

// A model of the host's own that holds what is no number is refused.
func TestHostileModels(t *testing.T) {
	t.Parallel()
	schema := residentSchema(t)
	nan, inf := math.NaN(), math.Inf(1)
	cases := map[string]func(m *match.Model){
		"prior":                           func(m *match.Model) { m.Prior = nan },
		"review":                          func(m *match.Model) { m.Same = nan },
		"max_block":                       func(m *match.Model) { m.MaxBlock = -1 },
		"comparisons[0].levels[1]":        func(m *match.Model) { m.Comparisons[0].Levels[1].M = nan },
		"comparisons[0].levels[2]":        func(m *match.Model) { m.Comparisons[0].Levels[2].U = inf },
		"least_share":                     func(m *match.Model) { m.Comparisons[0].Levels[1].LeastShare = nan },
		"frequency_weight":                func(m *match.Model) { m.Comparisons[0].Levels[1].FrequencyWeight = inf },
		"threshold":                       func(m *match.Model) { m.Comparisons[1].Levels[2].When.Args[0].Threshold = nan },
		"frequencies.email":               func(m *match.Model) { m.Frequencies["email"] = nil },
		"frequencies.street":              func(m *match.Model) { m.Frequencies["street"] = &match.Frequencies{Others: inf} },
		"frequencies.street.shares":       func(m *match.Model) { m.Frequencies["street"].Shares["x"] = nan },
		"frequencies.phone":               func(m *match.Model) { m.Frequencies["phone"] = &match.Frequencies{Total: -1} },
		"comparisons[0].levels[1].when.a": func(m *match.Model) { m.Comparisons[0].Levels[1].When = match.Condition{Op: match.OpIncomparable} },
	}
	for path, spoil := range cases {
		m := residentModel(schema)
		require.NoError(t, m.Check())
		spoil(m)
		err := m.Check()
		require.ErrorIs(t, err, match.ErrModel, path)
		require.ErrorContains(t, err, path)
		_, err = match.NewIndex(schema, m)
		require.ErrorIs(t, err, match.ErrModel, path)
	}
	for _, text := range []string{
		`{"probability_two_random_records_match":NaN}`, `{"probability_two_random_records_match":1e999,"comparisons":[]}`, `{"probability_two_random_records_match":-1}`, `[]`, `null`, ``, `{`,
		`{"probability_two_random_records_match":0.1,"comparisons":{}}`, `{"probability_two_random_records_match":0.1,"comparisons":[1]}`,
		`{"probability_two_random_records_match":"0.1","comparisons":[{"comparison_levels":[{"sql_condition":"ELSE","m_probability":0.1,"u_probability":0.1}]}]}`,
		`{"probability_two_random_records_match":0.1,"comparisons":[{"comparison_levels":[{"sql_condition":"ELSE","m_probability":1e400,"u_probability":0.1}]}]}`,
		`{"probability_two_random_records_match":0.1,"comparisons":[{"comparison_levels":[{"sql_condition":"ELSE","m_probability":2,"u_probability":0.1}]}]}`,
		`{"probability_two_random_records_match":0.1,"comparisons":[{"comparison_levels":[{"sql_condition":"ELSE","m_probability":null,"u_probability":0.1}]}]}`,
		`{"probability_two_random_records_match":0.1,"comparisons":[{"comparison_levels":[{"sql_condition":"regexp_extract(a_l, '(') = a_r","m_probability":0.2,"u_probability":0.1}]}]}`,
		`{"probability_two_random_records_match":0.1,"comparisons":[{"comparison_levels":[{"sql_condition":"ELSE","m_probability":0.2,"u_probability":0.1}]}],"blocking_rules_to_generate_predictions":[{"blocking_rule":"l.a = r.b"}]}`,
		`{"probability_two_random_records_match":0.1,"comparisons":[{"comparison_levels":[{"sql_condition":"ELSE","m_probability":0.2,"u_probability":0.1}]}],"blocking_rules_to_generate_predictions":[{"blocking_rule":"l.a = r.a OR l.b = r.b"}]}`,
	} {
		_, err := match.ReadSplink([]byte(text))
		require.ErrorIs(t, err, match.ErrModel, text)
	}
}
