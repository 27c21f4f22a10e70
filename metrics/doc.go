// Package metrics gives the figures of customer relations over a host's own rows:
// retention, churn, net promoter score, satisfaction, lifetime value and the
// statistics behind them.
//
// # Vocabulary
//
// A ratio is an exact quotient ([Ratio]); a proportion is a share known by its
// counts ([Proportion]), so it has an interval. A base is the movement of the
// customer base over a period ([Base]). An accumulator is the mergeable state of
// a figure: it has Add, Merge and binary marshalling, and the figure is a method.
//
// # Representation
//
// Counts are int64. Money is decimal.Decimal at the border and int64 units of
// 10^-places inside accumulators, never rounded on the way in. Statistics
// (standard errors, intervals, tests) are float64. Shares run from 0 to 1; percent
// appear in text and in [Ratio.Percent] only. The net promoter score alone is
// customarily given in points from -100 to 100, and methods that do so say it.
//
// # Rounding
//
// Nothing is rounded before a caller asks for places; then half away from zero.
// No result depends on the package variables of shopspring/decimal.
//
// # Errors
//
// What cannot be given is an error: [ErrUndefined], its special case [ErrNoData],
// [ErrOutOfRange], [ErrInconsistent], [ErrConfig], [ErrCorrupt]; detail is a
// [*ValueError]. Every fault of a call is reported, joined. No function panics on
// data.
//
// # Input
//
// Rows stay the host's: functions take iter.Seq of one- or two-method interfaces
// ([Scored], [Activity], [Valued]); [Until] adapts a stream that can fail. Counts
// that a database made enter through the ...FromCounts constructors, and [Recipes]
// holds the SQL that makes them.
//
// # Merging
//
// Accumulators that were filled from disjoint shards of the rows merge to the
// state that one pass over all rows gives; Merge is associative and commutative,
// and an empty state is its identity. Where that holds only for shards by customer
// the type says so. Binary state carries its kind, version, configuration and a
// checksum; foreign or damaged bytes are an error.
//
// # Concurrency
//
// Values (Ratio, Base, Proportion, results) may be shared. An accumulator belongs
// to one goroutine; use one for each and merge. The package starts no goroutine,
// reads no clock and no file, and keeps no state of its own.
//
// # Sources
//
// Each formula names its source where it stands. Where schools differ, the
// documentation says which one this is.
package metrics
