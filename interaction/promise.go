package interaction

import (
	"fmt"
	"time"
)

// A PromiseKind says what was promised.
type PromiseKind uint8

// The kinds of promises. A reply and a resolution are settled by the case itself;
// any other is settled by whoever made it.
const (
	PromiseReply      PromiseKind = iota + 1 // an answer by a person
	PromiseResolution                        // a solution
	PromiseCallback                          // a call back
	PromiseOther                             // anything else, see What
)

var promiseKindNames = []string{"reply", "resolution", "callback", "other"}

// String names the kind.
func (k PromiseKind) String() string { return enumString("promise kind", promiseKindNames, k) }

// MarshalText writes the name; an unset kind is an error.
func (k PromiseKind) MarshalText() ([]byte, error) {
	return enumMarshal("promise kind", promiseKindNames, k)
}

// UnmarshalText reads a name.
func (k *PromiseKind) UnmarshalText(text []byte) error {
	return enumParse("promise kind", promiseKindNames, text, k)
}

// A Promise is what a customer was told to expect, and by when.
type Promise struct {
	ID        string      `json:"id"`
	Kind      PromiseKind `json:"kind"`
	What      string      `json:"what,omitzero"` // in words, as the customer was told
	Made      time.Time   `json:"made"`
	By        time.Time   `json:"by"`                 // kept no later than this
	Basis     Basis       `json:"basis,omitzero"`     // what the quote rests on; unset: a person's word
	Quantile  float64     `json:"quantile,omitzero"`  // of the quote; 0 without one
	Settled   time.Time   `json:"settled,omitzero"`   // when it was done
	Withdrawn time.Time   `json:"withdrawn,omitzero"` // when the customer no longer wanted it
}

// Validate reports every fault of the promise.
func (p Promise) Validate() error {
	var fs faults
	fs.id("id", p.ID, true)
	if !enumValid(promiseKindNames, p.Kind) {
		fs.add("kind", p.Kind.String(), "is not set or unknown")
	}
	fs.text("what", p.What)
	fs.instant("made", p.Made)
	fs.instant("by", p.By)
	if p.By.Before(p.Made) {
		fs.add("by", stamp(p.By), "lies before the promise was made")
	}
	if !(p.Quantile >= 0 && p.Quantile < 1) {
		fs.add("quantile", fmt.Sprint(p.Quantile), "must lie from 0 to below 1")
	}
	return fs.join()
}

// A PromiseVerdict says how a promise came out.
type PromiseVerdict uint8

// The verdicts on a promise.
const (
	PromiseOpen      PromiseVerdict = iota + 1 // still time
	PromiseKept                                // done at By or before
	PromiseBroken                              // By has passed, whether it was done later or not
	PromiseWithdrawn                           // the customer no longer wanted it, before By
)

var promiseVerdictNames = []string{"open", "kept", "broken", "withdrawn"}

// String names the verdict.
func (v PromiseVerdict) String() string {
	return enumString("promise verdict", promiseVerdictNames, v)
}

// MarshalText writes the name; an unset verdict is an error.
func (v PromiseVerdict) MarshalText() ([]byte, error) {
	return enumMarshal("promise verdict", promiseVerdictNames, v)
}

// UnmarshalText reads a name.
func (v *PromiseVerdict) UnmarshalText(text []byte) error {
	return enumParse("promise verdict", promiseVerdictNames, text, v)
}

// Verdict judges the promise by its instants, as seen at now: what happens after
// now is not seen. Once it is not open it never changes.
func (p Promise) Verdict(now time.Time) PromiseVerdict {
	done := !p.Settled.IsZero() && !p.Settled.After(now)
	gone := !p.Withdrawn.IsZero() && !p.Withdrawn.After(now) && !p.Withdrawn.After(p.By)
	switch {
	case done && !p.Settled.After(p.By) && (!gone || !p.Settled.After(p.Withdrawn)):
		return PromiseKept
	case gone:
		return PromiseWithdrawn
	case now.After(p.By):
		return PromiseBroken
	default:
		return PromiseOpen
	}
}

// Early is by how much a kept promise beat its time: 0 when it was kept in the
// last instant; ok is false when it was not kept, as seen at now.
func (p Promise) Early(now time.Time) (d time.Duration, ok bool) {
	if p.Verdict(now) != PromiseKept {
		return 0, false
	}
	return p.By.Sub(p.Settled), true
}

// Late is by how much a promise was missed, as seen at now: until it was done,
// or until now when it was not; ok is false when it was not broken.
func (p Promise) Late(now time.Time) (d time.Duration, ok bool) {
	if p.Verdict(now) != PromiseBroken {
		return 0, false
	}
	if !p.Settled.IsZero() && p.Settled.Before(now) {
		return p.Settled.Sub(p.By), true
	}
	return now.Sub(p.By), true
}

// Explain says how the promise stands at now.
func (p Promise) Explain(now time.Time) Trace {
	var why Trace
	basis := "on somebody's word"
	if p.Basis != 0 {
		basis = fmt.Sprintf("from the %s, at the %.0f %% quantile", p.Basis, 100*p.Quantile)
	}
	why.sayAt(p.By, "promise "+p.ID, "%s promised %s, to be kept by", p.Kind, basis)
	verdict := p.Verdict(now)
	if d, ok := p.Early(now); ok {
		why.sayAt(p.Settled, "promise "+p.ID, "%s, %s early", verdict, d)
	} else if d, ok := p.Late(now); ok {
		why.sayAt(p.Settled, "promise "+p.ID, "%s, %s late", verdict, d)
	} else {
		why.sayAt(p.Withdrawn, "promise "+p.ID, "%s", verdict)
	}
	return why
}

// PromiseCounts counts verdicts on promises. The zero value is empty; Merge joins
// shards.
type PromiseCounts struct {
	Kept      int64 `json:"kept"`
	Early     int64 `json:"early"` // of Kept: by the margin or more
	Broken    int64 `json:"broken"`
	Open      int64 `json:"open"`
	Withdrawn int64 `json:"withdrawn"`
}

// Add counts a promise as it stands at now. It counts as early when it was kept
// by margin or more before its time; a margin of zero or less means any time
// before.
func (c *PromiseCounts) Add(p Promise, now time.Time, margin time.Duration) {
	switch p.Verdict(now) {
	case PromiseKept:
		c.Kept++
		if d, _ := p.Early(now); d > 0 && d >= margin {
			c.Early++
		}
	case PromiseBroken:
		c.Broken++
	case PromiseWithdrawn:
		c.Withdrawn++
	default:
		c.Open++
	}
}

// Merge gives the counts of both.
func (c PromiseCounts) Merge(d PromiseCounts) PromiseCounts {
	return PromiseCounts{
		Kept: c.Kept + d.Kept, Early: c.Early + d.Early, Broken: c.Broken + d.Broken,
		Open: c.Open + d.Open, Withdrawn: c.Withdrawn + d.Withdrawn,
	}
}

// KeptRate is kept / (kept + broken): open and withdrawn promises stay out.
// Without a verdict it is ErrNoData.
func (c PromiseCounts) KeptRate() (Share, error) {
	return newShare(c.Kept, c.Kept+c.Broken, "promises")
}

// EarlyRate is early / (kept + broken), else as KeptRate.
func (c PromiseCounts) EarlyRate() (Share, error) {
	return newShare(c.Early, c.Kept+c.Broken, "promises")
}
