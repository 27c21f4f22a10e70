// Package segment says who belongs to a group of customers, why, and until when:
// "bought a camera in the last 30 days", "lapsed but used to spend", "reads German".
//
// # Where to begin
//
// Say once how rows are read: [NewSchema] of [Text], [Int], [Amount], [Bool], [Time] and
// [Tags] fields and of [Events]. Take a predicate from JSON ([Parse]), from nodes ([And],
// [Eq], [EventCount] ...) or ready ([Shop]: Bought, Lapsed and their like). Events count
// in a [Window]: [LastDays], [CalendarDays], [Current] or [AnyTime]. Then
// Schema.Check lists its faults, Schema.Compile makes a [Program] to Eval, Select and
// Explain with, and Schema.SQL makes the condition for SQLite or PostgreSQL. [Deps] says
// which changes matter to it.
//
// # Vocabulary
//
//   - Predicate: a condition as a tree of nodes, kept as JSON, checked against a
//     [Schema] and compiled to a [Program].
//   - Schema: the fields of the host's own row type, each with a function that reads it
//     and, for SQL, its column. Events are rows of their own with fields of their own.
//   - Verdict: True, False or Unknown. A member is who is True.
//   - Window: the time in which an event counts, see [Window].
//   - Valid until: the earliest instant at which time alone changes the verdict. Before
//     it only a change of the customer's data can, and [Deps] says of which.
//
// # Three values
//
// A comparison with a value that is missing is Unknown. And, or and not are those of
// SQL (Kleene): False and Unknown is False, True or Unknown is True, not Unknown is
// Unknown. So `country is not JP` holds for nobody whose country is missing; [OrTrue]
// and [OrFalse] say otherwise where that is meant, and [Missing] asks. Counts and sums
// of events are never Unknown: no events count 0.
//
// # Representation
//
// Numbers of a predicate are decimals and compared exactly with integers and amounts; a
// floating field is compared with the nearest float64, and one that is NaN is missing.
// Text is compared byte by byte: fold it before where case should not matter. Instants
// are kept to the nanosecond between the years 1678 and 2262; earlier and later ones
// count as the ends.
//
// # Rounding
//
// None: no number is rounded. A literal with more places than an amount has is compared
// as what it is (no amount of cents equals 9.995, and 9.99 is less).
//
// # Errors
//
// [Parse], [Schema.Check], [NewSchema] and [Schema.Compile] report every fault at once, each a
// [*Fault] with its path, under [ErrPredicate] or [ErrSchema]. Evaluation never fails.
//
// # Concurrency
//
// Schemas, predicates and programs are read only once they are made; any number of
// goroutines may share them as long as the host's functions allow it.
//
// # Sources
//
// Three values: S. C. Kleene, Introduction to Metamathematics, 1952, §64, as in SQL
// (ISO 9075-2, truth tables of AND, OR, NOT and IS). Windows: what the customer data
// platforms do, and where they fail at clock changes and missing values.
package segment
