package metrics

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"sort"
)

// A TieRule says how values are cut into bins of about equal size when some are
// equal. Real purchase data is mostly ties: half of all customers bought once.
type TieRule uint8

// The five rules.
const (
	// MidRank gives equal values the mean of their ranks r and the bin
	// ceil(bins * r / n). Ties stay together and the order of rows does not matter.
	// The recommended rule.
	MidRank TieRule = iota + 1
	// QuantileLeftClosed cuts at the type 7 quantiles; a value equal to a cut goes to
	// the bin above it. Equal cuts collapse bins.
	QuantileLeftClosed
	// QuantileRightClosed cuts there too; a value equal to a cut goes to the bin
	// below it.
	QuantileRightClosed
	// NTile fills bins one after the other as SQL's NTILE does, earlier rows first
	// among equal values: two customers with the same value can get different
	// scores.
	NTile
	// CumulativeRank gives equal values their highest rank, as SQL's CUME_DIST does,
	// and the bin ceil(bins * r / n).
	CumulativeRank
)

var tieNames = [...]string{"unset", "midrank", "quantile-left-closed", "quantile-right-closed", "sql-ntile", "cumulative-rank"}

// String is the rule's name, "unset" for the zero value.
func (r TieRule) String() string { return enumText(tieNames[:], uint8(r)) }

// MarshalText writes the name; the zero value and unknown rules are errors.
func (r TieRule) MarshalText() ([]byte, error) { return enumMarshal("tie rule", tieNames[:], uint8(r)) }

// UnmarshalText reads a name.
func (r *TieRule) UnmarshalText(text []byte) error {
	return enumUnmarshal("tie rule", tieNames[:], text, (*uint8)(r))
}

// MaxBins is the largest number of bins.
const MaxBins = 1000

// ScoreValues gives every value a score from 1 (small) to bins (large), in the order
// of the values. NaN, an infinity under the two quantile rules, bins outside 2 to
// [MaxBins] and an unset rule are [ErrOutOfRange]; no value gives no score. Where large is bad (days since the last
// purchase), pass the negated values.
func ScoreValues(values []float64, bins int, rule TieRule) ([]int, error) {
	if err := scoreInputs(values, bins, rule); err != nil {
		return nil, err
	}
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	out := make([]int, len(values))
	switch rule {
	case NTile:
		ntile(out, order, bins)
	case QuantileLeftClosed, QuantileRightClosed:
		cuts := cutPoints(values, order, bins)
		for i, v := range values {
			if rule == QuantileLeftClosed {
				out[i] = 1 + sort.Search(len(cuts), func(j int) bool { return cuts[j] > v })
			} else {
				out[i] = 1 + sort.SearchFloat64s(cuts, v)
			}
		}
	default:
		rankBins(out, values, order, bins, rule)
	}
	return out, nil
}

func scoreInputs(values []float64, bins int, rule TieRule) error {
	var faults []error
	if bins < 2 || bins > MaxBins {
		faults = append(faults, faultInt(ErrOutOfRange, "bins", int64(bins), "2 to 1000"))
	}
	if rule < MidRank || rule > CumulativeRank {
		faults = append(faults, fault(ErrOutOfRange, "tie rule", rule.String(), "no such rule"))
	}
	if i := slices.IndexFunc(values, math.IsNaN); i >= 0 {
		faults = append(faults, faultInt(ErrOutOfRange, "value at index", int64(i), "not a number"))
	}
	if rule == QuantileLeftClosed || rule == QuantileRightClosed {
		if i := slices.IndexFunc(values, func(v float64) bool { return math.IsInf(v, 0) }); i >= 0 {
			faults = append(faults, faultInt(ErrOutOfRange, "value at index", int64(i), "infinite: there is no quantile between it and its neighbour"))
		}
	}
	return errors.Join(faults...)
}

// Cuts are the type 7 quantiles at 1/bins, 2/bins, …, between the bins of the two
// quantile rules. No value is [ErrNoData]; other errors as [ScoreValues].
func Cuts(values []float64, bins int) ([]float64, error) {
	if err := scoreInputs(values, bins, QuantileLeftClosed); err != nil {
		return nil, err
	}
	if len(values) == 0 {
		return nil, faultInt(ErrNoData, "values", 0, "no value")
	}
	ascending := slices.Sorted(slices.Values(values))
	return quantileCuts(ascending, bins), nil
}

func cutPoints(values []float64, order []int, bins int) []float64 {
	ascending := make([]float64, len(order))
	for i, at := range order {
		ascending[i] = values[at]
	}
	if len(ascending) == 0 {
		return nil
	}
	return quantileCuts(ascending, bins)
}

func quantileCuts(ascending []float64, bins int) []float64 {
	cuts := make([]float64, bins-1)
	for i := range cuts {
		cuts[i] = cutAt(ascending, i+1, bins)
	}
	return cuts
}

