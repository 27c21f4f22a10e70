package metrics

import (
	"cmp"
	"errors"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-go/rapport/internal/binenc"
	"github.com/rapport-go/rapport/internal/stat"
)

// A Percentile names how a percentile is read off a sample.
type Percentile uint8

// The types of percentile.
const (
	// NearestRank is the smallest duration that at least the share p of the cases
	// does not exceed (Hyndman and Fan 1996, type 1). With open cases it is the
	// same rule on the Kaplan-Meier curve.
	NearestRank Percentile = iota + 1
	// Type7 interpolates between neighbours as spreadsheets, NumPy and R do
	// (Hyndman and Fan 1996, type 7). It needs complete data.
	Type7
)

var percentileNames = [...]string{"unset", "nearest-rank", "type-7"}

// String is the type's name, "unset" for the zero value.
func (p Percentile) String() string { return enumText(percentileNames[:], uint8(p)) }

// MarshalText writes the name; the zero value and unknown types are errors.
func (p Percentile) MarshalText() ([]byte, error) {
	return enumMarshal("percentile", percentileNames[:], uint8(p))
}

// UnmarshalText reads a name.
func (p *Percentile) UnmarshalText(text []byte) error {
	return enumUnmarshal("percentile", percentileNames[:], text, (*uint8)(p))
}

// DefaultResolution is the step of [Durations] when no other is given.
const DefaultResolution = time.Second

// Durations accumulates how long things took: responses, resolutions, waits. Cases
// that are still open are part of it with the time they have taken so far (they
// are right-censored): the average of the closed ones alone is too good, because
// the slow cases are the open ones.
//
// Durations are counted at a resolution and rounded up to it, so that "within 20 s"
// is exact for whole seconds; the sum of the closed ones is kept to the nanosecond.
// The zero value counts seconds. Guarantees: state is counts and sums, so Merge is
// associative and commutative and equals one pass. Memory is one counter for each
// distinct step. Not safe for concurrent use.
type Durations struct {
	resolution time.Duration
	done, open map[int64]int64 // steps to cases
	nDone      int64
	nOpen      int64
	seconds    int64 // sum of the closed ones
	nanos      int64 // below one second
}

// NewDurations counts at the resolution, which is above zero; 0 means
// [DefaultResolution].
func NewDurations(resolution time.Duration) (*Durations, error) {
	if resolution < 0 {
		return nil, fault(ErrOutOfRange, "resolution", resolution.String(), "above zero")
	}
	return &Durations{resolution: resolution}, nil
}

func (d *Durations) step() time.Duration {
	if d.resolution == 0 {
		return DefaultResolution
	}
	return d.resolution
}

// Add records a case that took so long. A negative duration is [ErrOutOfRange].
func (d *Durations) Add(took time.Duration) error {
	if took < 0 {
		return fault(ErrOutOfRange, "duration", took.String(), "not negative by definition")
	}
	if d.done == nil {
		d.done = make(map[int64]int64)
	}
	d.done[d.ceil(took)]++
	d.nDone++
	return d.addSum(int64(took/time.Second), int64(took%time.Second))
}

func (d *Durations) addSum(seconds, nanos int64) error {
	d.nanos += nanos
	if d.nanos >= int64(time.Second) {
		d.nanos -= int64(time.Second)
		seconds++
	}
	total, err := sum("seconds", d.seconds, seconds)
	if err == nil {
		d.seconds = total
	}
	return err
}

func (d *Durations) ceil(took time.Duration) int64 {
	steps := int64(took / d.step())
	if took%d.step() != 0 {
		steps++
	}
	return steps
}

// AddOpen records a case that is still open after so long. A negative duration is
// [ErrOutOfRange].
func (d *Durations) AddOpen(soFar time.Duration) error {
	if soFar < 0 {
		return fault(ErrOutOfRange, "duration", soFar.String(), "not negative by definition")
	}
	if d.open == nil {
		d.open = make(map[int64]int64)
	}
	d.open[int64(soFar/d.step())]++
	d.nOpen++
	return nil
}

