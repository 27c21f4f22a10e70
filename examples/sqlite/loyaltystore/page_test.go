package loyaltystore_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/sqlite/loyaltystore"
	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
	"github.com/rapport-go/rapport/loyalty"
)

// A history of several pages is verified, which looks up the key of each entry while it
// ranges, with one reader only; and it ends where the account stood when ranging began,
// whatever is appended meanwhile.
func TestHistoryOfSeveralPages(t *testing.T) {
	t.Parallel()
	const entries = 1100
	s, err := loyaltystore.Open(t.Context(), filepath.Join(t.TempDir(), "l.db"), &sqlitedb.Options{Relaxed: true, Readers: 1})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	program, err := loyalty.NewProgram(loyalty.Spec{ID: "shop", Version: 1, Rules: []loyalty.RuleSpec{
		{ID: "base", Kind: loyalty.RuleSpend, Points: loyalty.MustAmount("1"), Per: loyalty.MustAmount("1")},
	}})
	require.NoError(t, err)
	e := &loyalty.Engine{Store: s, Program: program}
	start := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	buy := func(n int) error {
		_, err := e.Do(t.Context(), loyalty.Command{
			Key: fmt.Sprint(n), Account: "a", At: start.Add(time.Duration(n) * time.Second),
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
	h, err := s.Load(t.Context(), loyalty.AccountID{ID: "a"}, loyalty.Range{Full: true})
	require.NoError(t, err)
	next := int64(1)
	for entry, err := range h.Entries {
		require.NoError(t, err)
		require.Equal(t, next, entry.Version)
		if next%400 == 0 {
			require.NoError(t, buy(entries+int(next)), "the only reader is free")
		}
		next++
	}
	require.EqualValues(t, entries+1, next)
}
