package cohort_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/metrics/cohort"
)

// A customer with many events sorts them now and then while they come; the event at
// which that happens may be out of order itself, and the last one.
func TestLogOfManyEventsInAnyOrder(t *testing.T) {
	t.Parallel()
	at := func(i int) time.Time { return time.Date(2024, 1, 1, i, 0, 0, 0, time.UTC) }
	for n := range 300 {
		var rising, falling cohort.Log
		for i := range n {
			require.NoError(t, rising.Add("a", at(i)))
			require.NoError(t, falling.Add("a", at(n-1-i)))
		}
		want, err := rising.MarshalBinary()
		require.NoError(t, err)
		got, err := falling.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, want, got, "%d events", n)
	}
}
