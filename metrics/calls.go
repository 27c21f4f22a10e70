package metrics

import (
	"errors"
	"iter"
	"time"

	"github.com/rapport-go/rapport/internal/binenc"
)

// An AbandonRule says what a caller who hung up does to the service level. Reports
// that do not name the rule cannot be compared.
type AbandonRule uint8

// The three rules.
const (
	// AbandonedExcluded leaves all abandoned calls out: answered within / answered.
	AbandonedExcluded AbandonRule = iota + 1
	// AbandonedFailed counts all abandoned calls as missed: answered within / offered.
	AbandonedFailed
	// ShortAbandonedIgnored leaves out those who hung up at once and counts the
	// others as missed: answered within / (offered - short abandoned).
	ShortAbandonedIgnored
)

var abandonNames = [...]string{"unset", "abandoned-excluded", "abandoned-failed", "short-abandoned-ignored"}

// String is the rule's name, "unset" for the zero value.
func (r AbandonRule) String() string { return enumText(abandonNames[:], uint8(r)) }

// MarshalText writes the name; the zero value and unknown rules are errors.
func (r AbandonRule) MarshalText() ([]byte, error) {
	return enumMarshal("abandon rule", abandonNames[:], uint8(r))
}

// UnmarshalText reads a name.
func (r *AbandonRule) UnmarshalText(text []byte) error {
	return enumUnmarshal("abandon rule", abandonNames[:], text, (*uint8)(r))
}

// A Call is a host's row of a call (or chat) that was offered: how long the caller
// waited, and whether somebody answered before they hung up.
type Call interface {
	Wait() time.Duration
	Answered() bool
}

// CallOptions are the thresholds of [NewCalls].
type CallOptions struct {
	// Within is the threshold of the service level; 0 means 20 seconds (the "80/20"
	// of call centres).
	Within time.Duration
	// Short is the longest wait of a short abandoned call; 0 means 5 seconds.
	Short time.Duration
}

// Calls counts offered calls. The zero value uses the default thresholds. Guarantees:
// state is counts, Merge is associative and commutative and equals one pass. Not
// safe for concurrent use.
type Calls struct {
	opts   CallOptions
	within int64 // answered within the threshold
	late   int64 // answered after it
	short  int64 // abandoned at once
	gone   int64 // abandoned later
	speed  Durations
}

// NewCalls counts with the thresholds. A negative one is [ErrOutOfRange].
func NewCalls(opts *CallOptions) (*Calls, error) {
	if opts == nil {
		opts = &CallOptions{}
	}
	if opts.Within < 0 || opts.Short < 0 {
		return nil, fault(ErrOutOfRange, "threshold", min(opts.Within, opts.Short).String(), "not negative")
	}
	return &Calls{opts: *opts}, nil
}

// CallsOf counts every row.
func CallsOf[C Call](rows iter.Seq[C], opts *CallOptions) (*Calls, error) {
	acc, err := NewCalls(opts)
	if err != nil {
		return nil, err
	}
	for row := range rows {
		if err := acc.Add(row.Wait(), row.Answered()); err != nil {
			return nil, err
		}
	}
	return acc, nil
}

func (c *Calls) limits() (within, short time.Duration) {
	within, short = c.opts.Within, c.opts.Short
	if within == 0 {
		within = 20 * time.Second
	}
	if short == 0 {
		short = 5 * time.Second
	}
	return within, short
}

// Add counts one call. A negative wait is [ErrOutOfRange] and is not counted.
func (c *Calls) Add(wait time.Duration, answered bool) error {
	if wait < 0 {
		return fault(ErrOutOfRange, "wait", wait.String(), "not negative by definition")
	}
	within, short := c.limits()
	switch {
	case answered && wait <= within:
		c.within++
	case answered:
		c.late++
	case wait <= short:
		c.short++
		return nil
	default:
		c.gone++
		return nil
	}
	return c.speed.Add(wait)
}

