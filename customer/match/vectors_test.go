package match_test

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/match"
	"github.com/rapport-go/rapport/internal/golden"
)

// TestVectors runs our vectors. The similarities were computed by DuckDB 1.5.6.
func TestVectors(t *testing.T) {
	t.Parallel()
	v := golden.OpenVectors(t, "customer")
	if data, ok := v.Read(t, "string_similarity.csv"); ok {
		similarityVectors(t, data)
	}
	if data, ok := v.Read(t, "hard_negatives.csv"); ok {
		hardVectors(t, data)
	}
}

func similarityVectors(t *testing.T, data []byte) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b", "jaro", "jaro_winkler", "levenshtein", "damerau_levenshtein", "scope"}, rows[0])
	for _, row := range rows[1:] {
		a, b := row[0], row[1]
		for i, f := range []func(a, b string) float64{match.Jaro, match.JaroWinkler} {
			want, err := strconv.ParseFloat(row[2+i], 64)
			require.NoError(t, err)
			require.InDelta(t, want, f(a, b), 1e-12, "%s %s: twelve places are given", a, b)
		}
		for i, f := range []func(a, b string) int{match.Levenshtein, match.DamerauLevenshtein} {
			require.Equal(t, row[4+i], strconv.Itoa(f(a, b)), "%s %s", a, b)
		}
	}
	golden.Count(t, "string_similarity.csv", len(rows)-1)
}
