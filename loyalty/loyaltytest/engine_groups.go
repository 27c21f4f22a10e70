package loyaltytest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/rapport-go/rapport/loyalty"
)

// day is an instant of the engine's group.
func day(n int) time.Time { return time.Date(2026, 1, 1+n, 12, 0, 0, 0, time.UTC) }

func (c *check) program() *loyalty.Program {
	p, err := loyalty.NewProgram(loyalty.Spec{ID: "loyaltytest", Version: 1})
	if err != nil {
		c.fatalf("NewProgram: %v", err)
	}
	return p
}

const (
	earned   = 10 // points of each earn
	redeemed = 4  // points of each redemption
	moved    = 3  // points of each transfer
)

func earn(key, account string, when time.Time, ttl time.Duration) loyalty.Command {
	terms := &loyalty.Terms{Forever: true}
	if ttl > 0 {
		terms = &loyalty.Terms{TTL: ttl}
	}
	return loyalty.Command{Key: key, Account: account, At: when, Do: loyalty.Earn{Lines: []loyalty.LinePoints{{Line: "1", Points: earned}}, Terms: terms}}
}

func redeem(key, account string, when time.Time, points loyalty.Points) loyalty.Command {
	return loyalty.Command{Key: key, Account: account, At: when, Do: loyalty.Redeem{Points: points}}
}

// engine runs the whole way over the store.
func engine(c *check) {
	engineOnce(c)
	engineSweep(c)
	engineCrowd(c)
}

// engineOnce is the story of one account.
func engineOnce(c *check) {
	s := c.store()
	e := &loyalty.Engine{Store: s, Program: c.program(), Tenant: "t", SnapshotEvery: 3}
	do := func(cmd loyalty.Command) loyalty.Outcome {
		out, err := e.Do(c.ctx, cmd)
		if err != nil {
			c.fatalf("%s of key %q: %v", cmd.Do.Command(), cmd.Key, err)
		}
		return out
	}
	for i := range 7 {
		do(earn(fmt.Sprint("earn ", i), "m", day(i), 0))
	}
	first := do(redeem("redeem", "m", day(8), 25))
	again := do(redeem("redeem", "m", day(8), 25))
	if !again.Result.Replayed || fmt.Sprint(again.Result.Draws) != fmt.Sprint(first.Result.Draws) {
		c.failf("a repeated redemption gives %+v, the first gave %+v", again.Result, first.Result)
	}
	if _, err := e.Do(c.ctx, redeem("redeem", "m", day(8), 26)); !errors.Is(err, loyalty.ErrKeyConflict) {
		c.failf("the key with another command gives %v, want ErrKeyConflict", err)
	}
	if _, err := e.Do(c.ctx, redeem("too much", "m", day(8), 100)); !errors.Is(err, loyalty.ErrInsufficient) {
		c.failf("a redemption of more than there is gives %v, want ErrInsufficient", err)
	}
	do(redeem("too much", "m", day(8), 5)) // the key of a refused command is free
	c.wantBalance(s, "m", 7*earned-30, "after the story")
	fresh := &loyalty.Engine{Store: s, Program: e.Program, Tenant: "t"}
	for range 2 { // once from the snapshot, once with one that is damaged
		v, err := fresh.Verify(c.ctx, "m")
		if err != nil && v.Snapshot == 0 {
			c.failf("Verify: %v", err)
		}
		_, entries := c.load(s, acct("m"), loyalty.Range{Full: true})
		last := entries[len(entries)-1]
		if err := s.SaveSnapshot(c.ctx, acct("m"), loyalty.Snapshot{Version: last.Version, Sum: last.Sum, Body: []byte("not a state")}); err != nil {
			c.failf("SaveSnapshot: %v", err)
		}
		c.wantBalance(s, "m", 7*earned-30, "with a damaged snapshot")
	}
	if _, err := fresh.Rebuild(c.ctx, "m"); err != nil {
		c.failf("Rebuild: %v", err)
	}
	if v, err := fresh.Verify(c.ctx, "m"); err != nil || v.Entries != 9 {
		c.failf("Verify after Rebuild: %d entries, %v", v.Entries, err)
	}
	past, err := fresh.AsOf(c.ctx, "m", day(3), time.Time{})
	if err != nil || past.Balance("points").Active != 4*earned {
		c.failf("as of the fourth day: %d points (%v), want %d", past.Balance("points").Active, err, 4*earned)
	}
}

func (c *check) wantBalance(s loyalty.Store, id string, want loyalty.Points, why string) {
	e := &loyalty.Engine{Store: s, Program: c.program(), Tenant: "t"}
	a, err := e.Account(c.ctx, id)
	if err != nil {
		c.fatalf("%s: Account: %v", why, err)
	}
	if have := a.Balance("points").Active; have != want {
		c.failf("%s: account %s has %d points, want %d", why, id, have, want)
	}
}