// Offered is the number of calls.
func (c *Calls) Offered() int64 { return c.within + c.late + c.short + c.gone }

// ServiceLevel is the share of calls answered within the threshold under the rule. An
// unset rule is [ErrOutOfRange]; whether there is anything to count shows when the
// proportion is read.
func (c *Calls) ServiceLevel(rule AbandonRule) (Proportion, error) {
	answered := c.within + c.late
	switch rule {
	case AbandonedExcluded:
		return Proportion{c.within, answered}, nil
	case AbandonedFailed:
		return Proportion{c.within, c.Offered()}, nil
	case ShortAbandonedIgnored:
		return Proportion{c.within, answered + c.gone}, nil
	default:
		return Proportion{}, fault(ErrOutOfRange, "abandon rule", rule.String(), "no such rule")
	}
}

// AbandonRate is the share of offered calls that were abandoned.
func (c *Calls) AbandonRate() Proportion { return Proportion{c.short + c.gone, c.Offered()} }

// SpeedOfAnswer are the waits of the answered calls; its Mean is the ASA.
func (c *Calls) SpeedOfAnswer() *Durations { return &c.speed }

// Merge adds calls counted under the same thresholds ([ErrConfig] otherwise). An
// overflow is [ErrOutOfRange]; both change nothing.
func (c *Calls) Merge(o *Calls) error {
	if c.config() != o.config() {
		return ErrConfig
	}
	next := *c
	var errs [5]error
	next.within, errs[0] = sum("calls", c.within, o.within)
	next.late, errs[1] = sum("calls", c.late, o.late)
	next.short, errs[2] = sum("calls", c.short, o.short)
	next.gone, errs[3] = sum("calls", c.gone, o.gone)
	errs[4] = next.speed.Merge(&o.speed)
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	*c = next
	return nil
}

var kindCalls = binenc.Kind{'M', 'C', 'A', 'L'}

func (c *Calls) config() uint64 {
	within, short := c.limits()
	return binenc.Hash("calls", within.String(), short.String())
}

// MarshalBinary writes the state; equal states give equal bytes.
func (c *Calls) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindCalls, 1, c.config())
	for _, n := range []int64{c.within, c.late, c.short, c.gone} {
		w.Int(n)
	}
	c.speed.write(w)
	return w.Frame(), nil
}

// UnmarshalBinary replaces the state. The receiver must be of the thresholds that
// wrote it ([ErrConfig] otherwise); damaged bytes are [ErrCorrupt]. On an error the
// receiver is unchanged.
func (c *Calls) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindCalls, c.config())
	if err != nil {
		return err
	}
	next := Calls{opts: c.opts}
	for _, n := range []*int64{&next.within, &next.late, &next.short, &next.gone} {
		*n = readCount(in)
	}
	next.speed.read(in)
	if next.speed.nOpen != 0 || next.speed.nDone != next.within+next.late {
		in.Fail("calls and waits disagree")
	}
	if err := closed(in); err != nil {
		return err
	}
	*c = next
	return nil
}

// CallsFromCounts is the state of calls that a database counted: the waits of the
// answered ones ([DurationsFromCounts]; nothing may be open in it), those abandoned
// at once, and those abandoned later. Who was answered within the threshold follows
// from the waits.
func CallsFromCounts(answered *Durations, short, later int64, opts *CallOptions) (*Calls, error) {
	c, err := NewCalls(opts)
	if err := errors.Join(err, count("short abandoned", short), count("later abandoned", later)); err != nil {
		return nil, err
	}
	if answered.nOpen > 0 {
		return nil, faultInt(ErrInconsistent, "open waits", answered.nOpen, "an answered call waits no more")
	}
	if err := c.speed.Merge(answered); err != nil {
		return nil, err
	}
	threshold, _ := c.limits()
	within, _ := answered.Within(threshold)
	c.within, c.late, c.short, c.gone = within.Hits, within.Total-within.Hits, short, later
	return c, nil
}
