// Package businesstime answers when something is open: opening hours, service
// hours, shifts, quiet hours.
//
// # Vocabulary
//
// A [Spec] says in plain data when something is open: a zone, effective-dated
// weekly hours ([Version]), reasons to be closed ([Closure]), overrides and breaks
// for single dates. [New] checks it, reports every fault at once, and compiles it
// into a [Calendar], which answers. [Union], [Intersect] and [Except] make
// calendars of calendars.
//
// A business day is a date with any open time in it. Business time between two
// instants is the elapsed time that lies in open spans: seconds that pass, not
// readings of a clock, so that a Sunday round the clock in autumn has 25 hours.
//
// # Boundaries
//
// Spans are half-open, [open, close). Rule R: a local boundary is the earliest
// instant whose local reading is at or after it. In a gap (clocks put forward)
// that is the transition, in an overlap (clocks put back) the first occurrence.
// So spans never invert or overlap, and spans that partition a day add up to its
// real length. A span that lies inside a gap does not happen; a span that is open
// when clocks are put back stays open through the second pass.
//
// # Representation
//
// W(t), the open seconds up to t, is kept as prefix sums on three levels: years,
// runs of equal weekly pattern within a year, and the week itself. Every answer is
// a value or an inverse of W, so its cost depends on the logarithm of the number
// of years and runs and not on the span. Years that look the same share one page;
// nothing is computed or changed after New, so a Calendar is safe for concurrent
// use without locks. The union, intersection and difference of such tables is such
// a table again.
//
// A calendar covers the UTC years 1 to 9999. Outside nothing is open, and whatever
// would lead there is [ErrHorizon]. Zone rules are those of the time zone
// database; it lists no change beyond 2087, and from 2129 on the years repeat the
// zone's standing rule, as the TZ string of RFC 9636 does.
//
// # Rounding
//
// None. Boundaries lie on whole seconds, instants and amounts count in nanoseconds.
// An amount beyond 292 years is the greatest Duration.
//
// # Errors
//
// [ErrNeverOpen], [ErrNeverCloses] and [ErrHorizon] from queries; [ErrSpec], with a
// [SpecError] for each fault, from New and the readers. No input makes a query
// hang or panic.
//
// # Sources
//
// Easter: J. Meeus, Astronomical Algorithms (1991), chapter 8. Opening hours in and
// out: schema.org OpeningHoursSpecification; OpenStreetMap, Key:opening_hours/specification.
package businesstime
