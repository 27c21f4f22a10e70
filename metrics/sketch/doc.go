// Package sketch holds summaries of streams that are small, merge exactly and can be
// stored: [Quantiles], [Distinct] keys and [Moments].
//
// # What merging promises
//
// For every sketch here Merge is associative and commutative and the zero value is its
// identity, to the bit: however a stream is cut into shards, and in whatever order these are
// merged, MarshalBinary gives the same bytes as one pass would. That holds across machines
// and architectures, since no state depends on a logarithm, on a random choice or on a
// rounded sum. (Estimates computed from a state may differ between architectures in the last bit.)
//
// # Why not a library
//
// Two well-kept ones were looked at. github.com/DataDog/sketches-go v1.4.8 implements the same
// idea of quantiles (Masson, Rim & Lee 2019, "DDSketch: a fast and fully-mergeable quantile sketch
// with relative-error guarantees"): its default mapping is computed with math.Log,
// whose last bit Go does not fix across architectures, so that a value on the edge of a bucket may fall into another one; its bounded
// stores collapse buckets, after which the guarantee no longer holds at that end; and it brings
// protobuf into the host. Here buckets are ranges of the floats' own bits, which costs nearly twice as
// many buckets for the same error and one shift instead of a logarithm. (t-digest was
// not considered: its state depends on the order of merging.)
// github.com/axiomhq/hyperloglog v0.3.0 brings two more modules for a hash and a map; the estimator
// that needs no correction tables (Ertl 2017) makes the whole of it shorter than the glue.
//
// # Representation and rounding
//
// Counts are int64 below 2^53. [Quantiles] answers the nearest-rank quantile (type 1) within
// its relative accuracy; least and greatest values are exact. [Distinct] rounds its estimate to a whole
// number. [Moments] rounds each figure once.
//
// # Errors
//
// [ErrInvalid] for what cannot be counted (NaN, infinities) and settings out of range, each a
// [FieldError]; [ErrConfig] for merging different settings; [ErrCorrupt] for damaged state. What an
// empty sketch cannot answer is ok == false. Nothing panics on data, and decoding never
// takes much more memory than the sketch itself may.
//
// # Concurrency
//
// A sketch belongs to one goroutine while it is written to; reading it from many is safe.
// Give every goroutine its own and merge them.
//
// # Sources
//
// Masson, Rim & Lee (2019), above; Hyndman & Fan (1996), "Sample quantiles in statistical packages";
// Flajolet, Fusy, Gandouet & Meunier (2007), "HyperLogLog"; Ertl (2017), "New cardinality
// estimation algorithms for HyperLogLog sketches"; Collet, XXH64; Kulisch, exact accumulation;
// Dekker (1971), exact products; Joanes & Gill (1998), "Comparing measures of sample skewness and kurtosis".
package sketch
