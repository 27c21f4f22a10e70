package score

import "github.com/rapport-go/rapport/internal/binenc"

// ProductMarketFit counts answers to "how would you feel if you could no longer use the
// product?". The score is the share of the very disappointed among those who still use
// it; "I no longer use it" is not in the denominator.
//
// The zero value is empty and ready; state is counts. Not safe for concurrent use.
//
// Source: S. Ellis, "The Startup Pyramid", 2009, for the question and the 40 % rule.
type ProductMarketFit struct {
	Very          int64 `json:"very"`           // very disappointed
	Somewhat      int64 `json:"somewhat"`       // somewhat disappointed
	Not           int64 `json:"not"`            // not disappointed
	NotApplicable int64 `json:"not_applicable"` // no longer uses it
}

// A Disappointment is an answer to the product-market-fit question.
type Disappointment uint8

// The answers.
const (
	VeryDisappointed Disappointment = iota + 1
	SomewhatDisappointed
	NotDisappointed
	NoLongerUses
)

var disappointmentNames = [...]string{"unset", "very", "somewhat", "not", "not-applicable"}

// String is the answer's name, "unset" for the zero value.
func (d Disappointment) String() string { return enumText(disappointmentNames[:], uint8(d)) }

// MarshalText writes the name; the zero value and unknown answers are errors.
func (d Disappointment) MarshalText() ([]byte, error) {
	return enumMarshal("disappointment", disappointmentNames[:], 1, uint8(d))
}

// UnmarshalText reads a name.
func (d *Disappointment) UnmarshalText(text []byte) error {
	return enumUnmarshal("disappointment", disappointmentNames[:], 1, text, (*uint8)(d))
}

// Add counts one answer; one that is none of the four is [ErrOutOfRange] and changes
// nothing.
func (p *ProductMarketFit) Add(d Disappointment) error {
	switch d {
	case VeryDisappointed:
		p.Very++
	case SomewhatDisappointed:
		p.Somewhat++
	case NotDisappointed:
		p.Not++
	case NoLongerUses:
		p.NotApplicable++
	default:
		return fault(ErrOutOfRange, "answer", d.String(), "no such answer")
	}
	return nil
}

// MarketFitBenchmark is Ellis's rule of thumb: 40 % very disappointed.
const MarketFitBenchmark = 0.40

// A MarketFit is the score with what it says about the benchmark.
type MarketFit struct {
	Estimate
	// Reached says that the share itself is at or above [MarketFitBenchmark].
	Reached bool `json:"reached"`
	// Shown says that the whole interval is: the sample shows it, not luck. Reached
	// without Shown carries [BenchmarkNotShown].
	Shown bool `json:"shown"`
}

// Estimate is the share of the very disappointed, with the methods of
// [Proportion.Estimate]. No answer of somebody who uses the product is [ErrNoData], a
// negative count [ErrOutOfRange].
func (p ProductMarketFit) Estimate(o *Options) (MarketFit, error) {
	if _, err := sum("answers", p.Very, p.Somewhat, p.Not, p.NotApplicable); err != nil {
		return MarketFit{}, err
	}
	users := p.Very + p.Somewhat + p.Not
	e, err := Proportion{p.Very, users}.estimate("very disappointed share (product-market fit)", o)
	if err != nil {
		return MarketFit{}, err
	}
	fit := MarketFit{Estimate: e, Reached: e.Value >= MarketFitBenchmark, Shown: e.Low >= MarketFitBenchmark}
	fit.Caveats = fit.Caveats.withIf(BenchmarkNotShown, fit.Reached && !fit.Shown).withIf(SmallDenominator, users < p.NotApplicable)
	return fit, nil
}

// Merge adds the counts of another state. On overflow p is unchanged.
func (p *ProductMarketFit) Merge(o ProductMarketFit) error {
	into := [...]int64{p.Very, p.Somewhat, p.Not, p.NotApplicable}
	if err := mergeCounts("answers", into[:], []int64{o.Very, o.Somewhat, o.Not, o.NotApplicable}); err != nil {
		return err
	}
	*p = ProductMarketFit{into[0], into[1], into[2], into[3]}
	return nil
}

var (
	kindMarketFit   = binenc.Kind{'F', 'P', 'M', 'F'}
	configMarketFit = binenc.Hash("product-market fit")
)

// MarshalBinary writes the state.
func (p ProductMarketFit) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindMarketFit, configMarketFit, p.Very, p.Somewhat, p.Not, p.NotApplicable)
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change
// nothing.
func (p *ProductMarketFit) UnmarshalBinary(data []byte) error {
	return unmarshalCounts(data, kindMarketFit, configMarketFit, &p.Very, &p.Somewhat, &p.Not, &p.NotApplicable)
}
