package loyaltystore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/loyaltystore"
	"github.com/rapport-go/rapport/loyalty"
	"github.com/rapport-go/rapport/loyalty/loyaltytest"
)

// counting counts what a store answers.
type counting struct {
	loyalty.Store
	appends, conflicts, duplicates atomic.Int64
}

func (c *counting) Append(ctx context.Context, commit loyalty.Commit) (loyalty.Receipt, error) {
	r, err := c.Store.Append(ctx, commit)
	c.appends.Add(1)
	switch {
	case errors.Is(err, loyalty.ErrVersion):
		c.conflicts.Add(1)
	case errors.Is(err, loyalty.ErrDuplicate):
		c.duplicates.Add(1)
	}
	return r, err
}

var opening = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func program(t *testing.T, caps ...loyalty.CapSpec) *loyalty.Program {
	t.Helper()
	p, err := loyalty.NewProgram(loyalty.Spec{
		ID: "shop", Version: 1, Caps: caps,
		Rules: []loyalty.RuleSpec{
			{ID: "base", Kind: loyalty.RuleSpend, Points: loyalty.MustAmount("1")},
			{ID: "extra", Kind: loyalty.RuleBonus, Points: loyalty.MustAmount("30")},
		},
	})
	require.NoError(t, err)
	return p
}

// ledger is what clients were told, for comparison with what is stored.
type ledger struct {
	mu               sync.Mutex
	earned, redeemed loyalty.Points
	refused          int
}

func (l *ledger) add(out loyalty.Outcome, c loyalty.Command, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.refused++
		return
	}
	switch do := c.Do.(type) {
	case loyalty.Purchase:
		l.earned += out.Result.Earned
	case loyalty.Redeem:
		l.redeemed += do.Points
	}
}

// Many writers, in two processes' worth of engines, on one hot account and on many: what
// was acknowledged is what is stored, to the point, and nothing is there twice.
func TestConservation(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name                       string
		clients, commands, members int
	}{
		{"one hot account", 16, 25, 1},
		{"few accounts, transfers between all", 16, 25, 4},
		{"many accounts", 16, 40, 500},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			schema := shared.Schema(t, loyaltystore.Migrate)
			p := program(t)
			var stores []*counting
			var engines []*loyalty.Engine
			for range 2 {
				s := &counting{Store: loyaltystore.New(shared.Connect(t, schema, 6))}
				stores = append(stores, s)
				engines = append(engines, &loyalty.Engine{Store: s, Program: p, Attempts: 1000})
			}
			var told ledger
			var wg sync.WaitGroup
			for client := range row.clients {
				wg.Go(func() {
					pick := rand.New(rand.NewPCG(uint64(client), 3))
					member := func() string { return fmt.Sprint("m", pick.IntN(row.members)) }
					for n := range row.commands {
						c := loyalty.Command{Key: fmt.Sprintf("%d-%d", client, n), Account: member(), At: opening}
						switch k := pick.IntN(4); {
						case k == 0:
							c.Do = loyalty.Redeem{Points: loyalty.Points(1 + pick.IntN(40))}
						case k == 1 && row.members > 1:
							c.Do = loyalty.Transfer{To: member(), Points: loyalty.Points(1 + pick.IntN(40))}
						default:
							c.Do = loyalty.Purchase{Order: c.Key, Lines: []loyalty.Line{{ID: "1", Amount: loyalty.MustAmount("20")}}}
						}
						out, err := engines[client%2].Do(context.Background(), c)
						told.add(out, c, err)
						if refused := new(loyalty.RefusedError); err != nil && !errors.As(err, &refused) {
							t.Errorf("%s: %v", c.Key, err)
						}
						if err == nil && n%3 == 0 { // the answer was lost, and the client asks the other process
							again, err := engines[(client+1)%2].Do(context.Background(), c)
							if err != nil || !again.Result.Replayed {
								t.Errorf("%s again: %v, replayed %t", c.Key, err, again.Result.Replayed)
							}
						}
					}
				})
			}
			wg.Wait()
			var sum loyalty.Balance
			for m := range row.members {
				id := fmt.Sprint("m", m)
				a, err := engines[0].On(stores[0]).Account(t.Context(), id) // what is stored, not what is remembered
				require.NoError(t, err)
				b := a.Balance("")
				require.True(t, b.Holds())
				sum.Active, sum.Issued, sum.Redeemed = sum.Active+b.Active, sum.Issued+b.Issued, sum.Redeemed+b.Redeemed
				sum.TransferredIn, sum.TransferredOut = sum.TransferredIn+b.TransferredIn, sum.TransferredOut+b.TransferredOut
				if a.Version() > 0 {
					_, err = engines[0].Verify(t.Context(), id)
					require.NoError(t, err)
				}
			}
			require.Equal(t, told.earned, sum.Issued)
			require.Equal(t, told.redeemed, sum.Redeemed)
			require.Equal(t, sum.TransferredOut, sum.TransferredIn)
			require.Equal(t, told.earned-told.redeemed, sum.Active)
			require.Positive(t, told.redeemed)
			appends, conflicts, duplicates := int64(0), int64(0), int64(0)
			for _, s := range stores {
				appends, conflicts, duplicates = appends+s.appends.Load(), conflicts+s.conflicts.Load(), duplicates+s.duplicates.Load()
			}
			t.Logf("%d appends, %d conflicts decided anew, %d repeated keys, %d refused; %d points earned, %d redeemed",
				appends, conflicts, duplicates, told.refused, told.earned, told.redeemed)
		})
	}
}

