// Package amount is the bounded gate through which every decimal enters a wing.
//
// shopspring/decimal computes with any exponent and any number of digits:
// New(1, 1e8).Add(x) or a megabyte of digits stops a server. [Check] looks at the
// exponent and the bit length only, which costs nanoseconds whatever the value,
// and is called before any arithmetic; [Parse] bounds the text first.
//
// Nothing here depends on decimal's package variables.
package amount
