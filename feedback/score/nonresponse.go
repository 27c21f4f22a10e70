package score

import (
	"errors"
	"math"
	"strconv"

	"github.com/rapport-go/rapport/internal/binenc"
)

// A Cases counts what became of the people (cases) that were to be asked.
//
// Source: AAPOR, "Standard Definitions: Final Dispositions of Case Codes and Outcome Rates for
// Surveys", 9th ed., 2016.
type Cases struct {
	Complete         int64 `json:"I"`  // complete interviews
	Partial          int64 `json:"P"`  // partial interviews
	Refusal          int64 `json:"R"`  // refusals and break-offs
	NonContact       int64 `json:"NC"` // not reached
	Other            int64 `json:"O"`  // other eligible cases
	UnknownHousehold int64 `json:"UH"` // not known whether there is anybody
	UnknownOther     int64 `json:"UO"` // eligibility not known for other reasons
}

// A Rate is one of AAPOR's outcome rates.
type Rate uint8

// The rates. e is the share of the cases of unknown eligibility that are eligible.
const (
	RR1   Rate = iota + 1 // I / ((I+P) + (R+NC+O) + (UH+UO)): the minimum response rate
	RR2                   // (I+P) over the same
	RR3                   // I over the same with e(UH+UO)
	RR4                   // (I+P) over the same with e(UH+UO)
	RR5                   // I / ((I+P) + (R+NC+O)): the maximum response rate
	RR6                   // (I+P) over the same
	COOP1                 // I / ((I+P) + R + O): cooperation
	REF1                  // R / ((I+P) + (R+NC+O) + (UH+UO)): refusal
	CON1                  // ((I+P) + R + O) / ((I+P) + (R+NC+O) + (UH+UO)): contact
)

var rateNames = [...]string{"unset", "RR1", "RR2", "RR3", "RR4", "RR5", "RR6", "COOP1", "REF1", "CON1"}

// String is the rate's name, "unset" for the zero value.
func (r Rate) String() string { return enumText(rateNames[:], uint8(r)) }

// MarshalText writes the name; the zero value and unknown rates are errors.
func (r Rate) MarshalText() ([]byte, error) {
	return enumMarshal("rate", rateNames[:], 1, uint8(r))
}

// UnmarshalText reads a name.
func (r *Rate) UnmarshalText(text []byte) error {
	return enumUnmarshal("rate", rateNames[:], 1, text, (*uint8)(r))
}

// Rate is an outcome rate, 0 to 1. e is the eligible share of the cases of unknown
// eligibility, 0 to 1; only RR3 and RR4 use it, and it is checked always. Counts below zero and
// a value that is no rate are [ErrOutOfRange]; no case in the denominator is [ErrNoData]. All
// faults are reported.
func (c Cases) Rate(r Rate, e float64) (float64, error) {
	_, err := sum("cases", c.Complete, c.Partial, c.Refusal, c.NonContact, c.Other, c.UnknownHousehold, c.UnknownOther)
	errs := []error{err}
	if r < RR1 || r > CON1 {
		errs = append(errs, fault(ErrOutOfRange, "rate", r.String(), "no such rate"))
	}
	if !(e >= 0 && e <= 1) {
		errs = append(errs, faultFloat(ErrOutOfRange, "e", e, "a share from 0 to 1"))
	}
	if err := errors.Join(errs...); err != nil {
		return 0, err
	}
	i, both := float64(c.Complete), float64(c.Complete+c.Partial)
	refused, contacted := float64(c.Refusal), float64(c.Complete+c.Partial+c.Refusal+c.Other)
	eligible, unknown := contacted+float64(c.NonContact), float64(c.UnknownHousehold+c.UnknownOther)
	top := [...]float64{RR1: i, RR2: both, RR3: i, RR4: both, RR5: i, RR6: both, COOP1: i, REF1: refused, CON1: contacted}[r]
	all := [...]float64{
		RR1: eligible + unknown, RR2: eligible + unknown, RR3: eligible + e*unknown, RR4: eligible + e*unknown,
		RR5: eligible, RR6: eligible, COOP1: contacted, REF1: eligible + unknown, CON1: eligible + unknown,
	}[r]
	if all == 0 {
		return 0, faultInt(ErrNoData, r.String(), 0, "no case in the denominator")
	}
	return top / all, nil
}

// Merge adds the cases of another state. On overflow c is unchanged.
func (c *Cases) Merge(o Cases) error {
	into := [...]int64{c.Complete, c.Partial, c.Refusal, c.NonContact, c.Other, c.UnknownHousehold, c.UnknownOther}
	if err := mergeCounts("cases", into[:], []int64{o.Complete, o.Partial, o.Refusal, o.NonContact, o.Other, o.UnknownHousehold, o.UnknownOther}); err != nil {
		return err
	}
	*c = Cases{into[0], into[1], into[2], into[3], into[4], into[5], into[6]}
	return nil
}

// NonresponseBias is (1 - rate) (mean of respondents - mean of non-respondents): how far the
// respondents' mean is from everybody's. The non-respondents' mean comes from a follow-up of
// some of them, or from what is known about all. The rate lies in 0 to 1 and the means are
// finite; anything else is [ErrOutOfRange].
//
// Source: Groves, "Nonresponse Rates and Nonresponse Bias in Household Surveys", Public Opinion
// Quarterly 70 (2006) 646-675, equation 1.
func NonresponseBias(respondents, nonrespondents, rate float64) (float64, error) {
	bias := (1 - rate) * (respondents - nonrespondents)
	if !(rate >= 0 && rate <= 1) {
		return 0, faultFloat(ErrOutOfRange, "response rate", rate, "a share from 0 to 1")
	}
	if math.IsNaN(bias) || math.IsInf(bias, 0) {
		return 0, faultFloat(ErrOutOfRange, "means", respondents-nonrespondents, "finite")
	}
	return bias, nil
}

// NonresponseBounds is between which values everybody's mean lies, whatever the people who did
// not answer think, on a scale from lowest to highest: rate · mean + (1 - rate) · end. With a
// usual response rate the bounds are wide, which is what is known without an assumption. The
// mean lies on the scale, the rate in 0 to 1; anything else is [ErrOutOfRange].
//
// Source: Manski, "Identification Problems in the Social Sciences", Sociological Methodology 23
// (1993) 1-56.
func NonresponseBounds(mean, rate, lowest, highest float64) (low, high float64, err error) {
	if !(rate >= 0 && rate <= 1) {
		return 0, 0, faultFloat(ErrOutOfRange, "response rate", rate, "a share from 0 to 1")
	}
	if !(lowest <= mean && mean <= highest) || math.IsInf(highest-lowest, 0) {
		return 0, 0, faultFloat(ErrOutOfRange, "mean", mean, "on the scale from "+strconv.FormatFloat(lowest, 'g', -1, 64)+" to "+strconv.FormatFloat(highest, 'g', -1, 64))
	}
	return rate*mean + (1-rate)*lowest, rate*mean + (1-rate)*highest, nil
}

var (
	kindCases   = binenc.Kind{'F', 'C', 'A', 'S'}
	configCases = binenc.Hash("cases", "AAPOR")
)

// MarshalBinary writes the state.
func (c Cases) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindCases, configCases, c.Complete, c.Partial, c.Refusal, c.NonContact, c.Other, c.UnknownHousehold, c.UnknownOther)
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change nothing.
func (c *Cases) UnmarshalBinary(data []byte) error {
	return unmarshalCounts(data, kindCases, configCases, &c.Complete, &c.Partial, &c.Refusal, &c.NonContact, &c.Other, &c.UnknownHousehold, &c.UnknownOther)
}
