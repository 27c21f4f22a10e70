package loyalty_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/loyalty"
	"github.com/rapport-go/rapport/loyalty/loyaltytest"
)

func plainProgram(t require.TestingT) *loyalty.Program {
	p, err := loyalty.NewProgram(loyalty.Spec{ID: "e", Version: 1})
	require.NoError(t, err)
	return p
}

func newEngine(t require.TestingT) (*loyalty.Engine, *loyalty.MemStore) {
	m := new(loyalty.MemStore)
	return &loyalty.Engine{Store: m, Program: plainProgram(t)}, m
}

// onDay is noon of a day of January 2026.
func onDay(n int) time.Time { return time.Date(2026, 1, n, 12, 0, 0, 0, time.UTC) }

func earnOf(key, account string, day int, points loyalty.Points, days int) loyalty.Command {
	terms := &loyalty.Terms{Forever: days == 0, TTL: time.Duration(days) * 24 * time.Hour}
	return loyalty.Command{Key: key, Account: account, At: onDay(day), Do: loyalty.Earn{Lines: []loyalty.LinePoints{{Line: "1", Points: points}}, Terms: terms}}
}

func redeemOf(key, account string, day int, points loyalty.Points) loyalty.Command {
	return loyalty.Command{Key: key, Account: account, At: onDay(day), Do: loyalty.Redeem{Points: points}}
}

func mustDo(t require.TestingT, e *loyalty.Engine, c loyalty.Command) loyalty.Outcome {
	out, err := e.Do(context.Background(), c)
	require.NoError(t, err)
	return out
}

func active(t require.TestingT, e *loyalty.Engine, id string) loyalty.Points {
	a, err := e.Account(context.Background(), id)
	require.NoError(t, err)
	return a.Balance("").Active
}

// Hard case 12: twenty redemptions of all points at once, by two engines.
func TestEngineTwentyAtOnce(t *testing.T) {
	t.Parallel()
	e, m := newEngine(t)
	mustDo(t, e, earnOf("e", "m", 1, 100, 0))
	other := &loyalty.Engine{Store: m, Program: e.Program}
	var ok, insufficient atomic.Int64
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			_, err := []*loyalty.Engine{e, other}[i%2].Do(context.Background(), redeemOf(fmt.Sprint(i), "m", 2, 100))
			switch {
			case err == nil:
				ok.Add(1)
			case errors.Is(err, loyalty.ErrInsufficient):
				insufficient.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, [2]int64{1, 19}, [2]int64{ok.Load(), insufficient.Load()})
	require.Zero(t, active(t, e, "m"))
}

// Hard case 13: the same key and body gives the stored result, another body is a
// conflict, and the key of a refused command may be used again.
func TestEngineKeys(t *testing.T) {
	t.Parallel()
	e, m := newEngine(t)
	first := mustDo(t, e, earnOf("k", "m", 1, 100, 0))
	again := mustDo(t, e, earnOf("k", "m", 1, 100, 0))
	require.True(t, again.Result.Replayed)
	require.Equal(t, first.Places, again.Places)
	again.Result.Replayed = false
	require.Equal(t, first.Result, again.Result)
	_, err := e.Do(t.Context(), earnOf("k", "m", 1, 101, 0))
	require.ErrorIs(t, err, loyalty.ErrKeyConflict)
	_, err = e.Do(t.Context(), redeemOf("r", "m", 1, 101))
	require.ErrorIs(t, err, loyalty.ErrInsufficient)
	_, known, err := m.Lookup(t.Context(), loyalty.Key{ID: "r"})
	require.NoError(t, err)
	require.False(t, known)
	mustDo(t, e, redeemOf("r", "m", 1, 40))
	mustDo(t, e, redeemOf("r2", "m", 3, 60))
	out := mustDo(t, e, redeemOf("r", "m", 1, 40)) // before the clock, and with nothing left
	require.True(t, out.Result.Replayed)
	for name, key := range map[string]string{"empty": "", "too long": strings.Repeat("k", 256), "reserved": "~rapport/tick/x", "no UTF-8": "\xff", "with U+0000": "a\x00"} {
		_, err = e.Do(t.Context(), earnOf(key, "m", 4, 1, 0))
		require.ErrorIs(t, err, loyalty.ErrKey, name)
	}
	_, err = e.Do(t.Context(), loyalty.Command{Key: "nothing", Account: "m", At: onDay(4)})
	require.ErrorIs(t, err, loyalty.ErrCommand)
}

