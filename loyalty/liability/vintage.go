package liability

import (
	"fmt"
	"iter"
	"math"
	"math/big"
	"sort"
)

// Redemption is points of one lot redeemed at an age.
type Redemption struct {
	Age    int64 // whole units since the issue of the lot, 0 or more
	Points int64 // 0 or more
}

// Lot is one grant of points with what became of it: the raw material of every
// estimator. Ages are in whole units (months, weeks, days) since the issue; one
// call takes one unit.
type Lot struct {
	Vintage  string       // period of issue; the text sorts in time order, such as "2025-03"
	Points   int64        // issued; 0 or more
	Redeemed []Redemption // in any order; net of cancelled redemptions
	Age      int64        // the last age that was watched in full, or at which the lot died
	// DiesAt is the age from which the points cannot be redeemed, and 0 where they never
	// die.
	DiesAt int64
	Dead   bool // died, or was taken back, at Age: nothing is open any more
}

func (l Lot) check(f *faults, i int) (redeemed int64) {
	at := fmt.Sprintf("lots[%d].", i)
	if l.Points < 0 {
		f.add(at+"points", fmt.Sprint(l.Points), "0 or more")
	}
	if l.Age < 0 || l.DiesAt < 0 {
		f.add(at+"age", fmt.Sprintf("%d, dies at %d", l.Age, l.DiesAt), "0 or more")
	}
	for j, r := range l.Redeemed {
		if r.Age < 0 || r.Age > l.Age || r.Points < 0 {
			f.add(fmt.Sprintf("%sredeemed[%d]", at, j), fmt.Sprintf("%d points at age %d", r.Points, r.Age), fmt.Sprintf("0 or more points at an age from 0 to %d", l.Age))
			continue
		}
		if r.Points > l.Points-redeemed {
			f.add(fmt.Sprintf("%sredeemed[%d]", at, j), fmt.Sprintf("%d points after %d", r.Points, redeemed), fmt.Sprintf("no more than the %d issued", l.Points))
			continue
		}
		redeemed += r.Points
	}
	return redeemed
}

// Observations are the lots as [KaplanMeier] takes them: every redemption, and the
// rest of each lot censored at its age. Faults of a lot are left for
// [LotTriangle] and [Survival.Expect] to name; a part that makes no sense is left
// out here.
func Observations(lots iter.Seq[Lot]) iter.Seq[Observation] {
	return func(yield func(Observation) bool) {
		id := int64(0)
		for l := range lots {
			id++
			open := l.Points
			for _, r := range l.Redeemed {
				if r.Points <= 0 || r.Points > open {
					continue
				}
				open -= r.Points
				if !yield(Observation{Lot: id, Age: r.Age, Points: r.Points}) {
					return
				}
			}
			if open > 0 && !yield(Observation{Lot: id, Age: l.Age, Points: open, Censored: true}) {
				return
			}
		}
	}
}

// LotTriangle puts lots into a [Triangle] for [ChainLadder], and names its vintages,
// oldest first. A vintage is as old as its youngest lot that is not dead, or its
// oldest lot where all are dead; redemptions at later ages, which only part of the
// vintage has reached, wait for the next report.
//
// Errors: [ErrInput] for every lot with a negative figure, a redemption past its age
// or beyond its points; [ErrNoData] for no lot; [ErrLimit] beyond [MaxTriangle] or
// int64.
func LotTriangle(lots iter.Seq[Lot]) (t Triangle, vintages []string, err error) {
	var f faults
	by := map[string][]Lot{}
	i := 0
	for l := range lots {
		l.check(&f, i)
		by[l.Vintage] = append(by[l.Vintage], l)
		if i++; len(f) >= 100 {
			break
		}
	}
	if err := f.err(); err != nil {
		return Triangle{}, nil, err
	}
	if i == 0 {
		return Triangle{}, nil, fmt.Errorf("%w: no lot", ErrNoData)
	}
	for v := range by {
		vintages = append(vintages, v)
	}
	sort.Strings(vintages)
	for _, v := range vintages {
		row, issued, err := vintageRow(by[v])
		if err != nil {
			return Triangle{}, nil, fmt.Errorf("vintage %q: %w", v, err)
		}
		t.Cumulative = append(t.Cumulative, row)
		t.Issued = append(t.Issued, issued)
	}
	return t, vintages, nil
}

