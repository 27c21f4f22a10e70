// Package culture says how to speak with a person: sourced guidance for a language
// and a region, in which the person's own word always wins.
//
// # Vocabulary
//
//   - Fact: one restated observation about a region on average, or about a
//     language, with its sources, a confidence, and the facts it conflicts with.
//   - Dimension: what a fact is about, such as punctuality, gifts, the register
//     of address. Each dimension has an [Axis]: the region where the person is, the
//     language of the message, or the tradition that the person's name follows.
//   - Preference: what a person said (stated) or showed (observed) about how they
//     wish to be dealt with.
//   - Answer: a value with the reasons for it: basis, confidence, sources,
//     conflicts, and the path of the search.
//   - Ask: the evidence is thin, disputed or missing, or it is a word on a region's
//     manners of language and nobody lists the language of the message there; ask the
//     person rather than act on the value.
//
// # How an answer is found
//
// The first of these layers that knows anything decides: what the person stated;
// what was observed with this person; a host's pack; built-in facts for the
// language in the region; built-in facts for the region, or, for what belongs to a
// language, its parents within the same base language (es-AR, es-419, es); else a
// neutral answer with Ask. No step crosses a base language: Malay never falls to
// Indonesian, although general-purpose matchers say it may. Nothing is inferred
// from a name, a script or an address.
//
// Facts are worded as reports ("guides report"), since they describe what sources
// say about a region on average and say nothing about one person.
//
// # Representation
//
// Languages are [language.Tag], regions [language.Region]. Confidence is 0 to 1: a
// prior by rule, the best tier of source (A .9, B .65, C .5, D .35) plus .1 for each
// further independent origin, at most .95; pages copied from one origin count once.
// Some rows carry a lower or higher figure set by hand, where a source is old, a
// research result is second hand, or a statute was seen in several texts. Facts that
// a later fact supersedes are kept in the data and never answered; a pack in which facts
// supersede one another in a ring is refused.
//
// # Rounding
//
// None: confidences are given as the data holds them.
//
// # Errors
//
// [New] reads packs strictly and reports every fault at once; they unwrap to
// [ErrPack]. Questions never fail: where nothing is known the answer says so.
//
// # Concurrency
//
// A [Resolver] is read only once it is made; any number of goroutines may share it.
//
// # Sources
//
// Every fact names its sources with address and publisher. Weekend, hour cycle,
// languages, day periods and name order are from Unicode CLDR 48.2. Legal rows are
// from secondary texts: check the statute before you rely on one.
package culture