// N is the number of cases, open ones included.
func (d *Durations) N() int64 { return d.nDone + d.nOpen }

// Open is the number of cases that are still open.
func (d *Durations) Open() int64 { return d.nOpen }

// Closed is a copy without the open cases, for hosts who have to report the figure
// of the closed ones. It flatters whenever cases are open.
func (d *Durations) Closed() *Durations {
	c := *d
	c.done = cloneCounts(d.done)
	c.open, c.nOpen = nil, 0
	return &c
}

func cloneCounts(m map[int64]int64) map[int64]int64 {
	out := make(map[int64]int64, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// Mean is the average duration, rounded to the nanosecond. While cases are open it
// is [ErrUndefined]: use [Durations.RestrictedMean], or say [Durations.Closed]. No
// case is [ErrNoData].
func (d *Durations) Mean() (time.Duration, error) {
	if d.N() == 0 {
		return 0, faultInt(ErrNoData, "cases", 0, "no case")
	}
	if d.nOpen > 0 {
		return 0, faultInt(ErrUndefined, "open cases", d.nOpen, "their durations are not known yet")
	}
	whole, rest := d.seconds/d.nDone, d.seconds%d.nDone
	if whole > math.MaxInt64/int64(time.Second)-1 {
		return 0, faultInt(ErrOutOfRange, "mean seconds", whole, "beyond a Duration")
	}
	nanos := (float64(rest)*float64(time.Second) + float64(d.nanos)) / float64(d.nDone)
	return time.Duration(whole)*time.Second + time.Duration(math.Round(nanos)), nil
}

// RestrictedMean is the mean time that a case has taken by tau: the area under the
// Kaplan-Meier curve from 0 to tau, defined whatever is still open, as long as the
// curve is known to tau. A tau that is not above zero, or beyond the longest
// observed time while the curve is above zero, is [ErrOutOfRange]; no case is
// [ErrNoData].
func (d *Durations) RestrictedMean(tau time.Duration) (time.Duration, error) {
	if tau <= 0 {
		return 0, fault(ErrOutOfRange, "tau", tau.String(), "above zero")
	}
	if d.N() == 0 {
		return 0, faultInt(ErrNoData, "cases", 0, "no case")
	}
	limit := float64(tau) / float64(d.step())
	alive, at, area := 1.0, 0.0, 0.0
	longest := 0.0
	for _, s := range d.steps() {
		longest = float64(s.at)
		if s.done == 0 || float64(s.at) >= limit {
			continue
		}
		area += alive * (float64(s.at) - at)
		at = float64(s.at)
		alive *= 1 - float64(s.done)/float64(s.risk)
	}
	if limit > longest && alive > 0 {
		return 0, fault(ErrOutOfRange, "tau", tau.String(), "beyond the longest observed time")
	}
	return time.Duration(math.Round((area + alive*(limit-at)) * float64(d.step()))), nil
}

type durationStep struct{ at, done, open, risk int64 }

// steps are the distinct times ascending, with how many cases were under way just
// before. At one time cases close before they count as censored.
func (d *Durations) steps() []durationStep {
	at := make(map[int64]durationStep, len(d.done)+len(d.open))
	for k, n := range d.done {
		at[k] = durationStep{at: k, done: n}
	}
	for k, n := range d.open {
		s := at[k]
		s.at, s.open = k, n
		at[k] = s
	}
	out := make([]durationStep, 0, len(at))
	for _, s := range at {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b durationStep) int { return cmp.Compare(a.at, b.at) })
	risk := d.N()
	for i := range out {
		out[i].risk = risk
		risk -= out[i].done + out[i].open
	}
	return out
}

// Quantile is the p-quantile, p from 0 to 1: Quantile(0.5, NearestRank) is the
// median, 0.95 the 95th percentile. While cases are open NearestRank reads the
// Kaplan-Meier curve and is [ErrUndefined] where the curve does not fall to 1 - p;
// Type7 is then always ErrUndefined. No case is [ErrNoData]; a p outside [0, 1] or
// an unset type is [ErrOutOfRange]. Results are rounded up to the resolution.
func (d *Durations) Quantile(p float64, kind Percentile) (time.Duration, error) {
	if err := share("p", p); err != nil {
		return 0, err
	}
	if kind != NearestRank && kind != Type7 {
		return 0, fault(ErrOutOfRange, "percentile", kind.String(), "no such type")
	}
	if d.N() == 0 {
		return 0, faultInt(ErrNoData, "cases", 0, "no case")
	}
	if d.nOpen > 0 {
		return d.censoredQuantile(p, kind)
	}
	if kind == NearestRank {
		return time.Duration(d.rank(stat.NearestRank(d.nDone, p))) * d.step(), nil
	}
	h := p * float64(d.nDone-1)
	low := int64(math.Floor(h))
	a, b := d.rank(low), d.rank(min(low+1, d.nDone-1))
	steps := float64(a) + (h-float64(low))*float64(b-a)
	return time.Duration(math.Round(steps * float64(d.step()))), nil
}

// rank is the i-th smallest step, counted from zero.
func (d *Durations) rank(i int64) int64 {
	steps := d.steps()
	for _, s := range steps {
		if i < s.done {
			return s.at
		}
		i -= s.done
	}
	return steps[len(steps)-1].at
}

func (d *Durations) censoredQuantile(p float64, kind Percentile) (time.Duration, error) {
	if kind == Type7 {
		return 0, faultInt(ErrUndefined, "open cases", d.nOpen, "interpolation needs complete data")
	}
	const slack = 1e-12 // products of up to a million factors
	alive := 1.0
	for _, s := range d.steps() {
		if s.done == 0 {
			continue
		}
		alive *= 1 - float64(s.done)/float64(s.risk)
		if alive <= 1-p+slack {
			return time.Duration(s.at) * d.step(), nil
		}
	}
	return 0, faultInt(ErrUndefined, "open cases", d.nOpen, "too many to know this percentile yet")
}

// Within is the share of cases done within the limit, among those of which it is
// known. A case that is open beyond the limit has missed it; one that is open and
// still within the limit is undecided, is not in the proportion, and is counted in
// pending. The limit is rounded down to the resolution.
func (d *Durations) Within(limit time.Duration) (p Proportion, pending int64) {
	most := int64(limit / d.step())
	for k, n := range d.done {
		p.Total += n
		if k <= most {
			p.Hits += n
		}
	}
	for k, n := range d.open {
		if k >= most {
			p.Total += n
		} else {
			pending += n
		}
	}
	return p, pending
}

// Merge adds the cases of another state. Another resolution is [ErrConfig], an
// overflow [ErrOutOfRange]; both change nothing.
func (d *Durations) Merge(o *Durations) error {
	if d.step() != o.step() {
		return ErrConfig
	}
	next := *d
	var err1, err2 error
	next.nDone, err1 = sum("cases", d.nDone, o.nDone)
	next.nOpen, err2 = sum("open cases", d.nOpen, o.nOpen)
	if err := errors.Join(err1, err2, next.addSum(o.seconds, o.nanos)); err != nil {
		return err
	}
	next.done, next.open = cloneCounts(d.done), cloneCounts(d.open)
	for k, n := range o.done {
		next.done[k] += n
	}
	for k, n := range o.open {
		next.open[k] += n
	}
	*d = next
	return nil
}

var kindDurations = binenc.Kind{'M', 'D', 'U', 'R'}

func (d *Durations) config() uint64 {
	return binenc.Hash("durations", strconv.FormatInt(int64(d.step()), 10))
}

// MarshalBinary writes the state; equal states give equal bytes.
func (d *Durations) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindDurations, 1, d.config())
	d.write(w)
	return w.Frame(), nil
}

