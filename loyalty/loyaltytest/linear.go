package loyaltytest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"

	"github.com/rapport-go/rapport/loyalty"
)

// operation is one call of a concurrent history on one account, with the logical
// times of its start and its end.
type operation struct {
	start, end int64
	load       bool
	version    int64 // appended, or the head that a load saw
	won        bool  // of an append
}

// linearizable lets several clients append and load at random and then checks, for
// each account, that the calls can be put into one order in which each gives what
// it gave, and which keeps the order of calls that did not overlap.
//
// A log that only grows makes that check exact and cheap: an append that won
// version v is the one step from v-1 to v. So every other call has to fall between
// the steps that it saw.
func linearizable(c *check) {
	s := c.store()
	const clients, calls, accounts = 6, 40, 2
	var clock atomic.Int64
	histories := make([][]operation, clients*accounts)
	concurrently(clients, func(g int) {
		rng := rand.New(rand.NewPCG(uint64(g), 19))
		known := [accounts]int64{}
		for n := range calls {
			a := rng.IntN(accounts)
			id := acct(fmt.Sprintf("lin%d", a))
			op := operation{start: clock.Add(1), load: rng.IntN(3) == 0}
			if op.load {
				_, entries, err := read(c.ctx, s, id, loyalty.Range{})
				if err != nil {
					c.failf("Load: %v", err)
					return
				}
				op.version = int64(len(entries))
				known[a] = op.version
			} else {
				op.version = known[a] + 1
				_, err := s.Append(c.ctx, keyed(fmt.Sprintf("lin %d %d", g, n), id, op.version))
				switch {
				case err == nil:
					op.won = true
					known[a]++
				case errors.Is(err, loyalty.ErrVersion):
					known[a] += int64(rng.IntN(3)) // guess
				default:
					c.failf("Append: %v", err)
					return
				}
			}
			op.end = clock.Add(1)
			histories[g*accounts+a] = append(histories[g*accounts+a], op)
		}
	})
	for a := range accounts {
		var history []operation
		for g := range clients {
			history = append(history, histories[g*accounts+a]...)
		}
		checkHistory(c, history, c.head(s, acct(fmt.Sprintf("lin%d", a))))
	}
}

func checkHistory(c *check, history []operation, head int64) {
	wins := map[int64]operation{}
	for _, op := range history {
		if !op.load && op.won {
			if _, twice := wins[op.version]; twice {
				c.failf("version %d was given to two writers", op.version)
			}
			wins[op.version] = op
		}
	}
	if int64(len(wins)) != head {
		c.failf("%d appends were acknowledged, the account is at version %d", len(wins), head)
		return
	}
	// earliest[v]: the step to v cannot have been before; latest[v]: nor after.
	earliest, latest := make([]int64, head+2), make([]int64, head+2)
	for v := int64(1); v <= head; v++ {
		earliest[v] = max(earliest[v-1], wins[v].start)
	}
	latest[head+1] = 1 << 62
	for v := head; v >= 1; v-- {
		latest[v] = min(latest[v+1], wins[v].end)
	}
	for v := int64(1); v <= head; v++ {
		if earliest[v] > latest[v] {
			c.failf("version %d was acknowledged before the append of a lower one began", v)
			return
		}
	}
	for _, op := range history {
		switch {
		case !op.load && op.version > head+1:
			continue // refused, and rightly: the account never got there
		case op.load && (earliest[op.version] > op.end || latest[op.version+1] < op.start):
			c.failf("a load saw version %d when the account cannot have been at it", op.version)
		case !op.load && !op.won && latest[op.version-1] < op.start && (op.version > head || earliest[op.version] > op.end):
			c.failf("an append of version %d was refused while the account was at %d all along", op.version, op.version-1)
		}
	}
}
