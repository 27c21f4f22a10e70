package liability_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/loyalty"
	"github.com/rapport-go/rapport/loyalty/liability"
)

func eventsOf(t *testing.T, e *loyalty.Engine, id string) (events []loyalty.Event) {
	t.Helper()
	for ev, err := range e.Events(t.Context(), id) {
		require.NoError(t, err)
		events = append(events, ev)
	}
	return events
}

// Lots follow every event from the engine's own log into the estimators.
func TestLotsFromTheLog(t *testing.T) {
	t.Parallel()
	p, err := loyalty.NewProgram(loyalty.Spec{ID: "l", Version: 1})
	require.NoError(t, err)
	e := &loyalty.Engine{Store: new(loyalty.MemStore), Program: p}
	month := func(m int) time.Time { return time.Date(2025, time.Month(m), 10, 12, 0, 0, 0, time.UTC) }
	do := func(m int, id string, action loyalty.Action) string {
		key := fmt.Sprintf("%s %d %v", id, m, action.Command())
		_, err := e.Do(t.Context(), loyalty.Command{Key: key, Account: id, At: month(m), By: "desk", Do: action})
		require.NoError(t, err, key)
		return key
	}
	earn := func(points loyalty.Points, months int) loyalty.Earn {
		terms := &loyalty.Terms{TTL: time.Duration(months) * 30 * 24 * time.Hour, Forever: months == 0}
		return loyalty.Earn{Lines: []loyalty.LinePoints{{Line: "1", Points: points}}, Terms: terms}
	}
	do(1, "a", earn(100, 4))                    // dies on 10 May
	do(2, "a", loyalty.Redeem{Points: 30})      // of it
	do(3, "a", earn(50, 0))                     // never dies
	r := do(4, "a", loyalty.Redeem{Points: 20}) // of the first, cancelled in part
	do(5, "a", loyalty.Reverse{Redemption: r, Points: 5})
	do(6, "a", loyalty.Adjust{Points: -10, Reason: "typo"}) // of the second; the first has died
	do(7, "a", earn(40, 0))
	do(7, "b", earn(7, 0))
	do(8, "b", loyalty.Merge{From: "a"})
	got := liability.Lots(slices.Values(eventsOf(t, e, "a")), month(7), nil)
	require.Equal(t, []liability.Lot{
		{Vintage: "2025-01", Points: 100, Redeemed: []liability.Redemption{{Age: 1, Points: 30}, {Age: 3, Points: 15}}, Age: 4, DiesAt: 5, Dead: true},
		{Vintage: "2025-03", Points: 40, Age: 3},
	}, got)
	got = liability.Lots(slices.Values(eventsOf(t, e, "a")), month(12), nil)
	require.Len(t, got, 3)
	require.Equal(t, int64(5), got[1].Age, "watched until it went into another account")
	require.Empty(t, liability.Lots(slices.Values(eventsOf(t, e, "a")), month(12), &liability.LotsOptions{Wallet: "miles"}))

	curve, err := liability.KaplanMeier(liability.Observations(slices.Values(got)))
	require.NoError(t, err)
	_, err = curve.Expect(slices.Values(got), 0)
	require.NoError(t, err)
	triangle, vintages, err := liability.LotTriangle(slices.Values(got))
	require.NoError(t, err)
	require.Equal(t, []string{"2025-01", "2025-03", "2025-07"}, vintages)
	require.Equal(t, []int64{0, 30, 30, 45, 45}, triangle.Cumulative[0])
}