// A refused command leaves no trace, or moves the clock where that is asked for.
func TestEngineKeepRefused(t *testing.T) {
	t.Parallel()
	for _, keep := range []bool{false, true} {
		e, m := newEngine(t)
		e.KeepRefused = keep
		mustDo(t, e, earnOf("e", "m", 1, 100, 2))
		_, err := e.Do(t.Context(), redeemOf("r", "m", 9, 5)) // all has died meanwhile
		require.ErrorIs(t, err, loyalty.ErrInsufficient)
		a, err := e.Account(t.Context(), "m")
		require.NoError(t, err)
		if !keep {
			require.Equal(t, loyalty.InstantOf(onDay(1)), a.Clock())
			require.Len(t, entriesOf(t, m, loyalty.AccountID{ID: "m"}), 1)
			continue
		}
		require.Equal(t, loyalty.InstantOf(onDay(9)), a.Clock())
		require.Equal(t, loyalty.Points(100), a.Balance("").Expired)
		_, err = e.Verify(t.Context(), "m")
		require.NoError(t, err)
		mustDo(t, e, earnOf("r", "m", 9, 1, 0)) // the key is free
	}
}

// Points move between accounts in one commit; two engines at once lose none.
func TestEngineTransfers(t *testing.T) {
	t.Parallel()
	for _, form := range []loyalty.EntryForm{loyalty.FormBinary, loyalty.FormJSON} {
		e, m := newEngine(t)
		e.Form = form
		const members = 4
		for i := range members {
			mustDo(t, e, earnOf(fmt.Sprint("e", i), fmt.Sprint("m", i), 1, 100, 0))
		}
		var wg sync.WaitGroup
		for g := range 3 {
			wg.Go(func() {
				own := &loyalty.Engine{Store: m, Program: e.Program, Form: form, Attempts: 1000, CacheSize: []int{-1, 1, 0}[g]}
				for n := range 40 {
					from := (g + n) % members
					to := (from + 1 + n%3) % members
					_, err := own.Do(context.Background(), loyalty.Command{
						Key: fmt.Sprint("t", g, "-", n), Account: fmt.Sprint("m", from), At: onDay(2), Do: loyalty.Transfer{To: fmt.Sprint("m", to), Points: 7},
					})
					if err != nil && !errors.Is(err, loyalty.ErrInsufficient) {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		sum := loyalty.Points(0)
		for i := range members {
			sum += active(t, e, fmt.Sprint("m", i))
			_, err := e.Verify(t.Context(), fmt.Sprint("m", i))
			require.NoError(t, err)
		}
		require.Equal(t, loyalty.Points(100*members), sum)
	}
}

// The last unit of a reward goes to one of two members, points and stock together.
func TestEngineLastUnitOfAReward(t *testing.T) {
	t.Parallel()
	p, err := loyalty.NewProgram(loyalty.Spec{ID: "r", Version: 1, Rewards: []loyalty.RewardSpec{{ID: "mug", Kind: loyalty.FreeProduct, Cost: 10, Product: "MUG", Stock: 1}}})
	require.NoError(t, err)
	m := new(loyalty.MemStore)
	e := &loyalty.Engine{Store: m, Program: p}
	other := &loyalty.Engine{Store: m, Program: p}
	var won atomic.Int64
	var wg sync.WaitGroup
	for i, eng := range []*loyalty.Engine{e, other} {
		id := fmt.Sprint("m", i)
		mustDo(t, eng, earnOf("e"+id, id, 1, 10, 0))
		wg.Go(func() {
			_, err := eng.Do(context.Background(), loyalty.Command{Key: "c" + id, Account: id, At: onDay(2), Do: loyalty.ClaimReward{Reward: "mug"}})
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, loyalty.ErrStock) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, int64(1), won.Load())
	require.Equal(t, loyalty.Points(10), active(t, e, "m0")+active(t, e, "m1"))
}

// DoBatch gives what Do in a loop gives, command by command, whatever the commands.
func TestDoBatchEqualsDo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		one, _ := newEngine(t)
		batch, _ := newEngine(t)
		var commands []loyalty.Command
		for i := range rapid.IntRange(1, 25).Draw(t, "commands") {
			id := fmt.Sprint("m", rapid.IntRange(0, 2).Draw(t, "account"))
			key := fmt.Sprint("k", rapid.IntRange(0, 30).Draw(t, "key"))
			points := loyalty.Points(rapid.IntRange(0, 30).Draw(t, "points"))
			day := 1 + i/5 - rapid.IntRange(0, 1).Draw(t, "late")*(i/10)
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0, 1:
				commands = append(commands, earnOf(key, id, day, points, rapid.IntRange(0, 3).Draw(t, "days")))
			case 2:
				commands = append(commands, redeemOf(key, id, day, points))
			default:
				commands = append(commands, loyalty.Command{Key: key, Account: id, At: onDay(day), Do: loyalty.Transfer{To: fmt.Sprint("m", rapid.IntRange(0, 2).Draw(t, "to")), Points: points}})
			}
		}
		got := batch.DoBatch(context.Background(), commands)
		for i, c := range commands {
			want, err := one.Do(context.Background(), c)
			require.Equal(t, fmt.Sprint(err), fmt.Sprint(got[i].Err), "command %d", i)
			require.Equal(t, want.Result, got[i].Result, "command %d", i)
			require.Equal(t, want.Places, got[i].Places, "command %d", i)
		}
		for i := range 3 {
			a, err := one.Account(context.Background(), fmt.Sprint("m", i))
			require.NoError(t, err)
			b, err := batch.Account(context.Background(), fmt.Sprint("m", i))
			require.NoError(t, err)
			wantState, err := a.MarshalBinary()
			require.NoError(t, err)
			gotState, err := b.MarshalBinary()
			require.NoError(t, err)
			require.Equal(t, wantState, gotState)
		}
	})
}

// Property 6: any schedule of sweeps leads to the same balances, and a sweep reads
// only what is due.
func TestSweep(t *testing.T) {
	t.Parallel()
	e, _ := newEngine(t)
	swept, _ := newEngine(t)
	for i := range 30 {
		c := earnOf(fmt.Sprint("e", i), fmt.Sprint("m", i%10), 1+i/10, 10, 1+i%7)
		mustDo(t, e, c)
		mustDo(t, swept, c)
	}
	for day := 3; day <= 12; day += 3 {
		_, err := swept.Sweep(t.Context(), onDay(day), &loyalty.SweepOptions{Page: 3})
		require.NoError(t, err)
	}
	report, err := swept.Sweep(t.Context(), onDay(12), nil)
	require.NoError(t, err)
	require.Zero(t, report.Accounts)
	for i := range 10 {
		a, err := e.AsOf(t.Context(), fmt.Sprint("m", i), onDay(12), time.Time{})
		require.NoError(t, err)
		b, err := swept.Account(t.Context(), fmt.Sprint("m", i))
		require.NoError(t, err)
		require.Equal(t, a.Balance(""), b.Balance(""), "member %d", i)
	}
	_, err = swept.Sweep(t.Context(), time.Time{}, nil)
	require.ErrorIs(t, err, loyalty.ErrCommit)
}

func TestAsOfAndSimulate(t *testing.T) {
	t.Parallel()
	e, m := newEngine(t)
	mustDo(t, e, earnOf("1", "m", 1, 10, 0))
	mustDo(t, e, earnOf("2", "m", 5, 10, 3))
	mustDo(t, e, redeemOf("3", "m", 6, 5))
	at := func(effective, known int) loyalty.Points {
		by := time.Time{}
		if known > 0 {
			by = onDay(known)
		}
		a, err := e.AsOf(t.Context(), "m", onDay(effective), by)
		require.NoError(t, err)
		return a.Balance("").Active
	}
	require.Equal(t, []loyalty.Points{10, 20, 15, 10, 10}, []loyalty.Points{at(4, 0), at(5, 0), at(6, 0), at(9, 0), at(9, 4)})
	d, err := e.Simulate(t.Context(), redeemOf("s", "m", 7, 15))
	require.NoError(t, err)
	require.NotEmpty(t, d.Events)
	_, err = e.Simulate(t.Context(), redeemOf("s", "m", 7, 16))
	require.ErrorIs(t, err, loyalty.ErrInsufficient)
	require.Len(t, entriesOf(t, m, loyalty.AccountID{ID: "m"}), 3, "nothing was stored")
}

// Merging and paying together change several accounts in one commit.
func TestEngineMergeAndPool(t *testing.T) {
	t.Parallel()
	for _, batch := range []bool{false, true} {
		e, m := newEngine(t)
		commands := []loyalty.Command{
			{Key: "h1", Account: "a", At: onDay(1), Do: loyalty.Enroll{Household: "h"}},
			{Key: "h2", Account: "b", At: onDay(1), Do: loyalty.Enroll{Household: "h"}},
			earnOf("e1", "a", 2, 60, 0), earnOf("e2", "b", 2, 40, 0), earnOf("e3", "c", 2, 5, 0),
			{Key: "pool", Account: "a", At: onDay(3), Do: loyalty.Redeem{Points: 50, Pool: []string{"b"}}},
			{Key: "merge", Account: "b", At: onDay(4), Do: loyalty.Merge{From: "c"}},
		}
		if batch {
			for i, out := range e.DoBatch(t.Context(), commands) {
				require.NoError(t, out.Err, "command %d", i)
			}
		} else {
			for _, c := range commands {
				mustDo(t, e, c)
			}
		}
		require.Equal(t, []loyalty.Points{30, 25, 0}, []loyalty.Points{active(t, e, "a"), active(t, e, "b"), active(t, e, "c")})
		pool, known, err := m.Lookup(t.Context(), loyalty.Key{ID: "pool"})
		require.NoError(t, err)
		require.True(t, known)
		require.Len(t, pool.Places, 2)
		for _, id := range []string{"a", "b", "c"} {
			_, err := e.Verify(t.Context(), id)
			require.NoError(t, err)
			seq := uint64(0)
			for ev, err := range e.Events(t.Context(), id) {
				require.NoError(t, err)
				seq++
				require.Equal(t, seq, ev.Seq)
			}
			a, err := e.Account(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, a.Version(), seq)
			for range e.Events(t.Context(), id) {
				break
			}
		}
	}
}

// Tenants of one store do not see each other.
func TestEngineTenants(t *testing.T) {
	t.Parallel()
	m, p := new(loyalty.MemStore), plainProgram(t)
	a, b := &loyalty.Engine{Store: m, Program: p, Tenant: "a"}, &loyalty.Engine{Store: m, Program: p, Tenant: "b"}
	mustDo(t, a, earnOf("k", "m", 1, 10, 1))
	mustDo(t, b, earnOf("k", "m", 1, 20, 1))
	require.Equal(t, []loyalty.Points{10, 20}, []loyalty.Points{active(t, a, "m"), active(t, b, "m")})
	report, err := a.Sweep(t.Context(), onDay(9), nil)
	require.NoError(t, err)
	require.Equal(t, 1, report.Accounts)
	require.Equal(t, []loyalty.Points{0, 20}, []loyalty.Points{active(t, a, "m"), active(t, b, "m")})
}

// tampered changes what Load gives, as an edit in the database would.
type tampered struct {
	loyalty.Store
	edit     func(*loyalty.Entry) (drop bool)
	snapshot func(*loyalty.Snapshot)
}

func (s tampered) Load(ctx context.Context, id loyalty.AccountID, r loyalty.Range) (loyalty.History, error) {
	h, err := s.Store.Load(ctx, id, r)
	if s.snapshot != nil {
		s.snapshot(&h.Snapshot)
	}
	entries := h.Entries
	h.Entries = func(yield func(loyalty.Entry, error) bool) {
		for e, err := range entries {
			if s.edit != nil && s.edit(&e) {
				continue
			}
			if !yield(e, err) {
				return
			}
		}
	}
	return h, err
}

func TestVerifyFindsTampering(t *testing.T) {
	t.Parallel()
	e, m := newEngine(t)
	e.SnapshotEvery = 3
	for i := range 7 {
		mustDo(t, e, earnOf(fmt.Sprint(i), "m", 1+i, 10, 0))
	}
	v, err := e.Verify(t.Context(), "m")
	require.NoError(t, err)
	require.Equal(t, int64(7), v.Entries)
	require.Equal(t, int64(6), v.Snapshot)
	entries := entriesOf(t, m, loyalty.AccountID{ID: "m"})
	require.Equal(t, entries[6].Sum, v.Sum)

	rows := map[string]tampered{
		"edited body": {edit: func(e *loyalty.Entry) bool {
			if e.Version == 4 {
				e.Body = append([]byte(nil), e.Body...)
				e.Body[len(e.Body)-2] ^= 1
			}
			return false
		}},
		"later instant":  {edit: func(e *loyalty.Entry) bool { e.Recorded += loyalty.Instant(e.Version / 4); return false }},
		"removed entry":  {edit: func(e *loyalty.Entry) bool { return e.Version == 4 }},
		"removed end":    {edit: func(e *loyalty.Entry) bool { return e.Version == 7 }},
		"exchanged body": {edit: func(e *loyalty.Entry) bool { e.Body = entries[(e.Version+1)%7].Body; return false }},
		"edited state":   {snapshot: func(s *loyalty.Snapshot) { s.Body = append(append([]byte(nil), s.Body...), 0) }},
		"other sum":      {snapshot: func(s *loyalty.Snapshot) { s.Sum[0] ^= 1 }},
	}
	for name, store := range rows {
		store.Store = m
		got, err := (&loyalty.Engine{Store: store, Program: e.Program}).Verify(t.Context(), "m")
		if name == "removed end" { // only the sum that was kept elsewhere tells
			require.NoError(t, err)
			require.NotEqual(t, v.Sum, got.Sum)
			continue
		}
		require.ErrorIs(t, err, loyalty.ErrCorrupt, name)
	}
	_, err = (&loyalty.Engine{Store: tampered{Store: m, edit: rows["edited body"].edit}, Program: e.Program, SnapshotEvery: -1}).Do(t.Context(), earnOf("x", "m", 20, 1, 0))
	require.NoError(t, err, "the snapshot stands for the edited entry")
	_, err = (&loyalty.Engine{Store: tampered{Store: m, edit: func(e *loyalty.Entry) bool { return e.Version == 7 }}, Program: e.Program}).Do(t.Context(), earnOf("y", "m", 21, 1, 0))
	require.ErrorIs(t, err, loyalty.ErrCorrupt, "a command is not decided on a broken history")
}

// A snapshot that does not fit is reported, passed over, and replaced by Rebuild.
func TestDamagedSnapshot(t *testing.T) {
	t.Parallel()
	e, m := newEngine(t)
	for i := range 5 {
		mustDo(t, e, earnOf(fmt.Sprint(i), "m", 1+i, 10, 0))
	}
	entries := entriesOf(t, m, loyalty.AccountID{ID: "m"})
	good, err := e.Rebuild(t.Context(), "m")
	require.NoError(t, err)
	state, err := good.MarshalBinary()
	require.NoError(t, err)
	for name, snap := range map[string]loyalty.Snapshot{
		"not a state":         {Version: 5, Sum: entries[4].Sum, Body: []byte("nonsense")},
		"of another sum":      {Version: 5, Sum: loyalty.Sum{1}, Body: state},
		"of an older version": {Version: 5, Sum: entries[4].Sum, Body: stateAt(t, e.Program, entries[:3])},
	} {
		require.NoError(t, m.SaveSnapshot(t.Context(), loyalty.AccountID{ID: "m"}, snap))
		var reported error
		fresh := &loyalty.Engine{Store: m, Program: e.Program, Report: func(err error) { reported = err }}
		_, err := fresh.Verify(t.Context(), "m")
		require.ErrorIs(t, err, loyalty.ErrCorrupt, name)
		if name == "not a state" {
			require.Equal(t, loyalty.Points(50), active(t, fresh, "m"), name)
			require.ErrorContains(t, reported, "snapshot")
		}
		_, err = fresh.Rebuild(t.Context(), "m")
		require.NoError(t, err, name)
		_, err = fresh.Verify(t.Context(), "m")
		require.NoError(t, err, name)
	}
}

// stateAt is the state that some first entries lead to.
func stateAt(t *testing.T, p *loyalty.Program, entries []loyalty.Entry) []byte {
	t.Helper()
	m := new(loyalty.MemStore)
	for _, e := range entries {
		_, err := m.Append(t.Context(), loyalty.Commit{Key: loyalty.Key{ID: fmt.Sprint(e.Version)}, Writes: []loyalty.Write{{Account: loyalty.AccountID{ID: "m"}, Entry: e}}})
		require.NoError(t, err)
	}
	a, err := (&loyalty.Engine{Store: m, Program: p}).Account(t.Context(), "m")
	require.NoError(t, err)
	b, err := a.MarshalBinary()
	require.NoError(t, err)
	return b
}

// failing gives one error to every append.
type failing struct {
	loyalty.Store
	err     error
	appends int
}

func (f *failing) Append(context.Context, loyalty.Commit) (loyalty.Receipt, error) {
	f.appends++
	if f.err == nil {
		panic("the host's store panics")
	}
	return loyalty.Receipt{}, f.err
}

func TestEngineErrors(t *testing.T) {
	t.Parallel()
	disk := errors.New("disk on fire")
	rows := []struct {
		name     string
		err      error
		want     []error
		attempts int
	}{
		{"conflict for ever", loyalty.ErrVersion, []error{loyalty.ErrContention, loyalty.ErrVersion}, 20},
		{"no answer for ever", disk, []error{loyalty.ErrOutcome, disk}, 20},
		{"a malformed commit", loyalty.ErrCommit, []error{loyalty.ErrCommit}, 1},
		{"a key conflict", loyalty.ErrKeyConflict, []error{loyalty.ErrKeyConflict}, 1},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			store := &failing{Store: new(loyalty.MemStore), err: r.err}
			e := &loyalty.Engine{Store: store, Program: plainProgram(t)}
			_, err := e.Do(t.Context(), earnOf("k", "m", 1, 10, 0))
			for _, want := range r.want {
				require.ErrorIs(t, err, want)
			}
			require.Equal(t, r.attempts, store.appends)
			require.Zero(t, active(t, e, "m"), "what was not written is not remembered")
		})
	}
	store := &failing{Store: new(loyalty.MemStore)}
	e := &loyalty.Engine{Store: store, Program: plainProgram(t)}
	require.Panics(t, func() { _, _ = e.Do(t.Context(), earnOf("k", "m", 1, 10, 0)) })
	require.Zero(t, active(t, e, "m"), "and the account is not locked for ever")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := e.Do(gone, earnOf("k", "m", 1, 10, 0))
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, loyalty.ErrOutcome)
}

