// Package listen hears what people say without being asked, and what they write when
// they are: mentions of names in any script, themes, star ratings, the polarity of
// comments, and reviews that wait for an answer.
//
// # Vocabulary
//
// A Matcher finds terms in a text and gives Spans, each a mention. A Taxonomy is a tree
// of Themes with terms by language; tagging a text gives Tags, and Counts of tags by
// period give rates and trends. Stars are counts of ratings of one to five. A Burst is
// a day with suspiciously many ratings. Polarity is positive or negative; a Classifier
// tells it or says that it cannot, and Linear is one that a host trains on its own
// scored comments. A Record is a review or social mention, with the state of its reply.
//
// # Matching
//
// Text and terms are folded alike, once: NFKC with full case folding, ignorable
// characters dropped (toNFKC_Casefold, the Unicode Standard 3.13, segment by segment),
// so that width, half-width kana, ㈱, ligatures and ẞ do not matter. Spans are bytes and
// runes of the original. Then:
//
//   - in scripts with spaces a letter or digit must not continue a term on either side,
//     nor an underscore; Hangul is checked on the left only, since particles follow
//     without a space, also after a Latin name; Han, hiragana, Thai, Lao, Khmer, Myanmar
//     and the like have no edges;
//   - a katakana edge must be the edge of its run: アップル is not in アップルパイ. ー belongs to
//     the kana before it. MatchOptions.PartialKatakana lifts this;
//   - no match ends before a combining mark: ที is not in ที่;
//   - a term inside an excluded longer name does not count (楽天 in 楽天家), nor one that laps
//     over its end; a listed term that holds the whole excluded name does;
//   - of overlapping terms the longest wins, then the leftmost.
//
// Options.Marks ignores accents, points, harakat and tone marks, and keeps those that are
// vowels or make another letter (kana voicing, viramas).
//
// # Polarity
//
// No lexicon is shipped: translated ones fail quietly in most languages. Linear is a
// logistic regression on hashed character n-grams, trained on comments that their own
// scores label, judged by cross-validation, and silent where it was not trained, is
// below its floor, or meets text unlike what it saw. Report has the figures.
//
// # Representation
//
// Matchers, taxonomies, models and reply policies are compiled once and only read.
// Counts and Stars are mergeable counts with binary forms. A model's bytes depend on
// the set of samples and the options, not on their order (on one processor
// architecture: others round products differently).
//
// # Rounding
//
// Figures are float64 and not rounded. Model weights are kept in float32.
//
// # Errors
//
// ErrTerms, ErrTaxonomy, ErrTrain, ErrRecord and ErrReplyPolicy with a FieldError for
// each fault, all at once; ErrText for a text beyond the limit; ErrCalendar; ErrStars, ErrTrend,
// ErrModel; ErrNoData or ok == false where there is nothing to count.
//
// # Concurrency
//
// Matcher, Taxonomy, Linear and Replies may be shared by any number of goroutines; they
// keep scratch memory in pools. Counts and Decayed belong to one goroutine. Everything
// else is a plain value. No goroutine is started.
//
// # Sources
//
// Aho and Corasick, "Efficient string matching: an aid to bibliographic search", CACM 18
// (1975). Unicode Standard Annex 15 and section 3.13 of the Standard. Miller, "Ranking
// Items With Star Ratings" (2014). Wilson 1927; Newcombe 1998; Donner and Zou 2012;
// Kish 1965. Benjamini and Hochberg 1995; Przyborowski and Wilenski, "Homogeneity of
// results in testing samples from Poisson series", Biometrika 31 (1940). Cochran 1954;
// Armitage 1955. Cohen 1960; Fleiss, Cohen and Everitt 1969. Weinberger et al., "Feature
// hashing for large scale multitask learning", ICML 2009. Shalev-Shwartz and Zhang 2014.
package listen
