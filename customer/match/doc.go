// Package match finds records that are the same person, says why, and keeps apart those
// that only look alike: twins, parent and child of one name, couples, colleagues.
//
// # Where to begin
//
// [NewSchema] says how records are read, [Standard] makes the model that fits them (or
// [ReadSplink] and [ParseModel] read one), and [NewIndex] puts both together. Index.Add the
// records, Index.Train on them, and ask: Index.Pairs and Index.Cluster for all of them,
// Index.Candidates for a new one, Index.Explain for why. A model can be asked only once it
// has learned; the shortest list that the tests learn well from has 1,000 records. For a
// shorter one take a model that learned from a longer one and was kept as JSON.
//
// # Vocabulary
//
//   - Schema: how records of the host's own row type are read. Each field has a [Role],
//     and the role is all that needs to be said of it: [Standard] makes the model.
//   - Form: a value as it is compared. Names are folded ([Fold]: NFKC, case, kana,
//     variant kanji), read ([Romanise]) and related ([Relation]: short form, reading,
//     initial, slip of the pen). Forms are for matching alone and are never shown.
//   - Comparison, level: what is compared and how well it agrees, as data.
//   - M and U: how often a level occurs among pairs of one person, and among others.
//   - Weight: log2 of the odds that two records are one person; log2(M/U) summed over
//     the comparisons, corrected by how common the value is, plus the prior.
//   - Rule, block: which records are compared at all.
//   - Veto: why two records are not one person whatever they weigh, see [VetoKind].
//   - Demotion: a value that is no evidence: a placeholder, or a contact point of many.
//   - Outcome: [Same], [Review] or [Different].
//   - Proposal: what two records that are different may be to one another, see
//     [ProposalHousehold]. It is beside the outcome and merges nothing.
//
// An [Index] holds the records. [Index.Train] learns a model from them, [Index.Pairs]
// gives the matches, [Index.Cluster] the persons, [Index.Candidates] answers for one
// record what the batch would, and [Index.Explain] says why.
//
// # Vetoes on records full of slips
//
// Given names and birth dates that differ are a sound veto where people type what they
// are. In records where every field is full of slips they differ by slips, too. Training
// compares the two and suspends a veto that hits nothing but slips, see [VetoReport];
// the report says so, and [TrainOptions.KeepVetoes] keeps it. The other vetoes are never
// suspended, but that names which are missing are a [VetoNoName] only where given names
// veto.
//
// # Names that cannot be compared
//
// Names of different scripts that no reading joins are neither agreement nor
// disagreement: the comparison weighs nothing, nothing is vetoed, and nothing is merged
// on the rest alone: [VetoNoName] asks a person, unless a strong id agrees.
//
// # Representation
//
// Values are numbered, a record is a row of numbers. A missing value is neither
// agreement nor disagreement. Weights are float64 in bits, probabilities float64 from 0
// to 1. A pair has the lesser id first; lists are sorted by weight and then by ids.
//
// # Rounding
//
// Nothing is rounded. Sums are made in one order, so that the same records, model and
// seed give the same bits in any order of records and for any number of workers; the
// terms of an [Explanation] add up to its weight to 1e-9.
//
// # Errors
//
// Every fault of a schema, a model or a list of records is reported at once, each a
// [*Fault] under [ErrSchema], [ErrModel] or [ErrRecord]. [ErrNoData] says that there is
// nothing to learn from. Data never panics.
//
// # Concurrency
//
// One goroutine may use an [Index] at a time, also to ask: a question by
// [Index.Candidates] puts its record into the tables while it lasts. Schemas, models that
// nobody changes, nicknames and patterns are read only and may be shared, so that each
// goroutine can have an index of its own. Workers that options ask for have ended when
// the call returns; the functions of the schema are called by the caller's goroutine
// alone.
//
// # Cost
//
// A million records with 25.6 million candidate pairs are read from CSV, trained and
// clustered in 14 to 18 CPU seconds, most of them on as many workers as there are, in
// less than 0.9 GB; one record is held against a million in tens of microseconds without
// an allocation (BenchmarkDeduplicate, BenchmarkCandidates; two cores of an EPYC that
// others used, too, Go 1.26).
//
// # Sources
//
// I. P. Fellegi and A. B. Sunter, A Theory for Record Linkage, JASA 64, 1969.
// W. E. Winkler, Using the EM Algorithm for Weight Computation in the Fellegi-Sunter
// Model of Record Linkage, 1988, and String Comparator Metrics, 1990. T. Enamorado,
// B. Fifield and K. Imai, Using a Probabilistic Model to Assist Merging of Large-Scale
// Administrative Records, APSR 113, 2019 (fastLink), and R. Linacre et al., Splink: Free
// software for probabilistic record linkage at scale, IJPDS 7, 2022, whose saved models
// [ReadSplink] reads. A. Bagga and B. Baldwin, Entity-Based Cross-Document Coreferencing
// Using the Vector Space Model, 1998 (B-cubed).
package match