// The engine with few remembered accounts gives what one with many gives.
func TestEngineCacheChangesNothing(t *testing.T) {
	t.Parallel()
	for _, size := range []int{-1, 1, 40, 0} {
		e, _ := newEngine(t)
		e.CacheSize, e.SnapshotEvery = size, 2
		for round := range 4 {
			for i := range 100 {
				mustDo(t, e, earnOf(fmt.Sprint(round, "-", i), fmt.Sprint("m", i), 1+round, 10, 0))
			}
		}
		for i := range 100 {
			require.Equal(t, loyalty.Points(40), active(t, e, fmt.Sprint("m", i)))
		}
	}
}

// Property 3: a snapshot and what follows is the same state as a replay from zero.
func TestSnapshotEqualsReplay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e, m := newEngine(t)
		e.SnapshotEvery = rapid.IntRange(1, 6).Draw(t, "every")
		for i := range rapid.IntRange(1, 20).Draw(t, "commands") {
			c := earnOf(fmt.Sprint(i), "m", 1+i, loyalty.Points(rapid.IntRange(1, 50).Draw(t, "points")), rapid.IntRange(0, 5).Draw(t, "days"))
			if rapid.Bool().Draw(t, "redeem") {
				c.Do = loyalty.Redeem{Points: loyalty.Points(rapid.IntRange(1, 50).Draw(t, "redeemed"))}
			}
			_, _ = e.Do(context.Background(), c)
		}
		states := map[string]bool{}
		for _, load := range []func(*loyalty.Engine) (*loyalty.Account, error){
			func(e *loyalty.Engine) (*loyalty.Account, error) { return e.Account(context.Background(), "m") },
			func(e *loyalty.Engine) (*loyalty.Account, error) { return e.Rebuild(context.Background(), "m") },
		} {
			for _, eng := range []*loyalty.Engine{e, {Store: m, Program: e.Program}} {
				a, err := load(eng)
				require.NoError(t, err)
				b, err := a.MarshalBinary()
				require.NoError(t, err)
				states[string(b)] = true
			}
		}
		require.Len(t, states, 1)
		_, err := e.Verify(context.Background(), "m")
		require.NoError(t, err)
	})
}

