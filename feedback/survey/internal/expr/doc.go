// Package expr is the expression language of SurveyJS: the conditions, computed values
// and validators of a survey definition. It parses what survey-core 3.1.1 parses,
// compiles it to closures over numbered slots, and gives the values that survey-core
// gives.
//
// # Vocabulary
//
//   - Expression: a parsed text, without any binding to a survey.
//   - Reference: a place where an expression reads a value by name, {nps} or
//     {panel.price}.
//   - Slot: the place of a value in a [Frame]; a [Resolver] turns names into slots when
//     an expression is compiled, so that an evaluation looks up nothing.
//   - Condition: an expression that is asked whether it holds (visibleIf); it holds
//     where its value equals true in JavaScript.
//   - Missing: a question without an answer; Null: a null in the answers, or a name that
//     is not known.
//   - Aggregate: sumInArray and its like, which run a condition on every row of a list.
//
// # Representation
//
// A [Value] is a small tagged struct that is passed by value. Texts are UTF-8; lengths,
// the order of texts and substring count UTF-16 code units, as JavaScript does, so half
// of a pair that substring cuts becomes U+FFFD. Texts are compared as they are: a caller
// that wants "é" in one code point to equal "é" in two normalises definition and answers
// first. Case is taken away with Unicode's lower-case mapping, which knows no locale and
// does not fold: "İ" equals "i̇", but "ß" does not equal "SS". Dates are milliseconds; a
// text without an offset is read in the frame's zone, and a day without a time of day
// begins at local midnight. Local times that a zone skips or repeats are read as
// ECMAScript reads them (the offset before the change, the first of two), not by the rule
// of this house, since results must be survey-core's.
//
// # Semantics
//
// From the loosest operator to the tightest: or; and; comparisons, which may be chained
// from the left; + and -; * / %; ^, from the left; contains, notcontains, anyof, allof,
// noneof; then !, empty, notempty, functions, brackets, constants, names and lists. The
// words may stand without blanks around them, a closing round bracket may be missing, a
// word alone is a text. In short:
//
//   - {x} turns "12" into 12 and "true" into true; "007" stays a text; {#x} turns nothing.
//   - A text equals another without regard to case and blanks around it; a text equals the
//     number that it is written for; lists are equal in any order.
//   - Beside a number, something missing counts as 0 in arithmetic; compared with < > <= >=
//     it gives false, so {nps} <= 6 does not hold before there is an answer.
//   - and, or give an operand, not true or false. x/0 and x%0 are null.
//   - Two texts are put in order letter by letter, also where both are numerals in quotes.
//   - Empty is null, "", [], {} and what holds only these; 0, false and " " are not.
//
// [Check] finds what relies on these conversions.
//
// # Rounding
//
// Sums and differences are rounded to the more precise operand's decimals, products to
// the decimals of both together, halves away from zero: 0.1 + 0.2 is 0.3. round() rounds
// halves away from zero, trunc() cuts. [Program.Eval] gives a missing value where
// arithmetic ends in infinity or in no number.
//
// # Errors
//
// [Parse] gives a [*SyntaxError] with the place, [ErrTooLong] or [ErrTooDeep]. [Compile]
// gives [ErrBinding] for a resolver that is wrong. An evaluation has no errors of its own:
// what has no value is missing; [Frame.Err] is [ErrWork] where an evaluation was given up.
// Nothing panics on data. An expression has at most 8 KiB and 64 levels unless [Limits]
// says otherwise, an evaluation at most [MaxWork] steps.
//
// # Where this differs from survey-core
//
//   - Where survey-core throws a TypeError (null in a list or as an operand of !, a text
//     that would have to be rounded) the value is null or missing.
//   - The condition of an aggregate is never taken from an answer: sumInArray({rows}, 'x',
//     {y}) looks at {y} of each row and does not run the text that y holds.
//   - displayValue, propertyValue, isContainerReady and isDisplayMode need a user
//     interface; their value is missing.
//   - Names that every JavaScript object inherits ({x.constructor}) are not found, and an
//     aggregate over a text looks at nothing.
//   - A date that becomes a text names its zone by the abbreviation where that is not UTC:
//     JavaScript writes "(Eastern Standard Time)".
//   - Members of an object that came through [FromAny] are in the order of their names.
//
// # Concurrency
//
// Expressions, programs and values are immutable and may be shared by goroutines. A
// [Frame] serves one goroutine at a time. Nothing reads a clock or the machine's zone.
//
// # Sources
//
// survey-core 3.1.1 from npm (MIT): grammar.pegjs, expressions.ts, helpers.ts,
// functionsfactory.ts, conditionProcessValue.ts, read and run. ECMA-262, 15th edition
// (2024), for conversions, numbers and dates; Unicode 15, SpecialCasing. Dates that are not
// in ECMAScript's format are read as V8 11.3 reads them. Powers are worked out with twice
// the digits (T. J. Dekker, Numerische Mathematik 18, 1971) and may differ from a browser's
// in the last one.
package expr
