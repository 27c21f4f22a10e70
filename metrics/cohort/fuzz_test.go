package cohort_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/metrics/cohort"
)

func FuzzUnmarshalMatrix(f *testing.F) {
	l := logOf(f, []event{{"a", instant(f, "2024-01-01T00:00:00Z")}, {"a", instant(f, "2024-01-03T00:00:00Z")}, {"b", instant(f, "2024-01-02T00:00:00Z")}})
	for _, o := range []*cohort.Options{nil, {Mode: cohort.Brackets, Brackets: []cohort.Bracket{{1, 3}}}, {By: cohort.Everyone}} {
		f.Add(state(f, matrix(f, l, cohort.Rolling24h(time.UTC), instant(f, "2024-02-01T00:00:00Z"), o)))
	}
	f.Add([]byte("RCohM"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var m cohort.Matrix
		if err := m.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, cohort.ErrCorrupt)
			require.Empty(t, m.Cohorts())
			return
		}
		_ = m.Triangle().String()
		var again cohort.Matrix
		require.NoError(t, again.UnmarshalBinary(state(t, &m)))
		require.NoError(t, again.Merge(&m))
	})
}

func FuzzUnmarshalLog(f *testing.F) {
	f.Add(state(f, logOf(f, []event{{"a", instant(f, "2024-01-01T00:00:00Z")}, {"b", instant(f, "1969-01-02T00:00:00Z")}})))
	f.Add([]byte("RCohL"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var l cohort.Log
		if err := l.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, cohort.ErrCorrupt)
			return
		}
		_ = matrix(t, &l, cohort.Calendar(time.UTC), instant(t, "2024-01-01T00:00:00Z"), nil).Triangle()
		require.Equal(t, data, state(t, &l))
	})
}
