// Package cohort measures how many customers of a cohort came back: bounded, unbounded,
// rolling and bracket retention, by day, week or month, in a stated zone.
//
// # Vocabulary
//
// A customer belongs to the cohort of the day (or week, month, quarter, year) of their
// first event, in local time. Period 0 holds the first event; later periods count from
// it by a [Unit]. What a "day" is, vendors answer differently, so it is a [DayRule]:
//
//   - [Calendar]: the difference of the local civil dates. A day of 23 or 25 hours is one day.
//   - [Rolling24h]: whole 24 hours elapsed since the first event.
//   - [Rolling24hHourFloor]: the same after both instants were floored to their local
//     hour, the default of Amplitude for daily retention (first event at 17:59, second
//     at 17:00 the next day: day 1, although only 23 hours and a minute elapsed).
//
// And what "came back in period k" means is a [Mode]:
//
//   - [Bounded] (also N-day, classic, exact-day): active in period k itself.
//   - [Unbounded] (return on or after; several vendors call this one rolling retention):
//     active in period k or any later one, as far as the data reach. These figures still
//     grow after the cell is mature.
//   - [Rolling]: active at least once in the last Window periods up to and including k.
//     The first period is no return, so the window never reaches back to it.
//   - [Brackets] (custom ranges): active at least once from period From to period To.
//
// Weeks and months have two schools each, and both are here by name: [CalendarWeeks]
// and [CalendarMonths] step with the calendar; [SevenDays], [ThirtyDays] (Amplitude's months)
// and [AnniversaryMonths] step from the customer's own first day.
//
// # What is not known is absent
//
// A cell exists only when its period is over, at the instant asOf, for every member of the
// cohort. Cells that are not mature are missing from [Cohort].Cells, which ends where
// maturity ends; they are never zero. Events at or after asOf are not counted.
//
// # Representation
//
// [Log] keeps who was active when, whatever the shards were cut by, and answers under any rule
// afterwards. [Matrix] keeps whole counts only, takes one customer's whole history at a
// time and merges exactly, provided that no customer is in two shards: distinct customers
// do not add up. [FromCounts] makes a Matrix of counts that a database has made.
// Instants are taken to the microsecond; days begin by the rule of the earliest instant
// whose local reading is at or after midnight. Counts are int64 and exact, shares are
// float64 ratios from 0 to 1 with an interval for each cell. Nothing is rounded.
//
// # Counts from SQL
//
// The counts of [FromCounts] for calendar months, bounded, on PostgreSQL (period 0 is the size):
//
//	WITH active AS (
//	  SELECT DISTINCT customer, date_trunc('month', at AT TIME ZONE 'Europe/London') AS month
//	  FROM events WHERE at < $1 AND customer <> ''
//	), first AS (
//	  SELECT customer, min(month) AS cohort FROM active GROUP BY customer
//	)
//	SELECT cohort::date, count(*) AS returned,
//	       12 * extract(year FROM month) + extract(month FROM month)
//	         - 12 * extract(year FROM cohort) - extract(month FROM cohort) AS period
//	FROM active JOIN first USING (customer) GROUP BY cohort, period ORDER BY cohort, period;
//
// For days, truncate to 'day' and subtract the dates. DuckDB takes the same with at as a
// TIMESTAMPTZ; ClickHouse writes toStartOfMonth(at, 'Europe/London') and dateDiff('month', cohort, month). For
// unbounded counts, group each customer's max(month) instead of every month and sum from the
// last period to the first. testdata/months.sqlite.sql is the query in UTC for SQLite,
// which the tests run; the query above was run on PostgreSQL 15, the other dialects were not run.
//
// # Errors
//
// [ErrInvalid] for rules and times that cannot be (all faults joined, each a [FieldError]),
// [ErrConfig] for merging what was counted differently, [ErrCorrupt] for serialised state
// that is damaged. Nothing panics on data.
//
// # Concurrency
//
// Rules and options are values. A Log or a Matrix belongs to one goroutine at a time,
// reading included, since a Log sorts itself when it is read.
//
// # Sources
//
// Amplitude, "Retention Analysis: how it works" (N-day, unbounded, bracket; 24-hour windows
// with hourly flooring); Mixpanel, "Retention" (calendar and rolling alignment); Wilson (1927),
// "Probable inference, the law of succession, and statistical inference", and Brown, Cai &
// DasGupta (2001), "Interval estimation for a binomial proportion", for the intervals.
package cohort
