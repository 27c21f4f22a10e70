// Package feedback is what customers tell us: strict answers to the three
// headline surveys, and the response that holds them. It reads answers and says
// what each one means; scores over many answers, with their intervals, are made
// from these values elsewhere.
//
// # Vocabulary
//
//   - NPS, Net Promoter Score question: "how likely is it that you would recommend
//     us?", a whole number 0 to 10. A promoter answers 9 or 10, a passive 7 or 8, a
//     detractor 0 to 6.
//   - CSAT, customer satisfaction: a whole number 1 to 5, 5 being very satisfied.
//     Top-2-box means 4 or 5, bottom-2-box 1 or 2.
//   - CES, customer effort score: a whole number 1 to 7. Schools differ on which
//     end is good, so an answer always carries its [Direction]; there is no
//     default. CES 2.0 ("the company made it easy", 7 = strongly agree) is
//     [HigherIsEasier]; a question of the older form ("how much effort did you have
//     to put forth", asked on 1 to 7) is [HigherIsHarder].
//   - Response: what one respondent sent back to one survey, item by item. A skipped
//     item is an item without an answer; it is never a zero.
//
// # Representation
//
// [NPSAnswer], [CSATAnswer] and [CESAnswer] are small comparable values. Their zero
// value means "not answered" and is not valid, so that an NPS of 0, which is a
// detractor's answer, can never be confused with silence. All three have
// Score() int, which is what rows of a metric need.
//
// # Strictness
//
// An answer is refused unless it is a whole number within its scale: 11, -1, 8.5,
// "nine", true and NaN are all errors. NewX takes an int, ParseX takes text (a form
// field or a CSV cell: ASCII digits only), ReadX takes a decoded JSON value and
// accepts numbers only, as does UnmarshalJSON: a client that sends "9" where a 9 is
// due has a fault that should be seen. Nothing is rescaled, clamped or rounded. A JSON
// number is judged by its text, so 9.0 and 90e-1 are the number 9, while
// 8.99999999999999999999 and 1e-400 are refused. A float64 is judged as it is: where a
// decoder has rounded such a number to 9 before, 9 is what ReadX sees; decode with
// UseNumber, or into the types of this package, to have the text judged.
//
// # Rounding
//
// None: no function of this package rounds.
//
// # Errors
//
// Every refusal unwraps to [ErrAnswer] and is an [*AnswerError] with the instrument
// and a [Code]. Faults of a response are joined. Text of an answer is quoted in
// errors, clipped to 32 characters; a comment never is.
//
// # Concurrency
//
// All values are immutable or plain data; every function may be called from any
// number of goroutines. The package keeps no state and no clock.
//
// # Sources
//
// NPS and its classes: F. Reichheld, "The One Number You Need to Grow", Harvard
// Business Review, December 2003. CES: M. Dixon, K. Freeman, N. Toman, "Stop Trying
// to Delight Your Customers", Harvard Business Review, July 2010 (first form); the
// 1 to 7 agreement form, CES 2.0, is CEB's of 2013. Top-2-box CSAT is common practice.
package feedback
