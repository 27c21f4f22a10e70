package loyaltystore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/loyaltystore"
	"github.com/rapport-go/rapport/loyalty"
)

// A history of several pages is verified, which looks up the key of each entry while it
// ranges, on one connection and inside a transaction of the host's; and it ends where the
// account stood when ranging began, whatever is appended meanwhile.
func TestHistoryOfSeveralPages(t *testing.T) {
	t.Parallel()
	const entries = 1100
	p := shared.Fresh(t, 1, loyaltystore.Migrate)
	s := loyaltystore.New(p)
	e := &loyalty.Engine{Store: s, Program: program(t)}
	buy := func(n int) error {
		_, err := e.Do(t.Context(), loyalty.Command{
			Key: fmt.Sprint(n), Account: "a", At: opening.Add(time.Duration(n) * time.Second),
			Do: loyalty.Purchase{Order: fmt.Sprint(n), Lines: []loyalty.Line{{ID: "1", Amount: loyalty.MustAmount("1")}}},
		})
		return err
	}
	for n := range entries {
		require.NoError(t, buy(n))
	}
	v, err := e.Verify(t.Context(), "a")
	require.NoError(t, err)
	require.EqualValues(t, entries, v.Entries)
	require.NoError(t, pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) error {
		_, err := e.On(loyaltystore.InTx(tx)).Verify(t.Context(), "a")
		return err
	}))
	h, err := s.Load(t.Context(), loyalty.AccountID{ID: "a"}, loyalty.Range{Full: true})
	require.NoError(t, err)
	next := int64(1)
	for entry, err := range h.Entries {
		require.NoError(t, err)
		require.Equal(t, next, entry.Version)
		if next%400 == 0 {
			require.NoError(t, buy(entries+int(next)), "the only connection is free")
		}
		next++
	}
	require.EqualValues(t, entries+1, next)
}
