package match_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer/match"
)

// The figures against a look at every pair of records.
func TestEvaluatePlainly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 14).Draw(t, "n")
		person, group := map[string]string{}, map[string]int{}
		groups := make(match.Clusters, 5)
		var ids []string
		for i := range n {
			id := fmt.Sprint(i)
			ids = append(ids, id)
			person[id] = rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "person")
			group[id] = rapid.IntRange(0, 4).Draw(t, "group")
			groups[group[id]] = append(groups[group[id]], id)
		}
		var want match.Scores
		for i, a := range ids {
			both, found, same := 0.0, 0.0, 0.0
			for j, b := range ids {
				together, one := group[a] == group[b], person[a] == person[b]
				if together {
					found++
				}
				if one {
					same++
				}
				if together && one {
					both++
				}
				switch {
				case j >= i:
				case together && one:
					want.TruePairs++
				case together:
					want.FalsePairs++
				case one:
					want.MissedPairs++
				}
			}
			want.BCubedPrecision += both / found / float64(n)
			want.BCubedRecall += both / same / float64(n)
		}
		got, err := match.Evaluate(groups, person)
		require.NoError(t, err)
		require.Equal(t, []int{want.TruePairs, want.FalsePairs, want.MissedPairs}, []int{got.TruePairs, got.FalsePairs, got.MissedPairs})
		require.InDelta(t, want.BCubedPrecision, got.BCubedPrecision, 1e-12)
		require.InDelta(t, want.BCubedRecall, got.BCubedRecall, 1e-12)
		require.InDelta(t, 2/(1/want.BCubedPrecision+1/want.BCubedRecall), got.BCubedF1(), 1e-12)
	})
}
