// Package civil holds the arithmetic of dates that every wing shares and no wing exports.
//
// A [Date] is a day of the proleptic Gregorian calendar without a zone. Calendar
// steps (days, months, years) run on dates, always from an anchor and never from
// an earlier result, and only then become instants.
//
// Boundary rule R, the only way from a local reading to an instant in this
// module: a local boundary (an opening hour, the start of a day, an expiry "at
// midnight") is the earliest instant whose local reading is at or after it. In a
// gap that is the transition; in an overlap it is the first occurrence. So
// boundaries never invert, and spans that partition a day add up to its real
// length, be it 23, 24, 25 or 0 hours.
//
// Everything here is pure and safe for concurrent use.
package civil
