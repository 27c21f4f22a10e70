package shop

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSimulateIsDeterministic(t *testing.T) {
	t.Parallel()
	require.Equal(t, Simulate(7), Simulate(7))
	require.NotEqual(t, Simulate(7).Invoices, Simulate(8).Invoices)
}

func TestSimulateHangsTogether(t *testing.T) {
	t.Parallel()
	s := Simulate(1)
	require.Len(t, s.Customers, Population)
	members := map[string]bool{}
	for _, c := range s.Customers {
		require.False(t, members[c.ID])
		members[c.ID] = true
	}
	orders := map[string]Invoice{}
	returns := 0
	for i, inv := range s.Invoices {
		require.True(t, members[inv.Customer])
		require.False(t, inv.At.Before(s.From))
		require.True(t, inv.At.Before(s.To))
		require.True(t, i == 0 || !inv.At.Before(s.Invoices[i-1].At))
		if inv.Cancelled() {
			returns++
			require.True(t, inv.Amount.Equal(orders[inv.Of].Amount.Neg()), inv.Number)
			continue
		}
		require.NotContains(t, orders, inv.Number)
		require.True(t, inv.Amount.IsPositive())
		orders[inv.Number] = inv
	}
	channels := map[string]int{}
	for _, c := range s.Contacts {
		require.True(t, members[c.Customer])
		channels[c.Channel]++
	}
	t.Logf("%d orders, %d returns, %d contacts %v, %d answers", len(orders), returns, len(s.Contacts), channels, len(s.Answers))
	require.Greater(t, len(orders), 1000)
	require.Greater(t, returns, 30)
	require.GreaterOrEqual(t, len(channels), 8)
}