// engineSweep lets points die and finds them by the index of due instants.
func engineSweep(c *check) {
	s := c.store()
	e := &loyalty.Engine{Store: s, Program: c.program(), Tenant: "t"}
	var commands []loyalty.Command
	for i := range 12 {
		for n := range 2 {
			commands = append(commands, earn(fmt.Sprint("earn ", i, n), fmt.Sprint("m", i), day(n), time.Duration(1+i+20*n)*24*time.Hour))
		}
	}
	for _, out := range e.DoBatch(c.ctx, commands) {
		if out.Err != nil {
			c.fatalf("DoBatch: %v", out.Err)
		}
	}
	report, err := e.Sweep(c.ctx, day(6), &loyalty.SweepOptions{Page: 4})
	if err != nil || report.Accounts != 5 { // the first lot of m0 died before its second came
		c.failf("Sweep settled %d accounts, want the 5 that were due (%v)", report.Accounts, err)
	}
	for i := range 12 {
		want := loyalty.Points(2 * earned)
		if i < 6 {
			want = earned
		}
		c.wantBalance(s, fmt.Sprint("m", i), want, "after the sweep")
	}
	if report, err = e.Sweep(c.ctx, day(6), nil); err != nil || report.Accounts != 0 {
		c.failf("a second Sweep settled %d accounts (%v), want none", report.Accounts, err)
	}
}

// engineCrowd lets several engines work on a few accounts, each through a store that
// fails on purpose, each command given twice. Every one of them counts once.
func engineCrowd(c *check) {
	s := c.store()
	p := c.program()
	const engines, rounds, members = 4, 12, 3
	var in, out atomic.Int64
	concurrently(engines, func(g int) {
		faulty := Faulty(uint64(g), s)
		e := &loyalty.Engine{Store: faulty, Program: p, Tenant: "t", SnapshotEvery: 5}
		rng := rand.New(rand.NewPCG(uint64(g), 21))
		for n := range rounds {
			from, to := rng.IntN(members), rng.IntN(members)
			key, id := fmt.Sprintf("g%d n%d", g, n), fmt.Sprint("m", from)
			commands := []loyalty.Command{earn("earn "+key, id, day(1), 0), redeem("redeem "+key, id, day(1), redeemed)}
			if from != to {
				commands = append(commands, loyalty.Command{Key: "transfer " + key, Account: id, At: day(1), Do: loyalty.Transfer{To: fmt.Sprint("m", to), Points: moved}})
			}
			for i, cmd := range append(commands, commands...) {
				accepted, err := c.insist(e, cmd)
				if err != nil {
					c.failf("%s of key %q: %v", cmd.Do.Command(), cmd.Key, err)
					return
				}
				if i < len(commands) && accepted {
					switch cmd.Do.(type) {
					case loyalty.Earn:
						in.Add(earned)
					case loyalty.Redeem:
						out.Add(redeemed)
					}
				}
			}
		}
	})
	sum := int64(0)
	e := &loyalty.Engine{Store: s, Program: p, Tenant: "t"}
	for i := range members {
		a, err := e.Account(c.ctx, fmt.Sprint("m", i))
		if err != nil {
			c.fatalf("Account: %v", err)
		}
		sum += int64(a.Balance("points").Active)
		if _, err := e.Verify(c.ctx, fmt.Sprint("m", i)); err != nil {
			c.failf("Verify: %v", err)
		}
	}
	// A redemption that was refused for want of points may pass when it comes again, so
	// what went out is what the log says.
	if want := in.Load() - c.redeemedInAll(e, members); sum != want {
		c.failf("%d points earned, %d redeemed, and %d are there, want %d", in.Load(), c.redeemedInAll(e, members), sum, want)
	}
	if out.Load() > c.redeemedInAll(e, members) {
		c.failf("%d points were acknowledged as redeemed, the accounts say %d", out.Load(), c.redeemedInAll(e, members))
	}
}

func (c *check) redeemedInAll(e *loyalty.Engine, members int) (sum int64) {
	for i := range members {
		a, err := e.Account(c.ctx, fmt.Sprint("m", i))
		if err != nil {
			c.fatalf("Account: %v", err)
		}
		sum += int64(a.Balance("points").Redeemed)
	}
	return sum
}

// insist repeats a command until its answer is known.
func (c *check) insist(e *loyalty.Engine, cmd loyalty.Command) (accepted bool, err error) {
	for range 200 {
		_, err = e.Do(c.ctx, cmd)
		var refused *loyalty.RefusedError
		switch {
		case err == nil:
			return true, nil
		case errors.As(err, &refused):
			return false, nil
		case errors.Is(err, loyalty.ErrCorrupt):
			return false, err
		}
	}
	return false, err
}
