package staffing

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/rapport-go/rapport/internal/stat"
)

// Goal is what a number of agents has to achieve. A zero field asks for nothing; at
// least one must be set, and all that are set must be met.
type Goal struct {
	ServiceLevel float64       // least share of calls answered within Within; below 1
	Within       time.Duration // threshold of ServiceLevel; zero: without waiting
	MaxWait      time.Duration // greatest mean wait over all calls
	MaxOccupancy float64       // greatest share of agents' time on calls; below 1
	MaxLost      float64       // greatest share of calls that hang up; below 1; Erlang A only
}

// Options of [Required]; nil is the default of each.
type Options struct {
	Patience  time.Duration // mean patience of those who wait; zero: nobody hangs up (Erlang C)
	MaxAgents int           // search limit; zero is 1,000,000
}

func (g Goal) check(fs *faults, a bool) {
	share := func(field string, v float64) {
		if !(v >= 0 && v < 1) {
			fs.add(field, v, "from 0 to below 1")
		}
	}
	share("Goal.ServiceLevel", g.ServiceLevel)
	share("Goal.MaxOccupancy", g.MaxOccupancy)
	share("Goal.MaxLost", g.MaxLost)
	fs.notNegative("Goal.Within", g.Within)
	fs.notNegative("Goal.MaxWait", g.MaxWait)
	if g.MaxLost != 0 && !a {
		fs.add("Goal.MaxLost", g.MaxLost, "none without a patience, since nobody hangs up")
	}
	if g.ServiceLevel == 0 && g.MaxWait == 0 && g.MaxOccupancy == 0 && g.MaxLost == 0 {
		fs.add("Goal", "empty", "at least one of ServiceLevel, MaxWait, MaxOccupancy, MaxLost")
	}
}

// Required is the smallest number of agents that meets the goal, with the steady
// state that they give. More agents never do worse, so every larger number meets it
// too. The model is Erlang C, or Erlang A where the options name a patience.
// ErrUnreachable when it takes more than the options allow; ErrRange with every
// argument out of its range; ErrNoData; ErrUnsolved.
func Required(l Load, g Goal, o *Options) (Result, error) {
	if o == nil {
		o = &Options{}
	}
	var faults faults
	g.check(&faults, o.Patience > 0)
	faults.notNegative("Options.Patience", o.Patience)
	faults.agents("Options.MaxAgents", o.MaxAgents, 0)
	offered, err := l.Offered()
	if err := errors.Join(faults.join(), err); err != nil {
		return Result{}, err
	}
	most := o.MaxAgents
	if most == 0 {
		most = maxAgents
	}
	if o.Patience > 0 {
		return requiredA(l, offered, g, o.Patience, most)
	}
	return requiredC(l, offered, g, most)
}

func unreachable(most int) error {
	return fmt.Errorf("%w: it takes more than %d agents", ErrUnreachable, most)
}

// requiredC runs the recursion of Erlang B once and looks at every number of agents
// from the first stable one on.
func requiredC(l Load, offered float64, g Goal, most int) (Result, error) {
	n := least(offered)
	if n > most {
		return Result{}, unreachable(most)
	}
	b := stat.ErlangB(offered, n)
	for ; n <= most; n++ {
		spare := float64(n) - offered
		wait := b / (1 - offered/float64(n)*(1-b))
		if g.metC(l, offered, n, wait, spare) {
			return queueC(l, offered, n, wait, g.Within), nil
		}
		b = offered * b / (float64(n+1) + offered*b)
	}
	return Result{}, unreachable(most)
}

func (g Goal) metC(l Load, offered float64, n int, wait, spare float64) bool {
	return (g.MaxOccupancy == 0 || offered <= g.MaxOccupancy*float64(n)) &&
		(g.MaxWait == 0 || wait*float64(l.Handle)/spare <= float64(g.MaxWait)) &&
		(g.ServiceLevel == 0 || answeredC(wait, spare, l.Handle, g.Within) >= g.ServiceLevel)
}

func (g Goal) metA(r Result) bool {
	return (g.MaxOccupancy == 0 || r.Occupancy <= g.MaxOccupancy) &&
		(g.MaxWait == 0 || r.MeanWait <= g.MaxWait) &&
		(g.MaxLost == 0 || r.Lost <= g.MaxLost) &&
		(g.ServiceLevel == 0 || r.ServiceLevel >= g.ServiceLevel)
}

// requiredA gallops from the load to a number of agents that does, then halves.
func requiredA(l Load, offered float64, g Goal, patience time.Duration, most int) (Result, error) {
	solve := func(n int) (Result, bool, error) {
		r, err := queueA(l, offered, n, patience, g.Within)
		return r, err == nil && g.metA(r), err
	}
	low, high := 0, min(least(offered), most) // low does not do
	stride := 1 + int(math.Sqrt(offered))
	var best Result
	for {
		r, ok, err := solve(high)
		if err != nil {
			return Result{}, err
		}
		if ok {
			best = r
			break
		}
		if high == most {
			return Result{}, unreachable(most)
		}
		low, high = high, min(high+stride, most)
		stride *= 2
	}
	for high-low > 1 {
		mid := low + (high-low)/2
		r, ok, err := solve(mid)
		if err != nil {
			return Result{}, err
		}
		if ok {
			best, high = r, mid
		} else {
			low = mid
		}
	}
	return best, nil
}

// Rostered is how many people must be on the roster so that the given number is at
// work when the share shrinkage (at least 0, below 1) is on a break, in training or
// away: agents / (1 - shrinkage), rounded up. ErrRange.
func Rostered(agents int, shrinkage float64) (int, error) {
	var faults faults
	faults.agents("agents", agents, 0)
	if !(shrinkage >= 0 && shrinkage < 1) {
		faults.add("shrinkage", shrinkage, "from 0 to below 1")
	}
	if err := faults.join(); err != nil {
		return 0, err
	}
	n := math.Ceil(float64(agents)/(1-shrinkage) - 1e-9) // 9 / (1 - 0.1) is 10, though not in binary
	if n > math.MaxInt32 {
		faults.add("shrinkage", shrinkage, "less: the roster would have more than 2,147,483,647 people")
	}
	return int(n), faults.join()
}
