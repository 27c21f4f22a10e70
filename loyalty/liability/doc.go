// Package liability turns the points of a loyalty programme into the figures that
// an accountant books: what part of a sale belongs to the points, how much of it is
// revenue by now, and how many points will never be redeemed.
//
// # Vocabulary
//
// The stand-alone price is what a promise would cost if it were sold alone; that of
// points is the number expected to be redeemed times the value of one. The deferred
// amount is the part of a sale's price that is allocated to its points: a contract
// liability until they are redeemed or die. Breakage is the part of the issued
// points that is never redeemed. A vintage is all points issued in one period (a
// month, say), and an age is the number of whole periods since then. A point is
// censored at the age up to which it was watched without being redeemed: it is
// still open, or it has died.
//
// # What is here
//
//   - [Allocate] splits a price by relative stand-alone prices (IFRS 15.73-80 and
//     B39-B43, ASC 606-10-32-28 to 41 and 606-10-55-41 to 45).
//   - [Recognise] gives the revenue of each period by the cumulative method, with
//     breakage in proportion to the rights exercised (IFRS 15.B46, ASC
//     606-10-55-48). A change of the estimate is caught up in the period in which
//     it is made; the allocation itself is not redone.
//   - [FixedRate], [ChainLadder] and [KaplanMeier] estimate how many points will be
//     redeemed, the last two from the lots' own vintages. Each [Estimate] is a range
//     with its level and the size of the sample, never one number.
//   - [State] puts the three together: revenue, liability, and the range of the
//     liability, by vintage.
//
// # Representation, rounding and errors
//
// Money and points enter as decimals or int64 and every figure that is booked is
// computed exactly: quotients are held as fractions ([Figure]) and rounded once,
// half up (a tie goes to the larger number), to a multiple of the unit that the
// caller names. What is rounded is always a total to date, and a period is the
// difference of two totals, so that no cent is lost however the periods fall.
// Standard errors and the ends of ranges are statistics and computed in float64.
//
// Bad input is [ErrInput] with an [InputError] that names field and value, all faults
// joined; too little data is [ErrNoData]; a result beyond the stated limits is
// [ErrLimit]. Nothing panics on data.
//
// # Concurrency
//
// Every function is pure and every value is immutable once returned: many
// goroutines may share them.
//
// # Sources
//
//   - IFRS 15, B39-B47 and Illustrative Example 52; ASC 606-10-55-41 to 49.
//   - T. Mack, Distribution-free calculation of the standard error of chain ladder
//     reserve estimates, ASTIN Bulletin 23 (1993).
//   - T. Gault, L. Llaguno, M. Ménard, Loyalty rewards and gift card programs: basic
//     actuarial estimation techniques, CAS E-Forum (2012).
//   - E. Kaplan, P. Meier, Nonparametric estimation from incomplete observations,
//     JASA 53 (1958); M. Greenwood (1926) for the variance; J. Kalbfleisch, R.
//     Prentice, The statistical analysis of failure time data (1980), for the
//     interval on the log(-log) scale; L. Kish, Survey sampling (1965), for the
//     design effect of points that belong to one lot.
package liability
