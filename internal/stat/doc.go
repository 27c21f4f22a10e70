// Package stat is the statistics that several wings share: intervals for
// proportions and their differences, tests, quantiles, survey weights, queueing
// formulas. Floats go in and floats come out; the wings own the vocabulary, the
// counts, the exact money and the errors.
//
// Functions assume arguments that the caller has checked (counts finite and not
// negative, n above zero, levels strictly between 0 and 1) and give NaN for
// anything else; they never panic. Each formula names its source. Everything is
// pure and safe for concurrent use, except that an [ExactSum] belongs to one
// goroutine.
package stat
