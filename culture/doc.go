// Package culture says how to speak with a person: sourced guidance for a language
// and a region, plans for situations, and facts about regions, in all of which the
// person's own word wins.
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
//   - Answer: a value with the reasons for it: basis, confidence and its [Rating],
//     sources, conflicts, and the path of the search.
//   - Ask: the evidence is thin, disputed, old or missing, or it is a word on a region's
//     manners of language and nobody lists the language of the message there; ask the
//     person rather than act on the value.
//   - Situation, plan, step, act: an occasion such as a complaint, the order of what to
//     do in it, and each thing to do, with its reason.
//   - Pack: a host's own facts, and its overrides of the built-in ones.
//   - Territory, conventions: what the tables of CLDR say about a region, and about a
//     language in it as a tag's extension adjusts them.
//
// # How an answer is found
//
// The first of these layers that knows anything decides: what the person stated;
// what was observed with this person; a host's pack; built-in facts for the
// language in the region; built-in facts for the region, or, for what belongs to a
// language, its parents within the same base language (es-AR, es-419, es); else a
// neutral answer with Ask. Where no fact is on record for a region or a language, the
// tables of CLDR answer what they know (weekend, clock, languages, day periods). No step
// crosses a base language: Malay never falls to Indonesian, although general-purpose
// matchers say it may. Nothing is inferred from a name, a script or an address.
//
// Guidance answers every dimension with the facts as they are; a method for each
// structured dimension ([Resolver.Directness], [Resolver.Greetings], …) answers with typed
// values: one where the facts exclude each other, several where they add up.
//
// Facts are worded as reports ("guides report"), since they describe what sources
// say about a region on average and say nothing about one person.
//
// # How a plan is made
//
// [Resolver.Plan] starts from a plain order of steps that rests on the literature on
// service and varies it by rules, each of which reads its answer through the resolution
// order above. An answer that is to ask about changes nothing: it stands as advice on its
// step.
//
// # Representation
//
// Languages are [language.Tag], regions [language.Region], in today's codes: what a tag
// writes in old ones (iw, mo, BU) is read as what they became, and a region of which
// several came (CS, SU) is none unless the language decides. Confidence is 0 to 1, by the
// rule of [Rating]. A pack's own figure can only lower what its sources bear; an override with
// a reason may raise it. Facts that a later fact supersedes are kept in the data and never
// answered; a rule of law counts from its day until its successor's. A pack in which facts
// supersede one another in a ring is refused. Times of day are minutes; weekends are sets
// of days, since not all are in a row.
//
// # Rounding
//
// Confidences are rounded to hundredths, half away from zero; nothing else is.
//
// # Errors
//
// [New] reads packs strictly and reports every fault at once; they unwrap to
// [ErrPack]. Text that names no value of an enumeration is [ErrName]. Questions never
// fail: where nothing is known the answer says so.
//
// # Concurrency
//
// A [Resolver] is read only once it is made; any number of goroutines may share it.
// Tables are read on first use, once.
//
// # Sources
//
// Every fact names its sources with address and publisher; COVERAGE.md, which a test
// writes from the data, shows what is covered, how thickly, and where sources disagree.
// Regions, day periods and parents of locales are from Unicode CLDR 48.2 (Unicode licence),
// zones from zone.tab of tzdata 2026f (public domain), weekends that changed from records
// with their own sources ([WeekendRecords]). Package golang.org/x/text, whose tables are
// CLDR 32, reads tags and nothing more. Legal rows are from secondary texts: check the statute
// before you rely on one.
package culture