// Members race for a budget through two engines, each with its connections: it is given
// out to the last point and not one more, and the account of the house says so.
func TestBudgetIsRacedFor(t *testing.T) {
	t.Parallel()
	schema := shared.Schema(t, loyaltystore.Migrate)
	const members, budget = 40, 500
	p := program(t, loyalty.CapSpec{ID: "budget", Rules: []string{"extra"}, Points: budget, Per: loyalty.PerMonth, Shared: true})
	var engines []*loyalty.Engine
	var stores []*counting
	for range 2 {
		s := &counting{Store: loyaltystore.New(shared.Connect(t, schema, 6))}
		stores = append(stores, s)
		engines = append(engines, &loyalty.Engine{Store: s, Program: p, Attempts: 1000})
	}
	earned := make([]loyalty.Points, members)
	var wg sync.WaitGroup
	for i := range members {
		wg.Go(func() {
			c := loyalty.Command{
				Key: fmt.Sprint(i), Account: fmt.Sprint("m", i), At: opening,
				Do: loyalty.Purchase{Order: "o", Lines: []loyalty.Line{{ID: "1", Amount: loyalty.MustAmount("1")}}},
			}
			out, err := engines[i%2].Do(context.Background(), c)
			if err != nil {
				t.Errorf("m%d: %v", i, err)
			}
			earned[i] = out.Result.Earned
		})
	}
	wg.Wait()
	var sum loyalty.Points
	for _, n := range earned {
		sum += n
	}
	require.Equal(t, loyalty.Points(budget+members), sum)
	house, err := engines[0].On(stores[0]).Account(t.Context(), loyalty.CapAccount("budget", "2026-03"))
	require.NoError(t, err)
	require.EqualValues(t, budget, house.Taken())
	_, err = engines[1].Verify(t.Context(), loyalty.CapAccount("budget", "2026-03"))
	require.NoError(t, err)
	t.Logf("%d members, %d conflicts at the account of the house decided anew", members, stores[0].conflicts.Load()+stores[1].conflicts.Load())
}

// Engines of three processes on one store each call of which may fail before or after it
// took effect, played by seeds: every command counts once.
func TestFaults(t *testing.T) {
	t.Parallel()
	const seeds, engines, commands = 12, 3, 6
	p := program(t)
	pool := shared.Fresh(t, 4, loyaltystore.Migrate)
	for seed := range uint64(seeds) {
		s, tenant := loyaltystore.New(pool), fmt.Sprint("seed", seed)
		var clients []func(loyalty.Store)
		for g := range engines {
			clients = append(clients, func(s loyalty.Store) {
				e := &loyalty.Engine{Store: s, Program: p, Tenant: tenant, SnapshotEvery: 2, Attempts: 3}
				for n := range commands {
					c := loyalty.Command{Key: fmt.Sprint(g, n), Account: "m", At: opening, Do: loyalty.Earn{Lines: []loyalty.LinePoints{{Line: "1", Points: 10}}}}
					if n%3 == 2 {
						c.Do = loyalty.Transfer{To: "n", Points: 10}
					}
					for _, err := e.Do(context.Background(), c); err != nil; _, err = e.Do(context.Background(), c) {
						if refused := new(loyalty.RefusedError); errors.As(err, &refused) {
							t.Errorf("seed %d: %v", seed, err)
							return
						}
					}
				}
			})
		}
		loyaltytest.Faulty(seed, s).Interleave(clients...)
		e := &loyalty.Engine{Store: s, Program: p, Tenant: tenant}
		for _, id := range []string{"m", "n"} {
			a, err := e.Account(t.Context(), id)
			require.NoError(t, err, "seed %d", seed)
			require.Equal(t, loyalty.Points(engines*2*10), a.Balance("").Active, "seed %d, account %s", seed, id)
			_, err = e.Verify(t.Context(), id)
			require.NoError(t, err, "seed %d", seed)
		}
	}
}