func vintageRow(lots []Lot) (row []int64, issued int64, err error) {
	age, open := int64(0), int64(math.MaxInt64)
	for _, l := range lots {
		if issued > math.MaxInt64-l.Points {
			return nil, 0, fmt.Errorf("%w: the points leave int64", ErrLimit)
		}
		issued += l.Points
		age = max(age, l.Age)
		if !l.Dead {
			open = min(open, l.Age)
		}
	}
	age = min(age, open)
	if age >= MaxTriangle {
		return nil, 0, fmt.Errorf("%w: age %d, at most %d ages", ErrLimit, age, MaxTriangle)
	}
	row = make([]int64, age+1)
	for _, l := range lots {
		for _, r := range l.Redeemed {
			if r.Age <= age {
				row[r.Age] += r.Points
			}
		}
	}
	for j := 1; j < len(row); j++ {
		row[j] += row[j-1]
	}
	return row, issued, nil
}

// Expect estimates what the lots will have redeemed in the end: what they have by
// now, and for what is open at age a in a lot that dies at d the share 1 - S(d-) /
// S(a). A lot that never dies is taken to the last age observed and marked
// Extrapolated, as is one that dies beyond it; for such lots the high end is every
// open point. The ends of the lots' ranges are added, which is the cautious sum:
// lots share one curve and err together.
//
// The curve may come from the same lots or from others. Errors: [ErrInput] as
// [LotTriangle], [ErrNoData] for no lot, [ErrLimit] where the points leave int64.
func (s *Survival) Expect(lots iter.Seq[Lot], level float64) (Estimate, error) {
	var f faults
	level = f.level(level)
	e := Estimate{Method: MethodKaplanMeier, Level: level, Sample: s.redeemed}
	groups := map[[2]int64]int64{} // open points by (age, until)
	i := 0
	for l := range lots {
		redeemed := l.check(&f, i)
		if i++; len(f) >= 100 {
			break
		}
		if len(f) > 0 {
			continue
		}
		if e.Issued > math.MaxInt64-l.Points {
			return Estimate{}, fmt.Errorf("%w: the points leave int64", ErrLimit)
		}
		e.Issued += l.Points
		e.Redeemed += redeemed
		if open := l.Points - redeemed; open > 0 && !l.Dead {
			groups[[2]int64{l.Age, s.horizon(l)}] += open
		}
	}
	if err := f.err(); err != nil {
		return Estimate{}, err
	}
	if i == 0 {
		return Estimate{}, fmt.Errorf("%w: no lot", ErrNoData)
	}
	return s.sum(e, groups, level), nil
}

// horizon is the age before which the lot can be redeemed, or -1 beyond the curve.
func (s *Survival) horizon(l Lot) int64 {
	if l.DiesAt == 0 || l.DiesAt > s.last+1 {
		return -1
	}
	return max(l.DiesAt, l.Age)
}

func (s *Survival) sum(e Estimate, groups map[[2]int64]int64, level float64) Estimate {
	keys := make([][2]int64, 0, len(groups))
	for k := range groups {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(a, b int) bool {
		return keys[a][0] < keys[b][0] || keys[a][0] == keys[b][0] && keys[a][1] < keys[b][1]
	})
	start := new(big.Rat).SetInt64(e.Redeemed)
	low, best, high := new(big.Rat).Set(start), new(big.Rat).Set(start), new(big.Rat).Set(start)
	for _, k := range keys {
		until, beyond := k[1], false
		if until < 0 {
			until, beyond = max(s.last+1, k[0]), true
		}
		r := s.between(k[0], until, level)
		if beyond {
			e.Extrapolated = true
			r.Low = Figure{}
		}
		open := whole(groups[k])
		redeemedShare := func(unredeemed Figure) *big.Rat {
			return new(big.Rat).Mul(open.rat(), whole(1).Sub(unredeemed).rat())
		}
		low.Add(low, redeemedShare(r.High))
		best.Add(best, redeemedShare(r.Best))
		high.Add(high, redeemedShare(r.Low))
	}
	e.Total = Range{Low: ofRat(low), Best: ofRat(best), High: ofRat(high)}
	return e.clamp()
}
