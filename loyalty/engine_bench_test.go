package loyalty_test

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/loyalty"
	"github.com/rapport-go/rapport/loyalty/loyaltytest"
)

// syncedNowhere is a journal that costs what encoding costs.
type syncedNowhere struct{ io.Writer }

func (syncedNowhere) Sync() error { return nil }

func start() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

// BenchmarkEngineMemStore is whole commands through the engine: hash, decide, encode,
// chain, append, fold; an earn and a redemption in turn, over 10,000 accounts, on as
// many goroutines as there are processors.
func BenchmarkEngineMemStore(b *testing.B) {
	const accounts = 10_000
	p, err := loyalty.NewProgram(loyalty.Spec{ID: "b", Version: 1})
	require.NoError(b, err)
	ids := make([]string, accounts)
	for i := range ids {
		ids[i] = fmt.Sprintf("member-%06d", i)
	}
	stores := map[string]func() loyalty.Store{
		"memory": func() loyalty.Store { return new(loyalty.MemStore) },
		"journal_to_nowhere": func() loyalty.Store {
			m, _, err := loyalty.OpenJournal(nothing{}, syncedNowhere{io.Discard})
			require.NoError(b, err)
			return m
		},
	}
	for _, name := range []string{"memory", "journal_to_nowhere"} {
		for _, form := range []loyalty.EntryForm{loyalty.FormBinary, loyalty.FormJSON} {
			b.Run(fmt.Sprintf("%s/form_%d", name, form), func(b *testing.B) {
				e := &loyalty.Engine{Store: stores[name](), Program: p, Form: form}
				terms := &loyalty.Terms{Forever: true}
				for _, id := range ids { // the accounts are there, and remembered
					_, err := e.Do(b.Context(), loyalty.Command{Key: "first " + id, Account: id, At: start(), Do: loyalty.Earn{Lines: []loyalty.LinePoints{{Line: "1", Points: 1}}, Terms: terms}})
					require.NoError(b, err)
				}
				var failed atomic.Pointer[error]
				workers := runtime.GOMAXPROCS(0)
				b.ReportAllocs()
				b.ResetTimer()
				var wg sync.WaitGroup
				for g := range workers {
					wg.Go(func() {
						own := ids[g*accounts/workers : (g+1)*accounts/workers]
						for i := range (b.N + workers - 1 - g) / workers {
							round := i / len(own)
							c := loyalty.Command{Key: fmt.Sprintf("k%d-%d", g, i), Account: own[i%len(own)], At: start().Add(time.Duration(round) * time.Second)}
							c.Do = loyalty.Earn{Lines: []loyalty.LinePoints{{Line: "1", Points: 10}}, Terms: terms}
							if round%2 == 1 {
								c.Do = loyalty.Redeem{Points: 10}
							}
							if _, err := e.Do(context.Background(), c); err != nil && failed.Load() == nil {
								failed.Store(&err)
							}
						}
					})
				}
				wg.Wait()
				b.StopTimer()
				if err := failed.Load(); err != nil {
					b.Fatal(*err)
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
			})
		}
	}
}

type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, io.EOF }

// BenchmarkMemStore is the store alone, under the shapes that every store is measured
// with.
func BenchmarkMemStore(b *testing.B) {
	loyaltytest.Bench(b, loyaltytest.Harness{New: func(testing.TB) loyalty.Store { return new(loyalty.MemStore) }})
}

// BenchmarkRebuild replays stored entries: decode, chain, fold.
func BenchmarkRebuild(b *testing.B) {
	p, err := loyalty.NewProgram(loyalty.Spec{ID: "b", Version: 1})
	require.NoError(b, err)
	e := &loyalty.Engine{Store: new(loyalty.MemStore), Program: p, SnapshotEvery: -1}
	const commands = 2000
	for i := range commands {
		c := loyalty.Command{Key: fmt.Sprint(i), Account: "m", At: start().Add(time.Duration(i) * time.Second), Do: loyalty.Earn{Lines: []loyalty.LinePoints{{Line: "1", Points: 10}}}}
		if i%2 == 1 {
			c.Do = loyalty.Redeem{Points: 9}
		}
		_, err := e.Do(b.Context(), c)
		require.NoError(b, err)
	}
	events := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		a, err := e.Rebuild(b.Context(), "m")
		if err != nil {
			b.Fatal(err)
		}
		events += a.Version()
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}
