package main

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/casestore"
	"github.com/rapport-go/rapport/examples/postgres/consentstore"
	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
	"github.com/rapport-go/rapport/examples/postgres/loyaltystore"
	"github.com/rapport-go/rapport/examples/postgres/timers"
)

// Hosts that start at once on an empty schema all find the tables made, each migration
// once; so does a pool of one connection.
func TestMigratedByManyAtOnce(t *testing.T) {
	t.Parallel()
	shared := testserver.Share()
	t.Cleanup(shared.Close)
	for range 2 {
		schema := shared.Schema(t)
		var wg sync.WaitGroup
		for host := range 6 {
			p := shared.Connect(t, schema, int32(1+host%3))
			wg.Go(func() {
				for _, migrate := range []testserver.Migrate{loyaltystore.Migrate, consentstore.Migrate, casestore.Migrate, timers.Migrate} {
					if err := migrate(context.Background(), p); err != nil {
						t.Errorf("migrate: %v", err)
					}
				}
			})
		}
		wg.Wait()
		p := shared.Connect(t, schema, 1)
		var twice int
		require.NoError(t, p.QueryRow(t.Context(), `SELECT count(*) - count(DISTINCT version) FROM river_migration`).Scan(&twice))
		require.Zero(t, twice)
	}
}
