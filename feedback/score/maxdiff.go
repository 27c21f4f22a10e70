package score

import (
	"cmp"
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/rapport-go/rapport/internal/binenc"
)

// A BestWorst (MaxDiff) counts how often each item was shown, chosen as best and chosen as
// worst of a set.
//
// What counts are: (best - worst) / shown ranks the items of one study against each other.
// It is no level (every item may be excellent, or none), depends on which items were shown
// together, and says how often an item wins, not how much it is wanted. The answers of one
// person are not independent, so that intervals are too narrow. Every item says so
// ([RelativeToSet]).
//
// The zero value is empty and ready; state is counts, so Merge is associative and
// commutative. Not safe for concurrent use.
//
// Source: Lipovetsky and Conklin, "Best-Worst Scaling in Analytical Closed-form Solution",
// Journal of Choice Modelling 10 (2014) 60-68.
type BestWorst struct {
	items map[string]choiceCounts
}

type choiceCounts struct{ shown, best, worst int64 }

// Add records one set and the choices from it. A set of fewer than two items, an empty or
// repeated item, a choice that was not shown and the same item as best and worst are
// [ErrOutOfRange]; all faults are reported and change nothing.
func (b *BestWorst) Add(shown []string, best, worst string) error {
	var faults []error
	if len(shown) < 2 {
		faults = append(faults, faultInt(ErrOutOfRange, "shown", int64(len(shown)), "a choice needs two items"))
	}
	seen := make(map[string]bool, len(shown))
	for i, item := range shown {
		if item == "" || seen[item] {
			faults = append(faults, fault(ErrOutOfRange, "shown["+strconv.Itoa(i)+"]", strconv.Quote(clip(item)), "items have names, each once"))
		}
		seen[item] = true
	}
	if !seen[best] {
		faults = append(faults, fault(ErrOutOfRange, "best", strconv.Quote(clip(best)), "not among the items shown"))
	}
	if !seen[worst] {
		faults = append(faults, fault(ErrOutOfRange, "worst", strconv.Quote(clip(worst)), "not among the items shown"))
	}
	if best == worst {
		faults = append(faults, fault(ErrOutOfRange, "worst", strconv.Quote(clip(worst)), "chosen as best, too"))
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	if b.items == nil {
		b.items = make(map[string]choiceCounts, len(shown))
	}
	for _, item := range shown {
		c := b.items[item]
		c.shown++
		c.best += bit(item == best)
		c.worst += bit(item == worst)
		b.items[item] = c
	}
	return nil
}

// N is the number of sets.
func (b *BestWorst) N() int64 {
	var n int64
	for _, c := range b.items {
		n += c.best
	}
	return n
}

// A ChoiceItem is what the choices say about one item.
type ChoiceItem struct {
	Item  string `json:"item"`
	Shown int64  `json:"shown"`
	Best  int64  `json:"best"`
	Worst int64  `json:"worst"`
	// Score is (best - worst) / shown, -1 to 1, with its interval as if sets were
	// independent, by the methods of [NetPromoter.Estimate].
	Score Estimate `json:"score"`
	// Logit is ln(p / (1-p)) with p = (1 + score) / 2. HasLogit is false for an item that
	// was always best or always worst: its logit has no end.
	Logit    float64 `json:"logit"`
	HasLogit bool    `json:"has_logit"`
	// Share is exp(logit) over the sum of that of the items that have one: how often the
	// item would be taken first from all of them, if the logit model held. It adds up to 1
	// over the items with a logit and is zero for the others.
	Share float64 `json:"share"`
}

// Items are the items by falling score, equal ones by name. No set is [ErrNoData]; other
// faults are those of the options.
func (b *BestWorst) Items(o *Options) ([]ChoiceItem, error) {
	if len(b.items) == 0 {
		return nil, noAnswer("best-worst score")
	}
	out := make([]ChoiceItem, 0, len(b.items))
	for _, name := range slices.Sorted(maps.Keys(b.items)) {
		c := b.items[name]
		item := ChoiceItem{Item: name, Shown: c.shown, Best: c.best, Worst: c.worst}
		e, err := threeClassEstimate("best-worst score of "+name, c.best, c.shown-c.best-c.worst, c.worst, o)
		if err != nil {
			return nil, err
		}
		item.Score = e.scaled(1.0 / points)
		item.Score.Value, item.Score.Unit = float64(c.best-c.worst)/float64(c.shown), Share
		item.Score.Caveats = item.Score.Caveats.with(RelativeToSet)
		// p / (1-p) is (shown + best - worst) / (shown - best + worst).
		up, down := c.shown+c.best-c.worst, c.shown-c.best+c.worst
		if item.HasLogit = up > 0 && down > 0; item.HasLogit {
			item.Logit = math.Log(float64(up) / float64(down))
		}
		out = append(out, item)
	}
	total := 0.0
	for i := range out {
		if out[i].HasLogit {
			out[i].Share = math.Exp(out[i].Logit)
			total += out[i].Share
		}
	}
	for i := range out {
		if out[i].HasLogit {
			out[i].Share /= total
		}
	}
	slices.SortStableFunc(out, func(a, b ChoiceItem) int { return cmp.Compare(b.Score.Value, a.Score.Value) })
	return out, nil
}

// Merge adds the choices of another state. On overflow b is unchanged.
func (b *BestWorst) Merge(o *BestWorst) error {
	next := maps.Clone(b.items)
	if next == nil {
		next = make(map[string]choiceCounts, len(o.items))
	}
	for name, c := range o.items {
		mine := next[name]
		// shown is the largest of the three and twice it stays within int64, as Items needs.
		shown, err := sum("shown", mine.shown, mine.shown, c.shown, c.shown)
		if err != nil {
			return err
		}
		next[name] = choiceCounts{shown / 2, mine.best + c.best, mine.worst + c.worst}
	}
	b.items = next
	return nil
}

var (
	kindBestWorst   = binenc.Kind{'F', 'B', 'W', 'S'}
	configBestWorst = binenc.Hash("best-worst")
)

// MarshalBinary writes the state; equal states give equal bytes.
func (b *BestWorst) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindBestWorst, 1, configBestWorst)
	w.Uint(uint64(len(b.items)))
	for _, name := range slices.Sorted(maps.Keys(b.items)) {
		c := b.items[name]
		w.String(name)
		w.Int(c.shown)
		w.Int(c.best)
		w.Int(c.worst)
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change nothing.
func (b *BestWorst) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindBestWorst, configBestWorst)
	if err != nil {
		return err
	}
	n := in.Count(4)
	next := make(map[string]choiceCounts, n)
	last := ""
	var best, worst int64
	for range n {
		name := in.String()
		c := choiceCounts{readCount(in), readCount(in), readCount(in)}
		if name <= last || c.shown < 1 || c.shown > math.MaxInt64/2 || c.best > c.shown || c.worst > c.shown-c.best {
			in.Fail("an item out of order or with impossible counts")
		}
		if in.Err() != nil {
			break
		}
		var err1, err2 error
		best, err1 = sum("best", best, c.best)
		worst, err2 = sum("worst", worst, c.worst)
		if err1 != nil || err2 != nil {
			in.Fail("counts beyond int64")
			break
		}
		last, next[name] = name, c
	}
	if best != worst {
		in.Fail("a set has one best and one worst")
	}
	if err := closed(in); err != nil {
		return err
	}
	b.items = next
	return nil
}
