package interaction

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/rapport-go/rapport/internal/stat"
)

// A Basis says what a quoted promise rests on.
type Basis uint8

// The bases of a quote.
const (
	BasisHistory Basis = iota + 1 // observed waits
	BasisQueue                    // the length of the queue and the pace of the agents
)

var quoteBasisNames = []string{"history", "queue"}

// String names the basis.
func (b Basis) String() string { return enumString("basis", quoteBasisNames, b) }

// MarshalText writes the name; an unset basis is an error.
func (b Basis) MarshalText() ([]byte, error) { return enumMarshal("basis", quoteBasisNames, b) }

// UnmarshalText reads a name.
func (b *Basis) UnmarshalText(text []byte) error {
	return enumParse("basis", quoteBasisNames, text, b)
}

// QueueFacts are what a quote may rest on. All durations are business time: time
// during which the desk was open.
type QueueFacts struct {
	Ahead  int             // items before this one, those being worked on left out
	Agents int             // agents at work
	Handle time.Duration   // mean time that an agent takes for one item
	Waits  []time.Duration // recent waits of comparable items, in any order; may be empty
}

// Limits of QueueFacts.
const (
	maxAhead  = 1_000_000
	maxHandle = 1000 * hour
)

// QuoteOptions tune Quote.
type QuoteOptions struct {
	// MinWaits is the least number of observed waits on which a quote may rest;
	// with fewer the queue decides. Default 30.
	MinWaits int
	// RoundUp is the step to which the promised instant is rounded up, so that it
	// reads like a promise and not like a calculation; counted in
	// UTC. Default: none.
	RoundUp time.Duration
}

// A Quotation is a promise to be made, and how it was found.
type Quotation struct {
	By       time.Time     // no later than this, with probability Quantile
	Work     time.Duration // the business time until then, before rounding
	Basis    Basis
	N        int // observed waits used, or items ahead
	Quantile float64
	Trace    Trace
}

// Promise turns the quotation into a promise made at the instant.
func (q Quotation) Promise(id string, kind PromiseKind, made time.Time) Promise {
	return Promise{ID: id, Kind: kind, Made: made, By: q.By, Basis: q.Basis, Quantile: q.Quantile}
}

// Quote says what may be promised now at a quantile: the instant by which the
// turn comes with that probability, in the calendar's open time; where there is no
// wait, now or the next opening. The quantile lies above 0 and below 1; 0.9 is usual.
//
// It rests on the observed waits when there are enough: their quantile by nearest
// rank (Hyndman and Fan 1996, type 1), provided the sample reaches as far: with
// MinWaits of n, quantiles above n/(n+1) are left to the queue. Otherwise it
// rests on the queue: with all Agents busy and exponential handle times of mean
// Handle, departures are a Poisson process of rate Agents/Handle, so the wait
// behind Ahead items is Erlang distributed with shape Ahead+1 (Kleinrock,
// "Queueing Systems I", 1975, section 3.5). Real handle times spread less, which
// makes that quote careful.
//
// Errors: ErrInvalid for arguments out of range, all at once; ErrNoData when
// there are neither enough waits nor agents with a handle time; ErrCalendar when
// cal is nil; those of the calendar, such as one that never opens.
func Quote(now time.Time, cal Calendar, q QueueFacts, quantile float64, opts *QuoteOptions) (Quotation, error) {
	var o QuoteOptions
	if opts != nil {
		o = *opts
	}
	if o.MinWaits == 0 {
		o.MinWaits = 30
	}
	if err := checkQuote(now, q, quantile, o); err != nil {
		return Quotation{}, err
	}
	if cal == nil {
		return Quotation{}, fmt.Errorf("%w: a quote is made in open time", ErrCalendar)
	}
	out := Quotation{Quantile: quantile}
	n := float64(len(q.Waits))
	switch {
	case len(q.Waits) >= o.MinWaits && quantile <= n/(n+1):
		waits := slices.Sorted(slices.Values(q.Waits))
		out.Work, out.Basis, out.N = waits[stat.NearestRank(int64(len(waits)), quantile)], BasisHistory, len(waits)
		out.Trace.say("quote", "%.0f %% of %d comparable waits took at most %s", 100*quantile, out.N, out.Work)
	case q.Agents > 0 && q.Handle > 0:
		pace := float64(q.Handle) / float64(q.Agents)
		work := math.Ceil(erlangQuantile(q.Ahead+1, quantile) * pace)
		if work > math.MaxInt64/2 {
			return Quotation{}, &FieldError{Field: "ahead", Value: fmt.Sprint(q.Ahead), Detail: "is a wait of more than 146 years", Err: ErrInvalid}
		}
		out.Work, out.Basis, out.N = time.Duration(work), BasisQueue, q.Ahead
		out.Trace.say("quote", "%d ahead, %d agents at %s each: %.0f %% are reached within %s", q.Ahead, q.Agents, q.Handle, 100*quantile, out.Work.Round(time.Second))
	default:
		return Quotation{}, fmt.Errorf("%w: %d waits of %d needed, %d agents at %s each", ErrNoData, len(q.Waits), o.MinWaits, q.Agents, q.Handle)
	}
	by, err := cal.Add(now, max(out.Work, 1))
	if err != nil {
		return Quotation{}, err
	}
	if out.Work == 0 { // no wait ends at once, or when the desk opens
		by = by.Add(-1)
	}
	out.Trace.sayAt(by, "calendar", "%s of open time from %s", out.Work.Round(time.Second), stamp(now))
	if o.RoundUp > 0 {
		if down := by.Truncate(o.RoundUp); down.Before(by) {
			by = down.Add(o.RoundUp)
			out.Trace.sayAt(by, "rounding", "up to the next %s", o.RoundUp)
		}
	}
	out.By = by
	return out, nil
}

