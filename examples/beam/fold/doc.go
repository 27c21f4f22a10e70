// Package fold makes Apache Beam combine functions of accumulators: of those of
// rapport's metrics, and of any type that merges and writes itself as binary.
//
// # Why it is needed
//
// Beam moves an accumulator between workers as bytes, and it does not look for
// [encoding.BinaryMarshaler]. A struct without a coder of its own goes as a row of
// its exported fields. An accumulator that has none, which is what keeps its counts
// consistent, arrives empty, and the pipeline reports zero customers without an error.
//
// # Vocabulary
//
// A [Rule] says how rows are folded: what the empty accumulator is, with its
// configuration, and what one row adds. A [State] is an accumulator on its way
// through a pipeline. [Over] is the combine function of a rule. [Register] gives an
// accumulator its coders; [Check] refuses a pipeline in which a type would lose state.
//
// # Configuration
//
// The binary state of an accumulator knows its configuration by a hash only, so that
// bytes are read into an empty accumulator of the same configuration. A coder belongs
// to a Go type and could know one configuration at most; a rule travels with the
// pipeline and knows its own. So a State is read when its rule first needs it, and two
// rules may fold the same type by quarters and by months. The accumulator types
// themselves have a coder too, which reads into their zero value: with another
// configuration it is an error of the pipeline, never a wrong figure.
//
// # Errors
//
// What is wrong with a type is [ErrLosesState], before anything runs. What a rule or
// an accumulator refuses fails the bundle, and with it the pipeline.
//
// # Concurrency
//
// Beam gives every combine function and accumulator to one goroutine at a time.
// Register is for init functions, as all registration in Beam.
package fold
