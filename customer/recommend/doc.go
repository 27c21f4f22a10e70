// Package recommend says what to show a customer next, and exactly why: items ("because
// you bought X"), actions of the house, and content for a segment.
//
// # Where to begin
//
// Items that go with what a customer owns: [Train] a [Model] on purchases and ask it with
// Model.For. The next best action, with caps and cool-downs: [NewActions], then
// Actions.Rank. Content by segment ("camera bought: photo tips"), which needs no model:
// [NewLibrary], then Library.For. Whether a model is any good: [Evaluate].
//
// # Vocabulary
//
//   - Purchase: one customer took one item once. Owned items are those that a customer
//     has taken; how often changes nothing.
//   - Neighbour: an item that customers take together with another, with its weight and
//     its support, the number of distinct customers who took both.
//   - Suggestion: an item with a score, which is the sum of its contributions, one for
//     each owned item that speaks for it. So the reason is the score itself, taken apart.
//   - Fallback: a suggestion by popularity, marked as such, where the model has too
//     little to say or must not profile the customer.
//   - Next best action: of the things that the house may do for a customer now, the one
//     with the greatest expected value that no cap, cool-down or missing consent forbids:
//     the first that [Actions.Rank] gives.
//
// # Privacy
//
// No neighbour pair rests on fewer than MinSupport distinct customers (5 unless stated
// otherwise), so that no reason gives away what another person bought; nor does a
// popular item. That bounds each number by itself: who may take two lists apart (all
// customers less one segment, or the model of today less that of yesterday) can find
// smaller ones, and the weights of EASE rest on all purchases. So show items and reasons
// to customers, and the counts and weights to the house. A customer who has not agreed to
// profiling gets popular items and nothing that was worked out from what they own.
//
// # Representation
//
// Scores are float64 and compare within one answer only. Instants are the caller's.
// Ties are broken by the id of the item, byte by byte, so that the same purchases in
// any order give the same model and the same answers.
//
// # Rounding
//
// None beyond float64.
//
// # Errors
//
// [Train] reports every fault of its options at once, under [ErrOptions], and a
// purchase that is none as [ErrPurchase]; a model without a purchase is [ErrNoData].
// Questions never fail: an unknown item has no neighbours, and says so.
//
// # Concurrency
//
// A Model is read only once it is made; any number of goroutines may ask it.
//
// # Sources
//
// Cosine between items: G. Linden, B. Smith, J. York, "Amazon.com Recommendations:
// Item-to-Item Collaborative Filtering", IEEE Internet Computing 7(1), 2003; with the
// shrinkage of R. Bell and Y. Koren, "Scalable Collaborative Filtering with Jointly
// Derived Neighborhood Interpolation Weights", ICDM 2007. EASE: H. Steck,
// "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019, eq. 8. Raw lift is
// not offered: it ranks the rarest pairs first.
package recommend