func checkQuote(now time.Time, q QueueFacts, quantile float64, o QuoteOptions) error {
	var fs faults
	fs.instant("now", now)
	if !(quantile > 0 && quantile < 1) {
		fs.add("quantile", fmt.Sprint(quantile), "must lie above 0 and below 1")
	}
	if q.Ahead < 0 || q.Ahead > maxAhead {
		fs.add("ahead", fmt.Sprint(q.Ahead), fmt.Sprintf("must lie between 0 and %d", maxAhead))
	}
	if q.Agents < 0 {
		fs.add("agents", fmt.Sprint(q.Agents), "is negative")
	}
	if q.Handle < 0 || q.Handle > maxHandle {
		fs.add("handle", q.Handle.String(), "must lie between 0 and "+maxHandle.String())
	}
	for i, w := range q.Waits {
		if w < 0 {
			fs.add(fmt.Sprintf("waits[%d]", i), w.String(), "is negative")
		}
	}
	if o.MinWaits < 0 || o.RoundUp < 0 {
		fs.add("options", "", "are negative")
	}
	return errors.Join(fs.list...)
}

// erlangQuantile is the p-quantile of the sum of shape exponentials of mean 1,
// found by bisection of the distribution function.
func erlangQuantile(shape int, p float64) float64 {
	low, high := 0.0, float64(shape)
	for erlangTail(shape, high) > 1-p {
		low, high = high, 2*high+1
	}
	for range 200 {
		mid := low + (high-low)/2
		if mid <= low || mid >= high {
			break
		}
		if erlangTail(shape, mid) > 1-p {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}

// erlangTail is the probability that the sum of shape exponentials of mean 1
// exceeds x: that a Poisson variable of mean x is below shape. The terms are
// summed from the greatest index downward, or, beyond the mean, their complement
// upward, so that the sum is led by its largest terms and ends early.
func erlangTail(shape int, x float64) float64 {
	if x <= 0 {
		return 1
	}
	term := func(i float64) float64 {
		lg, _ := math.Lgamma(i + 1)
		return math.Exp(i*math.Log(x) - x - lg)
	}
	sum := 0.0
	if k := float64(shape - 1); k <= x {
		for t := term(k); k >= 0 && t > sum*1e-17; k-- {
			sum += t
			t *= k / x
		}
		return min(sum, 1)
	}
	k := float64(shape)
	for t := term(k); t > sum*1e-17; {
		sum += t
		k++
		t *= x / k
	}
	return max(0, 1-sum)
}
