package listen

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rapport-go/rapport/internal/stat"
)

// DayCount is the ratings of one item on one day.
type DayCount struct {
	Item  string
	Day   int   // day number, such as days since 1970-01-01
	Stars Stars // ratings of that day
}

// BurstOptions shape the search for waves. A zero field is its default.
type BurstOptions struct {
	Trailing int     // days before a day that it is compared with; 28
	Rate     float64 // false discovery rate over all items and days; 0.01
	MinCount int64   // ratings of a day below which it is never marked; 5
}

// Burst is a day with more ratings than the days before lead one to expect. It marks,
// and proves nothing: a launch or a news item looks the same as a bought wave. Nothing
// should be deleted for it.
type Burst struct {
	Item     string
	Day      int
	Count    int64
	Expected float64 // mean of the trailing days
	P        float64 // chance of so many or more at the trailing rate
	Adjusted float64 // the same, for the number of days looked at (Benjamini and Hochberg 1995)
	Mean     float64 // mean stars of the day
	Before   float64 // mean stars of the trailing days; zero without any
	OneSided bool    // at least nine of ten ratings of the day are of one and the same end (1 or 5)
}

// Bursts finds days on which an item had suspiciously many ratings, among the days
// that have as many trailing days of observation (from the item's first rating on).
// Days without ratings may be left out of the rows; rows of one item and day are added.
//
// With c ratings on the day and t in the D days before, both Poisson at one rate, c
// given c+t is binomial with the share 1/(D+1) (Przyborowski and Wilenski 1940); P is
// its upper tail. Taking t/D for the true rate instead would mark every first rating
// after D quiet days. P is adjusted by Benjamini and Hochberg over all days of all
// items that were tested, also those without ratings. The result is ordered by item
// and day. ErrStars for options out of range.
func Bursts(rows []DayCount, o *BurstOptions) ([]Burst, error) {
	opt := BurstOptions{Trailing: 28, Rate: 0.01, MinCount: 5}
	if o != nil {
		opt = BurstOptions{cmp.Or(o.Trailing, opt.Trailing), cmp.Or(o.Rate, opt.Rate), cmp.Or(o.MinCount, opt.MinCount)}
	}
	if opt.Trailing < 1 || opt.Trailing > 3660 || !(opt.Rate > 0 && opt.Rate < 1) || opt.MinCount < 1 {
		return nil, fmt.Errorf("%w: trailing %d, rate %v, least %d", ErrStars, opt.Trailing, opt.Rate, opt.MinCount)
	}
	var tested []Burst
	tests := 0
	for _, days := range byItem(rows) {
		found, n, err := itemBursts(days, &opt)
		if err != nil {
			return nil, err
		}
		tested = append(tested, found...)
		tests += n
	}
	adjust(tested, tests)
	out := slices.DeleteFunc(tested, func(b Burst) bool { return b.Adjusted > opt.Rate || b.Count < opt.MinCount })
	slices.SortFunc(out, func(a, b Burst) int { return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Day, b.Day)) })
	return out, nil
}

// byItem groups rows by item, days ascending and added up.
func byItem(rows []DayCount) [][]DayCount {
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b DayCount) int { return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Day, b.Day)) })
	var out [][]DayCount
	for _, row := range sorted {
		if row.Stars.N() == 0 {
			continue
		}
		last := len(out) - 1
		if last < 0 || out[last][0].Item != row.Item {
			out = append(out, []DayCount{row})
			continue
		}
		days := out[last]
		if end := &days[len(days)-1]; end.Day == row.Day {
			end.Stars.Merge(row.Stars)
			continue
		}
		out[last] = append(days, row)
	}
	return out
}

// itemBursts tests the days of one item that have ratings, and counts all that could be
// tested.
func itemBursts(days []DayCount, opt *BurstOptions) (out []Burst, tests int, err error) {
	first, last := days[0].Day, days[len(days)-1].Day
	if last-first > 1_000_000 || last < first {
		return nil, 0, fmt.Errorf("%w: days %d to %d of one item", ErrStars, first, last)
	}
	tests = max(0, last-first-opt.Trailing+1)
	from := 0
	var window Stars
	for i, day := range days {
		for from < i && days[from].Day < day.Day-opt.Trailing {
			for star, n := range days[from].Stars {
				window[star] -= n
			}
			from++
		}
		if day.Day-first >= opt.Trailing {
			out = append(out, test(day, window, opt))
		}
		window.Merge(day.Stars)
	}
	return out, tests, nil
}

func test(day DayCount, window Stars, opt *BurstOptions) Burst {
	c, t, d := day.Stars.N(), window.N(), float64(opt.Trailing)
	b := Burst{Item: day.Item, Day: day.Day, Count: c, Expected: float64(t) / d}
	// The upper tail of a binomial is an incomplete beta: P(X >= c) = I_p(c, n-c+1).
	b.P = stat.BetaCDF(1/(d+1), float64(c), float64(t)+1)
	b.Mean, _ = day.Stars.Mean()
	b.Before, _ = window.Mean()
	b.OneSided = 10*max(day.Stars[0], day.Stars[4]) >= 9*c
	return b
}

// adjust is the step-up procedure of Benjamini and Hochberg (1995) over n tests, of
// which those not in the list have p = 1.
func adjust(bs []Burst, n int) {
	slices.SortStableFunc(bs, func(a, b Burst) int { return cmp.Compare(a.P, b.P) })
	least := 1.0
	for i := len(bs) - 1; i >= 0; i-- {
		least = min(least, bs[i].P*float64(max(n, len(bs)))/float64(i+1))
		bs[i].Adjusted = least
	}
}