func (d *Durations) write(w *binenc.Writer) {
	w.Int(d.seconds)
	w.Int(d.nanos)
	writeHistogram(w, d.done, 0)
	writeHistogram(w, d.open, 0)
}

func (d *Durations) read(in *binenc.Reader) {
	d.seconds, d.nanos = readCount(in), readCount(in)
	if d.nanos >= int64(time.Second) {
		in.Fail("a second of nanoseconds")
	}
	d.done, d.nDone = readHistogram(in)
	d.open, d.nOpen = readHistogram(in)
	if d.nDone == 0 && d.seconds+d.nanos > 0 {
		in.Fail("a sum of no cases")
	}
	if _, err := sum("cases", d.nDone, d.nOpen); err != nil {
		in.Fail("too many cases")
	}
}

func readHistogram(in *binenc.Reader) (m map[int64]int64, total int64) {
	n := in.Count(2)
	m = make(map[int64]int64, n)
	last := int64(-1)
	for ; n > 0 && in.Err() == nil; n-- {
		k, c := in.Int(), in.Int()
		next, err := sum("cases", total, c)
		if k <= last || c <= 0 || err != nil {
			in.Fail("steps out of order, or not counts")
			break
		}
		last, total = k, next
		m[k] = c
	}
	return m, total
}

