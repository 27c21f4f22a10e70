package loyaltytest_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/loyalty"
	"github.com/rapport-go/rapport/loyalty/loyaltytest"
)

// clientLogic is how a host might write to a ledger. Each client adds 1 to one
// account six times and repeats what failed.
type clientLogic struct{ version, key bool }

const (
	faultClients = 3
	faultAdds    = 6
)

// addOne is one addition by the logic: read the sum, write the sum and one.
func (l clientLogic) addOne(s loyalty.Store, id loyalty.AccountID, name string) {
	for attempt := 0; ; attempt++ {
		h, err := s.Load(context.Background(), id, loyalty.Range{})
		if err != nil {
			continue
		}
		head, sum := int64(0), uint64(0)
		for e := range h.Entries {
			head, sum = e.Version, binary.BigEndian.Uint64(e.Body)
		}
		key := name
		if !l.key {
			key = fmt.Sprintf("%s attempt %d", name, attempt)
		}
		for {
			c := loyalty.Commit{Key: loyalty.Key{ID: key}, Writes: []loyalty.Write{{Account: id, Entry: loyalty.Entry{
				Version: head + 1, At: 1, Recorded: 1, Body: binary.BigEndian.AppendUint64(nil, sum+1),
			}}}}
			_, err = s.Append(context.Background(), c)
			if errors.Is(err, loyalty.ErrVersion) && !l.version {
				head++ // force it in, with the sum as it was read
				continue
			}
			break
		}
		if err == nil || errors.Is(err, loyalty.ErrDuplicate) {
			return
		}
	}
}

// violated plays one seed and reports whether the account does not hold what the
// clients were told.
func (l clientLogic) violated(seed uint64) bool {
	m := new(loyalty.MemStore)
	id := loyalty.AccountID{ID: "m"}
	var clients []func(loyalty.Store)
	for g := range faultClients {
		clients = append(clients, func(s loyalty.Store) {
			for n := range faultAdds {
				l.addOne(s, id, string([]byte{byte('a' + g), byte('a' + n)}))
			}
		})
	}
	loyaltytest.Faulty(seed, m).Interleave(clients...)
	h, _ := m.Load(context.Background(), id, loyalty.Range{})
	sum := uint64(0)
	for e := range h.Entries {
		sum = binary.BigEndian.Uint64(e.Body)
	}
	return sum != faultClients*faultAdds
}

// The fault store tells sound clients from unsound ones: read-modify-write loses
// updates, a version alone counts a retried addition twice, a key alone still loses
// updates, and only both together are right, on every one of 10,000 seeds.
func TestFaultySeeds(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name  string
		logic clientLogic
		seeds uint64
		check func(t *testing.T, violations int)
	}{
		{"neither version nor key", clientLogic{}, 500, func(t *testing.T, n int) { t.Helper(); require.Greater(t, n, 400) }},
		{"version only", clientLogic{version: true}, 500, func(t *testing.T, n int) { t.Helper(); require.Greater(t, n, 300) }},
		{"key only", clientLogic{key: true}, 500, func(t *testing.T, n int) { t.Helper(); require.Greater(t, n, 400) }},
		{"version and key", clientLogic{version: true, key: true}, 10_000, func(t *testing.T, n int) { t.Helper(); require.Zero(t, n) }},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			start, violations := time.Now(), 0
			for seed := range r.seeds {
				if r.logic.violated(seed) {
					violations++
				}
			}
			t.Logf("%d of %d seeds violated, in %s", violations, r.seeds, time.Since(start).Round(time.Millisecond))
			r.check(t, violations)
		})
	}
}

// The same seed plays the same game.
func TestFaultyIsRepeatable(t *testing.T) {
	t.Parallel()
	play := func(seed uint64) (trace string) {
		m := new(loyalty.MemStore)
		f := loyaltytest.Faulty(seed, m)
		var clients []func(loyalty.Store)
		for g := range 3 {
			clients = append(clients, func(s loyalty.Store) {
				for n := range 5 {
					_, err := s.Append(t.Context(), loyalty.Commit{Key: loyalty.Key{ID: fmt.Sprint(g, n)}, Writes: []loyalty.Write{{
						Account: loyalty.AccountID{ID: "m"}, Entry: loyalty.Entry{Version: int64(n + 1), At: 1, Recorded: 1},
					}}})
					_, _, lost := s.Lookup(t.Context(), loyalty.Key{ID: fmt.Sprint(g, n)})
					trace += fmt.Sprintln(g, n, err, lost)
				}
			})
		}
		f.Interleave(clients...)
		return trace
	}
	require.Equal(t, play(7), play(7))
	require.NotEqual(t, play(7), play(8))
}

// Engines of several processes on one store, each call of which may fail: every
// command counts once, on every seed.
func TestEngineUnderFaults(t *testing.T) {
	t.Parallel()
	p, err := loyalty.NewProgram(loyalty.Spec{ID: "f", Version: 1})
	require.NoError(t, err)
	start := time.Now()
	const seeds, engines, commands = 400, 3, 6
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for seed := range uint64(seeds) {
		m := new(loyalty.MemStore)
		var clients []func(loyalty.Store)
		for g := range engines {
			clients = append(clients, func(s loyalty.Store) {
				e := &loyalty.Engine{Store: s, Program: p, SnapshotEvery: 2, Attempts: 3}
				for n := range commands {
					c := loyalty.Command{Key: fmt.Sprint(g, n), Account: "m", At: at, Do: loyalty.Earn{Lines: []loyalty.LinePoints{{Line: "1", Points: 10}}}}
					if n%3 == 2 {
						c.Do = loyalty.Transfer{To: "n", Points: 10}
					}
					for _, err := e.Do(context.Background(), c); err != nil; _, err = e.Do(context.Background(), c) {
						if errors.Is(err, loyalty.ErrCorrupt) {
							t.Errorf("seed %d: %v", seed, err)
							return
						}
					}
				}
			})
		}
		loyaltytest.Faulty(seed, m).Interleave(clients...)
		e := &loyalty.Engine{Store: m, Program: p}
		for id, want := range map[string]loyalty.Points{"m": engines * 2 * 10, "n": engines * 2 * 10} {
			a, err := e.Account(t.Context(), id)
			require.NoError(t, err, "seed %d", seed)
			require.Equal(t, want, a.Balance("").Active, "seed %d, account %s", seed, id)
			_, err = e.Verify(t.Context(), id)
			require.NoError(t, err, "seed %d", seed)
		}
	}
	t.Logf("%d seeds in %s", seeds, time.Since(start).Round(time.Millisecond))
}
