package score

import (
	"bytes"
	"encoding/json"
	"math/bits"
	"strings"
)

// A Caveat is one reason to doubt an estimate.
type Caveat uint8

// The caveats.
const (
	// FewAnswers: fewer than 20 answers.
	FewAnswers Caveat = iota + 1
	// SingleAnswer: one answer, which says nothing about how answers differ.
	SingleAnswer
	// EmptyClass: a class that the score counts has no answer in it.
	EmptyClass
	// NoSpread: all answers (of a comparison: of one sample at least) are the same, so that
	// their standard error is zero; it is the formula that is sure, not the customers.
	NoSpread
	// Clipped: an end of the interval was beyond the scale and stands at its end.
	Clipped
	// Weighted: answers count with weights; N is people, EffectiveN is what they know.
	Weighted
	// NotRandom: the caller said that the answers are no random sample.
	NotRandom
	// FinitePopulation: the interval is narrower because a known share of the
	// population answered.
	FinitePopulation
	// Census: everybody answered; there is no sampling error.
	Census
	// SmallDenominator: the share rests on fewer than half of the answers.
	SmallDenominator
	// CloseCategories: the first category is not ahead of the second by more than
	// chance would put it.
	CloseCategories
	// BenchmarkNotShown: the estimate reaches its benchmark and the interval does not.
	BenchmarkNotShown
	// Extrapolated: the value lies outside the anchors that it is measured between.
	Extrapolated
	// CloseAnchors: the anchors are not clearly apart, so that the scale between them
	// is itself uncertain.
	CloseAnchors
	// NegativeReliability: below zero; an item is likely to run the other way.
	NegativeReliability
	// RelativeToSet: counts of choices rank the items within the sets that were shown
	// and measure no level.
	RelativeToSet
	// ImputedItem: a missing item was filled in.
	ImputedItem
	// ReferenceFixed: the reference group is taken as known without error.
	ReferenceFixed
)

var caveatNames = [...]string{
	"unset", "few-answers", "single-answer", "empty-class", "no-spread", "clipped", "weighted", "not-random",
	"finite-population", "census", "small-denominator", "close-categories", "benchmark-not-shown", "extrapolated", "close-anchors",
	"negative-reliability", "relative-to-set", "imputed-item", "reference-fixed",
}

var caveatTexts = [...]string{
	"", "fewer than 20 people answered", "one answer says nothing about how answers differ",
	"a class that the score counts is empty", "all answers are the same, so the standard error of zero is the formula's and not the customers'",
	"an end of the interval was cut at the end of the scale", "answers are weighted and know only as much as the effective number",
	"the answers are no random sample", "the interval is narrowed by the known size of the population", "everybody answered, so nothing is left to sampling",
	"it rests on fewer than half of the answers", "the first category is not clearly ahead of the second", "the benchmark is reached by the estimate and not by its interval",
	"it lies outside its anchors", "the anchors are not clearly apart", "an item is likely to run the other way",
	"choices rank items within the sets shown and measure no level", "a missing item was filled in with the middle of the scale",
	"the reference group is taken as known",
}

// String is the caveat's name, "unset" for the zero value.
func (c Caveat) String() string { return enumText(caveatNames[:], uint8(c)) }

// Text says the caveat in words, without a full stop; empty for no caveat.
func (c Caveat) Text() string {
	if int(c) < len(caveatTexts) {
		return caveatTexts[c]
	}
	return ""
}

// MarshalText writes the name; the zero value and unknown caveats are errors.
func (c Caveat) MarshalText() ([]byte, error) {
	return enumMarshal("caveat", caveatNames[:], 1, uint8(c))
}

// UnmarshalText reads a name.
func (c *Caveat) UnmarshalText(text []byte) error {
	return enumUnmarshal("caveat", caveatNames[:], 1, text, (*uint8)(c))
}

// Caveats is a set of caveats; the zero value is none. It is comparable.
type Caveats uint32

// CaveatsOf is the set of the given caveats; values that are none are left out.
func CaveatsOf(list ...Caveat) Caveats {
	var s Caveats
	for _, c := range list {
		s = s.with(c)
	}
	return s
}

func (s Caveats) with(c Caveat) Caveats {
	if c == 0 || int(c) >= len(caveatNames) {
		return s
	}
	return s | 1<<c
}

func (s Caveats) withIf(c Caveat, b bool) Caveats {
	if b {
		return s.with(c)
	}
	return s
}

// Has reports whether the set holds the caveat.
func (s Caveats) Has(c Caveat) bool { return c > 0 && int(c) < len(caveatNames) && s&(1<<c) != 0 }

// Len is the number of caveats.
func (s Caveats) Len() int { return len(s.All()) }

// All lists the caveats in the order of their constants.
func (s Caveats) All() []Caveat {
	out := make([]Caveat, 0, bits.OnesCount32(uint32(s)))
	for c := FewAnswers; int(c) < len(caveatNames); c++ {
		if s.Has(c) {
			out = append(out, c)
		}
	}
	return out
}

// String is the names, separated by blanks; "none" for the empty set.
func (s Caveats) String() string {
	names := make([]string, 0, len(caveatNames))
	for _, c := range s.All() {
		names = append(names, c.String())
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, " ")
}

// MarshalJSON writes an array of names.
func (s Caveats) MarshalJSON() ([]byte, error) { return json.Marshal(s.All()) }

// UnmarshalJSON reads an array of names, each at most once; null is the empty set.
func (s *Caveats) UnmarshalJSON(data []byte) error {
	var list []Caveat
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&list); err != nil {
		return err
	}
	set := CaveatsOf(list...)
	if set.Len() != len(list) {
		return fault(ErrOutOfRange, "caveats", clip(string(data)), "a caveat is named once")
	}
	*s = set
	return nil
}