// cutAt is the type 7 quantile at i/bins with its place found in whole numbers: where
// that is a value itself, the cut is that value and not its neighbour in floating
// point, which would send the value to the other bin.
func cutAt(ascending []float64, i, bins int) float64 {
	place := i * (len(ascending) - 1)
	low, rest := ascending[place/bins], place%bins
	if rest == 0 {
		return low
	}
	high, share := ascending[place/bins+1], float64(rest)/float64(bins)
	if gap := high - low; !math.IsInf(gap, 0) {
		return low + share*gap
	}
	return (1-share)*low + share*high
}

// ntile gives the first n mod bins bins one row more than the others.
func ntile(out, order []int, bins int) {
	size, larger := len(order)/bins, len(order)%bins
	bin, left := 0, 0
	for _, at := range order {
		for left == 0 {
			bin++
			left = size
			if bin <= larger {
				left++
			}
		}
		out[at] = bin
		left--
	}
}

func rankBins(out []int, values []float64, order []int, bins int, rule TieRule) {
	n := len(order)
	for from := 0; from < n; {
		to := from + 1
		for to < n && values[order[to]] == values[order[from]] {
			to++
		}
		twice := 2 * to // the highest rank of the tie, doubled
		if rule == MidRank {
			twice = from + 1 + to
		}
		bin := (bins*twice + 2*n - 1) / (2 * n)
		for _, at := range order[from:to] {
			out[at] = bin
		}
		from = to
	}
}

// An RFMScore is a customer's place among all in recency, frequency and monetary
// value, each from 1 (worst) to the number of bins (best).
type RFMScore struct {
	Customer                     string
	Recency, Frequency, Monetary int
}

// ScoreRFM scores summaries of one observation: recency by the days since the last
// occasion, frequency by the number of occasions, monetary value by the net spend.
// Recency is turned round here and nowhere else: the customer who bought last has
// the highest score. Errors as [ScoreValues].
func ScoreRFM(summaries []PurchaseSummary, bins int, rule TieRule) ([]RFMScore, error) {
	var values [3][]float64
	var bin [3][]int
	for _, s := range summaries {
		values[0] = append(values[0], -float64(s.DaysSince()))
		values[1] = append(values[1], float64(s.Occasions()))
		values[2] = append(values[2], float64(s.units))
	}
	for i := range values {
		var err error
		if bin[i], err = ScoreValues(values[i], bins, rule); err != nil {
			return nil, err
		}
	}
	out := make([]RFMScore, len(summaries))
	for i, s := range summaries {
		out[i] = RFMScore{s.Customer, bin[0][i], bin[1][i], bin[2][i]}
	}
	return out, nil
}

// A Segment names a region of scores; ends are included. A zero span means any score.
// Segments are data: a host keeps its own list beside this one.
type Segment struct {
	Name                         string
	Recency, Frequency, Monetary ScoreSpan
}

// A ScoreSpan is a span of scores, both ends included; the zero value is any score.
type ScoreSpan struct{ From, To int }

func (s ScoreSpan) holds(score int) bool {
	return s == (ScoreSpan{}) || (s.From <= score && score <= s.To)
}

// Segments are ten common names for five bins of recency and frequency, each pair of
// scores in exactly one. Practice agrees on the idea and not on the borders; these
// follow Putler's segments in the ten-name form that is common in open RFM notebooks.
// They say nothing about monetary value.
func Segments() []Segment {
	span := func(from, to int) ScoreSpan { return ScoreSpan{from, to} }
	return []Segment{
		{Name: "champions", Recency: span(5, 5), Frequency: span(4, 5)},
		{Name: "loyal customers", Recency: span(3, 4), Frequency: span(4, 5)},
		{Name: "potential loyalists", Recency: span(4, 5), Frequency: span(2, 3)},
		{Name: "new customers", Recency: span(5, 5), Frequency: span(1, 1)},
		{Name: "promising", Recency: span(4, 4), Frequency: span(1, 1)},
		{Name: "need attention", Recency: span(3, 3), Frequency: span(3, 3)},
		{Name: "about to sleep", Recency: span(3, 3), Frequency: span(1, 2)},
		{Name: "cannot lose them", Recency: span(1, 2), Frequency: span(5, 5)},
		{Name: "at risk", Recency: span(1, 2), Frequency: span(3, 4)},
		{Name: "hibernating", Recency: span(1, 2), Frequency: span(1, 2)},
	}
}

// SegmentOf is the first segment of the list that holds the score. ok is false when
// none does.
func SegmentOf(score RFMScore, segments []Segment) (segment Segment, ok bool) {
	for _, s := range segments {
		if s.Recency.holds(score.Recency) && s.Frequency.holds(score.Frequency) && s.Monetary.holds(score.Monetary) {
			return s, true
		}
	}
	return Segment{}, false
}
