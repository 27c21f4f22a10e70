// Package score makes figures from survey answers, each with its doubt: the net promoter
// score, satisfaction, effort, product-market fit, usability, service quality, Kano and
// best-worst studies; tests between waves; weights; reliability; what drives an outcome; and
// comparisons between cultures that mean something.
//
// # Vocabulary
//
//   - Estimate: a value with its standard error, interval, number of answers, effective number,
//     method and caveats. [Estimate.Explain] says it in one sentence. There is no estimate of no
//     answers.
//   - NPS ([NetPromoter]): share of promoters (9, 10) minus share of detractors (0 to 6), in
//     points from -100 to 100.
//   - CSAT ([Satisfaction]), CES 1 and 2 ([EffortRequired], [EffortEase]), PMF
//     ([ProductMarketFit]), SUS ([Usability], [ScoreSUS]), UMUX-Lite ([UsefulnessEase]), the ACSI
//     form ([SatisfactionIndex]), SERVQUAL ([ServiceQuality]), Kano ([Kano]), MaxDiff
//     ([BestWorst]). Any other scale of whole numbers is [Ratings].
//   - Design: the weights of a sample. Effective N (Kish): how many equally weighted answers would
//     know as much; design effect: N over it. Raking ([Raking]): weights that give every margin its
//     population distribution. Linearised variance: that of a ratio of weighted sums.
//   - Driver: a question that goes with the outcome. LMG is the Shapley value of R²; relative
//     weights are Johnson's. Alpha and omega: how far items measure one thing.
//   - Ridit: the rank of an answer in a reference group, 0 to 1. Anchored score: a country's score
//     between what its people give to companies they dislike (0) and like (1). Style: how people
//     use a scale whatever is asked ([ResponseStyle]).
//   - Suppression ([Suppress]): hiding small groups, and as many others as it takes to keep them
//     hidden.
//
// # What is chosen, and why
//
// The default interval of the net promoter score is the score interval below 20 answers or with
// an empty class and the adjusted Wald interval otherwise; that of a share is Wilson's. The usual
// Wald interval is there for reports that print it: for a few answers that agree it has no width
// and covers next to nothing. Two shares are tested by the N-1 test, by Fisher's where an expected
// count is below 1.
//
// Between countries, in this order: compare within each over time; compare anchored scores
// ([AnchorEstimate]); ridits against a named reference ([MeanRidit]); show style beside scores.
// Centring persons ([PersonCentred]) shows profiles across items and no levels. Comparing scores
// standardised within countries is refused ([Profile.Compare]): every difference is zero by
// construction.
//
// # Representation
//
// Aggregates are counts, or exact sums where weights or free values come in, so that merging in
// any order gives the same bits. All have Add, Merge, MarshalBinary and UnmarshalBinary; the zero
// value is empty and ready ([Raking] needs its margins first). Statistics are float64. Shares are
// ratios from 0 to 1 and become percent by [Estimate.Percent]; scores from 0 or -100 to 100 are in
// [Points].
//
// # Rounding
//
// Figures are not rounded; [Estimate.Explain] prints one decimal of points and percent. A score is
// made from the counts in one step, never from rounded shares. Ends of intervals beyond the scale
// are cut there, with a caveat, unless asked otherwise.
//
// # Errors
//
// Every fault is a [*ValueError] that unwraps to one of the sentinels; all faults of an input are
// joined. Nobody answered is [ErrNoData]; a formula without a value for these answers is
// [ErrUndefined]; no figure is ever NaN or infinite. Data never panics.
//
// # Concurrency
//
// Aggregates belong to one goroutine; make one per shard and merge. Estimates, reports and
// [Weighting] are values or immutable. The package keeps no state and no clock and starts no
// goroutine.
//
// # Sources
//
// Each function names its own. The intervals of the net promoter score: B. Rocks, "Interval
// Estimation for the Net Promoter Score", The American Statistician 70 (2016) 365-372. Of shares:
// R. Newcombe, Statistics in Medicine 17 (1998) 857-890. Weights: L. Kish, "Survey Sampling",
// 1965. Numbers were checked against R (NPS, survey, psych, base) and scipy.
package score