func ExampleEngine() {
	program, _ := loyalty.NewProgram(loyalty.Spec{ID: "shop", Version: 1})
	engine := &loyalty.Engine{Store: new(loyalty.MemStore), Program: program}
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	earn := loyalty.Command{Key: "import-1", Account: "ana", At: at, Do: loyalty.Earn{Lines: []loyalty.LinePoints{{Line: "1", Points: 120}}}}
	for range 2 { // a webhook that comes twice
		out, err := engine.Do(context.Background(), earn)
		fmt.Println(out.Result.Earned, out.Result.Replayed, err)
	}
	_, err := engine.Do(context.Background(), loyalty.Command{Key: "checkout-9", Account: "ana", At: at, Do: loyalty.Redeem{Points: 500}})
	fmt.Println(err)
	ana, _ := engine.Account(context.Background(), "ana")
	fmt.Println(ana.Balance("").Active)
	// Output:
	// 120 false <nil>
	// 120 true <nil>
	// loyalty: not enough points: points: want 500, have 120
	// 120
}

// A store of the host is checked by loyaltytest.Run; here it is the reference.
func ExampleMemStore() {
	failures := loyaltytest.Check(new(testing.T), loyaltytest.Harness{New: func(testing.TB) loyalty.Store { return new(loyalty.MemStore) }})
	fmt.Println(len(failures))
	// Output: 0
}