// UnmarshalBinary replaces the state. The receiver must be of the resolution that
// wrote it ([ErrConfig] otherwise); damaged bytes are [ErrCorrupt]. On an error the
// receiver is unchanged.
func (d *Durations) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindDurations, d.config())
	if err != nil {
		return err
	}
	next := Durations{resolution: d.resolution}
	next.read(in)
	if err := closed(in); err != nil {
		return err
	}
	*d = next
	return nil
}

// A DurationStep is a number of cases at one time, counted in steps of a resolution:
// closed ones rounded up to it, open ones rounded down.
type DurationStep struct{ Step, Done, Open int64 }

// DurationsFromCounts is the state of cases that a database counted. Its Mean is that
// of the rounded durations. Negative numbers, and a step that comes twice, are
// [ErrOutOfRange] and [ErrInconsistent].
func DurationsFromCounts(resolution time.Duration, steps []DurationStep) (*Durations, error) {
	d, err := NewDurations(resolution)
	if err != nil {
		return nil, err
	}
	d.done, d.open = make(map[int64]int64), make(map[int64]int64)
	faults := make([]error, 0, len(steps))
	for _, s := range steps {
		faults = append(faults, d.addStep(s))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Durations) addStep(s DurationStep) error {
	if err := errors.Join(count("step", s.Step), count("done", s.Done), count("open", s.Open)); err != nil {
		return err
	}
	if d.done[s.Step]+d.open[s.Step] > 0 {
		return faultInt(ErrInconsistent, "step", s.Step, "counted twice")
	}
	nanos, ok := stepNanos(s.Step, d.step())
	cases, err := sum("cases", d.N(), s.Done)
	if err == nil {
		_, err = sum("cases", cases, s.Open)
	}
	if !ok || err != nil || (s.Done > 0 && nanos/int64(time.Second)+1 > math.MaxInt64/s.Done) {
		return faultInt(ErrOutOfRange, "step", s.Step, "the sum of durations overflows")
	}
	if s.Done > 0 {
		d.done[s.Step] = s.Done
		d.nDone += s.Done
		// Nanoseconds below a second, times the cases, in whole seconds and the rest.
		hi, lo := bits.Mul64(uint64(nanos%int64(time.Second)), uint64(s.Done))
		whole, rest := bits.Div64(hi, lo, uint64(time.Second))
		err = d.addSum(nanos/int64(time.Second)*s.Done, 0)
		err = errors.Join(err, d.addSum(int64(whole), int64(rest)))
	}
	if s.Open > 0 {
		d.open[s.Step] = s.Open
		d.nOpen += s.Open
	}
	return err
}

func stepNanos(step int64, resolution time.Duration) (nanos int64, ok bool) {
	if step > math.MaxInt64/int64(resolution) {
		return 0, false
	}
	return step * int64(resolution), true
}
